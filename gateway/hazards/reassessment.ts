import { isDeepStrictEqual } from 'node:util'
import type { HazardDossier, ReassessmentReason, ReassessmentTrigger } from '../contract.ts'
import { type DossierChange, diffDossiers } from './dossier-diff.ts'
import { assessmentDueAtMs } from './due-dates.ts'
import { assessmentOf } from './hazard-source.ts'

/** Order 40, article 11, fifth: an accident with a death, with ten or more injured, or that reached the public. */
const DEATHS_MIN = 1
const INJURED_MIN = 10

/** Triggers that the firm may answer by stating that level and risk stay as they are. */
const MAY_BE_WITHOUT_EFFECT: ReadonlySet<ReassessmentTrigger> = new Set([
  'construction',
  'change',
  'surroundings',
])

/** Fields whose change may affect the level or the risk, by trigger. A path that ends in a dot stands for all below it. */
const FIELDS: readonly (readonly [ReassessmentTrigger, RegExp])[] = [
  ['construction', /^units$|^units\.boundary|^equipment$/],
  ['change', /^kind$|^units\.substances$|^units\.substances\.(?!name$|cas$|un$|safety)/],
  ['change', /^equipment\.(specification|important|count)$/],
  ['surroundings', /^surroundings\.(exposedPopulation$|targets)/],
]

/**
 * Why a new identification, assessment and grading is asked for (order 40, article 11), and whether
 * the draft answers it: by an assessment made after the one in force, or, where the article leaves
 * room for it, by the reason why level and risk stay. A level that changes cannot be without effect.
 */
export function reassessmentReasons(request: {
  readonly inForce: { readonly dossier: HazardDossier; readonly standard: string } | null
  readonly draft: HazardDossier
  readonly standard: string
  readonly assessmentYears: number
  readonly nowMs: number
}): ReassessmentReason[] {
  const { inForce, draft } = request
  if (inForce === null) return []
  const changes = diffDossiers(inForce.dossier, draft)
  const found = new Map<ReassessmentTrigger, string[]>()
  const dueAtMs = assessmentDueAtMs(inForce.dossier.assessment.completedOn, request.assessmentYears)
  if (dueAtMs !== null && dueAtMs <= request.nowMs) found.set('three-years', [])
  for (const change of changes) {
    const trigger = triggerOf(change, inForce.dossier, draft)
    if (trigger !== null) found.set(trigger, [...(found.get(trigger) ?? []), change.path])
  }
  if (newAccidents(inForce.dossier, draft)) found.set('accident', ['accidents'])
  if (inForce.standard !== request.standard) found.set('standard', [])
  const isLevelSame = assessmentOf(inForce.dossier).hazardLevel === assessmentOf(draft).hazardLevel
  return [...found].map(([trigger, paths]) => ({
    trigger,
    changes: [...new Set(paths)],
    answered: isAnswered(trigger, { before: inForce.dossier, draft, isLevelSame }),
  }))
}

function triggerOf(
  { path }: DossierChange,
  before: HazardDossier,
  draft: HazardDossier,
): ReassessmentTrigger | null {
  if (path === 'units.substances.quantity' && sameMasses(before, draft)) return null
  return FIELDS.find(([, pattern]) => pattern.test(path))?.[0] ?? null
}

/** 12 t written as 12000 kg is no change of the quantity. */
function sameMasses(before: HazardDossier, draft: HazardDossier): boolean {
  const masses = (dossier: HazardDossier) =>
    assessmentOf(dossier).units.map(({ lines }) => lines.map((line) => line?.q ?? null))
  return isDeepStrictEqual(masses(before), masses(draft))
}

function newAccidents(before: HazardDossier, draft: HazardDossier): boolean {
  const known = new Set(before.accidents.map(({ id }) => id))
  return draft.accidents.some(
    ({ id, deaths, injured, affectedPublicSafety }) =>
      !known.has(id) && (deaths >= DEATHS_MIN || injured >= INJURED_MIN || affectedPublicSafety),
  )
}

function isAnswered(
  trigger: ReassessmentTrigger,
  request: {
    readonly before: HazardDossier
    readonly draft: HazardDossier
    readonly isLevelSame: boolean
  },
): boolean {
  const { before, draft, isLevelSame } = request
  const answer = draft.reassessment.find((candidate) => candidate.trigger === trigger)
  if (answer === undefined) return false
  if (answer.effect === 'none') {
    return MAY_BE_WITHOUT_EFFECT.has(trigger) && isLevelSame && answer.reason !== ''
  }
  const { completedOn } = draft.assessment
  return completedOn !== null && completedOn > (before.assessment.completedOn ?? '')
}
