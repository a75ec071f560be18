import { Webhook } from 'standardwebhooks'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parseAnswerScript } from './answer-script.ts'
import { SmsSink } from './sms-sink.ts'
import { WebhookReceiver } from './webhook-receiver.ts'

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

async function aSink() {
  const sink = new SmsSink()
  await sink.start()
  onTestFinished(() => sink.stop())
  return sink
}

const post = (url: string, body: string) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })

describe('SmsSink', () => {
  test('keeps what it was sent and answers it as JSON', async () => {
    const sink = await aSink()
    const answer = await post(sink.url, '{"phone":"10000000001","text":"三级报警"}')
    expect(answer.status).toBe(200)
    const listed = await (await fetch(`${sink.url}messages`)).json()
    expect(listed).toMatchObject({ items: [{ id: 1, phone: '10000000001', text: '三级报警' }] })
  })

  test.each(['not json', '{}', '{"phone":"1"}', '{"phone":5,"text":"x"}', '[]'])(
    'refuses %s',
    async (body) => {
      const sink = await aSink()
      expect((await post(sink.url, body)).status).toBe(400)
      expect(sink.messages).toEqual([])
    },
  )

  test('forgets the oldest above 500', async () => {
    const sink = await aSink()
    for (let count = 1; count <= 503; count += 1) {
      await post(sink.url, JSON.stringify({ phone: '1', text: `m${count}` }))
    }
    expect(sink.messages).toHaveLength(500)
    expect(sink.messages[0]?.text).toBe('m4')
  })

  test('streams new messages, each in one event whatever its text', async () => {
    const sink = await aSink()
    const stream = await fetch(`${sink.url}events`)
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
    onTestFinished(async () => await reader?.cancel())
    const text = 'line one\n\ndata: <script>alert(1)</script>'
    await post(sink.url, JSON.stringify({ phone: '1', text }))
    let received = ''
    while (!received.includes('data: ')) received += (await reader?.read())?.value ?? ''
    const data = /^data: (.*)$/m.exec(received)?.[1] ?? ''
    expect(JSON.parse(data).text).toBe(text)
  })

  test('serves a page that runs no inline script', async () => {
    const sink = await aSink()
    const page = await fetch(sink.url)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(await page.text()).not.toMatch(/<script>|onclick=/)
    for (const part of ['page.js', 'page.css']) {
      expect((await fetch(`${sink.url}${part}`)).status).toBe(200)
    }
    expect((await fetch(`${sink.url}../sms-sink.ts`)).status).toBe(404)
  })
})

async function aReceiver(answers: string, secret = SECRET) {
  const receiver = new WebhookReceiver({ secret, answers })
  await receiver.start()
  onTestFinished(() => receiver.stop())
  return receiver
}

function send(url: string, id: string, body: string, secret = SECRET) {
  const at = new Date()
  return fetch(url, {
    method: 'POST',
    redirect: 'manual',
    signal: AbortSignal.timeout(400),
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, at, body),
    },
    body,
  })
}

describe('WebhookReceiver', () => {
  const body = '{"type":"alarm.raised","timestamp":"2026-11-23T00:00:00Z","data":{"id":"a1"}}'

  test('keeps one entry an id, delivered once it answered 2xx', async () => {
    const receiver = await aReceiver('500*2')
    for (const status of [500, 500, 200]) {
      expect((await send(receiver.url, 'msg_1', body)).status).toBe(status)
    }
    expect(receiver.ledger()).toMatchObject([
      { id: 'msg_1', type: 'alarm.raised', data: { id: 'a1' }, delivered: true },
    ])
    expect(receiver.ledger()[0]?.attempts).toHaveLength(3)
  })

  test('a wrong signature is refused and never counts as delivered', async () => {
    const receiver = await aReceiver('')
    const other = `whsec_${Buffer.alloc(32, 8).toString('base64')}`
    expect((await send(receiver.url, 'msg_1', body, other)).status).toBe(401)
    expect(receiver.ledger()[0]?.delivered).toBe(false)
  })

  test('a request without an id is counted apart', async () => {
    const receiver = await aReceiver('')
    expect((await post(receiver.url, body)).status).toBe(400)
    expect(receiver.unsigned).toBe(1)
    expect(receiver.ledger()).toEqual([])
  })

  test('plays bad receivers', async () => {
    const receiver = await aReceiver('429:7,redirect:http://127.0.0.1:1/,hang,reset,half')
    const slowed = await send(receiver.url, 'a', body)
    expect([slowed.status, slowed.headers.get('retry-after')]).toEqual([429, '7'])
    expect((await send(receiver.url, 'b', body)).status).toBe(302)
    await expect(send(receiver.url, 'c', body)).rejects.toThrow(/timeout/)
    await expect(send(receiver.url, 'd', body)).rejects.toThrow('fetch failed')
    await expect(send(receiver.url, 'e', body).then((answer) => answer.text())).rejects.toThrow()
    expect(receiver.ledger().some(({ delivered }) => delivered)).toBe(false)
  })
})

describe('parseAnswerScript', () => {
  test('repeats, waits and ends in 200', () => {
    const next = parseAnswerScript('503*2,429date:60,reset', () => 0)
    expect([next(), next(), next(), next(), next()]).toEqual([
      { kind: 'status', status: 503 },
      { kind: 'status', status: 503 },
      { kind: 'status', status: 429, retryAfter: 'Thu, 01 Jan 1970 00:01:00 GMT' },
      { kind: 'reset' },
      { kind: 'status', status: 200 },
    ])
  })

  test('refuses what it does not know', () => {
    expect(() => parseAnswerScript('explode', () => 0)()).toThrow('no answer')
  })
})
