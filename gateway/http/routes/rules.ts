import type { z } from 'zod'
import { CodedError } from '#alerting/errors.ts'
import { type AlarmRuleDraft, alarmRuleDraft } from '#alerting/rules/alarm-rule.ts'
import {
  id,
  page,
  pageQuery,
  rollBackRequest,
  rule,
  ruleDraft,
  ruleOutcome,
  rulePatch,
  ruleReasonQuery,
  ruleRequest,
  ruleVersion,
} from '../../contract.ts'
import { presentRule } from '../../registry/presentation.ts'
import type { RuleWish } from '../../registry/rule-gate.ts'
import type { RuleOutcome } from '../../registry/rule-life.ts'
import { presentRuleOutcome, presentRuleVersion } from '../../registry/rule-presentation.ts'
import type { RuleRow } from '../../registry/rules.ts'
import type { Principal } from '../../registry/types.ts'
import { principalOf } from '../access.ts'
import { type Api, idParams, listOf, noContent } from '../api.ts'
import { presentedDraft, visibleRow, visibleRule } from '../rule-visibility.ts'
import type { HttpServices } from '../services.ts'
import { notFound } from '../territory-check.ts'

export function ruleRoutes(app: Api, services: HttpServices): void {
  readRoutes(app, services)
  historyRoutes(app, services)
  addRoute(app, services)
  changeRoutes(app, services)
}

function readRoutes(app: Api, services: HttpServices): void {
  const { rules, ruleRights } = services
  app.route({
    method: 'GET',
    url: '/api/v1/rules',
    config: { access: 'read' },
    schema: {
      tags: ['rules'],
      summary: 'Rules in force, and those switched off',
      description: 'A page may be shorter than `limit` and still not be the last.',
      querystring: pageQuery.extend({ profileId: id.optional() }),
      response: { 200: page(rule) },
    },
    handler: (request) => {
      const { items, nextCursor } = rules.list(request.query)
      const principal = principalOf(request)
      const shown = items.flatMap((row) => visibleRow(services, principal, row) ?? [])
      return { items: shown.map(presentRule), nextCursor }
    },
  })
  app.route({
    method: 'GET',
    url: '/api/v1/rules/:id',
    config: { access: 'read' },
    schema: { tags: ['rules'], summary: 'One rule', params: idParams, response: { 200: rule } },
    handler: (request) =>
      presentRule(visibleRule(services, principalOf(request), request.params.id)),
  })
  app.route({
    method: 'GET',
    url: '/api/v1/rule-templates',
    config: { access: 'read' },
    schema: {
      tags: ['rules'],
      summary: 'The shipped rules as they are shipped: what a new rule can begin from',
      response: { 200: listOf(alarmRuleDraft) },
    },
    handler: (request) => {
      const principal = principalOf(request)
      return {
        items: rules.templates().flatMap((one) => ruleRights.visible(principal, one) ?? []),
      }
    },
  })
}

function historyRoutes(app: Api, services: HttpServices): void {
  const { rules, ruleLife } = services
  app.route({
    method: 'GET',
    url: '/api/v1/rules/:id/versions',
    config: { access: 'read' },
    schema: {
      tags: ['rules'],
      summary: 'What the rule was before, newest first, each with what it changed',
      params: idParams,
      response: { 200: listOf(ruleVersion) },
    },
    handler: async (request) => {
      const principal = principalOf(request)
      const history = await rules.history(request.params.id)
      const shown = history.flatMap((row) => visibleRow(services, principal, row) ?? [])
      if (shown.length === 0) throw notFound('rule', request.params.id)
      return { items: shown.map((row, at) => presentRuleVersion(row, shown[at + 1] ?? null)) }
    },
  })
  app.route({
    method: 'POST',
    url: '/api/v1/rules/:id/roll-back',
    config: { access: 'manage', audit: 'rule.roll-back', auditProposal: 'rule.propose-roll-back' },
    schema: {
      tags: ['rules'],
      summary: 'Make the rule what it was; this is a new version',
      description: 'Waits for a second person where it loosens a safety rule.',
      params: idParams,
      body: rollBackRequest,
      response: { 200: ruleOutcome, 202: ruleOutcome },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request)
      const { rule: current } = visibleRule(services, principal, request.params.id)
      const { version, reason } = request.body
      const old = (await rules.history(current.id)).find((row) => row.rule.version === version)
      if (old === undefined) throw notFound('version', String(version))
      const { version: _, ...definition } = old.rule
      const wish = { ruleId: current.id, definition, reason, origin: 'rolled-back' } as const
      const [outcome] = await ruleLife.change([wish], principal)
      if (outcome === undefined) throw notFound('rule', current.id)
      return reply.code(outcome.kind === 'waits' ? 202 : 200).send(presentRuleOutcome(outcome))
    },
  })
}

function addRoute(app: Api, services: HttpServices): void {
  app.route({
    method: 'POST',
    url: '/api/v1/rules',
    config: { access: 'manage', audit: 'rule.create' },
    schema: {
      tags: ['rules'],
      summary: 'Add a rule',
      body: ruleRequest,
      response: { 201: rule },
    },
    handler: async (request, reply) => {
      const { reason = '', ...definition } = request.body
      const wish = { ruleId: definition.id, definition, reason, origin: 'created' } as const
      await services.ruleLife.change([wish], principalOf(request))
      return reply.code(201).send(presentRule(existing(services, definition.id)))
    },
  })
}

function changeRoutes(app: Api, services: HttpServices): void {
  app.route({
    method: 'PATCH',
    url: '/api/v1/rules/:id',
    config: { access: 'manage', audit: 'rule.change', auditProposal: 'rule.propose' },
    schema: {
      tags: ['rules'],
      summary: 'Change a rule',
      description:
        'Every change is a new version. `condition` is replaced as a whole. A change of a safety rule needs a `reason`; one that loosens it answers 202 with the proposal that now waits for a second person.',
      params: idParams,
      body: rulePatch,
      response: { 200: rule, 202: ruleDraft },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request)
      const row = visibleRule(services, principal, request.params.id)
      const { reason = '', baseVersion, ...patch } = request.body
      const before = existing(services, row.rule.id).rule
      const definition = services.ruleRights.withHidden(principal, before, mergeRule(row, patch))
      const ruleId = row.rule.id
      const wish = { ruleId, definition, reason, baseVersion, origin: 'edited' } as const
      const waiting = await waits(services, wish, principal)
      if (waiting === null) {
        return presentRule(visibleRule(services, principal, ruleId))
      }
      return reply.code(202).send(await presentedDraft(services, principal, waiting))
    },
  })
  app.route({
    method: 'DELETE',
    url: '/api/v1/rules/:id',
    config: { access: 'manage', audit: 'rule.remove', auditProposal: 'rule.propose-removal' },
    schema: {
      tags: ['rules'],
      summary: 'Remove a rule of our own; a built-in one is switched off instead',
      description: 'Removing a safety rule answers 202: it waits for a second person.',
      params: idParams,
      querystring: ruleReasonQuery,
      response: { 202: ruleDraft, 204: noContent },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request)
      const { rule: present } = visibleRule(services, principal, request.params.id)
      const { reason } = request.query
      const wish = { ruleId: present.id, definition: null, reason, origin: 'removed' } as const
      const waiting = await waits(services, wish, principal)
      if (waiting === null) return reply.code(204).send(undefined)
      return reply.code(202).send(await presentedDraft(services, principal, waiting))
    },
  })
}

/** The id of the draft that waits for a second person; null: the wish is in force. */
async function waits(
  { ruleLife }: HttpServices,
  wish: RuleWish,
  principal: Principal,
): Promise<string | null> {
  const outcomes: readonly RuleOutcome[] = await ruleLife.change([wish], principal)
  const [outcome] = outcomes
  return outcome?.kind === 'waits' ? outcome.draft.id : null
}

function existing({ rules }: HttpServices, ruleId: string): RuleRow {
  const row = rules.rule(ruleId)
  if (row === null) throw notFound('rule', ruleId)
  return row
}

function mergeRule(row: RuleRow, patch: z.output<typeof rulePatch>): AlarmRuleDraft {
  const { version: _version, ...present } = row.rule
  const merged = alarmRuleDraft.safeParse({ ...present, ...patch })
  if (merged.success) return merged.data
  throw new CodedError('invalid_request', 'The changed rule does not fit together.', {
    details: {
      issues: merged.error.issues.map((issue) => ({
        path: issue.path.join('.'),
        message: issue.message,
      })),
    },
  })
}
