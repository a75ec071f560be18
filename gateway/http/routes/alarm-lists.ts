import { z } from 'zod'
import type { Alarm } from '#alerting/alarms/alarm.ts'
import { GRADES } from '#alerting/rules/alarm-rule.ts'
import {
  type AlarmDto,
  type AlarmQuery,
  alarm,
  alarmQuery,
  page,
  told,
  toldQuery,
} from '../../contract.ts'
import type { AlarmFilter } from '../../database/alarm-filter.ts'
import { findAlarmMatches } from '../../registry/alarm-search.ts'
import { presentAlarm } from '../../registry/presentation.ts'
import { maySee, visibleOrganizationIds } from '../../registry/territory.ts'
import type { Principal } from '../../registry/types.ts'
import { principalOf } from '../access.ts'
import type { Api } from '../api.ts'
import type { HttpServices } from '../services.ts'
import { visibleOrganization } from '../territory-check.ts'

export function alarmListRoutes(app: Api, services: HttpServices): void {
  const { alarmQueries, alarms, registry, notificationQueries } = services
  app.route({
    method: 'GET',
    url: '/api/v1/alarms',
    config: { access: 'read' },
    schema: {
      tags: ['alarms'],
      summary: 'Alarms of my territory, most urgent first',
      description:
        'By grade, then unacknowledged before acknowledged, then newest first; with `order=newest` by age alone.',
      querystring: alarmQuery,
      response: { 200: page(alarm) },
    },
    handler: async (request) => {
      const { limit, cursor } = request.query
      const filter = alarmFilterOf(services, principalOf(request), request.query)
      const { items, nextCursor } = await alarmQueries.list({ ...filter, limit, cursor })
      return { items: await presentAlarms(services, items), nextCursor }
    },
  })
  app.route({
    method: 'GET',
    url: '/api/v1/alarms/told',
    config: { access: 'read' },
    schema: {
      tags: ['alarms'],
      summary: 'What became of the messages about these alarms',
      description: 'Alarms that nobody was told of, and those you do not see, are left out.',
      querystring: toldQuery,
      response: { 200: z.object({ items: z.array(told) }) },
    },
    handler: async (request) => {
      const principal = principalOf(request)
      const found = await Promise.all(
        request.query.ids.map(async (id) => alarms.alarm(id) ?? (await alarmQueries.get(id))),
      )
      const visible = found.filter(
        (row) => row !== null && maySee(registry, principal, row.organizationId),
      )
      const items = await notificationQueries.told(visible.flatMap((row) => row?.id ?? []))
      return { items: [...items] }
    },
  })
}

/** With their places in incidents: from memory what is open, from the store what is over. */
export async function presentAlarms(
  { registry, alarmLoad, incidentStore }: HttpServices,
  alarms: readonly Alarm[],
): Promise<AlarmDto[]> {
  const known = new Map(alarms.map(({ id }) => [id as string, alarmLoad.incidentOf(id)]))
  const unknown = alarms.flatMap(({ id }) => (known.get(id) === null ? [id] : []))
  const stored = await incidentStore.placesOf(unknown)
  return alarms.map((row) =>
    presentAlarm(row, registry, known.get(row.id) ?? stored.get(row.id) ?? null),
  )
}

/** What somebody asked for, narrowed to what they may see. */
export function alarmFilterOf(
  services: HttpServices,
  principal: Principal,
  query: Omit<AlarmQuery, 'limit' | 'cursor'>,
): AlarmFilter {
  const { registry, rules } = services
  const { grade, from, to, q, drill, organizationId, ...rest } = query
  return {
    ...rest,
    grades: grade === undefined ? undefined : GRADES.filter((one) => grade.includes(String(one))),
    drill: drill === undefined ? undefined : drill === 'true',
    fromMs: from === undefined ? undefined : Date.parse(from),
    toMs: to === undefined ? undefined : Date.parse(to),
    matches: q === undefined || q === '' ? undefined : findAlarmMatches(q, registry, rules.all()),
    organizationIds:
      organizationId === undefined
        ? visibleOrganizationIds(registry, principal)
        : registry.subtree(visibleOrganization(registry, principal, organizationId).id),
  }
}
