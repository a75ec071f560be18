import type { Alarm } from '#alerting/alarms/alarm.ts'
import { maySee } from '../../registry/territory.ts'
import type { Principal } from '../../registry/types.ts'
import type { HttpServices } from '../services.ts'
import { notFound } from '../territory-check.ts'

/** An alarm of the principal's territory, open or over; what lies outside of it is not found. */
export async function visibleAlarm(
  services: HttpServices,
  principal: Principal,
  id: string,
): Promise<Alarm> {
  const found = services.alarms.alarm(id) ?? (await services.alarmQueries.get(id))
  if (found === null || !maySee(services.registry, principal, found.organizationId)) {
    throw notFound('alarm', id)
  }
  return found
}
