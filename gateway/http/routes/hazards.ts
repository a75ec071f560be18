import {
  type HazardSubstance,
  hazardCalculation,
  hazardCalculationRequest,
} from '../../contract.ts'
import { identify, type SubstanceQuantity } from '../../hazards/identification.ts'
import type { Api } from '../api.ts'

/** Identification and grading of major hazard sources by GB 18218; stateless. */
export function hazardRoutes(app: Api): void {
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
      const { lines, ...result } = identify({
        substances: substances.map(toQuantity),
        exposedPopulation,
      })
      return { ...result, lines: [...lines] }
    },
  })
}

function toQuantity(substance: HazardSubstance): SubstanceQuantity {
  const common = {
    quantityTonnes: String(substance.quantityTonnes),
    beta: substance.beta === undefined ? undefined : String(substance.beta),
    name: substance.name,
  }
  if ('row' in substance) return { ...common, row: substance.row, category: substance.category }
  const categories = 'categories' in substance ? substance.categories : [substance.category]
  return { ...common, categories }
}
