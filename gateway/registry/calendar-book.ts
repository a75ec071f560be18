import assert from 'node:assert/strict'
import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import type { CalendarYear } from '#config/calendars.ts'
import { CALENDAR_LIMITS, DATABASE_LIMITS } from '#config/limits.ts'
import { CalendarStore, type CalendarVersionRow } from '../database/calendar-store.ts'
import { FairLock } from '../database/fair-lock.ts'
import type { Database } from '../database/open.ts'
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
}

/** A year to be written, made from the version somebody looked at. */
export interface CalendarEdit {
  readonly days: CalendarYear
  readonly baseVersion: number
  readonly actor: string
}

interface YearOf {
  readonly calendar: string
  readonly year: number
}

/**
 * Which days are public holidays and make-up working days: the shipped years, and what people made of
 * them. Every change is a version that is kept. Codes: `not_found`, `calendar_changed_meanwhile`,
 * `too_many`, `database_unavailable`.
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

  async write({ days, baseVersion, actor }: CalendarEdit): Promise<CalendarRow> {
    await this.#append(days, { definition: days, baseVersion, actor })
    const row = this.row(days)
    assert(row, 'what was written is there')
    return row
  }

  /** Back to what is shipped; a year that is not shipped goes. */
  async reset(of: YearOf, actor: string): Promise<void> {
    const row = this.row(of)
    if (row === null) throw new CodedError('not_found', `There is no calendar ${calendarId(of)}.`)
    if (row.origin === 'shipped') return
    await this.#append(of, { definition: null, baseVersion: row.version, actor })
  }

  /** Told which calendar has other days than before. */
  onChange(listener: (calendar: string) => void): () => void {
    return this.#listeners.add(listener)
  }

  #append(
    { calendar, year }: YearOf,
    edit: Pick<CalendarEdit, 'actor' | 'baseVersion'> & {
      readonly definition: CalendarYear | null
    },
  ): Promise<void> {
    const { actor, baseVersion, definition } = edit
    return this.#changing.with(async () => {
      const key = calendarId({ calendar, year })
      const version = this.#newest.get(key)?.version ?? 0
      // A year that is gone is written as one that never was.
      if (baseVersion !== (this.#rowAt(key)?.version ?? 0)) {
        throw new CodedError('calendar_changed_meanwhile', `${key} was changed meanwhile.`, {
          details: { baseVersion, version },
        })
      }
      if (version === 0 && this.#newest.size >= CALENDAR_LIMITS.yearsKeptMax) {
        throw new CodedError('too_many', 'There are as many calendar years as there may be.')
      }
      const row: CalendarVersionRow = {
        calendar,
        year,
        version: version + 1,
        definition,
        changedBy: actor,
        changedAtMs: this.#clock.nowMs(),
      }
      await this.#store.append(row)
      this.#newest.set(key, row)
      this.#listeners.tell(calendar)
    })
  }

  #rowAt(key: string): CalendarRow | null {
    const shipped = this.#shipped.get(key)
    const edit = this.#newest.get(key)
    const days = edit?.definition ?? shipped
    if (days === undefined) return null
    const isEdited = edit !== undefined && edit.definition !== null
    const { version = 0, changedBy = null, changedAtMs = null } = edit ?? {}
    const origin = !isEdited ? 'shipped' : shipped === undefined ? 'added' : 'edited'
    return { days, origin, version, changedBy, changedAtMs }
  }
}

/** E.g. `cn-2026`. */
export function calendarId({ calendar, year }: YearOf): string {
  return `${calendar}-${year}`
}
