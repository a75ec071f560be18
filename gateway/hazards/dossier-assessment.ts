import type { DossierSubstance, DossierUnit, HazardAssessment } from '../contract.ts'
import type { HazardIssue } from './hazard-issue.ts'
import { type Evaluation, evaluate, type SubstanceQuantity } from './identification.ts'
import { Rational } from './rational.ts'
import { STANDARD } from './standard.ts'

/**
 * Identification and grading of a whole dossier, however far it has come. Every unit stands by
 * itself (GB 18218 4.2.1): quantities are never added up over a valve, a dike or a wall. What is
 * said of the source is what is said of its gravest unit.
 */
export function assessDossier(dossier: {
  readonly units: readonly DossierUnit[]
  readonly exposedPopulation: number | null
}): HazardAssessment {
  const evaluated = dossier.units.map((unit) => ({
    unitId: unit.id,
    evaluation: evaluate({
      substances: unit.substances.map(quantityOf),
      exposedPopulation: dossier.exposedPopulation,
    }),
  }))
  const gravest = evaluated.reduce<(typeof evaluated)[number] | null>(
    (worst, unit) => (worst === null || isGraver(unit.evaluation, worst.evaluation) ? unit : worst),
    null,
  )
  const figures = gravest?.evaluation.s === null ? null : (gravest?.evaluation ?? null)
  return {
    standard: STANDARD.standard,
    units: evaluated.map(({ unitId, evaluation: { issues: _, lines, ...result } }) => ({
      unitId,
      ...result,
      lines: lines.map((line) => line as HazardAssessment['units'][number]['lines'][number]),
    })),
    gravestUnitId: figures === null ? null : (gravest?.unitId ?? null),
    s: figures?.s ?? null,
    r: figures?.r ?? null,
    alpha: figures?.alpha ?? null,
    majorHazard: figures?.majorHazard ?? null,
    hazardLevel: figures?.hazardLevel ?? null,
    issues: issuesOf(evaluated.map(({ evaluation }) => evaluation)),
  }
}

export function quantityOf(substance: DossierSubstance): SubstanceQuantity {
  return {
    quantity: substance.quantity,
    row: substance.row ?? undefined,
    betaRow: substance.betaRow ?? undefined,
    categories: substance.categories,
    mixture: substance.mixture,
    beta: substance.beta === '' ? undefined : substance.beta,
    name: substance.name === '' ? undefined : substance.name,
  }
}

/** A population that is missing is missing once, not once a unit. */
function issuesOf(evaluations: readonly Evaluation[]): HazardIssue[] {
  if (evaluations.length === 0) {
    return [{ path: 'units', code: 'units_missing', message: 'at least one unit is needed' }]
  }
  const ofPopulation = evaluations[0]?.issues.filter(isOfPopulation) ?? []
  const ofUnits = evaluations.flatMap(({ issues }, index) =>
    issues
      .filter((issue) => !isOfPopulation(issue))
      .map((issue) => ({ ...issue, path: `units.${index}.${issue.path}` })),
  )
  return [...ofPopulation, ...ofUnits]
}

function isOfPopulation({ code }: HazardIssue): boolean {
  return code === 'population_missing' || code === 'population_impossible'
}

function isGraver(one: Evaluation, other: Evaluation): boolean {
  const levels = (one.hazardLevel ?? 5) - (other.hazardLevel ?? 5)
  if (levels !== 0) return levels < 0
  return !isAtLeast(other.r, one.r) || (isAtLeast(one.r, other.r) && !isAtLeast(other.s, one.s))
}

function isAtLeast(one: string | null, other: string | null): boolean {
  return figure(one).isAtLeast(figure(other))
}

function figure(text: string | null): Rational {
  return (text === null ? null : Rational.parse(text)) ?? Rational.zero
}
