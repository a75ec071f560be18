import type { z } from 'zod'
import { CodedError } from '#alerting/errors.ts'
import { type AlarmRuleDraft, alarmRuleDraft } from '#alerting/rules/alarm-rule.ts'
import { id, page, pageQuery, type Rule, rule, rulePatch } from '../../contract.ts'
import { presentRule } from '../../registry/presentation.ts'
import type { Registry } from '../../registry/registry.ts'
import type { RuleRow } from '../../registry/rules.ts'
import type { Principal } from '../../registry/types.ts'
import { principalOf } from '../access.ts'
import { type Api, idParams, listOf, noContent } from '../api.ts'
import type { HttpServices } from '../services.ts'
import { assertSeesAll, isDeviceVisible, notFound } from '../territory-check.ts'

export function ruleRoutes(app: Api, services: HttpServices): void {
  readRoutes(app, services)
  changeRoutes(app, services)
}

function readRoutes(app: Api, { rules, registry }: HttpServices): void {
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
      return { items: items.flatMap((row) => visibleRule(row, registry, principal)), nextCursor }
    },
  })
  app.route({
    method: 'GET',
    url: '/api/v1/rules/:id',
    config: { access: 'read' },
    schema: { tags: ['rules'], summary: 'One rule', params: idParams, response: { 200: rule } },
    handler: (request) => {
      const row = rules.rule(request.params.id)
      const [visible] = row === null ? [] : visibleRule(row, registry, principalOf(request))
      if (visible === undefined) throw notFound('rule', request.params.id)
      return visible
    },
  })
  app.route({
    method: 'GET',
    url: '/api/v1/rules/:id/versions',
    config: { access: 'read' },
    schema: {
      tags: ['rules'],
      summary: 'What the rule was before, newest first',
      params: idParams,
      response: { 200: listOf(rule) },
    },
    handler: async (request) => {
      const history = await rules.history(request.params.id)
      const principal = principalOf(request)
      const items = history.flatMap((row) => visibleRule(row, registry, principal))
      if (items.length === 0) throw notFound('rule', request.params.id)
      return { items }
    },
  })
}

/** Rules concern every territory, so who sees a part of the district does not change them. */
function changeRoutes(app: Api, { rules }: HttpServices): void {
  app.route({
    method: 'POST',
    url: '/api/v1/rules',
    config: { access: 'administer', audit: 'rule.create' },
    schema: {
      tags: ['rules'],
      summary: 'Add a rule',
      body: alarmRuleDraft,
      response: { 201: rule },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request)
      assertSeesAll(principal)
      const row = await rules.create(request.body, principal.username)
      return reply.code(201).send(presentRule(row))
    },
  })
  app.route({
    method: 'PATCH',
    url: '/api/v1/rules/:id',
    config: { access: 'administer', audit: 'rule.change' },
    schema: {
      tags: ['rules'],
      summary: 'Change a rule',
      description: 'Every change is a new version. `condition` is replaced as a whole.',
      params: idParams,
      body: rulePatch,
      response: { 200: rule },
    },
    handler: async (request) => {
      const principal = principalOf(request)
      assertSeesAll(principal)
      const row = rules.rule(request.params.id)
      if (row === null) throw notFound('rule', request.params.id)
      const draft = mergeRule(row, request.body)
      return presentRule(await rules.edit(row.rule.id, draft, principal.username))
    },
  })
  app.route({
    method: 'DELETE',
    url: '/api/v1/rules/:id',
    config: { access: 'administer', audit: 'rule.remove' },
    schema: {
      tags: ['rules'],
      summary: 'Remove a rule of our own; a built-in one is switched off instead',
      params: idParams,
      response: { 204: noContent },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request)
      assertSeesAll(principal)
      await rules.remove(request.params.id, principal.username)
      return reply.code(204).send(undefined)
    },
  })
}

/** A rule for named devices tells only of those that the principal sees, and nothing if it sees none. */
function visibleRule(row: RuleRow, registry: Registry, principal: Principal): Rule[] {
  const presented = presentRule(row)
  if (principal.organizationId === null || presented.deviceIds === undefined) return [presented]
  const deviceIds = presented.deviceIds.filter((id) => isDeviceVisible(registry, principal, id))
  return deviceIds.length === 0 ? [] : [{ ...presented, deviceIds }]
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
