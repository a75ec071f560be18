import type { Duty, DutyInterval } from '#config/duties.ts'
import type { DutyDto } from '../contract.ts'

const DAY_MS = 24 * 3_600_000
/** A duty is announced this many days before it is due, or a quarter of its interval before a short one. */
const SOON_DAYS = 7
const SOON_SHARE = 4

export type DutyState = DutyDto['state']

export interface DutyStanding {
  readonly state: DutyState
  /** End of the time in which it is to be done; null: none is set. */
  readonly dueAtMs: number | null
}

/**
 * Where a duty stands. Time runs from when it was done last, otherwise from when the source's filing
 * was accepted; before that nothing is due (`not-begun`). A day that was reported as "not done" does
 * not move anything.
 */
export function standingOf(
  duty: Pick<Duty, 'interval'>,
  since: { readonly doneAtMs: number | null; readonly acceptedAtMs: number | null },
  {
    nowMs,
    days,
  }: { readonly nowMs: number; readonly days: Readonly<Record<DutyInterval, number>> },
): DutyStanding {
  if (duty.interval === null) return { state: 'on-occasion', dueAtMs: null }
  const fromMs = since.doneAtMs ?? since.acceptedAtMs
  if (fromMs === null) return { state: 'not-begun', dueAtMs: null }
  const every = days[duty.interval]
  const dueAtMs = fromMs + every * DAY_MS
  if (nowMs > dueAtMs) return { state: 'overdue', dueAtMs }
  const soonMs = Math.min(SOON_DAYS, every / SOON_SHARE) * DAY_MS
  if (nowMs >= dueAtMs - soonMs) return { state: 'due-soon', dueAtMs }
  return { state: since.doneAtMs === null ? 'not-begun' : 'done', dueAtMs }
}
