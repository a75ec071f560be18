import { startGateway, type TestGateway } from '../simulators/acceptance/app-harness.ts'
import { effortOf } from './effort.ts'
import { type Figure, type Limit, OURS, tellFigure, tellRemark } from './figure.ts'
import {
  acknowledgedRate,
  elsewhere,
  type Load,
  type LoadMember,
} from './load/acknowledged-rate.ts'
import { DeviceClock } from './load/device-clock.ts'
import { addFleet } from './load/gateway-fleet.ts'
import { USUAL_PAYLOAD } from './load/payload.ts'
import { Settling } from './load/settling.ts'
import { TOP_LOAD } from './load/top-rate.ts'
import { type PeerBroker, startAedes, startByHand, startMosquitto } from './peers/brokers.ts'
import { cpuSecondsOf, pinApart, unpin } from './processes.ts'

/**
 * Messages of four readings acknowledged a second by the whole gateway — on disk, judged, on their way
 * to the time series — beside bare aedes and Mosquitto, which keep nothing, and a server that only finds
 * where frames end. All take turns, round after round, and the gateway is through with what it took
 * before the next one begins.
 */
const LOADS: readonly (Load & { readonly limits: readonly Limit[] })[] = [
  { connections: 1, inFlight: 1, limits: [] },
  { connections: 1, inFlight: 1_000, limits: [] },
  { connections: 100, inFlight: 50, limits: [atLeast('bare aedes', 2)] },
  { connections: 1_000, inFlight: 10, limits: [atLeast('bare aedes', 2)] },
  { connections: 1_000, inFlight: 1, limits: [atLeast('by hand', 0.85)] },
]
const DEVICES = Math.max(...LOADS.map(({ connections }) => connections))
const WARM_UP_SECONDS = 3
/** A single device sends faster than milliseconds pass: it reads out its memory of the last hours. */
const BACKLOG_MS = 12 * 3_600_000

function atLeast(peer: string, bound: number) {
  return { peer, is: 'at least', bound } as const
}

interface Members {
  readonly fleet: readonly LoadMember[]
  /** For loads of one connection. */
  readonly single: readonly LoadMember[]
}

class Comparison {
  readonly #gateway: TestGateway
  readonly #settling: Settling
  readonly #ours: Members
  readonly #atPeers: Members
  readonly #peers: readonly PeerBroker[]
  readonly #seconds: number

  constructor(parts: {
    readonly gateway: TestGateway
    readonly settling: Settling
    readonly members: Members
    readonly peers: readonly PeerBroker[]
    readonly seconds: number
  }) {
    this.#gateway = parts.gateway
    this.#settling = parts.settling
    const { fleet, single } = parts.members
    this.#ours = parts.members
    this.#atPeers = { fleet: elsewhere(fleet), single: elsewhere(single) }
    this.#peers = parts.peers
    this.#seconds = parts.seconds
  }

  /** Each server has compiled what it runs often before the first round counts. */
  async warmUp(): Promise<void> {
    const { mqttPort: port } = this.#gateway
    await this.#measure({ port, members: this.#ours, load: TOP_LOAD, seconds: WARM_UP_SECONDS })
    for (const { port } of this.#peers) {
      const members = this.#atPeers
      await this.#measure({ port, members, load: TOP_LOAD, seconds: WARM_UP_SECONDS })
    }
    await this.#settling.settled()
  }

  async run(load: (typeof LOADS)[number], rounds: number): Promise<void> {
    const acknowledged = new Map<string, number[]>([[OURS, []]])
    const costs = new Map<string, number[]>([[OURS, []]])
    const through: number[] = []
    const seconds = this.#seconds
    const { mqttPort } = this.#gateway
    for (let round = 0; round < rounds; round += 1) {
      const cpuBefore = cpuSecondsOf(this.#gateway.process.pid)
      const beganAt = performance.now()
      const { perSecond, messagesOfAll } = await this.#measure({
        ...{ port: mqttPort, members: this.#ours, load, seconds },
      })
      await this.#settling.settled()
      const elapsedMs = performance.now() - beganAt
      const cpu = cpuSecondsOf(this.#gateway.process.pid) - cpuBefore
      keep(acknowledged, OURS, perSecond)
      keep(costs, OURS, (cpu * 1_000_000) / messagesOfAll)
      through.push(messagesOfAll / (elapsedMs / 1_000))
      for (const { name, port, pid } of this.#peers) {
        const before = cpuSecondsOf(pid)
        const ofPeer = await this.#measure({ port, members: this.#atPeers, load, seconds })
        keep(acknowledged, name, ofPeer.perSecond)
        const cpuSeconds = cpuSecondsOf(pid) - before
        keep(costs, name, (cpuSeconds * 1_000_000) / ofPeer.messagesOfAll)
      }
    }
    const name = `${load.connections.toLocaleString('en')} × ${load.inFlight.toLocaleString('en')} in flight`
    const mosquitto = this.#peers.find((peer) => peer.name.startsWith('Mosquitto'))
    const ahead = load.limits.length > 0 && mosquitto !== undefined
    const limits = [...load.limits, ...(ahead ? [atLeast(mosquitto.name, 1)] : [])]
    tellFigure({
      ...{ name, unit: 'messages acknowledged/s', better: 'more', limits },
      columns: columnsOf(acknowledged),
    })
    const stored = { name, unit: 'messages judged and stored/s', better: 'more' } as const
    tellFigure({ ...stored, columns: [{ who: OURS, rounds: through }] })
    const cpu = { name, unit: 'CPU seconds a million messages', better: 'less' } as const
    tellFigure({ ...cpu, columns: columnsOf(costs) })
  }

  #measure(asked: { port: number; members: Members; load: Load; seconds: number }) {
    const { port, load, seconds } = asked
    const { fleet, single } = asked.members
    const members = load.connections === 1 ? single : fleet
    return acknowledgedRate({ port, members, load, form: USUAL_PAYLOAD, seconds })
  }
}

function keep(rounds: Map<string, number[]>, who: string, value: number): void {
  rounds.set(who, [...(rounds.get(who) ?? []), value])
}

function columnsOf(rounds: ReadonlyMap<string, readonly number[]>): Figure['columns'] {
  return [...rounds].map(([who, values]) => ({ who, rounds: values }))
}

async function startPeers(): Promise<readonly PeerBroker[]> {
  const mosquitto = await startMosquitto()
  if (mosquitto === null) tellRemark('Mosquitto is left out: it is not installed.')
  return [await startAedes(), ...(mosquitto === null ? [] : [mosquitto]), await startByHand()]
}

async function run(): Promise<void> {
  const { rounds, seconds } = effortOf({ rounds: 5, seconds: 2 })
  await using gateway = await startGateway({ settings: { VIGIL_LOG_LEVEL: 'warn' } })
  const fleet = await addFleet(gateway, DEVICES)
  const [single] = await addFleet(gateway, 1, { prefix: 'single' })
  if (single === undefined) throw new Error('there is no single device')
  const peers = await startPeers()
  const settling = await Settling.open(gateway)
  const isPinned = pinApart(peers.map(({ pid }) => pid))
  unpin(gateway.process.pid)
  tellRemark(
    isPinned
      ? 'The load generator has the last core, each peer the others; the gateway has all of them.'
      : 'Nothing is pinned to a core.',
  )
  const memory = { ...single, clock: DeviceClock.backlog(BACKLOG_MS) }
  const comparison = new Comparison({
    ...{ gateway, settling, peers, seconds },
    members: { fleet, single: [memory] },
  })
  await comparison.warmUp()
  for (const load of LOADS) await comparison.run(load, rounds)
  const [duplicates, late, skewed] = [
    await settling.instrument('vigil_readings_duplicate_total'),
    await settling.instrument('vigil_readings_late_total'),
    await settling.instrument('vigil_readings_skewed_total'),
  ]
  tellRemark(
    `Of all readings ${duplicates} were repeats, ${late} late (those of 1 × N), ${skewed} ahead of the clock.`,
  )
  await settling.close()
  for (const peer of peers) await peer.stop()
}

await run()
