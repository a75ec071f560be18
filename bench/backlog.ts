import { startGateway, type TestGateway } from '../simulators/acceptance/app-harness.ts'
import { effortOf } from './effort.ts'
import { OURS, tellFigure, tellRemark } from './figure.ts'
import type { LoadMember } from './load/acknowledged-rate.ts'
import { sendAll, withAlarms } from './load/catching-up.ts'
import { DeviceClock } from './load/device-clock.ts'
import { addFleet } from './load/gateway-fleet.ts'
import { BACKLOG_PAYLOAD } from './load/payload.ts'
import { Settling } from './load/settling.ts'
import { startAedes } from './peers/brokers.ts'

/**
 * Devices that were alone come back together, each with the samples of an hour, fifteen of four readings in a message:
 * readings a second acknowledged, beside bare aedes with the same messages, and judged and stored; and how quickly the
 * alarm of a live device comes meanwhile.
 */
const HOUR_MS = 3_600_000
const MESSAGES_A_DEVICE = Math.floor(HOUR_MS / BACKLOG_PAYLOAD.stepMs)
const ALARM_MS_MAX = 1_000

const { rounds, isQuick } = effortOf({ rounds: 5, seconds: 1 })
const DEVICES = isQuick ? 100 : 1_000
const READINGS = DEVICES * MESSAGES_A_DEVICE * BACKLOG_PAYLOAD.readings

interface Round {
  readonly acknowledged: number
  readonly judged: number
  readonly stored: number
  readonly alarmP50Ms: number
  readonly alarmP99Ms: number
}

const perSecond = (ms: number) => (READINGS * 1_000) / ms
const withTheirHour = (members: readonly LoadMember[]) => ({
  members: members.map(({ device }) => ({ device, clock: DeviceClock.backlog(HOUR_MS) })),
  ...{ form: BACKLOG_PAYLOAD, each: MESSAGES_A_DEVICE },
})

async function comeBack(
  gateway: TestGateway,
  settling: Settling,
  fleet: readonly LoadMember[],
): Promise<Round> {
  const beganAt = performance.now()
  const sending = sendAll(gateway.mqttPort, withTheirHour(fleet))
  const { result: seconds, p50Ms, p99Ms } = await withAlarms(settling, sending)
  const sentMs = performance.now() - beganAt
  const { judgedMs, storedMs } = await settling.settled()
  return {
    acknowledged: READINGS / seconds,
    judged: perSecond(sentMs + judgedMs),
    stored: perSecond(sentMs + storedMs),
    ...{ alarmP50Ms: p50Ms, alarmP99Ms: p99Ms },
  }
}

function tellAll(found: readonly Round[], ofAedes: readonly number[]): void {
  const name = `${DEVICES.toLocaleString('en')} devices, an hour each`
  const ours = (of: (round: Round) => number) => ({ who: OURS, rounds: found.map(of) })
  const acknowledged = ours((round) => round.acknowledged)
  tellFigure({
    ...{ name, unit: 'readings acknowledged/s', better: 'more' },
    columns: [acknowledged, { who: 'bare aedes', rounds: ofAedes }],
  })
  const judged = [ours((round) => round.judged)]
  tellFigure({ name, unit: 'readings judged/s', better: 'more', columns: judged })
  const stored = [ours((round) => round.stored)]
  tellFigure({ name, unit: 'readings stored/s', better: 'more', columns: stored })
  const p50 = [ours(({ alarmP50Ms }) => alarmP50Ms)]
  tellFigure({ name, unit: 'ms to a live alarm, p50', better: 'less', columns: p50 })
  tellFigure({
    ...{ name, unit: 'ms to a live alarm, p99', better: 'less' },
    columns: [ours(({ alarmP99Ms }) => alarmP99Ms)],
    limits: [{ peer: null, is: 'at most', bound: ALARM_MS_MAX }],
  })
}

await using gateway = await startGateway({ settings: { VIGIL_LOG_LEVEL: 'warn' } })
const settling = await Settling.open(gateway)
const aedes = await startAedes()
const found: Round[] = []
const ofAedes: number[] = []
for (let round = 0; round < rounds; round += 1) {
  // None was heard before: what is older than a reading that is there would not be judged.
  const fleet = await addFleet(gateway, DEVICES, { prefix: `back-${round}-` })
  found.push(await comeBack(gateway, settling, fleet))
  ofAedes.push(READINGS / (await sendAll(aedes.port, withTheirHour(fleet))))
}
tellAll(found, ofAedes)
tellRemark(`${READINGS.toLocaleString('en')} readings a round.`)
await settling.close()
await aedes.stop()
