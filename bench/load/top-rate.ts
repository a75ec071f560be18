import type { TestGateway } from '../../simulators/acceptance/app-harness.ts'
import { acknowledgedRate, type LoadMember } from './acknowledged-rate.ts'
import { USUAL_PAYLOAD } from './payload.ts'
import type { Settling } from './settling.ts'

export const TOP_LOAD = { connections: 100, inFlight: 50 } as const

/** Messages a second, as many as the gateway takes now: other work on the machine comes and goes. */
export async function topRateOf(options: {
  readonly gateway: TestGateway
  /** At least as many as `TOP_LOAD` has connections. */
  readonly members: readonly LoadMember[]
  readonly settling: Settling
  readonly seconds: number
}): Promise<number> {
  const { gateway, members, settling, seconds } = options
  const { perSecond } = await acknowledgedRate({
    ...{ port: gateway.mqttPort, members, load: TOP_LOAD, form: USUAL_PAYLOAD, seconds },
  })
  await settling.settled()
  return perSecond
}
