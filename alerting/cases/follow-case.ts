import type { Alarm, TimelineKind } from '../alarms/alarm.ts'
import type { AlarmStep } from '../alarms/alarm-update.ts'
import {
  awaiting,
  type CaseFile,
  type CaseLimits,
  closedFile,
  openCase,
  undone,
} from './case-file.ts'

/** New trouble of the same cause, after which what was done about the last one does not count. */
const NEW_TROUBLE: ReadonlySet<TimelineKind> = new Set(['reoccurred', 'grade-rose', 're-alarmed'])

/**
 * What a step of an alarm means for its case. It opens when the alarm first calls for people, follows
 * the acknowledgement, starts again at new trouble, and its time stands still under an overlay.
 */
export function followCase(
  before: Alarm,
  step: AlarmStep,
  { atMs, limits }: { readonly atMs: number; readonly limits: CaseLimits },
): AlarmStep {
  const { alarm } = step
  // The gateway's own alarms have no place where somebody could arrive.
  if (alarm.organizationId === '') return step
  const file = timed(fileAfter(before, step, { atMs, limits }), alarm, { atMs, limits })
  return file === alarm.caseFile ? step : { ...step, alarm: { ...alarm, caseFile: file } }
}

function fileAfter(
  before: Alarm,
  { alarm, told }: AlarmStep,
  about: { readonly atMs: number; readonly limits: CaseLimits },
): CaseFile | null {
  const { atMs, limits } = about
  const { grade, caseFile: file } = alarm
  const kinds = new Set(told.map(({ entry }) => entry.kind))
  if (file === null) {
    const calls = alarm.state === 'unacknowledged' && !isHidden(alarm, atMs)
    return calls ? openCase(atMs, grade, limits) : null
  }
  if (file.awaits === null) return file
  if (kinds.has('acknowledged') && file.awaits === 'acknowledge') {
    const next = file.dispatchedAtMs === null ? 'dispatch' : 'arrive'
    return awaiting(file, next, { atMs, grade, limits })
  }
  const wasDone = file.awaits === 'review' || file.awaits === 'close'
  if (wasDone && [...NEW_TROUBLE].some((kind) => kinds.has(kind))) {
    return awaiting(undone(file), 'acknowledge', { atMs, grade, limits })
  }
  // A worse grade has shorter times.
  if (grade < before.grade) return awaiting(file, file.awaits, { atMs, grade, limits })
  // Over without anybody having had to see it: it was explained by another alarm.
  if (kinds.has('closed') && file.awaits === 'acknowledge') return closedFile(file, atMs)
  return file
}

/** The time of a step runs while the alarm is in sight, and begins anew when it is again. */
function timed(
  file: CaseFile | null,
  alarm: Alarm,
  { atMs, limits }: { readonly atMs: number; readonly limits: CaseLimits },
): CaseFile | null {
  if (file === null || file.awaits === null || file.overdueSinceMs !== null) return file
  if (isHidden(alarm, atMs)) return file.dueAtMs === null ? file : { ...file, dueAtMs: null }
  if (file.dueAtMs !== null) return file
  return awaiting(file, file.awaits, { atMs, grade: alarm.grade, limits })
}

function isHidden(alarm: Alarm, atMs: number): boolean {
  const { shelvedUntilMs, outOfServiceUntilMs, suppressedBy } = alarm
  return (
    suppressedBy !== null ||
    (shelvedUntilMs !== null && atMs < shelvedUntilMs) ||
    (outOfServiceUntilMs !== null && atMs < outOfServiceUntilMs)
  )
}

/** The step was not done in time. */
export function overdue(file: CaseFile, atMs: number): CaseFile {
  return { ...file, dueAtMs: null, overdueSinceMs: atMs, overdueSteps: file.overdueSteps + 1 }
}
