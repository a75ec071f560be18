import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { io, type Socket } from 'socket.io-client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Alarm } from '#alerting/alarms/alarm.ts'
import { type DeviceId, MARK, type Reading } from '#alerting/reading.ts'
import { HTTP_LIMITS, LIVE_LIMITS } from '#config/limits.ts'
import type {
  AlarmEvent,
  ClientToServerEvents,
  DeviceEvent,
  Heartbeat,
  LiveReading,
  ServerToClientEvents,
  Snapshot,
} from '../contract.ts'
import { buildDistrict, type District } from '../http/http-server.suite.ts'
import { SESSION_COOKIE } from '../same-origin.ts'
import { LiveFeed } from './live-feed.ts'

/** A screen: keeps what it is shown and can be waited for. */
class Screen {
  readonly socket: Socket<ServerToClientEvents, ClientToServerEvents>
  readonly snapshots: Snapshot[] = []
  readonly alarms: AlarmEvent[] = []
  readonly devices: DeviceEvent[] = []
  readonly readings: LiveReading[] = []
  readonly heartbeats: Heartbeat[] = []
  refusal: string | null = null

  constructor(url: string, options: Parameters<typeof io>[1]) {
    this.socket = io(url, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      ...options,
    })
    this.socket.on('snapshot', (snapshot) => this.snapshots.push(snapshot))
    this.socket.on('alarm', (alarm) => this.alarms.push(alarm))
    this.socket.on('device', (event) => this.devices.push(event))
    this.socket.on('reading', (readings) => this.readings.push(...readings))
    this.socket.on('heartbeat', (heartbeat) => this.heartbeats.push(heartbeat))
    this.socket.on('connect_error', (error) => {
      this.refusal = error.message
    })
  }

  async ready(): Promise<this> {
    await expect.poll(() => this.snapshots.length > 0 || this.refusal !== null).toBe(true)
    return this
  }

  sequences(): number[] {
    return this.alarms.map((alarm) => alarm.sequence)
  }

  watch(request: unknown): Promise<{ ok: boolean; error?: string }> {
    return this.socket.emitWithAck('watch', request as { deviceIds: string[] })
  }
}

let folder: string
let district: District
let stopDistrict: () => Promise<void>
let feed: LiveFeed
let url: string
let screens: Screen[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigil-live-'))
  const built = await buildDistrict(folder)
  district = built.district
  stopDistrict = built.stop
  feed = new LiveFeed({
    clock: district.clock,
    registry: district.registry,
    accounts: district.accounts,
    alarmLoad: district.services.alarmLoad,
    allowedOrigins: [],
  })
  screens = []
  district.alarms.onChange(({ alarm }) => feed.alarmChanged(alarm))
  district.registry.onChange((change) => feed.registryChanged(change))
  feed.start(district.app.server, district.alarms.openAlarms())
  await district.app.listen({ host: '127.0.0.1', port: 0 })
  url = `http://127.0.0.1:${(district.app.server.address() as AddressInfo).port}`
})

afterEach(async () => {
  for (const screen of screens) screen.socket.disconnect()
  await feed.stop()
  await stopDistrict()
  expect(district.clock.waiting).toBe(0)
  await rm(folder, { recursive: true, force: true })
})

function open(options: Parameters<typeof io>[1]): Screen {
  const screen = new Screen(url, options)
  screens.push(screen)
  return screen
}

async function openAs(username: string, headers: Record<string, string> = {}): Promise<Screen> {
  const cookie = `${SESSION_COOKIE}=${await district.sessionOf(username)}`
  return open({ extraHeaders: { cookie, ...headers } }).ready()
}

function aReading(deviceId: string, value: number): Reading {
  return {
    deviceId: deviceId as DeviceId,
    point: 'lel',
    observedAtMs: district.clock.nowMs(),
    arrivedAtMs: district.clock.nowMs(),
    value,
    quality: 'good',
    marks: MARK.none,
  }
}

describe('LiveFeed', () => {
  it('sends a snapshot and then every change in order, numbered without gaps', async () => {
    const id = await district.raise('a')
    const screen = await openAs('operator-a')
    expect(screen.snapshots[0]).toMatchObject({
      sequence: 0,
      openTotal: 1,
      alarms: [
        {
          id,
          state: 'unacknowledged',
          deviceName: 'gas a',
          territory: ['district 名', 'town-a 名'],
        },
      ],
      counts: { byGrade: { '3': { open: 1, unacknowledged: 1 } }, byState: { unacknowledged: 1 } },
    })
    const deed = { actor: 'operator-a' }
    await district.alarmVerbs.acknowledge(id, deed)
    await district.alarmVerbs.comment(id, { ...deed, note: '已派人' })
    await district.clear('a')
    await district.alarmVerbs.reset(id, deed)
    await expect.poll(() => screen.alarms.at(-1)?.state).toBe('normal')
    expect(screen.alarms.map((alarm) => alarm.state)).toEqual([
      'acknowledged',
      'acknowledged',
      'latched-acknowledged',
      'normal',
    ])
    expect(screen.sequences()).toEqual([1, 2, 3, 4])
    screen.socket.emit('resync')
    await district.clock.advanceBy(LIVE_LIMITS.heartbeatIntervalMs)
    await expect.poll(() => screen.snapshots[1]).toMatchObject({ sequence: 4, openTotal: 0 })
  })

  it('shows each account its own territory, without gaps where others saw something', async () => {
    const [ofA, ofB, all] = await Promise.all([
      openAs('operator-a'),
      openAs('viewer-b'),
      openAs('admin'),
    ])
    const a = await district.raise('a')
    const b = await district.raise('b')
    await district.alarmVerbs.acknowledge(a, { actor: 'x' })
    await district.alarmVerbs.acknowledge(b, { actor: 'x' })
    await expect.poll(() => all.alarms.length).toBe(4)
    await expect.poll(() => [ofA.alarms.length, ofB.alarms.length]).toEqual([2, 2])
    expect(ofA.alarms.every((alarm) => alarm.id === a)).toBe(true)
    expect(ofB.alarms.every((alarm) => alarm.id === b)).toBe(true)
    expect([ofA.sequences(), ofB.sequences(), all.sequences()]).toEqual([
      [1, 2],
      [1, 2],
      [1, 2, 3, 4],
    ])
    feed.deviceChanged({ deviceId: 'gas-b', status: 'silent', at: new Date().toISOString() })
    await district.clock.advanceBy(LIVE_LIMITS.heartbeatIntervalMs)
    await expect
      .poll(() => [ofA, ofB, all].map((screen) => screen.heartbeats.length))
      .toEqual([1, 1, 1])
    const openOf = (screen: Screen) => screen.heartbeats[0]?.counts.byGrade['3'].open
    expect([openOf(ofA), openOf(ofB), openOf(all)]).toEqual([1, 1, 2])
    expect([ofA, ofB, all].map((screen) => screen.devices.length)).toEqual([0, 1, 1])
  })

  it('shows the readings of devices that are watched and may be seen', async () => {
    const screen = await openAs('operator-a')
    expect(await screen.watch({ deviceIds: ['gas-a'] })).toEqual({ ok: true })
    feed.hear([aReading('gas-a', 1), aReading('gas-b', 2)])
    await district.clock.advanceBy(LIVE_LIMITS.readingTickMs)
    await expect.poll(() => screen.readings).toMatchObject([{ deviceId: 'gas-a', value: 1 }])
    expect(await screen.watch({ deviceIds: ['gas-a', 'gas-b'] })).toEqual({
      ok: false,
      error: 'not_found',
    })
    expect(await screen.watch({ deviceIds: ['gas-a', 'no-such'] })).toEqual({
      ok: false,
      error: 'not_found',
    })
    feed.hear([aReading('gas-a', 3), aReading('gas-b', 4)])
    await district.clock.advanceBy(LIVE_LIMITS.readingIntervalMs)
    await expect.poll(() => screen.readings.map((reading) => reading.value)).toEqual([1, 3])
  })

  it('takes nothing from a client as it comes', async () => {
    const screen = await openAs('operator-a')
    for (const request of [null, 'gas-a', {}, { deviceIds: 'gas-a' }, { deviceIds: [{}] }]) {
      expect(await screen.watch(request)).toEqual({ ok: false, error: 'invalid_request' })
    }
    const tooMany = Array.from({ length: LIVE_LIMITS.watchedDevicesMax + 1 }, (_, i) => `d${i}`)
    expect(await screen.watch({ deviceIds: tooMany })).toMatchObject({ error: 'invalid_request' })
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => screen.watch({ deviceIds: ['gas-a'] })),
    )
    expect(answers.filter((answer) => answer.error === 'too_many_attempts').length).toBe(16)
    screen.socket.emit('watch', { deviceIds: ['gas-a'] } as never, undefined as never)
    const closed = new Promise((resolve) => screen.socket.on('disconnect', resolve))
    await screen.watch({ deviceIds: ['x'.repeat(LIVE_LIMITS.messageBytesMax)] }).catch(() => null)
    await closed
  })

  it('no longer shows what moved to another territory', async () => {
    const screen = await openAs('operator-a')
    await screen.watch({ deviceIds: ['gas-a'] })
    await district.registry.patchDevice('gas-a', { siteId: 'site-b' })
    feed.hear([aReading('gas-a', 9)])
    await district.clock.advanceBy(LIVE_LIMITS.heartbeatIntervalMs)
    await expect.poll(() => screen.heartbeats.length).toBe(1)
    expect(screen.readings).toEqual([])
  })
})

describe('who is let in to the live feed', () => {
  it.each([
    ['nobody', {}],
    ['a made-up cookie', { extraHeaders: { cookie: `${SESSION_COOKIE}=AAAA` } }],
    ['a made-up token', { auth: { token: 'AAAA' } }],
    ['a token that is no text', { auth: { token: { $ne: 1 } } }],
    ['a JWT without signature', { auth: { token: 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.' } }],
  ])('not %s', async (_, options) => {
    const screen = await open(options).ready()
    expect(screen.refusal).toBe('unauthenticated')
    expect(screen.snapshots).toEqual([])
  })

  it.each(['http://evil.example', 'null', 'http://127.0.0.1:1'])(
    'not a page of the origin %s, whatever cookie it carries',
    async (origin) => {
      const screen = await openAs('admin', { origin })
      expect(screen.refusal).not.toBeNull()
      expect(screen.snapshots).toEqual([])
    },
  )

  it('a page of our own, and a program with a token that may read', async () => {
    expect((await openAs('admin', { origin: url })).snapshots).toHaveLength(1)
    const admin = await district.as('admin')
    const made = async (scopes: string[]) =>
      (await admin('POST', '/api/v1/tokens', { name: 'x', scopes })).json().token
    const reader = await open({ auth: { token: await made(['read']) } }).ready()
    expect(reader.snapshots).toHaveLength(1)
    const ingester = await open({ auth: { token: await made(['ingest']) } }).ready()
    expect(ingester.refusal).toBe('unauthenticated')
  })

  it('not by polling', async () => {
    const answer = await fetch(`${url}/socket.io/?EIO=4&transport=polling`)
    expect(answer.status).toBe(400)
  })

  it('nobody whose session has ended: at once on logging out, else within a heartbeat', async () => {
    const token = await district.sessionOf('operator-a')
    const left = await open({ extraHeaders: { cookie: `${SESSION_COOKIE}=${token}` } }).ready()
    const expiring = await openAs('operator-a')
    await district.accounts.logout(token)
    await expect.poll(() => left.socket.connected).toBe(false)
    expect(expiring.socket.connected).toBe(true)
    await district.clock.advanceBy(HTTP_LIMITS.sessionLifetimeMs)
    await expect.poll(() => expiring.socket.connected).toBe(false)
    expect(feed.stats()).toEqual({ connections: 0, dropped: 0 })
  })

  it('an account that moves gets the snapshot of its new territory and no reading of the old', async () => {
    await district.raise('a')
    const screen = await openAs('viewer-a')
    await screen.watch({ deviceIds: ['gas-a'] })
    const user = district.accounts.userByName('viewer-a')
    await district.accounts.patchUser(user?.id ?? '', { organizationId: 'town-b' })
    await district.clock.advanceBy(LIVE_LIMITS.heartbeatIntervalMs)
    await expect.poll(() => screen.snapshots.map((snapshot) => snapshot.openTotal)).toEqual([1, 0])
    feed.hear([aReading('gas-a', 5)])
    await district.clock.advanceBy(LIVE_LIMITS.heartbeatIntervalMs)
    await expect.poll(() => screen.heartbeats.length).toBeGreaterThan(1)
    expect(screen.readings).toEqual([])
  })
})

describe('a screen that does not read', () => {
  /** Speaks just enough of the protocol to get in, then never reads again. */
  async function openFrozen(): Promise<WebSocket> {
    const made = await (await district.as('admin'))('POST', '/api/v1/tokens', {
      name: 'frozen',
      scopes: ['read'],
    })
    const socket = new WebSocket(
      `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`,
    )
    const messages: string[] = []
    socket.on('message', (data) => messages.push(String(data)))
    await expect.poll(() => messages.length).toBe(1)
    socket.send(`40${JSON.stringify({ token: made.json().token })}`)
    await expect.poll(() => messages.some((text) => text.includes('snapshot'))).toBe(true)
    socket.pause()
    return socket
  }

  it('is dropped, and delays nobody', async () => {
    const id = await district.raise('a')
    const healthy = await openAs('admin')
    const frozen = await openFrozen()
    const alarm = district.alarms.alarm(id) as Alarm
    const padded = { ...alarm, title: { zh: '漏'.repeat(100), en: 'x'.repeat(100) } }
    const total = LIVE_LIMITS.clientBacklogAlarmsMax - 1_000
    const before = process.memoryUsage().heapUsed
    for (let revision = 2; revision <= total; revision += 1) {
      feed.alarmChanged({ ...padded, revision })
      if (revision % 500 === 0) await new Promise(setImmediate)
    }
    await expect.poll(() => healthy.alarms.length).toBe(total - 1)
    expect(healthy.sequences()).toEqual(Array.from({ length: total - 1 }, (_, i) => i + 1))
    expect(feed.stats().dropped).toBe(0)
    await district.clock.advanceBy(LIVE_LIMITS.clientStallMsMax + LIVE_LIMITS.heartbeatIntervalMs)
    await expect.poll(() => feed.stats()).toEqual({ connections: 1, dropped: 1 })
    expect(healthy.socket.connected).toBe(true)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(150 * 1024 * 1024)
    frozen.terminate()
  })

  it('is dropped at once when too much waits for it', async () => {
    const id = await district.raise('a')
    const frozen = await openFrozen()
    const alarm = district.alarms.alarm(id) as Alarm
    for (let sent = 0; feed.stats().dropped === 0; sent += 1) {
      feed.alarmChanged({ ...alarm, revision: sent + 2 })
      if (sent % 1_000 === 0) await new Promise(setImmediate)
      expect(sent).toBeLessThan(4 * LIVE_LIMITS.clientBacklogAlarmsMax)
    }
    await expect.poll(() => feed.stats().connections).toBe(0)
    frozen.terminate()
  })

  it('cannot ask for snapshots faster than once a second', async () => {
    const screen = await openAs('admin')
    for (let asked = 0; asked < 100; asked += 1) screen.socket.emit('resync')
    await screen.watch({ deviceIds: [] })
    expect(screen.snapshots).toHaveLength(1)
    await district.clock.advanceBy(LIVE_LIMITS.heartbeatIntervalMs)
    await expect.poll(() => screen.snapshots.length).toBe(2)
  })

  it('or that sends a message in a hundred pieces is cut off', async () => {
    const frozen = await openFrozen()
    const closed = new Promise((resolve) => frozen.on('close', resolve))
    frozen.resume()
    for (let piece = 0; piece < 100; piece += 1) frozen.send('x', { fin: false })
    await closed
    expect(feed.stats().connections).toBe(0)
  })
})
