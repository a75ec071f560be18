import { JOURNAL_LIMITS } from '#config/limits.ts'
import { startGateway } from '../simulators/acceptance/app-harness.ts'
import { effortOf, pause } from './effort.ts'
import { OURS, quantileOf, tellFigure, tellRemark } from './figure.ts'
import { elsewhere, type LoadMember } from './load/acknowledged-rate.ts'
import { addFleet } from './load/gateway-fleet.ts'
import { PacedLoad } from './load/paced-load.ts'
import { USUAL_PAYLOAD } from './load/payload.ts'
import { Settling } from './load/settling.ts'
import { TOP_LOAD, topRateOf } from './load/top-rate.ts'
import { startAedes, startByHand, startMosquitto } from './peers/brokers.ts'

/**
 * How long from a PUBLISH to its PUBACK, which ours gives after the disk has the readings, beside servers that keep
 * nothing: all are offered the same number of messages a second, a share of the most that ours takes, in turns.
 * Ours may take longer by one commit interval of the journal, for that is what it waits for.
 */
const SHARES = [0.05, 0.3, 0.8]
const WARM_UP_MS = 1_000
const AEDES = 'bare aedes'

interface Round {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly behindMs: number
}

async function measure(
  port: number,
  {
    members,
    perSecond,
    seconds,
  }: { members: readonly LoadMember[]; perSecond: number; seconds: number },
): Promise<Round> {
  const load = await PacedLoad.start({ port, members, form: USUAL_PAYLOAD, perSecond })
  await pause(Math.min(WARM_UP_MS, seconds * 1_000))
  load.takeLatencies()
  load.takeBehindMs()
  await pause(seconds * 1_000)
  const [latencies, behindMs] = [load.takeLatencies(), load.takeBehindMs()]
  load.stop()
  return { p50Ms: quantileOf(latencies, 0.5), p99Ms: quantileOf(latencies, 0.99), behindMs }
}

function tellShare(
  share: number,
  columns: readonly { who: string; rounds: readonly Round[] }[],
): void {
  const name = `At ${share * 100} % of the most that ours takes`
  const of = (number: (round: Round) => number) =>
    columns.map(({ who, rounds }) => ({ who, rounds: rounds.map(number) }))
  const less = { name, better: 'less' } as const
  tellFigure({ ...less, unit: 'ms to the PUBACK, p50', columns: of(({ p50Ms }) => p50Ms) })
  tellFigure({
    ...{ ...less, unit: 'ms to the PUBACK, p99', columns: of(({ p99Ms }) => p99Ms) },
    limits: [
      { peer: AEDES, as: 'difference', is: 'at most', bound: JOURNAL_LIMITS.commitAgeMsMax },
    ],
  })
  const unit = 'ms the load generator was behind, p99'
  tellFigure({ ...less, unit, columns: of(({ behindMs }) => behindMs) })
}

async function run(): Promise<void> {
  const { rounds, seconds } = effortOf({ rounds: 5, seconds: 2 })
  await using gateway = await startGateway({ settings: { VIGIL_LOG_LEVEL: 'warn' } })
  const members = await addFleet(gateway, TOP_LOAD.connections)
  const settling = await Settling.open(gateway)
  const mosquitto = await startMosquitto()
  if (mosquitto === null) tellRemark('Mosquitto is left out: it is not installed.')
  const aedes = await startAedes()
  const peers = [aedes, ...(mosquitto === null ? [] : [mosquitto]), await startByHand()]
  const servers = [
    { name: OURS, port: gateway.mqttPort, members },
    ...peers.map((peer) => ({ ...peer, members: elsewhere(members) })),
  ]
  const found = SHARES.map(() => servers.map(({ name: who }) => ({ who, rounds: [] as Round[] })))
  const rates: number[] = []
  const offeredMost = { gateway, members, settling, seconds: Math.min(2, seconds) }
  await topRateOf(offeredMost)
  for (let round = 0; round < rounds; round += 1) {
    const most = await topRateOf(offeredMost)
    rates.push(most)
    for (const [n, share] of SHARES.entries()) {
      for (const [index, { port, members }] of servers.entries()) {
        const offered = { members, perSecond: share * most, seconds }
        found[n]?.[index]?.rounds.push(await measure(port, offered))
        await settling.settled()
      }
    }
  }
  const most = [{ who: OURS, rounds: rates }]
  const name = `The most that ours takes, ${TOP_LOAD.connections} × ${TOP_LOAD.inFlight}`
  tellFigure({ name, unit: 'messages/s', better: 'more', columns: most })
  for (const [n, share] of SHARES.entries()) tellShare(share, found[n] ?? [])
  await settling.close()
  for (const peer of peers) await peer.stop()
}

await run()
