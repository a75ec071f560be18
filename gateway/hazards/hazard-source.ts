import { isDeepStrictEqual } from 'node:util'
import type {
  HazardAssessment,
  HazardDossier,
  HazardSource,
  HazardSourceSummary,
  RegisteredUnit,
} from '../contract.ts'
import { assessDossier } from './dossier-assessment.ts'
import type { Filing } from './filing.ts'
import type { Snapshot } from './source-version.ts'

/** What holds of the version in force. */
export interface InForce {
  readonly version: number
  /** Filing number given by the authority. */
  readonly number: string
  readonly acceptedAtMs: number
  readonly snapshot: Snapshot
}

/** A major hazard source as the gateway holds it; instants in epoch ms. */
export interface HazardSourceRow {
  readonly id: string
  readonly organizationId: string
  readonly filing: Filing
  readonly draft: HazardDossier
  /** Null: never accepted, or cancelled. */
  readonly inForce: InForce | null
  readonly submittedAtMs: number | null
  readonly dueAtMs: number | null
  readonly revision: number
  readonly createdAtMs: number
  readonly updatedAtMs: number
  readonly updatedBy: string
}

export function assessmentOf(dossier: HazardDossier): HazardAssessment {
  return assessDossier({
    units: dossier.units,
    exposedPopulation: dossier.surroundings.exposedPopulation,
  })
}

/** Answers to triggers are about a change, not a part of what is stated. */
export function isSameDossier(one: HazardDossier, other: HazardDossier): boolean {
  const stated = (dossier: HazardDossier) => ({ ...dossier, reassessment: [] })
  return isDeepStrictEqual(stated(one), stated(other))
}

/** What lists and watchers see: the version in force, or the draft of a source that never was. */
export function summaryOf(row: HazardSourceRow): HazardSourceSummary {
  const dossier = row.inForce?.snapshot.dossier ?? row.draft
  const assessment = assessmentOf(dossier)
  const { s, r, alpha, majorHazard, hazardLevel } = assessment
  return {
    id: row.id,
    name: dossier.name,
    organizationId: row.organizationId,
    siteId: dossier.siteId,
    kind: dossier.kind,
    address: dossier.address,
    position: dossier.position,
    units: dossier.units.map((unit, index) => unitOf(unit, assessment.units[index])),
    exposedPopulation: {
      people: dossier.surroundings.exposedPopulation,
      countedOn: dossier.surroundings.countedOn,
    },
    registered: {
      basis: row.inForce === null ? 'draft' : 'in-force',
      s,
      r,
      alpha,
      majorHazard,
      hazardLevel,
    },
    filing: {
      ...row.filing,
      number: row.inForce?.number ?? null,
      acceptedAt: isoOrNull(row.inForce?.acceptedAtMs ?? null),
      submittedAt: isoOrNull(row.submittedAtMs),
      dueAt: isoOrNull(row.dueAtMs),
    },
    revision: row.revision,
    updatedAt: new Date(row.updatedAtMs).toISOString(),
    updatedBy: row.updatedBy,
  }
}

export function presentHazardSource(row: HazardSourceRow): HazardSource {
  return { ...summaryOf(row), draft: row.draft, assessment: assessmentOf(row.draft) }
}

/** What a search looks through. */
export function searchTextOf(row: HazardSourceRow): string {
  const dossier = row.inForce?.snapshot.dossier ?? row.draft
  const substances = dossier.units.flatMap((unit) =>
    unit.substances.flatMap(({ name, cas }) => [name, cas]),
  )
  return [row.id, dossier.name, row.draft.name, dossier.address, row.inForce?.number, ...substances]
    .filter((text) => text !== undefined && text !== '')
    .join('\n')
    .toLowerCase()
}

function unitOf(
  unit: HazardDossier['units'][number],
  assessed: HazardAssessment['units'][number] | undefined,
): RegisteredUnit {
  return {
    id: unit.id,
    name: unit.name,
    boundary: unit.boundary,
    s: assessed?.s ?? null,
    r: assessed?.r ?? null,
    hazardLevel: assessed?.hazardLevel ?? null,
    substances: unit.substances.map((substance, index) => {
      const line = assessed?.lines[index] ?? null
      return {
        id: substance.id,
        name: substance.name === '' ? (line?.name.zh ?? '') : substance.name,
        row: substance.row,
        categories: substance.categories,
        designMaximum: line?.q ?? null,
        criticalQuantity: line?.criticalQuantity ?? null,
        beta: line?.beta ?? null,
      }
    }),
  }
}

function isoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString()
}
