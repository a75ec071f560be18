import { once } from 'node:events'
import { connect } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { describe, expect } from 'vitest'
import { OUTBOX_LIMITS } from '#config/limits.ts'
import { aWebhook, START_MS } from '../builders.suite.ts'
import type { DeliveryOutcome, OutboxEntry } from '../notification/outbox.ts'
import { createChannel } from './create-channel.ts'
import { parseRetryAfter } from './http-attempt.ts'
import { type Receiver, surroundings, test } from './receiver.suite.ts'
import { signWebhook, WebhookChannel } from './webhook.ts'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const ENTRY: OutboxEntry = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  channelId: 'hook',
  type: 'alarm.raised',
  alarmId: null,
  grade: 2,
  payload: { type: 'alarm.raised', data: { title: '可燃气体泄漏' } },
  createdAtMs: START_MS,
}
const LOCAL = { allowPrivateReceivers: true }

async function deliver(
  url: string,
  { signal = new AbortController().signal, nowMs = START_MS, addresses = LOCAL } = {},
): Promise<DeliveryOutcome> {
  return await new WebhookChannel({ url, secret: SECRET }, addresses).deliver(ENTRY, {
    signal,
    nowMs,
  })
}

function answers(
  receiver: Receiver,
  status: number,
  headers: Record<string, string> = {},
  body = '',
): void {
  receiver.answer((response) => {
    response.writeHead(status, headers).end(body)
  })
}

describe('the signature', () => {
  test('is that of the published vector', () => {
    const message = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: 1614265330,
      body: '{"test": 2432232314}',
    }
    expect(signWebhook(message, SECRET)).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  })

  test('is taken by the reference library', async ({ receiver }) => {
    const nowMs = Date.now()
    const outcome = await deliver(`${receiver.origin}/hook?key=1`, { nowMs })
    expect(outcome).toEqual({ outcome: 'delivered', detail: 'HTTP 200' })
    const [request] = receiver.requests
    expect(request).toMatchObject({
      method: 'POST',
      path: '/hook?key=1',
      headers: {
        'content-type': 'application/json',
        'webhook-id': ENTRY.id,
        'user-agent': 'Vigil',
      },
    })
    const headers = request?.headers as Record<string, string>
    expect(new Webhook(SECRET).verify(request?.body ?? '', headers)).toEqual(ENTRY.payload)
  })

  test('keeps the id and takes the time of each attempt', async ({ receiver }) => {
    await deliver(receiver.origin, { nowMs: START_MS })
    await deliver(receiver.origin, { nowMs: START_MS + 60_500 })
    const headers = receiver.requests.map(({ headers }) => headers)
    expect(headers.map((one) => one['webhook-id'])).toEqual([ENTRY.id, ENTRY.id])
    expect(headers.map((one) => Number(one['webhook-timestamp']) * 1000)).toEqual([
      START_MS,
      START_MS + 60_000,
    ])
    expect(receiver.requests[0]?.body).toBe(receiver.requests[1]?.body)
  })
})

/** Every status, by what follows from it. */
const REJECTED = new Set([400, 405, 406, 410, 411, 413, 414, 415, 422, 431, 451, 501, 505])
const REASONS: Readonly<Record<number, string>> = {
  401: 'auth',
  403: 'auth',
  407: 'auth',
  408: 'timeout',
  429: 'rate_limited',
  504: 'timeout',
}

test('every status has its outcome', async ({ receiver }) => {
  const statuses = Array.from({ length: 400 }, (_, index) => 200 + index)
  for (const status of statuses) {
    answers(receiver, status)
    const outcome = await deliver(receiver.origin)
    const expected = status < 300 ? 'delivered' : REJECTED.has(status) ? 'rejected' : 'retry'
    expect([status, outcome.outcome]).toEqual([status, expected])
    if (outcome.outcome === 'delivered') continue
    expect([status, outcome.reason]).toEqual([
      status,
      REASONS[status] ?? (status < 500 ? 'client' : 'server'),
    ])
  }
})

describe('a receiver', () => {
  test('that redirects is not followed', async ({ receiver }) => {
    answers(receiver, 302, { location: `${receiver.origin}/elsewhere` })
    expect(await deliver(`${receiver.origin}/here`)).toMatchObject({
      outcome: 'retry',
      reason: 'client',
    })
    expect(receiver.requests.map(({ path }) => path)).toEqual(['/here'])
  })

  test('that asks to wait is heard', async ({ receiver }) => {
    answers(receiver, 429, { 'retry-after': '120' })
    expect(await deliver(receiver.origin)).toMatchObject({
      reason: 'rate_limited',
      retryAfterMs: 120_000,
    })
    answers(receiver, 503, { 'retry-after': new Date(START_MS + 90_000).toUTCString() })
    expect(await deliver(receiver.origin)).toMatchObject({ reason: 'server', retryAfterMs: 90_000 })
  })

  test.for([
    [undefined, null],
    ['0', null],
    ['-5', null],
    ['soon', null],
    ['7', 7_000],
    [new Date(START_MS - 1_000).toUTCString(), null],
  ] as const)('Retry-After %j: %j', ([header, waitMs]) => {
    expect(parseRetryAfter(header, START_MS)).toBe(waitMs)
  })

  test('that answers without end is listened to up to a bound', async ({ receiver }) => {
    let written = 0
    receiver.answer((response) => {
      const more = () => {
        written += 65_536
        if (!response.destroyed) response.write('x'.repeat(65_536), more)
      }
      response.writeHead(500)
      more()
    })
    const outcome = await deliver(receiver.origin)
    expect(outcome).toMatchObject({ outcome: 'retry', reason: 'server' })
    expect(outcome.detail).toHaveLength(OUTBOX_LIMITS.detailLengthMax)
    expect(written).toBeLessThan(64 * 1024 * 1024)
  })

  test('that breaks off after its status has answered', async ({ receiver }) => {
    receiver.answer((response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('half', () => response.destroy())
    })
    expect(await deliver(receiver.origin)).toEqual({
      outcome: 'delivered',
      detail: 'HTTP 200: half',
    })
  })

  test('that breaks off before is tried again', async ({ receiver }) => {
    receiver.answer((response) => response.destroy())
    expect(await deliver(receiver.origin)).toEqual({
      outcome: 'retry',
      reason: 'unreachable',
      detail: 'ECONNRESET',
    })
  })

  test('that is not there is tried again', async ({ receiver }) => {
    const url = new URL(receiver.origin)
    url.port = '1'
    expect(await deliver(url.href)).toEqual({
      outcome: 'retry',
      reason: 'unreachable',
      detail: 'ECONNREFUSED',
    })
  })

  test('that does not speak TLS is tried again', async ({ receiver }) => {
    const outcome = await deliver(receiver.origin.replace('http:', 'https:'))
    expect(outcome).toMatchObject({ outcome: 'retry', reason: 'unreachable' })
  })

  test('that never answers is left when the time is over', async ({ receiver }) => {
    const attempt = new AbortController()
    receiver.answer(() => attempt.abort())
    expect(await deliver(receiver.origin, { signal: attempt.signal })).toEqual({
      outcome: 'retry',
      reason: 'cancelled',
      detail: 'broken off',
    })
  })

  test('that goes silent in the middle of its answer is left as well', async ({ receiver }) => {
    const attempt = new AbortController()
    receiver.answer((response) => {
      response.writeHead(200)
      response.write('half', () => attempt.abort())
    })
    const outcome = await deliver(receiver.origin, { signal: attempt.signal })
    expect(['cancelled', undefined]).toContain('reason' in outcome ? outcome.reason : undefined)
  })
})

describe('addresses', () => {
  const GUARDED = { allowPrivateReceivers: false }

  test('of this machine are refused without a connection', async ({ receiver }) => {
    const { port } = new URL(receiver.origin)
    const refused = {
      outcome: 'rejected',
      reason: 'client',
      detail: expect.stringContaining('private'),
    }
    for (const host of [
      '127.0.0.1',
      '0x7f000001',
      '2130706433',
      '[::ffff:127.0.0.1]',
      'localhost',
    ]) {
      expect(await deliver(`http://${host}:${port}/`, { addresses: GUARDED })).toEqual(refused)
    }
    expect(receiver.connections()).toBe(0)
  })

  test('are connected to as they were checked: a second answer of the name server is not asked for', async ({
    receiver,
  }) => {
    const { port } = new URL(receiver.origin)
    let asked = 0
    const addresses = {
      allowPrivateReceivers: true,
      resolve: async () => {
        asked += 1
        return [{ address: asked === 1 ? '127.0.0.1' : '127.0.0.99', family: 4 }]
      },
    }
    expect(await deliver(`http://receiver.example:${port}/`, { addresses })).toMatchObject({
      outcome: 'delivered',
    })
    expect(asked).toBe(1)
    expect(receiver.requests[0]?.headers.host).toBe(`receiver.example:${port}`)
  })

  test('of names that are private are refused', async ({ receiver }) => {
    const addresses = { ...GUARDED, resolve: async () => [{ address: '127.0.0.1', family: 4 }] }
    expect(
      await deliver(receiver.origin.replace('127.0.0.1', 'rebind.example'), { addresses }),
    ).toMatchObject({ outcome: 'rejected' })
    expect(receiver.connections()).toBe(0)
  })
})

describe('secrets', () => {
  test('do not come back in what an outcome says', async ({ receiver }) => {
    receiver.answer((response, { headers, path }) => {
      response.writeHead(500).end(`no: ${path} ${JSON.stringify(headers)} ${SECRET} user:hunter22`)
    })
    const url = `${receiver.origin.replace('//', '//user:hunter22@')}/hooks/T0K3NT0K3N?access_token=s3cr3ts3cr3t&n=1`
    const { detail } = await deliver(url)
    expect(detail).toContain('HTTP 500: no:')
    for (const secret of ['T0K3N', 's3cr3t', 'hunter22', 'MfKQ9r8', 'v1,'])
      expect(detail).not.toContain(secret)
  })

  test('also encoded ones, and a broken encoding does no harm', async ({ receiver }) => {
    answers(receiver, 500, {}, 'you sent pass word! and %E0%A4%A')
    const { detail } = await deliver(`${receiver.origin}/?key=pass%20word!&x=%E0%A4%A`)
    expect(detail).not.toContain('pass word')
  })

  test('nor in a failure to connect', async ({ receiver }) => {
    const url = new URL(receiver.origin)
    url.port = '1'
    expect((await deliver(`${url.href}s3cr3t?t=s3cr3ts3cr3t`)).detail).toBe('ECONNREFUSED')
  })
})

test('an address that is none is refused for good', async () => {
  expect(await deliver('not a url')).toEqual({
    outcome: 'rejected',
    reason: 'client',
    detail: 'the request cannot be made: ERR_INVALID_URL',
  })
})

test('nothing stays open after an attempt', async ({ receiver }) => {
  await deliver(receiver.origin)
  const { hostname, port } = new URL(receiver.origin)
  const probe = connect(Number(port), hostname)
  await once(probe, 'connect')
  probe.destroy()
  expect(receiver.connections()).toBeGreaterThan(0)
})

test('createChannel makes the channel its kind says', async ({ receiver }) => {
  const channel = createChannel(
    aWebhook({ config: { url: receiver.origin, secret: SECRET } } as never),
    surroundings(LOCAL),
  )
  const { signal } = new AbortController()
  expect(await channel.deliver(ENTRY, { signal, nowMs: START_MS })).toMatchObject({
    outcome: 'delivered',
  })
})
