import { startGateway, type TestGateway } from '../simulators/acceptance/app-harness.ts'
import { effortOf, pause } from './effort.ts'
import { type Limit, OURS, quantileOf, tellFigure, tellRemark } from './figure.ts'
import type { LoadMember } from './load/acknowledged-rate.ts'
import { addFleet } from './load/gateway-fleet.ts'
import { PacedLoad } from './load/paced-load.ts'
import { USUAL_PAYLOAD } from './load/payload.ts'
import { Settling } from './load/settling.ts'
import { TOP_LOAD, topRateOf } from './load/top-rate.ts'
import { residentBytesOf } from './processes.ts'

/**
 * How long from the PUBLISH of a reading that crosses a set-point to the `alarm` event on a dashboard —
 * MQTT, journal on disk, rule, alarm on disk, Socket.IO — in a quiet gateway, beside a share of the
 * rate that it can take at the most, and beside twice that rate. Of the messages that were acknowledged
 * none may be missing afterwards.
 */
const SHARES: readonly { readonly share: number; readonly p99MsMax: number }[] = [
  { share: 0, p99MsMax: 25 },
  { share: 0.3, p99MsMax: 25 },
  { share: 0.8, p99MsMax: 100 },
  { share: 2, p99MsMax: 1_000 },
]
const CROSSING_PAUSE_MS = 20
const MIB = 1024 ** 2

interface Round {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly peakMib: number
}

class UnderLoad {
  readonly #gateway: TestGateway
  readonly #fleet: readonly LoadMember[]
  readonly #settling: Settling
  readonly #seconds: number

  constructor(parts: {
    readonly gateway: TestGateway
    readonly fleet: readonly LoadMember[]
    readonly settling: Settling
    readonly seconds: number
  }) {
    this.#gateway = parts.gateway
    this.#fleet = parts.fleet
    this.#settling = parts.settling
    this.#seconds = parts.seconds
  }

  async round(perSecond: number): Promise<Round> {
    const acceptedBefore = await this.#accepted()
    const load =
      perSecond === 0
        ? null
        : await PacedLoad.start({
            ...{ port: this.#gateway.mqttPort, members: this.#fleet, form: USUAL_PAYLOAD },
            perSecond,
          })
    const crossings: number[] = []
    let peak = 0
    for (const beganAt = performance.now(); performance.now() - beganAt < this.#seconds * 1_000; ) {
      crossings.push(await this.#settling.alarmMs())
      peak = Math.max(peak, residentBytesOf(this.#gateway.process.pid))
      await pause(CROSSING_PAUSE_MS)
    }
    if (load !== null) await this.#end(load, acceptedBefore)
    return {
      p50Ms: quantileOf(crossings, 0.5),
      p99Ms: quantileOf(crossings, 0.99),
      peakMib: peak / MIB,
    }
  }

  /** Waits until all that was sent is answered: the gateway comes back by itself. */
  async #end(load: PacedLoad, acceptedBefore: number): Promise<void> {
    await load.settle()
    const { acknowledged } = load
    load.stop()
    await this.#settling.settled()
    const accepted = (await this.#accepted()) - acceptedBefore
    if (accepted < acknowledged * USUAL_PAYLOAD.readings) {
      throw new Error(`${acknowledged} messages were acknowledged, ${accepted} readings are there`)
    }
  }

  #accepted(): Promise<number> {
    return this.#settling.instrument('vigil_readings_accepted_total')
  }
}

async function run(): Promise<void> {
  const { rounds, seconds } = effortOf({ rounds: 5, seconds: 5 })
  await using gateway = await startGateway({ settings: { VIGIL_LOG_LEVEL: 'warn' } })
  const settling = await Settling.open(gateway)
  const measured = SHARES.map((): Round[] => [])
  const rates: number[] = []
  // A device that sends more than one reading a millisecond has a clock that gains; over all rounds it would be
  // too far ahead to be believed, and its readings be refused as too fast.
  const fleetOf = (prefix: string) => addFleet(gateway, TOP_LOAD.connections, { prefix })
  await topRateOf({ gateway, members: await fleetOf('warm-up-'), settling, seconds })
  for (let round = 0; round < rounds; round += 1) {
    const fleet = await fleetOf(`round-${round}-`)
    const underLoad = new UnderLoad({ gateway, fleet, settling, seconds })
    const topRate = await topRateOf({ gateway, members: fleet, settling, seconds })
    rates.push(topRate)
    for (const [n, { share }] of SHARES.entries()) {
      measured[n]?.push(await underLoad.round(share * topRate))
    }
  }
  const ours = (values: readonly number[]) => [{ who: OURS, rounds: values }]
  tellFigure({
    ...{ name: 'The most it takes, 100 × 50 in flight', unit: 'messages/s', better: 'more' },
    columns: ours(rates),
  })
  for (const [n, { share, p99MsMax }] of SHARES.entries()) {
    const name = share === 0 ? 'Quiet' : `At ${share * 100} % of the most`
    const found = measured[n] ?? []
    const limits: readonly Limit[] = [{ peer: null, is: 'at most', bound: p99MsMax }]
    tellFigure({
      ...{ name, unit: 'ms to the alarm, p50', better: 'less' },
      columns: ours(found.map(({ p50Ms }) => p50Ms)),
    })
    tellFigure({
      ...{ name, unit: 'ms to the alarm, p99', better: 'less', limits },
      columns: ours(found.map(({ p99Ms }) => p99Ms)),
    })
    tellFigure({
      ...{ name, unit: 'MiB resident at the peak', better: 'less' },
      columns: ours(found.map(({ peakMib }) => peakMib)),
    })
  }
  tellRemark('All that was sent was acknowledged, and all that was acknowledged is there.')
  await settling.close()
}

await run()
