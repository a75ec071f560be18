import type { Alarm } from '#alerting/alarms/alarm.ts'
import { isPresent } from '#alerting/alarms/alarm-transition.ts'
import { isOutOfService, isShelved } from '#alerting/alarms/alarm-update.ts'
import {
  type CauseCount,
  type Performance,
  PerformanceMeter,
  type ResponseTimes,
} from '#alerting/annunciation/performance.ts'
import { CodedError } from '#alerting/errors.ts'
import { GRADES } from '#alerting/rules/alarm-rule.ts'
import { STORM_LIMITS } from '#config/limits.ts'
import {
  type CauseDto,
  type PerformanceDto,
  performance,
  performanceQuery,
  type ResponseTimesDto,
} from '../../contract.ts'
import { figuresOf } from '../../performance-figures.ts'
import { presentAlarm } from '../../registry/presentation.ts'
import { visibleOrganizationIds } from '../../registry/territory.ts'
import type { Principal } from '../../registry/types.ts'
import { principalOf } from '../access.ts'
import type { Api } from '../api.ts'
import type { HttpServices } from '../services.ts'
import { visibleOrganization } from '../territory-check.ts'

const HOUR_MS = 3_600_000

export function performanceRoutes(app: Api, services: HttpServices): void {
  app.route({
    method: 'GET',
    url: '/api/v1/performance',
    config: { access: 'read' },
    schema: {
      tags: ['alarms'],
      summary: 'Alarm figures of a period after EEMUA 191 and ISA-18.2, with their bounds',
      querystring: performanceQuery,
      response: { 200: performance },
    },
    handler: (request) => measure(services, principalOf(request), request.query),
  })
}

async function measure(
  services: HttpServices,
  principal: Principal,
  query: {
    readonly from: string
    readonly to: string
    readonly organizationId?: string | undefined
  },
): Promise<PerformanceDto> {
  const { registry, performanceQueries, alarmManagement } = services
  const fromMs = Date.parse(query.from)
  const toMs = Date.parse(query.to)
  assertPeriod(fromMs, toMs)
  const organizationId =
    query.organizationId === undefined
      ? principal.organizationId
      : visibleOrganization(registry, principal, query.organizationId).id
  const organizationIds =
    organizationId === null
      ? visibleOrganizationIds(registry, principal)
      : registry.subtree(organizationId)
  const { flood, badActors, bounds } = alarmManagement
  const meter = new PerformanceMeter({
    fromMs,
    toMs,
    flood: services.alarmLoad.floodSettings,
    badActors: {
      chatteringTimes: badActors.chatteringTimes,
      chatteringWithinMs: badActors.chatteringWithinSeconds * 1_000,
      fleetingMs: badActors.fleetingSeconds * 1_000,
    },
    busyHourAlarms: bounds.busyHourAlarms,
    pathOf: (id) => [id, ...registry.ancestors(id).map((above) => above.id)],
  })
  for await (const portion of performanceQueries.annunciations({ fromMs, toMs, organizationIds })) {
    meter.add(portion)
  }
  const standing = standingOf(services, organizationIds)
  const result = meter.result()
  return {
    from: query.from,
    to: query.to,
    organizationId,
    total: result.total,
    drills: result.drills,
    hidden: result.hidden,
    figures: [...figuresOf(result, { fromMs, toMs, stale: standing.stale.length, bounds })],
    perTenMinutes: [...result.perTenMinutes],
    floodStartsAbove: flood.startsAbove,
    byGrade: result.byGrade,
    ...presentCauses(services, result),
    ...presentResponses(services, result, organizationIds),
    ...standing,
  }
}

function assertPeriod(fromMs: number, toMs: number): void {
  const isFitting = toMs > fromMs && toMs - fromMs <= STORM_LIMITS.performancePeriodMsMax
  if (isFitting) return
  throw new CodedError(
    'invalid_request',
    'The period must be forward and not longer than a quarter.',
    {
      details: { issues: [{ path: 'to', message: 'must be after from, by 92 days at most' }] },
    },
  )
}

function presentCauses(services: HttpServices, { top, chattering, fleeting }: Performance) {
  const presented = (cause: CauseCount): CauseDto => presentCause(services, cause)
  return {
    top: top.map((cause) => ({
      ...presented(cause),
      share: cause.share,
      runningShare: cause.runningShare,
    })),
    chattering: chattering.map(presented),
    fleeting: fleeting.map(presented),
  }
}

function presentCause({ registry, rules }: HttpServices, cause: CauseCount): CauseDto {
  const { ruleId, deviceId, point, count } = cause
  const name = rules.rule(ruleId)?.rule.name ?? { zh: ruleId, en: ruleId }
  const place = registry.placeOf(deviceId)
  return {
    ruleId,
    ruleName: { zh: name.zh, en: name.en },
    deviceId,
    deviceName: place?.deviceName ?? deviceId,
    organizationName: place?.organizationName ?? '',
    point,
    count,
  }
}

function presentResponses(
  { registry }: HttpServices,
  { responseByGrade, responseByOrganization }: Performance,
  visible: ReadonlySet<string> | null,
) {
  return {
    responseByGrade: GRADES.map((grade) => ({ grade, ...secondsOf(responseByGrade[grade]) })),
    responseByOrganization: [...responseByOrganization].flatMap(([organizationId, times]) => {
      const row = registry.organization(organizationId)
      // Towns above the part that is looked at are not this territory's business.
      if (row === null || (visible !== null && !visible.has(organizationId))) return []
      return [{ organizationId, name: row.name, kind: row.kind, ...secondsOf(times) }]
    }),
  }
}

function secondsOf({ answered, unanswered, medianMs, p95Ms }: ResponseTimes): ResponseTimesDto {
  const seconds = (ms: number | null) => (ms === null ? null : ms / 1_000)
  return { answered, unanswered, medianSeconds: seconds(medianMs), p95Seconds: seconds(p95Ms) }
}

/** What stands now and needs a plan, or is put aside; the oldest first. */
function standingOf(services: HttpServices, visible: ReadonlySet<string> | null) {
  const { alarms, registry, clock, alarmLoad, alarmManagement } = services
  const nowMs = clock.nowMs()
  const staleMs = alarmManagement.badActors.staleHours * HOUR_MS
  const isAside = (alarm: Alarm) =>
    isShelved(alarm, nowMs) || isOutOfService(alarm, nowMs) || alarm.suppressedBy !== null
  const seen = [...alarms.openAlarms()]
    .filter(({ organizationId }) => visible === null || visible.has(organizationId))
    .sort((one, other) => one.raisedAtMs - other.raisedAtMs)
  const listed = (isMeant: (alarm: Alarm) => boolean) =>
    seen
      .filter(isMeant)
      .slice(0, STORM_LIMITS.standingListedMax)
      .map((alarm) => presentAlarm(alarm, registry, alarmLoad.incidentOf(alarm.id)))
  return {
    stale: listed(
      (alarm) => isPresent(alarm.state) && !isAside(alarm) && nowMs - alarm.raisedAtMs > staleMs,
    ),
    shelved: listed((alarm) => isShelved(alarm, nowMs)),
    suppressed: listed(({ suppressedBy }) => suppressedBy !== null),
    outOfService: listed((alarm) => isOutOfService(alarm, nowMs)),
  }
}
