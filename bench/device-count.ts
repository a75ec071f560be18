import { startGateway } from '../simulators/acceptance/app-harness.ts'
import { effortOf, pause } from './effort.ts'
import { quantileOf, tellFigure, tellRemark } from './figure.ts'
import { elsewhere, type LoadMember } from './load/acknowledged-rate.ts'
import { addFleet } from './load/gateway-fleet.ts'
import { PacedLoad } from './load/paced-load.ts'
import { USUAL_PAYLOAD } from './load/payload.ts'
import { Settling } from './load/settling.ts'
import { startAedes } from './peers/brokers.ts'
import { cpuSecondsOf, residentBytesOf } from './processes.ts'

/**
 * What a reading costs of processor time when the same number a second comes from ten devices and from ten
 * thousand, a connection each; and the usual case of ten thousand devices that say something every ten seconds. A
 * gateway for each number of devices; all run, and take turns, and each is through with what it took before its time
 * is read. How the same grows with bare aedes tells what part of it is the connections.
 */
const PER_SECOND = 10_000
const SLOW_EVERY_S = 10
const RATIO_MAX = 1.3
const FIRST_SECONDS = 4
const WARM_UP_MS = 1_000
/** The gateway lets go of the connections that ended. */
const REST_MS = 1_000
const MIB = 1024 ** 2

interface Round {
  readonly usPerReading: number
  readonly p99Ms: number
  readonly residentMib: number
}

interface Plant {
  readonly who: string
  readonly port: number
  readonly pid: number
  readonly members: readonly LoadMember[]
  readonly perSecond: number
  /** Resolves when it is through with all that it has acknowledged. */
  readonly settled: () => Promise<unknown>
  readonly rounds: Round[]
}

async function measure(plant: Plant, seconds: number): Promise<Round> {
  const { port, pid, members, perSecond } = plant
  const load = await PacedLoad.start({ port, members, form: USUAL_PAYLOAD, perSecond })
  await pause(WARM_UP_MS)
  load.takeLatencies()
  const [cpuBefore, sentBefore] = [cpuSecondsOf(pid), load.sent]
  await pause(seconds * 1_000)
  const messages = load.sent - sentBefore
  await load.settle()
  await plant.settled()
  const cpu = cpuSecondsOf(pid) - cpuBefore
  const latencies = load.takeLatencies()
  load.stop()
  await pause(REST_MS)
  return {
    usPerReading: (cpu * 1_000_000) / (messages * USUAL_PAYLOAD.readings),
    p99Ms: quantileOf(latencies, 0.99),
    residentMib: residentBytesOf(pid) / MIB,
  }
}

/** From the largest on; a gateway and all that belongs to it for each. */
class Comparison implements AsyncDisposable {
  readonly ours: Plant[] = []
  readonly ofAedes: Plant[] = []
  readonly #ends: (() => Promise<void>)[] = []

  static async open(counts: readonly number[]): Promise<Comparison> {
    const comparison = new Comparison()
    for (const count of counts) await comparison.#addGateway(count)
    const aedes = await startAedes()
    comparison.#ends.push(() => aedes.stop())
    for (const plant of comparison.ours) {
      const { port, pid } = aedes
      const settled = () => Promise.resolve()
      const members = elsewhere(plant.members)
      comparison.ofAedes.push({ ...plant, port, pid, members, settled, rounds: [] })
    }
    return comparison
  }

  async #addGateway(count: number): Promise<void> {
    const gateway = await startGateway({ settings: { VIGIL_LOG_LEVEL: 'warn' } })
    const members = await addFleet(gateway, count)
    const settling = await Settling.open(gateway)
    this.#ends.push(async () => {
      await settling.close()
      await gateway.close()
    })
    this.ours.push({
      ...{ who: `${count.toLocaleString('en')} devices`, members, perSecond: PER_SECOND },
      ...{ port: gateway.mqttPort, pid: gateway.process.pid, rounds: [] },
      settled: () => settling.settled(),
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#ends) await end()
  }
}

type Of = (round: Round) => number

function columnsOf(plants: readonly Plant[], of: Of) {
  return plants.map(({ who, rounds }) => ({ who, rounds: rounds.map(of) }))
}

function tellAll({ ours, ofAedes }: Comparison, slow: Plant): void {
  const name = `${PER_SECOND.toLocaleString('en')} messages/s of four readings`
  const slowName = `${slow.perSecond.toLocaleString('en')} messages/s, each device every ${SLOW_EVERY_S} s`
  const tell = (unit: string, of: Of) => {
    tellFigure({ name, unit, better: 'less', columns: columnsOf(ours, of) })
    tellFigure({ name: slowName, unit, better: 'less', columns: columnsOf([slow], of) })
  }
  const usPerReading: Of = (round) => round.usPerReading
  tellFigure({
    ...{ name: `${name}, growth`, unit: 'CPU µs a reading', better: 'less' },
    columns: columnsOf(ours, usPerReading),
    limits: [{ peer: ours.at(-1)?.who ?? null, is: 'at most', bound: RATIO_MAX }],
  })
  tellFigure({
    ...{ name: `${name}, bare aedes`, unit: 'CPU µs a reading', better: 'less' },
    columns: columnsOf(ofAedes, usPerReading),
  })
  tellFigure({
    ...{ name: slowName, unit: 'CPU µs a reading', better: 'less' },
    columns: columnsOf([slow], usPerReading),
  })
  tell('ms to the PUBACK, p99', ({ p99Ms }) => p99Ms)
  tell('MiB resident', ({ residentMib }) => residentMib)
}

async function run(): Promise<void> {
  const { rounds, seconds, isQuick } = effortOf({ rounds: 5, seconds: 2 })
  const most = isQuick ? 1_000 : 10_000
  const counts = [most, 1_000, 100, 10].filter((count, at, all) => all.indexOf(count) === at)
  await using comparison = await Comparison.open(counts)
  const { ours, ofAedes } = comparison
  const [largest] = ours
  if (largest === undefined) throw new Error('there is no gateway')
  const slow = { ...largest, perSecond: most / SLOW_EVERY_S, rounds: [] as Round[] }
  // The first readings of a point make its place; what is measured is the days after.
  for (const plant of ours) await measure(plant, Math.max(FIRST_SECONDS, seconds))
  for (let round = 0; round < rounds; round += 1) {
    for (const plant of [...ours, slow, ...ofAedes]) {
      plant.rounds.push(await measure(plant, seconds))
    }
  }
  tellRemark('A gateway for each number of devices, a connection a device.')
  tellAll(comparison, slow)
}

await run()
