import { CodedError } from '#alerting/errors.ts'
import { type RuleDraftDto, ruleLookBackState } from '../../contract.ts'
import type { Principal } from '../../registry/types.ts'
import { principalOf } from '../access.ts'
import { type Api, idParams, noContent } from '../api.ts'
import { presentedDraft } from '../rule-visibility.ts'
import type { HttpServices } from '../services.ts'
import { isDeviceVisible } from '../territory-check.ts'

/** What a draft would have done in the last days, before somebody puts it in force. */
export function ruleLookBackRoutes(app: Api, services: HttpServices): void {
  app.route({
    method: 'POST',
    url: '/api/v1/rule-drafts/:id/look-back',
    config: { access: 'manage', audit: null },
    schema: {
      tags: ['rules'],
      summary: 'Work out how often a draft would have rung over the last seven days',
      description:
        'Beside the version in force, over the devices that both are for and the account sees. Runs in the background: ask for it with GET. Kept with the draft until the draft is changed.',
      params: idParams,
      response: { 202: ruleLookBackState },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request)
      const shown = await presentedDraft(services, principal, request.params.id)
      assertConcerned(shown)
      return reply.code(202).send(await begin(services, principal, shown))
    },
  })
  app.route({
    method: 'GET',
    url: '/api/v1/rule-drafts/:id/look-back',
    config: { access: 'read' },
    schema: {
      tags: ['rules'],
      summary: 'How far the look-back of a draft is, and what came of it',
      params: idParams,
      response: { 200: ruleLookBackState },
    },
    handler: async (request) => {
      const { id } = request.params
      const shown = await presentedDraft(services, principalOf(request), id)
      return services.lookBacks.stateOf(id, shown.lookBack)
    },
  })
  app.route({
    method: 'DELETE',
    url: '/api/v1/rule-drafts/:id/look-back',
    config: { access: 'manage', audit: null },
    schema: {
      tags: ['rules'],
      summary: 'Cancel the look-back of a draft that is at work',
      params: idParams,
      response: { 204: noContent },
    },
    handler: async (request, reply) => {
      const shown = await presentedDraft(services, principalOf(request), request.params.id)
      assertConcerned(shown)
      services.lookBacks.cancel(shown.id)
      return reply.code(204).send(undefined)
    },
  })
}

function assertConcerned({ may }: RuleDraftDto): void {
  if (may.edit || may.decide) return
  throw new CodedError('forbidden', 'The rule reaches beyond what your account may change.')
}

/** The draft as it is kept, also where the person is not shown all of it. */
async function begin(services: HttpServices, principal: Principal, shown: RuleDraftDto) {
  const { ruleLife, rules, ruleChecks, lookBacks, registry } = services
  const kept = await ruleLife.draft(shown.id)
  const checked =
    kept === null || kept.definition === null ? null : ruleChecks.check(kept.definition)
  if (kept === null || checked?.rule === null) {
    throw new CodedError('rule_has_errors', 'The rule cannot be judged as it stands.')
  }
  const active = rules.rule(kept.ruleId)?.rule ?? null
  const deviceIds = [...registry.devices()]
    .map(({ id }) => id)
    .filter((id) => isDeviceVisible(registry, principal, id))
  const request = {
    draftId: kept.id,
    draft: checked?.rule ?? null,
    active,
    activeVersion: active?.version ?? 0,
    deviceIds,
  }
  return lookBacks.begin(request, (lookBack) => ruleLife.noteLookBack(kept, lookBack))
}
