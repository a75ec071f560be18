import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { CodedError } from '#alerting/errors.ts'
import { RULE_LIFE_LIMITS } from '#config/limits.ts'
import {
  page,
  pageQuery,
  type RuleDraftDto,
  ruleActivationRequest,
  ruleApprovalRequest,
  ruleCheck,
  ruleCheckRequest,
  ruleDecisionRequest,
  ruleDraft,
  ruleDraftPatch,
  ruleDraftRequest,
  ruleIdText,
  ruleOutcome,
} from '../../contract.ts'
import type { RuleDraftRow } from '../../database/rule-draft-store.ts'
import {
  presentRuleCheck,
  presentRuleDraft,
  presentRuleOutcome,
} from '../../registry/rule-presentation.ts'
import type { Principal } from '../../registry/types.ts'
import { assertPerson, principalOf } from '../access.ts'
import { type Api, idParams } from '../api.ts'
import { draftViewOf, presentedDraft, visibleRule } from '../rule-visibility.ts'
import type { HttpServices } from '../services.ts'

export function ruleDraftRoutes(app: Api, services: HttpServices): void {
  readRoutes(app, services)
  writeRoutes(app, services)
  activateRoute(app, services)
  decisionRoutes(app, services)
  checkRoute(app, services)
}

function readRoutes(app: Api, services: HttpServices): void {
  const { ruleLife } = services
  app.route({
    method: 'GET',
    url: '/api/v1/rule-drafts',
    config: { access: 'read' },
    schema: {
      tags: ['rules'],
      summary: 'Drafts and proposals of changes, changed last first',
      description:
        '`state=open`: all that are not decided, on one page. `state=decided`: how others were decided; a page may be shorter than `limit` and still not be the last.',
      querystring: pageQuery.extend({
        state: z.enum(['open', 'decided']).default('open'),
        ruleId: ruleIdText.optional(),
      }),
      response: { 200: page(ruleDraft) },
    },
    handler: async (request) => {
      const view = draftViewOf(services, principalOf(request))
      const { state, ruleId } = request.query
      const shown = (drafts: readonly RuleDraftRow[]) =>
        drafts
          .filter((draft) => ruleId === undefined || draft.ruleId === ruleId)
          .flatMap((draft) => presentRuleDraft(draft, view) ?? [])
      if (state === 'open') return { items: shown(ruleLife.openDrafts()), nextCursor: null }
      const { items, nextCursor } = await ruleLife.decidedDrafts(request.query)
      return { items: shown(items), nextCursor }
    },
  })
  app.route({
    method: 'GET',
    url: '/api/v1/rule-drafts/:id',
    config: { access: 'read' },
    schema: {
      tags: ['rules'],
      summary: 'One draft, with what it would change and what speaks against it',
      params: idParams,
      response: { 200: ruleDraft },
    },
    handler: (request) => presentedDraft(services, principalOf(request), request.params.id),
  })
}

function writeRoutes(app: Api, services: HttpServices): void {
  const { ruleLife } = services
  app.route({
    method: 'POST',
    url: '/api/v1/rule-drafts',
    config: { access: 'manage', audit: 'rule-draft.create' },
    schema: {
      tags: ['rules'],
      summary: 'Begin a draft; nothing is in force by it',
      description:
        'Without `definition`: a change of the rule `ruleId` that begins from what is in force. `definition: null` proposes to remove it.',
      body: ruleDraftRequest,
      response: { 201: ruleDraft },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request)
      const draft = await ruleLife.begin(draftFields(services, principal, request.body), principal)
      return reply.code(201).send(await presentedDraft(services, principal, draft.id))
    },
  })
  app.route({
    method: 'PATCH',
    url: '/api/v1/rule-drafts/:id',
    config: { access: 'manage', audit: 'rule-draft.change' },
    schema: {
      tags: ['rules'],
      summary: 'Change a draft',
      description: 'A proposal that is changed is a draft again.',
      params: idParams,
      body: ruleDraftPatch,
      response: { 200: ruleDraft },
    },
    handler: async (request) => {
      const principal = principalOf(request)
      const draft = await editableDraft(services, principal, request.params.id)
      const { definition, ...change } = request.body
      if (definition !== undefined) assertSize(definition)
      const whole =
        definition === undefined || definition === null
          ? definition
          : withHidden(services, principal, { ruleId: draft.ruleId, definition })
      await ruleLife.edit(draft.id, { ...change, definition: whole }, principal)
      return await presentedDraft(services, principal, draft.id)
    },
  })
}

function activateRoute(app: Api, services: HttpServices): void {
  app.route({
    method: 'POST',
    url: '/api/v1/rule-drafts/:id/activate',
    config: { access: 'manage', audit: 'rule-draft.activate', auditProposal: 'rule-draft.propose' },
    schema: {
      tags: ['rules'],
      summary: 'Put a draft in force, or propose it where a second person is needed',
      description:
        '`lookBackAt`: the look-back that the person has before their eyes; it is kept with the proposal and the version.',
      params: idParams,
      body: ruleActivationRequest.nullish(),
      response: { 200: ruleOutcome, 202: ruleOutcome },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request)
      const draft = await editableDraft(services, principal, request.params.id)
      const outcome = await services.ruleLife.activate(draft.id, principal, request.body ?? {})
      return reply.code(outcome.kind === 'waits' ? 202 : 200).send(presentRuleOutcome(outcome))
    },
  })
}

/** A second person is a person: programs do not decide. */
function decisionRoutes(app: Api, services: HttpServices): void {
  const { ruleLife } = services
  app.route({
    method: 'POST',
    url: '/api/v1/rule-drafts/:id/approve',
    config: { access: 'manage', audit: 'rule-draft.approve' },
    schema: {
      tags: ['rules'],
      summary: 'Agree, as the second person: the rule is in force',
      params: idParams,
      body: ruleApprovalRequest,
      response: { 200: ruleOutcome },
    },
    handler: async (request) => {
      assertPerson(request)
      const principal = principalOf(request)
      const draft = await presentedDraft(services, principal, request.params.id)
      const { note, ...seen } = request.body
      return presentRuleOutcome(await ruleLife.approve(draft.id, note, principal, seen))
    },
  })
  app.route({
    method: 'POST',
    url: '/api/v1/rule-drafts/:id/reject',
    config: { access: 'manage', audit: 'rule-draft.reject' },
    schema: {
      tags: ['rules'],
      summary: 'Do not agree, as the second person; say why',
      params: idParams,
      body: ruleDecisionRequest.extend({ note: ruleDecisionRequest.shape.note.unwrap().min(1) }),
      response: { 200: ruleDraft },
    },
    handler: async (request) => {
      assertPerson(request)
      const principal = principalOf(request)
      const draft = await presentedDraft(services, principal, request.params.id)
      await ruleLife.reject(draft.id, request.body.note, principal)
      return await presentedDraft(services, principal, draft.id)
    },
  })
  app.route({
    method: 'POST',
    url: '/api/v1/rule-drafts/:id/withdraw',
    config: { access: 'manage', audit: 'rule-draft.withdraw' },
    schema: {
      tags: ['rules'],
      summary: 'Take a draft or proposal back',
      params: idParams,
      body: ruleDecisionRequest,
      response: { 200: ruleDraft },
    },
    handler: async (request) => {
      const principal = principalOf(request)
      const draft = await editableDraft(services, principal, request.params.id)
      await ruleLife.withdraw(draft.id, request.body.note, principal)
      return await presentedDraft(services, principal, draft.id)
    },
  })
}

function checkRoute(app: Api, services: HttpServices): void {
  const { ruleChecks, rules } = services
  app.route({
    method: 'POST',
    url: '/api/v1/rules/check',
    config: { access: 'manage', audit: null },
    schema: {
      tags: ['rules'],
      summary: 'What speaks against a rule, and in what it would be milder than the one in force',
      description: 'Changes nothing.',
      body: ruleCheckRequest,
      response: { 200: ruleCheck },
    },
    handler: (request) => {
      const { ruleId, definition } = request.body
      assertSize(definition)
      const row = ruleId === undefined ? null : visibleRule(services, principalOf(request), ruleId)
      const id = ruleId ?? (typeof definition.id === 'string' ? definition.id : undefined)
      const isTaken = ruleId === undefined && id !== undefined && rules.rule(id) !== null
      const checked = ruleChecks.check({ ...definition, id })
      const findings = isTaken ? [...checked.findings, ID_TAKEN] : checked.findings
      return presentRuleCheck(row, { ...checked, findings })
    },
  })
}

const ID_TAKEN = {
  severity: 'error',
  code: 'already_exists',
  path: 'id',
  message: { zh: '已经有同样编号的规则。', en: 'There is a rule with this id already.' },
} as const

async function editableDraft(
  services: HttpServices,
  principal: Principal,
  draftId: string,
): Promise<RuleDraftDto> {
  const draft = await presentedDraft(services, principal, draftId)
  if (draft.decision === null && !draft.may.edit) throw notYours()
  return draft
}

function notYours(): CodedError {
  return new CodedError('forbidden', 'The rule reaches beyond what your account may change.')
}

function draftFields(
  services: HttpServices,
  principal: Principal,
  body: z.output<typeof ruleDraftRequest>,
): Pick<RuleDraftRow, 'ruleId' | 'definition' | 'origin' | 'reason'> {
  const { ruleId, definition, reason } = body
  if (ruleId === undefined) {
    const made = definition ?? {}
    assertSize(made)
    const wanted = ruleIdText.safeParse(made.id)
    const id = wanted.success ? wanted.data : `rule-${randomUUID().slice(0, 8)}`
    if (services.rules.rule(id) !== null) {
      throw new CodedError('already_exists', `The id ${id} is taken.`)
    }
    return { ruleId: id, definition: { ...made, id }, origin: 'created', reason }
  }
  const row = visibleRule(services, principal, ruleId)
  if (definition === null) {
    if (!row.builtIn) return { ruleId, definition: null, origin: 'removed', reason }
    throw new CodedError('rule_built_in', 'A built-in rule cannot be removed.', {
      hint: 'Switch it off instead.',
    })
  }
  const { version: _, ...present } = row.rule
  const begun = definition ?? present
  assertSize(begun)
  const whole = withHidden(services, principal, { ruleId, definition: begun })
  return { ruleId, definition: whole, origin: 'edited', reason }
}

/** A finished definition gets back what its editor was not shown. */
function withHidden(
  { rules, ruleChecks, ruleRights }: HttpServices,
  principal: Principal,
  draft: { readonly ruleId: string; readonly definition: Readonly<Record<string, unknown>> },
): Readonly<Record<string, unknown>> {
  const named = { ...draft.definition, id: draft.ruleId }
  const { rule } = ruleChecks.check(named)
  if (rule === null) return named
  return ruleRights.withHidden(principal, rules.rule(draft.ruleId)?.rule ?? null, rule)
}

function assertSize(definition: Readonly<Record<string, unknown>> | null): void {
  const bytes = Buffer.byteLength(JSON.stringify(definition))
  if (bytes <= RULE_LIFE_LIMITS.draftBytesMax) return
  throw new CodedError(
    'body_too_large',
    `A draft may have ${RULE_LIFE_LIMITS.draftBytesMax} bytes.`,
  )
}
