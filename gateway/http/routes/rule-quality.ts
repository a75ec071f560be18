import { ruleQuality } from '../../contract.ts'
import { visibleOrganizationIds } from '../../registry/territory.ts'
import { principalOf } from '../access.ts'
import { type Api, listOf } from '../api.ts'
import { visibleRule } from '../rule-visibility.ts'
import type { HttpServices } from '../services.ts'

const SPAN_MS = 30 * 24 * 3_600_000

export function ruleQualityRoutes(app: Api, services: HttpServices): void {
  app.route({
    method: 'GET',
    url: '/api/v1/rule-quality',
    config: { access: 'read' },
    schema: {
      tags: ['rules'],
      summary:
        'How many alarms of each rule turned out to be false, over the last 30 days, and why',
      description: 'Of cases that were closed, in my territory. Rules without any are left out.',
      response: { 200: listOf(ruleQuality) },
    },
    handler: async (request) => {
      const principal = principalOf(request)
      const found = await services.alarmQueries.ruleQualities({
        sinceMs: services.clock.nowMs() - SPAN_MS,
        organizationIds: visibleOrganizationIds(services.registry, principal),
      })
      const items = found.filter(({ ruleId }) => visibleRule(services, principal, ruleId) !== null)
      return { items }
    },
  })
}
