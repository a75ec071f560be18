import { CodedError } from '#alerting/errors.ts'
import type { AlarmRuleDraft } from '#alerting/rules/alarm-rule.ts'
import type { BackTestResult } from '#alerting/rules/back-test.ts'
import { tryRule } from '#alerting/rules/try-rule.ts'
import { BACK_TEST_LIMITS } from '#config/limits.ts'
import type { BackTestJob } from '../../back-testing/back-tests.ts'
import {
  type BackTestJobDto,
  backTestJob,
  backTestRequest,
  tryAnswer,
  tryRequest,
} from '../../contract.ts'
import { presentEvaluation } from '../../registry/explanation-presentation.ts'
import { hasErrors } from '../../registry/rule-checks.ts'
import type { Principal } from '../../registry/types.ts'
import { principalOf } from '../access.ts'
import { type Api, idParams, noContent } from '../api.ts'
import { isRuleWithinSight, visibleRowOf } from '../rule-visibility.ts'
import type { HttpServices } from '../services.ts'
import { notFound, visibleDevice } from '../territory-check.ts'

/** Trying a rule before it is in force. */
export function ruleTrialRoutes(app: Api, services: HttpServices): void {
  tryRoute(app, services)
  beginRoute(app, services)
  jobRoutes(app, services)
}

function tryRoute(app: Api, services: HttpServices): void {
  app.route({
    method: 'POST',
    url: '/api/v1/rules/try',
    config: { access: 'read', audit: null },
    schema: {
      tags: ['rules'],
      summary: 'What a rule makes of a few readings',
      description: 'Changes nothing, and looks at nothing but what is given.',
      body: tryRequest,
      response: { 200: tryAnswer },
    },
    handler: (request) => {
      const { rule, readings, thenMs } = request.body
      assertJudgeable(services, rule)
      const pasted = readings.map(({ at, quality, deviceId, point, value }) => ({
        atMs: Date.parse(at),
        value,
        ...(quality && { quality }),
        ...(deviceId && { deviceId }),
        ...(point && { point }),
      }))
      const { tools } = services
      const tried = tryRule({ ...rule, enabled: true, version: 0 }, pasted, { tools, thenMs })
      return {
        evaluations: tried.evaluations.map(presentEvaluation),
        alarms: tried.events.filter(({ kind }) => kind === 'raised').length,
      }
    },
  })
}

function beginRoute(app: Api, services: HttpServices): void {
  const { registry, backTests } = services
  app.route({
    method: 'POST',
    url: '/api/v1/rules/back-test',
    config: { access: 'read', audit: null },
    schema: {
      tags: ['rules'],
      summary: 'Run a draft over stored readings: the alarms that would have been',
      description:
        'Judged by the code that judges live, delays, schedules and shelving included. Answers 200 with the result, or 202 with the job while it still runs; ask for it by its id.',
      body: backTestRequest,
      response: { 200: backTestJob, 202: backTestJob },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request)
      const { rule, deviceIds, from, to, compare, background } = request.body
      const [fromMs, toMs] = [Date.parse(from), Date.parse(to)]
      assertSpan(fromMs, toMs)
      for (const id of deviceIds) visibleDevice(registry, principal, id)
      assertJudgeable(services, rule)
      if (!isRuleWithinSight(services, principal, rule)) {
        throw new CodedError('forbidden', 'The rule looks at devices that you do not see.')
      }
      const row = compare ? visibleRowOf(services, principal, rule.id) : null
      const active = row?.rule ?? null
      const job = backTests.begin({ rule, active, deviceIds, fromMs, toMs }, principal.userId)
      const settled = background ? job : await backTests.settled(job.id)
      if (settled === null) throw notFound('back-test', job.id)
      return reply.code(settled.state === 'running' ? 202 : 200).send(presentJob(settled))
    },
  })
}

function jobRoutes(app: Api, services: HttpServices): void {
  const { backTests } = services
  app.route({
    method: 'GET',
    url: '/api/v1/back-tests/:id',
    config: { access: 'read' },
    schema: {
      tags: ['rules'],
      summary: 'How far a back-test of mine is, and what came of it',
      params: idParams,
      response: { 200: backTestJob },
    },
    handler: (request) => presentJob(ownJob(services, principalOf(request), request.params.id)),
  })
  app.route({
    method: 'DELETE',
    url: '/api/v1/back-tests/:id',
    config: { access: 'read', audit: null },
    schema: {
      tags: ['rules'],
      summary: 'Cancel a back-test of mine',
      params: idParams,
      response: { 204: noContent },
    },
    handler: (request, reply) => {
      backTests.cancel(ownJob(services, principalOf(request), request.params.id).id)
      return reply.code(204).send(undefined)
    },
  })
}

/** Somebody else's is answered like what does not exist. */
function ownJob({ backTests }: HttpServices, principal: Principal, id: string): BackTestJob {
  const job = backTests.job(id)
  if (job === null || job.ownerId !== principal.userId) throw notFound('back-test', id)
  return job
}

function assertSpan(fromMs: number, toMs: number): void {
  if (fromMs < toMs && toMs - fromMs <= BACK_TEST_LIMITS.spanMsMax) return
  const days = BACK_TEST_LIMITS.spanMsMax / 86_400_000
  throw new CodedError(
    'invalid_request',
    `The time must begin before it ends, ${days} days at most.`,
    {
      details: { issues: [{ path: 'from', message: `up to ${days} days before "to"` }] },
    },
  )
}

function assertJudgeable({ ruleChecks }: HttpServices, rule: AlarmRuleDraft): void {
  const { findings } = ruleChecks.check(rule)
  if (!hasErrors(findings)) return
  throw new CodedError('rule_has_errors', 'The rule cannot be judged as it stands.', {
    details: {
      issues: findings
        .filter(({ severity }) => severity === 'error')
        .map(({ path, message }) => ({ path, message: message.en })),
    },
  })
}

function presentJob(job: BackTestJob): BackTestJobDto {
  const { id, state, share, readings, detail, draft, active } = job
  return {
    id,
    state,
    share,
    readings,
    detail,
    alarms: draft === null ? [] : presentAlarms(draft),
    summary: draft === null ? null : presentSummary(draft),
    active:
      active === null ? null : { alarms: presentAlarms(active), summary: presentSummary(active) },
  }
}

function presentAlarms({ alarms }: BackTestResult): BackTestJobDto['alarms'] {
  return alarms.map(({ deviceId, point, raisedAtMs, returnedAtMs, grade, isShelved, steps }) => ({
    deviceId,
    point,
    raisedAt: instant(raisedAtMs),
    returnedAt: returnedAtMs === null ? null : instant(returnedAtMs),
    grade,
    shelved: isShelved,
    steps: steps.map(({ atMs, ...step }) => ({ ...step, at: instant(atMs) })),
  }))
}

function presentSummary(result: BackTestResult): NonNullable<BackTestJobDto['summary']> {
  const { fromMs, toMs, readings, alarmsTotal, annunciations, standingMs, faults } = result
  return {
    from: instant(fromMs),
    to: instant(toMs),
    readings,
    alarmsTotal,
    annunciations,
    standingMs,
    faults: faults.map(({ detail }) => detail),
  }
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString()
}
