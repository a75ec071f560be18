import type { TestDevice, TestGateway } from '../../simulators/acceptance/app-harness.ts'
import type { LoadMember } from './acknowledged-rate.ts'
import { DeviceClock } from './device-clock.ts'

const REQUESTS_AT_ONCE = 16

/** Gas detectors `d0`, `d1` … of one site, registered as an operator's program would. */
export async function addFleet(
  gateway: TestGateway,
  count: number,
  { prefix = 'd', profileId = 'gas-combustible' } = {},
): Promise<readonly LoadMember[]> {
  const siteId = (await gateway.addSite(`${prefix} × ${count}`)).site.id
  const devices: TestDevice[] = []
  for (let from = 0; from < count; from += REQUESTS_AT_ONCE) {
    const some = Array.from({ length: Math.min(REQUESTS_AT_ONCE, count - from) }, (_, n) =>
      gateway.addDevice({ id: `${prefix}${from + n}`, profileId, siteId }),
    )
    devices.push(...(await Promise.all(some)))
  }
  return devices.map((device) => ({ device, clock: DeviceClock.live() }))
}
