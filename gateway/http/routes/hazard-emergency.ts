import { emergencyInformation } from '../../contract.ts'
import { emergencyOf } from '../../hazards/emergency.ts'
import { maySee } from '../../registry/territory.ts'
import { principalOf } from '../access.ts'
import { type Api, anyIdParams, listOf } from '../api.ts'
import type { HttpServices } from '../services.ts'
import { notFound } from '../territory-check.ts'

const SOURCES_OF_A_SITE_MAX = 20

/** What people at an alarm need of the hazard sources that stand where it came from. */
export function hazardEmergencyRoutes(app: Api, services: HttpServices): void {
  const { registry, hazards, alarms, alarmQueries } = services
  app.route({
    method: 'GET',
    url: '/api/v1/alarms/:id/emergency',
    config: { access: 'read' },
    schema: {
      tags: ['alarms'],
      summary:
        'Emergency plan, contacts, supplies and substances of the hazard sources at an alarm',
      description: 'Those on the site of the alarm, gravest first; empty where there is none.',
      params: anyIdParams,
      response: { 200: listOf(emergencyInformation) },
    },
    handler: async (request) => {
      const principal = principalOf(request)
      const { id: alarmId } = request.params
      const alarm = alarms.alarm(alarmId) ?? (await alarmQueries.get(alarmId))
      if (alarm === null || !maySee(registry, principal, alarm.organizationId)) {
        throw notFound('alarm', alarmId)
      }
      const { items } = await hazards.list({
        siteId: alarm.siteId,
        organizationIds: new Set([alarm.organizationId]),
        limit: SOURCES_OF_A_SITE_MAX,
      })
      const rows = await Promise.all(items.map(({ id }) => hazards.source(id)))
      return { items: rows.filter((row) => row !== null).map(emergencyOf) }
    },
  })
}
