import type { Alarm } from '#alerting/alarms/alarm.ts'
import { HTTP_LIMITS } from '#config/limits.ts'
import { type AlarmDetail, alarmDetail } from '../../contract.ts'
import {
  presentAlarm,
  presentNotification,
  presentTimelineEntry,
} from '../../registry/presentation.ts'
import { principalOf } from '../access.ts'
import { type Api, anyIdParams } from '../api.ts'
import type { HttpServices } from '../services.ts'
import { presentAlarms } from './alarm-lists.ts'
import { visibleAlarm } from './visible-alarm.ts'

export function alarmRoutes(app: Api, services: HttpServices): void {
  app.route({
    method: 'GET',
    url: '/api/v1/alarms/:id',
    config: { access: 'read' },
    schema: {
      tags: ['alarms'],
      summary: 'One alarm with its time line and what was told',
      params: anyIdParams,
      response: { 200: alarmDetail },
    },
    handler: async (request) => {
      const principal = principalOf(request)
      return presentDetail(services, await visibleAlarm(services, principal, request.params.id))
    },
  })
}

async function presentDetail(services: HttpServices, row: Alarm): Promise<AlarmDetail> {
  const { registry, rules, channels } = services
  const [[presented], timeline, notifications] = await Promise.all([
    presentAlarms(services, [row]),
    services.alarmStore.timeline(row.id),
    services.notificationQueries.list({
      alarmId: row.id,
      organizationIds: null,
      limit: HTTP_LIMITS.pageSizeMax,
    }),
  ])
  const site = registry.site(row.siteId)
  return {
    ...(presented ?? presentAlarm(row, registry, null)),
    timeline: timeline.map(presentTimelineEntry),
    response: rules.rule(row.ruleId)?.rule.response ?? null,
    contact: { name: site?.contactName ?? '', phone: site?.contactPhone ?? '' },
    notifications: notifications.items.map((record) =>
      presentNotification(record, channels.channel(record.channelId)),
    ),
  }
}
