import { z } from 'zod'
import { RULE_LIFE_LIMITS } from '#config/limits.ts'
import { ruleImport, ruleImportRequest } from '../../contract.ts'
import {
  type PlannedImport,
  parseRulesFile,
  planImport,
  rulesFile,
} from '../../registry/rule-files.ts'
import { presentRuleOutcome } from '../../registry/rule-presentation.ts'
import { principalOf } from '../access.ts'
import type { Api } from '../api.ts'
import { visibleRow } from '../rule-visibility.ts'
import type { HttpServices } from '../services.ts'
import { notFound } from '../territory-check.ts'

/** Rules as files: the form in which Vigil ships its own. */
export function ruleFileRoutes(app: Api, services: HttpServices): void {
  const { rules } = services
  app.route({
    method: 'GET',
    url: '/api/v1/rules-file',
    config: { access: 'read' },
    schema: {
      tags: ['rules'],
      summary: 'Rules as a YAML file',
      querystring: z.object({
        ids: z.string().max(100_000).optional().describe('Comma-separated; left out: all'),
      }),
      response: { 200: z.string() },
    },
    handler: (request, reply) => {
      const wanted = request.query.ids?.split(',').filter(Boolean)
      const principal = principalOf(request)
      const shown = rules
        .rows()
        .filter((row) => wanted === undefined || wanted.includes(row.rule.id))
        .flatMap((row) => visibleRow(services, principal, row) ?? [])
      const missing = wanted?.find((id) => !shown.some(({ rule }) => rule.id === id))
      if (missing !== undefined) throw notFound('rule', missing)
      const name = shown.length === 1 ? shown[0]?.rule.id : 'vigil-rules'
      reply.type('text/yaml; charset=utf-8')
      reply.header('content-disposition', `attachment; filename="${name}.yaml"`)
      return rulesFile(shown.map(({ rule }) => rule))
    },
  })
  importRoute(app, services)
}

function importRoute(app: Api, services: HttpServices): void {
  const { rules, ruleRights: rights, ruleChecks: checks, ruleLife } = services
  app.route({
    method: 'POST',
    url: '/api/v1/rules-file',
    config: { access: 'manage', audit: 'rule.import' },
    bodyLimit: RULE_LIFE_LIMITS.importBytesMax,
    schema: {
      tags: ['rules'],
      summary: 'Take rules from a YAML file',
      description:
        'Without `apply` nothing changes: the answer says what would happen to each rule. With it, all that is new or changed goes in force together, or waits for a second person; refused entries are left out.',
      body: ruleImportRequest,
      response: { 200: ruleImport },
    },
    handler: async (request) => {
      const principal = principalOf(request)
      const { yaml, apply, reason } = request.body
      const planned = planImport(parseRulesFile(yaml), { rules, rights, checks, principal })
      const items = planned.map(presentPlanned)
      if (!apply) return { items, outcomes: [] }
      const wishes = planned.flatMap(({ action, rule, ruleId }) =>
        rule === null || action === 'same' || action === 'refused'
          ? []
          : [{ ruleId, definition: rule, reason, origin: 'imported' as const }],
      )
      const outcomes = await ruleLife.change(wishes, principal)
      return { items, outcomes: outcomes.map(presentRuleOutcome) }
    },
  })
}

function presentPlanned({ rule, ...planned }: PlannedImport) {
  return {
    ...planned,
    name: rule?.name ?? null,
    findings: [...planned.findings],
    differences: [...planned.differences],
    loosenings: [...planned.loosenings],
  }
}
