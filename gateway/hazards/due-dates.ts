/** Days of the calendar, as forms state them (`2026-03-01`), and what follows from them. */

const DAY_MS = 24 * 3_600_000

/** The day a new assessment is due, its beginning in UTC; 29 February falls on 1 March in other years. */
export function assessmentDueAtMs(completedOn: string | null, years: number): number | null {
  if (completedOn === null) return null
  const [year = 0, month = 1, day = 1] = completedOn.split('-').map(Number)
  return Date.UTC(year + years, month - 1, day)
}

export function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10)
}

/** Whole days until then; negative once it is over. */
export function daysUntil(dueAtMs: number, nowMs: number): number {
  return Math.ceil((dueAtMs - nowMs) / DAY_MS)
}
