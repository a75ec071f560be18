import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import type { CalendarYear } from '#config/calendars.ts'
import { CALENDAR_LIMITS, DATABASE_LIMITS } from '#config/limits.ts'
import { CalendarStore, type CalendarVersionRow } from '../database/calendar-store.ts'
import { FairLock } from '../database/fair-lock.ts'
import type { Database } from '../database/open.ts'
import type { Statement } from '../database/worker-protocol.ts'
import { ChangeListeners } from './change-listeners.ts'

/** A year of a calendar as it counts, with where it comes from. */
export interface CalendarRow {
  readonly days: CalendarYear
  /** `shipped`: as it comes with Vigil; `edited`: a person's in its place; `added`: nothing is shipped for it. */
  readonly origin: 'shipped' | 'edited' | 'added'
  /** The number of the last change, 0: never changed. */
  readonly version: number
  readonly changedBy: string | null
  readonly changedAtMs: number | null
  /** The second person, where the change needed one. */
  readonly approvedBy: string | null
}

/** A year that is to be another one. */
export interface CalendarEdit {
  readonly calendar: string
  readonly year: number
  /** Null: back to what is shipped; a year that is not shipped goes. */
  readonly definition: CalendarYear | null
  /** The version somebody looked at. */
  readonly baseVersion: number
  readonly actor: string
  readonly approvedBy?: string | null
  /** Written in the same transaction; is told which version it becomes. */
  readonly also?: (version: number) => readonly Statement[]
}

export interface YearOf {
  readonly calendar: string
  readonly year: number
}

/**
 * Which days are public holidays and make-up working days: the shipped years, and what people made of
 * them. Every change is a version that is kept. Who may change what, and whether that needs a second person,
 * is `CalendarLife`'s. Codes: `calendar_changed_meanwhile`, `too_many`, `database_unavailable`.
 */
export class CalendarBook {
  readonly #store: CalendarStore
  readonly #clock: Clock
  readonly #shipped: ReadonlyMap<string, CalendarYear>
  readonly #newest = new Map<string, CalendarVersionRow>()
  readonly #listeners = new ChangeListeners<string>()
  readonly #changing = new FairLock({ waitingMax: DATABASE_LIMITS.waitingRequestsMax })

  constructor(options: {
    readonly database: Database
    readonly clock: Clock
    readonly shipped: readonly CalendarYear[]
  }) {
    this.#store = new CalendarStore(options.database)
    this.#clock = options.clock
    this.#shipped = new Map(options.shipped.map((days) => [calendarId(days), days]))
  }

  async start(): Promise<void> {
    for (const row of await this.#store.loadNewest()) this.#newest.set(calendarId(row), row)
  }

  /** By calendar, then by year. */
  rows(): readonly CalendarRow[] {
    const keys = new Set([...this.#shipped.keys(), ...this.#newest.keys()])
    return [...keys].sort().flatMap((key) => this.#rowAt(key) ?? [])
  }

  row(of: YearOf): CalendarRow | null {
    return this.#rowAt(calendarId(of))
  }

  /** What a calendar clock counts by. */
  years(): readonly CalendarYear[] {
    return this.rows().map(({ days }) => days)
  }

  knows(calendar: string, year: number): boolean {
    return this.row({ calendar, year }) !== null
  }

  /** The year as it is shipped; null: it is not. */
  shipped(of: YearOf): CalendarYear | null {
    return this.#shipped.get(calendarId(of)) ?? null
  }

  /** What a calendar clock would count by if the year were `days` (null: there is none). */
  yearsWith(of: YearOf, days: CalendarYear | null): readonly CalendarYear[] {
    const others = this.years().filter((one) => calendarId(one) !== calendarId(of))
    return days === null ? others : [...others, days]
  }

  /** Refuses what was made from another version than there is now. */
  assertUnchanged(of: YearOf, baseVersion: number): void {
    // A year that is gone is written as one that never was.
    const version = this.row(of)?.version ?? 0
    if (baseVersion === version) return
    throw new CodedError('calendar_changed_meanwhile', `${calendarId(of)} was changed meanwhile.`, {
      details: { baseVersion, version },
    })
  }

  /** The version that the change became. */
  apply(edit: CalendarEdit): Promise<number> {
    const { calendar, year, definition, actor, approvedBy = null } = edit
    return this.#changing.with(async () => {
      const key = calendarId(edit)
      this.assertUnchanged(edit, edit.baseVersion)
      const version = (this.#newest.get(key)?.version ?? 0) + 1
      if (version === 1 && this.#newest.size >= CALENDAR_LIMITS.yearsKeptMax) {
        throw new CodedError('too_many', 'There are as many calendar years as there may be.')
      }
      const changedAtMs = this.#clock.nowMs()
      const row = { calendar, year, version, definition, changedBy: actor, changedAtMs, approvedBy }
      await this.#store.append(row, edit.also?.(version) ?? [])
      this.#newest.set(key, row)
      this.#listeners.tell(calendar)
      return version
    })
  }

  /** Told which calendar has other days than before. */
  onChange(listener: (calendar: string) => void): () => void {
    return this.#listeners.add(listener)
  }

  #rowAt(key: string): CalendarRow | null {
    const shipped = this.#shipped.get(key)
    const edit = this.#newest.get(key)
    const days = edit?.definition ?? shipped
    if (days === undefined) return null
    const isEdited = edit !== undefined && edit.definition !== null
    const { version = 0, changedBy = null, changedAtMs = null, approvedBy = null } = edit ?? {}
    const origin = !isEdited ? 'shipped' : shipped === undefined ? 'added' : 'edited'
    return { days, origin, version, changedBy, changedAtMs, approvedBy }
  }
}

/** E.g. `cn-2026`. */
export function calendarId({ calendar, year }: YearOf): string {
  return `${calendar}-${year}`
}
