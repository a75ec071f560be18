import {
  type HazardSubstance,
  hazardAssessment,
  hazardAssessmentRequest,
  hazardCalculation,
  hazardCalculationRequest,
  hazardStandard,
  hazardSubstanceEntry,
  hazardSubstanceQuery,
} from '../../contract.ts'
import { assessDossier } from '../../hazards/dossier-assessment.ts'
import { identify, type SubstanceQuantity } from '../../hazards/identification.ts'
import { STANDARD } from '../../hazards/standard.ts'
import { findSubstances } from '../../hazards/substance-search.ts'
import { type Api, listOf } from '../api.ts'

/** Identification and grading of major hazard sources by GB 18218; stateless. */
export function hazardRoutes(app: Api): void {
  calculationRoutes(app)
  standardRoutes(app)
}

function calculationRoutes(app: Api): void {
  app.route({
    method: 'POST',
    url: '/api/v1/hazard-sources/calculate',
    // Nothing is changed by it, so there is nothing to audit.
    config: { access: 'read', audit: null },
    schema: {
      tags: ['hazard-sources'],
      summary: 'S, R and level of a unit, line by line with table and row',
      body: hazardCalculationRequest,
      response: { 200: hazardCalculation },
    },
    handler: (request) => {
      const { substances, exposedPopulation } = request.body
      const { lines, ...result } = identify(
        { substances: substances.map(toQuantity), exposedPopulation },
        { quantityField: 'quantityTonnes' },
      )
      return { ...result, lines: lines.map(mutable) }
    },
  })
  app.route({
    method: 'POST',
    url: '/api/v1/hazard-sources/assess',
    config: { access: 'read', audit: null },
    schema: {
      tags: ['hazard-sources'],
      summary: 'S, R and level of several units, however far they have been filled in',
      description:
        'As a draft is assessed: never refused for what is missing or impossible, which is told in `issues`. For what-if.',
      body: hazardAssessmentRequest,
      response: { 200: hazardAssessment },
    },
    handler: (request) => assessDossier(request.body),
  })
}

function standardRoutes(app: Api): void {
  app.route({
    method: 'GET',
    url: '/api/v1/hazard-substances',
    config: { access: 'read' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'Substances of GB 18218 by name, alias or CAS number',
      querystring: hazardSubstanceQuery,
      response: { 200: listOf(hazardSubstanceEntry) },
    },
    handler: (request) => ({ items: findSubstances(request.query.text, request.query.limit) }),
  })
  app.route({
    method: 'GET',
    url: '/api/v1/hazard-standard',
    config: { access: 'read' },
    schema: {
      tags: ['hazard-sources'],
      summary:
        'The rules, categories and tables of GB 18218 as they are used, with what is not verified',
      response: { 200: hazardStandard },
    },
    handler: () => ({
      standard: STANDARD.standard,
      title: STANDARD.title,
      inForceFrom: STANDARD.inForceFrom,
      provenance: STANDARD.provenance,
      rules: STANDARD.rules.map((rule) => ({ ...rule, unverified: rule.unverified ?? null })),
      categories: STANDARD.table2.map((row) => ({ ...row, unverified: row.unverified ?? null })),
      alphas: [...STANDARD.table5],
      levels: [...STANDARD.table6],
    }),
  })
}

function toQuantity(substance: HazardSubstance): SubstanceQuantity {
  const common = {
    quantity: { value: String(substance.quantityTonnes), unit: 't', density: '' } as const,
    beta: substance.beta === undefined ? undefined : String(substance.beta),
    name: substance.name,
  }
  if ('row' in substance) {
    const categories = substance.category === undefined ? [] : [substance.category]
    return { ...common, row: substance.row, categories }
  }
  const categories = 'categories' in substance ? substance.categories : [substance.category]
  return { ...common, categories }
}

/** The schema's arrays may be written to; ours may not. */
function mutable(line: ReturnType<typeof identify>['lines'][number]) {
  return { ...line, clauses: [...line.clauses], cautions: [...line.cautions] }
}
