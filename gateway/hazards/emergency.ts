import type { EmergencyInformation } from '../contract.ts'
import { assessmentOf, type HazardSourceRow } from './hazard-source.ts'

/** Of the version in force; of a source that has none, of its draft: half a plan is better than none. */
export function emergencyOf(row: HazardSourceRow): EmergencyInformation {
  const dossier = row.inForce?.snapshot.dossier ?? row.draft
  const assessment = assessmentOf(dossier)
  return {
    sourceId: row.id,
    name: dossier.name,
    hazardLevel: assessment.hazardLevel,
    basis: row.inForce === null ? 'draft' : 'in-force',
    emergency: dossier.emergency,
    persons: dossier.persons,
    substances: dossier.units.flatMap((unit, unitIndex) =>
      unit.substances.map(({ name, cas, safety }, index) => ({
        unit: unit.name,
        name,
        cas,
        designMaximum: assessment.units[unitIndex]?.lines[index]?.q ?? null,
        safety,
      })),
    ),
    exposedPopulation: dossier.surroundings.exposedPopulation,
    targets: dossier.surroundings.targets,
  }
}
