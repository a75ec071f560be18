import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { LIVE_LIMITS } from '#config/limits.ts'
import { startGateway, type TestGateway } from '../simulators/acceptance/app-harness.ts'
import { effortOf, pause } from './effort.ts'
import { medianOf, OURS, quantileOf, tellFigure, tellRemark } from './figure.ts'
import { Dashboards } from './load/dashboards.ts'
import { addFleet } from './load/gateway-fleet.ts'
import { openSession } from './load/publisher.ts'
import { addProbeRule, publishLevel, SETPOINT } from './load/settling.ts'
import { cpuSecondsOf } from './processes.ts'

/**
 * How long until the last of a hundred and of a thousand dashboards has an alarm event, from the PUBLISH on, and new
 * readings that all of them watch, from the first dashboard that has them on: readings are shown at most once a
 * second, in ticks, so that the time from their PUBLISH says nothing. Beside it a server that does nothing but write
 * a text of that size to as many WebSockets.
 */
const COUNTS = [100, 1_000]
const WATCHED = 20
/** As long as ours are. */
const ALARM_BYTES = 900
const READINGS_BYTES = 90 * WATCHED
const ALARM = '42["alarm"'
const READING = '42["reading"'
const ARRIVAL_MS_MAX = 30_000
/** After it the same readings may be shown again. */
const READINGS_PAUSE_MS = LIVE_LIMITS.readingIntervalMs + LIVE_LIMITS.readingTickMs
const BARE = 'bare WebSockets'

/** Of each message: until the last dashboard has it, and what it cost. */
interface FanOut {
  readonly lastMs: number
  readonly cpuMs: number
}

interface Server {
  readonly who: string
  readonly pid: number
  readonly url: string
  readonly token: string | null
  raiseAlarm(): void
  sendReadings(): void
  watch(dashboards: Dashboards): void
}

/** What everybody is told. */
interface Kind {
  readonly title: string
  readonly beginning: string
  readonly timesARound: number
  readonly pauseMs: number
  send(server: Server): void
  /** When the time of the last dashboard begins. */
  beginsAt(sentAt: number, firstAt: number): number
}

const KINDS: readonly Kind[] = [
  {
    ...{ title: 'An alarm', beginning: ALARM, timesARound: 10, pauseMs: 50 },
    send: (server) => server.raiseAlarm(),
    beginsAt: (sentAt) => sentAt,
  },
  {
    ...{ title: 'Readings', beginning: READING, timesARound: 3, pauseMs: READINGS_PAUSE_MS },
    send: (server) => server.sendReadings(),
    beginsAt: (_, firstAt) => firstAt,
  },
]

async function tellEverybody(server: Server, dashboards: Dashboards, kind: Kind): Promise<FanOut> {
  const cpuBefore = cpuSecondsOf(server.pid)
  const all = dashboards.allHave(kind.beginning, ARRIVAL_MS_MAX)
  const sentAt = performance.now()
  kind.send(server)
  const { firstAt, lastAt } = await all
  const cpuMs = (cpuSecondsOf(server.pid) - cpuBefore) * 1_000
  await pause(kind.pauseMs)
  return { lastMs: lastAt - kind.beginsAt(sentAt, firstAt), cpuMs }
}

async function ourServer(gateway: TestGateway): Promise<Server> {
  const siteId = (await gateway.addSite('probe')).site.id
  const probe = await gateway.addDevice({ id: 'probe', profileId: 'tank', siteId })
  await addProbeRule(gateway)
  const socket = await openSession(gateway.mqttPort, probe)
  const fleet = await addFleet(gateway, WATCHED, { prefix: 'watched-', profileId: 'tank' })
  const watched: { readonly id: string; readonly socket: Socket }[] = []
  for (const { device } of fleet) {
    watched.push({ id: device.id, socket: await openSession(gateway.mqttPort, device) })
  }
  let [isHigh, level] = [false, 1]
  return {
    ...{ who: OURS, pid: gateway.process.pid },
    url: `${gateway.httpUrl.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`,
    token: String(gateway.api.headers.authorization).replace('Bearer ', ''),
    raiseAlarm: () => {
      isHigh = !isHigh
      publishLevel(socket, 'probe', SETPOINT + (isHigh ? 10 : -10))
    },
    sendReadings: () => {
      level += 0.01
      for (const { id, socket: each } of watched) publishLevel(each, id, level)
    },
    watch: (dashboards) => dashboards.watch(watched.map(({ id }) => id)),
  }
}

async function bareServer(): Promise<Server & { readonly child: ChildProcess }> {
  const child = fork(new URL('peers/fan-out-host.ts', import.meta.url))
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  const send = (beginning: string, bytes: number) => {
    child.send({ text: `${beginning},"${'x'.repeat(bytes - beginning.length)}"]` })
  }
  return {
    ...{ child, who: BARE, pid: child.pid ?? -1, url: `ws://127.0.0.1:${port}`, token: null },
    raiseAlarm: () => send(ALARM, ALARM_BYTES),
    sendReadings: () => send(READING, READINGS_BYTES),
    watch: () => undefined,
  }
}

function tellAll(name: string, found: ReadonlyMap<string, readonly (readonly FanOut[])[]>): void {
  const tell = (unit: string, of: (messages: readonly FanOut[]) => number) =>
    tellFigure({
      ...{ name, unit, better: 'less' },
      columns: [...found].map(([who, rounds]) => ({ who, rounds: rounds.map(of) })),
    })
  const times = (messages: readonly FanOut[]) => messages.map(({ lastMs }) => lastMs)
  tell('ms until the last dashboard has it, p50', (messages) => medianOf(times(messages)))
  tell('ms until the last dashboard has it, the most', (messages) => quantileOf(times(messages), 1))
  tell('CPU ms of the server a message', (messages) => {
    return messages.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / messages.length
  })
}

async function measure(servers: readonly Server[], count: number, rounds: number): Promise<void> {
  const opened = await Promise.all(
    servers.map(async (server) => {
      const dashboards = await Dashboards.open(server.url, count, server.token)
      server.watch(dashboards)
      return { server, dashboards }
    }),
  )
  await pause(READINGS_PAUSE_MS)
  for (const kind of KINDS) {
    const found = new Map(servers.map(({ who }) => [who, [] as FanOut[][]]))
    for (let round = 0; round < rounds; round += 1) {
      for (const { server, dashboards } of opened) {
        const messages: FanOut[] = []
        while (messages.length < kind.timesARound) {
          messages.push(await tellEverybody(server, dashboards, kind))
        }
        found.get(server.who)?.push(messages)
      }
    }
    tellAll(`${kind.title}, ${count} dashboards`, found)
  }
  for (const { dashboards } of opened) await dashboards.close()
}

async function run(): Promise<void> {
  const { rounds } = effortOf({ rounds: 5, seconds: 1 })
  await using gateway = await startGateway({ settings: { VIGIL_LOG_LEVEL: 'warn' } })
  const bare = await bareServer()
  const servers = [await ourServer(gateway), bare]
  for (const count of COUNTS) await measure(servers, count, rounds)
  tellRemark(`All dashboards see the whole district, and watch ${WATCHED} devices.`)
  bare.child.disconnect()
}

await run()
