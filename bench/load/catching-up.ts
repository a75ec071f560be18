import { pause } from '../effort.ts'
import { quantileOf } from '../figure.ts'
import { acknowledgedBy, type LoadMember, openPublishers } from './acknowledged-rate.ts'
import type { PayloadForm } from './payload.ts'
import type { Settling } from './settling.ts'

const CROSSING_PAUSE_MS = 20
const IN_FLIGHT = 10

/** Every member sends so many messages as fast as they are acknowledged; resolves with the seconds until all are. */
export async function sendAll(
  port: number,
  load: {
    readonly members: readonly LoadMember[]
    readonly form: PayloadForm
    readonly each: number
  },
): Promise<number> {
  const { members, form, each } = load
  const publishers = await openPublishers(port, members, form)
  const beganAt = performance.now()
  for (const publisher of publishers) publisher.keepInFlight(IN_FLIGHT, each)
  while (acknowledgedBy(publishers) < each * publishers.length) await pause(1)
  const seconds = (performance.now() - beganAt) / 1_000
  for (const publisher of publishers) publisher.stop()
  return seconds
}

/** What `work` resolves with, and how long the alarms of a live device took until then. */
export async function withAlarms<Result>(settling: Settling, work: Promise<Result>) {
  const alarms: number[] = []
  let isDone = false
  const done = work.finally(() => {
    isDone = true
  })
  while (!isDone) {
    alarms.push(await settling.alarmMs())
    await pause(CROSSING_PAUSE_MS)
  }
  const [p50Ms, p99Ms] = [quantileOf(alarms, 0.5), quantileOf(alarms, 0.99)]
  return { result: await done, p50Ms, p99Ms }
}
