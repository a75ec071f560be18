import { RESPONSIBLE_PERSONS } from '../contract/hazard-dossier.ts'
import type {
  ArchiveItem,
  FilingGap,
  FilingGapCode,
  HazardAssessment,
  HazardDossier,
  ReassessmentReason,
} from '../contract.ts'
import { dayOf } from './due-dates.ts'

export interface FilingCandidate {
  readonly dossier: HazardDossier
  readonly assessment: HazardAssessment
  /** Items of the archive that have a document. */
  readonly documented: ReadonlySet<ArchiveItem>
  readonly reassessment: readonly ReassessmentReason[]
  readonly isInForce: boolean
}

export interface FilingDemands {
  /** Items of the archive that the authority wants as a document. */
  readonly documentsRequired: readonly ArchiveItem[]
  readonly nowMs: number
}

/**
 * What stands between the draft and its filing, item by item of the archive, in the order of the
 * form. Empty: it may be signed and submitted.
 */
export function filingGaps(candidate: FilingCandidate, demands: FilingDemands): FilingGap[] {
  return [
    ...identificationGaps(candidate),
    ...characteristicsGaps(candidate.dossier),
    ...assessmentGaps(candidate, dayOf(demands.nowMs)),
    ...emergencyGaps(candidate.dossier),
    ...personGaps(candidate.dossier),
    ...demands.documentsRequired
      .filter((item) => !candidate.documented.has(item))
      .map((item) => gap(item, '', 'document_missing')),
  ]
}

function identificationGaps({ dossier, assessment, isInForce }: FilingCandidate): FilingGap[] {
  const ofUnits = dossier.units.flatMap((unit, index) => [
    ...(unit.name === '' ? [gap('identification', `units.${index}.name`, 'unit_unnamed')] : []),
    ...(unit.boundary === null
      ? [gap('identification', `units.${index}.boundary`, 'boundary_missing')]
      : []),
  ])
  const ofCalculation = assessment.issues.map((issue) => ({
    ...gap('identification', issue.path, 'calculation_incomplete'),
    issue: issue.code,
  }))
  const isNone = assessment.majorHazard === false
  const noMajorHazard = isInForce ? 'no_longer_major_hazard' : 'not_major_hazard'
  return [
    ...ofUnits,
    ...ofCalculation,
    ...(isNone ? [gap('identification', 'units', noMajorHazard)] : []),
  ]
}

function characteristicsGaps(dossier: HazardDossier): FilingGap[] {
  const { surroundings } = dossier
  const wanted: readonly (readonly [boolean, string, FilingGapCode])[] = [
    [dossier.name === '', 'name', 'name_missing'],
    [dossier.address === '', 'address', 'address_missing'],
    [dossier.position === null, 'position', 'position_missing'],
    [dossier.inUseSince === null, 'inUseSince', 'in_use_since_missing'],
    [dossier.scale === '', 'scale', 'scale_missing'],
    [surroundings.countedOn === null, 'surroundings.countedOn', 'population_date_missing'],
  ]
  return wanted.flatMap(([isMissing, path, code]) =>
    isMissing ? [gap('characteristics', path, code)] : [],
  )
}

function assessmentGaps({ dossier, reassessment }: FilingCandidate, today: string): FilingGap[] {
  const { by, completedOn } = dossier.assessment
  const gaps: FilingGap[] = []
  if (by === null) gaps.push(gap('assessment-report', 'assessment.by', 'assessor_missing'))
  if (completedOn === null) {
    gaps.push(gap('assessment-report', 'assessment.completedOn', 'assessment_date_missing'))
  } else if (completedOn > today) {
    gaps.push(gap('assessment-report', 'assessment.completedOn', 'assessment_in_future'))
  }
  const open = reassessment.filter(({ answered }) => !answered)
  return [
    ...gaps,
    ...open.map(({ trigger }) => ({
      ...gap('assessment-report', `reassessment.${trigger}`, 'reassessment_unanswered'),
      trigger,
    })),
  ]
}

function emergencyGaps({ emergency }: HazardDossier): FilingGap[] {
  const gaps: FilingGap[] = []
  if (emergency.planName === '') {
    gaps.push(gap('emergency-plan', 'emergency.planName', 'plan_missing'))
  }
  const isReachable = emergency.contacts.some(({ name, phone }) => name !== '' && phone !== '')
  if (!isReachable) gaps.push(gap('emergency-plan', 'emergency.contacts', 'contact_missing'))
  return gaps
}

function personGaps({ persons }: HazardDossier): FilingGap[] {
  return RESPONSIBLE_PERSONS.flatMap((role) => {
    const { name, phone } = persons[role]
    return name !== '' && phone !== ''
      ? []
      : [gap('responsible-persons', `persons.${role}`, 'person_missing')]
  })
}

function gap(item: FilingGap['item'], path: string, code: FilingGapCode): FilingGap {
  return { item, path, code, issue: null, trigger: null }
}
