import { proposeSteadying } from '#alerting/annunciation/steadying.ts'
import type { DeviceId } from '#alerting/reading.ts'
import { STORM_LIMITS } from '#config/limits.ts'
import { steadying, steadyingQuery } from '../../contract.ts'
import { principalOf } from '../access.ts'
import type { Api } from '../api.ts'
import type { HttpServices } from '../services.ts'
import { notFound, visibleDevice } from '../territory-check.ts'

export function steadyingRoutes(app: Api, services: HttpServices): void {
  const { registry, rules, timeSeries, tools, alarmManagement } = services
  app.route({
    method: 'GET',
    url: '/api/v1/performance/steadying',
    config: { access: 'read' },
    schema: {
      tags: ['alarms'],
      summary:
        'A deadband or delay for an alarm that comes and goes, from the history of its point',
      description:
        'Each proposal was tried on the same readings by the engine that runs live. Nothing is changed: a rule is changed on its own page.',
      querystring: steadyingQuery,
      response: { 200: steadying },
    },
    handler: async (request) => {
      const { ruleId, deviceId, point } = request.query
      const device = visibleDevice(registry, principalOf(request), deviceId)
      const rule = rules.rulesFor(device.id, point).find(({ id }) => id === ruleId)
      if (rule === undefined) throw notFound('rule for this point', ruleId)
      const fromMs = Date.parse(request.query.from)
      const toMs = Date.parse(request.query.to)
      const stored = await timeSeries.query({
        deviceId: device.id,
        point,
        fromMs,
        toMs,
        limit: STORM_LIMITS.steadyingReadingsMax,
        order: 'desc',
      })
      const readings = stored
        .map((reading) => ({ ...reading, deviceId: device.id as DeviceId, point }))
        .sort((one, other) => one.arrivedAtMs - other.arrivedAtMs)
      const { chatteringWithinSeconds, fleetingSeconds } = alarmManagement.badActors
      const { alarmsBefore, proposals } = await proposeSteadying({
        rule,
        readings,
        fromMs,
        toMs,
        tools,
        togetherMs: chatteringWithinSeconds * 1_000,
        fleetingMs: fleetingSeconds * 1_000,
      })
      const unit = registry.pointOf(device.id, point)?.unit ?? null
      return {
        readings: readings.length,
        alarmsBefore,
        proposals: proposals.map((one) => ({
          ...one,
          unit: one.kind === 'deadband' ? unit : null,
        })),
      }
    },
  })
}
