import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DeviceId, MARK } from '#alerting/reading.ts'
import { LIVE_LIMITS } from '#config/limits.ts'
import type { ClientToServerEvents, ServerToClientEvents } from '../contract.ts'
import { buildDistrict, type District } from '../http/http-server.suite.ts'
import { SESSION_COOKIE } from '../same-origin.ts'
import { LiveFeed } from './live-feed.ts'

/**
 * Who sees what, over every live event. A new event does not compile here until it says how town b
 * brings it about; a new message from a client, until it says what it may ask for.
 */
type Told = keyof ServerToClientEvents
type Asked = keyof ClientToServerEvents
type Screen = Socket<ServerToClientEvents, ClientToServerEvents>

let folder: string
let district: District
let stop: () => Promise<void>
let feed: LiveFeed
const screens = new Map<string, { socket: Screen; heard: [Told, string][] }>()

const ASK: Readonly<Record<Asked, (screen: Screen) => Promise<unknown>>> = {
  watch: (screen) => screen.emitWithAck('watch', { deviceIds: ['gas-a', 'gas-b'] }),
  resync: async (screen) => screen.emit('resync'),
}

/** Something of town b happens. */
const HAPPEN: Readonly<Record<Told, () => Promise<unknown> | unknown>> = {
  alarm: () => district.raise('b'),
  snapshot: () => district.clock.advanceBy(LIVE_LIMITS.snapshotIntervalMs),
  device: () =>
    feed.deviceChanged({ deviceId: 'gas-b', status: 'silent', at: new Date(0).toISOString() }),
  reading: () => {
    const atMs = district.clock.nowMs()
    const times = { observedAtMs: atMs, arrivedAtMs: atMs }
    const deviceId = 'gas-b' as DeviceId
    feed.hear([{ deviceId, point: 'lel', value: 30, quality: 'good', marks: MARK.none, ...times }])
    return district.clock.advanceBy(LIVE_LIMITS.readingTickMs)
  },
  heartbeat: () => district.clock.advanceBy(LIVE_LIMITS.heartbeatIntervalMs),
}

/** What of town b an event can show; a heartbeat shows numbers only: those of town b are not 0. */
const OF_B: Readonly<Record<Told, RegExp>> = {
  alarm: /gas-b|town-b/,
  snapshot: /gas-b|town-b/,
  device: /gas-b/,
  reading: /gas-b/,
  heartbeat: /"open":[1-9]/,
}
const EVENTS = Object.keys(OF_B) as Told[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigil-live-territory-'))
  const built = await buildDistrict(folder)
  district = built.district
  stop = built.stop
  const { clock, registry, accounts } = district
  const { alarmLoad } = district.services
  feed = new LiveFeed({ clock, registry, accounts, alarmLoad, allowedOrigins: [] })
  district.alarms.onChange(({ alarm }) => feed.alarmChanged(alarm))
  feed.start(district.app.server, [])
  await district.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = district.app.server.address() as AddressInfo
  for (const name of ['admin-a', 'operator-a', 'viewer-b', 'admin']) {
    const cookie = `${SESSION_COOKIE}=${await district.sessionOf(name)}`
    const socket: Screen = io(`http://127.0.0.1:${port}`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      extraHeaders: { cookie },
    })
    const heard: [Told, string][] = []
    for (const event of EVENTS) {
      socket.on(event, (payload: unknown) => heard.push([event, JSON.stringify(payload)]))
    }
    screens.set(name, { socket, heard })
  }
})

afterAll(async () => {
  for (const { socket } of screens.values()) socket.disconnect()
  await feed.stop()
  await stop()
  await rm(folder, { recursive: true, force: true })
})

function saw(name: string, event: Told): boolean {
  const heard = screens.get(name)?.heard ?? []
  return heard.some(([told, payload]) => told === event && OF_B[event].test(payload))
}

it('no live event shows an account anything outside its territory, whatever it asks for', async () => {
  for (const { heard } of screens.values()) await expect.poll(() => heard.length).toBe(1)
  for (const { socket } of screens.values()) {
    for (const ask of Object.values(ASK)) await ask(socket)
  }
  for (const happen of Object.values(HAPPEN)) await happen()
  for (const { socket } of screens.values()) await ASK.resync(socket)
  await HAPPEN.heartbeat()
  for (const event of EVENTS) {
    // Town b's own account and the district's see it: so it would have been seen.
    await expect
      .poll(() => [event, saw('viewer-b', event), saw('admin', event)])
      .toEqual([event, true, true])
    expect([event, saw('admin-a', event), saw('operator-a', event)]).toEqual([event, false, false])
  }
})
