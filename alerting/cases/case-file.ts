import type { Grade } from '../rules/alarm-rule.ts'

/**
 * The closed loop of an alarm (确认 → 派单 → 到场 → 处置 → 复核 → 销警): what a case waits for next.
 * Beside the state of the alarm, for a condition may be gone long before anybody was on site.
 */
export const CASE_STEPS = [
  'acknowledge',
  'dispatch',
  'arrive',
  'dispose',
  'review',
  'close',
] as const
export type CaseStep = (typeof CASE_STEPS)[number]

/** What it was: 整改 a real danger put right, 误报 a false alarm, 测试 a test. */
export const DISPOSITIONS = ['rectified', 'false-alarm', 'test'] as const
export type Disposition = (typeof DISPOSITIONS)[number]

/** Why an alarm was false; counted by rule, so that the rule can be mended (F51). */
export const FALSE_ALARM_CODES = [
  'interference',
  'sensor-fault',
  'drift',
  'set-point',
  'work-nearby',
  'handling',
  'other',
] as const
export type FalseAlarmCode = (typeof FALSE_ALARM_CODES)[number]

/** How long each step may take; null for a grade: its alarms have no case. */
export type CaseLimits = Readonly<Record<Grade, Readonly<Record<CaseStep, number>> | null>>

export interface CaseFile {
  readonly openedAtMs: number
  /** Null: closed. */
  readonly awaits: CaseStep | null
  /** When the step becomes overdue; null: it is already, or the alarm is under an overlay, or it is closed. */
  readonly dueAtMs: number | null
  /** Since when the step that is awaited is overdue. */
  readonly overdueSinceMs: number | null
  /** How many steps were overdue so far. */
  readonly overdueSteps: number
  readonly dispatchedAtMs: number | null
  readonly arrivedAtMs: number | null
  readonly disposedAtMs: number | null
  readonly disposedBy: string | null
  readonly disposition: Disposition | null
  readonly falseAlarmCode: FalseAlarmCode | null
  readonly reviewedAtMs: number | null
  readonly closedAtMs: number | null
}

export type CaseEvent =
  | { readonly kind: 'dispatch' | 'arrive' | 'review' | 'send-back' | 'close' }
  | {
      readonly kind: 'dispose'
      readonly disposition: Disposition
      readonly falseAlarmCode: FalseAlarmCode | null
    }

export const CASE_REFUSALS = [
  'case_not_open',
  'alarm_not_acknowledged',
  'case_step_done',
  'case_not_on_site',
  'case_not_disposed',
  'case_not_reviewed',
  'case_own_review',
] as const
export type CaseRefusal = (typeof CASE_REFUSALS)[number]

export type CaseTransition =
  | { readonly ok: false; readonly refusal: CaseRefusal }
  | { readonly ok: true; readonly file: CaseFile }

export interface CaseRules {
  readonly limits: CaseLimits
  /** Of these grades and more urgent ones nobody reviews what he disposed of himself; 0: of none. */
  readonly secondPersonGradeMax: number
}

interface Circumstances {
  readonly atMs: number
  readonly actor: string
  readonly grade: Grade
  readonly rules: CaseRules
}

export function openCase(atMs: number, grade: Grade, limits: CaseLimits): CaseFile | null {
  const limit = limits[grade]?.acknowledge
  if (limit === undefined) return null
  return {
    openedAtMs: atMs,
    awaits: 'acknowledge',
    dueAtMs: atMs + limit,
    overdueSinceMs: null,
    overdueSteps: 0,
    dispatchedAtMs: null,
    arrivedAtMs: null,
    disposedAtMs: null,
    disposedBy: null,
    disposition: null,
    falseAlarmCode: null,
    reviewedAtMs: null,
    closedAtMs: null,
  }
}

/** The one table of a case: step × event. In words: DESIGN.md, section 5. */
export function caseTransition(
  file: CaseFile | null,
  event: CaseEvent,
  about: Circumstances,
): CaseTransition {
  if (file === null || file.awaits === null) return refused('case_not_open')
  switch (event.kind) {
    case 'dispatch':
      return dispatched(file, about)
    case 'arrive':
      return arrived(file, about)
    case 'dispose':
      return disposed(file, event, about)
    case 'review':
      return reviewed(file, about)
    case 'send-back':
      return sentBack(file, about)
    case 'close':
      return closed(file, about)
    default:
      return event satisfies never
  }
}

/** Given to a person, or to another one, who then has to go there. */
function dispatched(file: CaseFile, about: Circumstances): CaseTransition {
  const dispatchedAtMs = about.atMs
  switch (file.awaits) {
    case 'dispatch':
    case 'arrive':
    case 'dispose':
      return moved({ ...file, dispatchedAtMs }, 'arrive', about)
    // Nobody has seen it, or all has been done: somebody cares for it, the step stays.
    default:
      return { ok: true, file: { ...file, dispatchedAtMs: file.dispatchedAtMs ?? dispatchedAtMs } }
  }
}

function arrived(file: CaseFile, about: Circumstances): CaseTransition {
  switch (file.awaits) {
    case 'acknowledge':
      return refused('alarm_not_acknowledged')
    case 'dispatch':
    case 'arrive':
      return moved(
        { ...file, arrivedAtMs: about.atMs, dispatchedAtMs: file.dispatchedAtMs ?? about.atMs },
        'dispose',
        about,
      )
    default:
      return refused('case_step_done')
  }
}

/** A danger is put right on site; that an alarm was false or a test may be known from afar. */
function disposed(
  file: CaseFile,
  { disposition, falseAlarmCode }: Extract<CaseEvent, { kind: 'dispose' }>,
  about: Circumstances,
): CaseTransition {
  if (file.awaits === 'acknowledge') return refused('alarm_not_acknowledged')
  if (file.awaits === 'close') return refused('case_step_done')
  if (disposition === 'rectified' && file.arrivedAtMs === null) return refused('case_not_on_site')
  const { atMs: disposedAtMs, actor: disposedBy } = about
  const what = { disposedAtMs, disposedBy, disposition, falseAlarmCode }
  return moved({ ...file, ...what }, 'review', about)
}

function reviewed(file: CaseFile, about: Circumstances): CaseTransition {
  if (file.awaits === 'close') return refused('case_step_done')
  if (file.awaits !== 'review') return refused('case_not_disposed')
  const needsSecond = about.grade <= about.rules.secondPersonGradeMax
  if (needsSecond && file.disposedBy === about.actor) return refused('case_own_review')
  return moved({ ...file, reviewedAtMs: about.atMs }, 'close', about)
}

/** Not good enough: it is given out again. */
function sentBack(file: CaseFile, about: Circumstances): CaseTransition {
  if (file.awaits !== 'review' && file.awaits !== 'close') return refused('case_not_disposed')
  return moved(undone(file), 'dispatch', about)
}

function closed(file: CaseFile, about: Circumstances): CaseTransition {
  if (file.awaits !== 'close') {
    return refused(file.awaits === 'review' ? 'case_not_reviewed' : 'case_not_disposed')
  }
  return { ok: true, file: closedFile(file, about.atMs) }
}

export function closedFile(file: CaseFile, atMs: number): CaseFile {
  return { ...file, awaits: null, dueAtMs: null, overdueSinceMs: null, closedAtMs: atMs }
}

/** What was done about the last occurrence does not count for the next one. */
export function undone(file: CaseFile): CaseFile {
  return {
    ...file,
    dispatchedAtMs: null,
    arrivedAtMs: null,
    disposedAtMs: null,
    disposedBy: null,
    disposition: null,
    falseAlarmCode: null,
    reviewedAtMs: null,
  }
}

/** The next step, with its time from now. */
export function awaiting(
  file: CaseFile,
  awaits: CaseStep,
  { atMs, grade, limits }: { readonly atMs: number; readonly grade: Grade; limits: CaseLimits },
): CaseFile {
  const limit = limits[grade]?.[awaits]
  const dueAtMs = limit === undefined ? null : atMs + limit
  return { ...file, awaits, dueAtMs, overdueSinceMs: null }
}

function moved(file: CaseFile, awaits: CaseStep, about: Circumstances): CaseTransition {
  const { atMs, grade, rules } = about
  return { ok: true, file: awaiting(file, awaits, { atMs, grade, limits: rules.limits }) }
}

function refused(refusal: CaseRefusal): CaseTransition {
  return { ok: false, refusal }
}
