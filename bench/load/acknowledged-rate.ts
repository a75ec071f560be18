import type { TestDevice } from '../../simulators/acceptance/app-harness.ts'
import { pause } from '../effort.ts'
import type { DeviceClock } from './device-clock.ts'
import type { PayloadForm } from './payload.ts'
import { Publisher } from './publisher.ts'

export interface Load {
  readonly connections: number
  readonly inFlight: number
}

/** A device and the times of its readings over all rounds. */
export interface LoadMember {
  readonly device: TestDevice
  readonly clock: DeviceClock
}

/** The same devices for a server that does not look at their times: it may take ten times as many of them as ours. */
export function elsewhere(members: readonly LoadMember[]): readonly LoadMember[] {
  return members.map(({ device, clock }) => ({ device, clock: clock.beside() }))
}

const OPENED_AT_ONCE = 50
const WARM_UP_MS = 1_000

/** Each member opens a connection of its own. */
export async function openPublishers(
  port: number,
  members: readonly LoadMember[],
  form: PayloadForm,
): Promise<readonly Publisher[]> {
  const publishers: Publisher[] = []
  for (let from = 0; from < members.length; from += OPENED_AT_ONCE) {
    const some = members.slice(from, from + OPENED_AT_ONCE)
    const opened = some.map(({ device, clock }) => Publisher.open(port, device, { form, clock }))
    publishers.push(...(await Promise.all(opened)))
  }
  return publishers
}

export const acknowledgedBy = (publishers: readonly Publisher[]) =>
  publishers.reduce((sum, { acknowledged }) => sum + acknowledged, 0)

export interface AcknowledgedRate {
  readonly perSecond: number
  /** In the measured time. */
  readonly messages: number
  /** From the first message to the last acknowledgement, with the warming up. */
  readonly messagesOfAll: number
}

/** Messages acknowledged a second, every connection keeping so many in flight. */
export async function acknowledgedRate(options: {
  readonly port: number
  readonly members: readonly LoadMember[]
  readonly load: Load
  readonly form: PayloadForm
  readonly seconds: number
  /** At the beginning and the end of what is measured. */
  readonly atEdge?: () => void
}): Promise<AcknowledgedRate> {
  const { port, members, load, form, seconds, atEdge } = options
  const publishers = await openPublishers(port, members.slice(0, load.connections), form)
  for (const publisher of publishers) publisher.keepInFlight(load.inFlight)
  await pause(Math.min(WARM_UP_MS, seconds * 1_000))
  atEdge?.()
  const [before, beganAt] = [acknowledgedBy(publishers), performance.now()]
  await pause(seconds * 1_000)
  const messages = acknowledgedBy(publishers) - before
  const perSecond = messages / ((performance.now() - beganAt) / 1_000)
  atEdge?.()
  for (const publisher of publishers) publisher.stop()
  return { perSecond, messages, messagesOfAll: acknowledgedBy(publishers) }
}
