import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import type { Duty, DutyInterval } from '#config/duties.ts'
import { DUTY_LIMITS } from '#config/limits.ts'
import type { DutyDto, DutyLine } from '../contract.ts'
import { type DutyRecord, DutyStore, type StoredDutyRecord } from '../database/duty-store.ts'
import type { Database } from '../database/open.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from '../database/page.ts'
import type { SourceDirectory, WatchedSource } from '../watching/watched-source.ts'
import { type DutyStanding, standingOf } from './duty-state.ts'
import { FirstLines, keyOf, type LineKey } from './first-lines.ts'

export interface DutyFilter {
  readonly state?: DutyDto['state'] | undefined
  readonly role?: Duty['role'] | undefined
  readonly organizationId?: string | undefined
  /** Organizations whose sources count; null: all. */
  readonly organizationIds: ReadonlySet<string> | null
}

/** A source whose persons have not done what was due. */
export interface OverdueSource {
  readonly source: WatchedSource
  readonly count: number
  readonly oldestDueAtMs: number
}

/** A line of the list without the names that the plant model has. */
export type BareDutyLine = Omit<DutyLine, 'organizationName'>

/**
 * Duties of the persons responsible for hazard sources: what is to be done, when it was done last,
 * what is overdue. Codes: `not_found` (no such duty), `invalid_request` (a day that cannot be),
 * `cursor_invalid`, `database_unavailable`.
 */
export class DutyBook {
  readonly #store: DutyStore
  readonly #clock: Clock
  readonly #sources: SourceDirectory
  readonly #duties: readonly Duty[]
  readonly #days: Readonly<Record<DutyInterval, number>>
  /** Source, then duty. */
  readonly #lastDone = new Map<string, Map<string, number>>()

  constructor(options: {
    readonly database: Database
    readonly clock: Clock
    readonly sources: SourceDirectory
    readonly duties: readonly Duty[]
    readonly days: Readonly<Record<DutyInterval, number>>
  }) {
    this.#store = new DutyStore(options.database)
    this.#clock = options.clock
    this.#sources = options.sources
    this.#duties = options.duties
    this.#days = options.days
  }

  async start(): Promise<void> {
    for (const { sourceId, dutyId, doneAtMs } of await this.#store.lastDone()) {
      this.#remember(sourceId, dutyId, doneAtMs)
    }
  }

  /** In the order of the list that is shipped. */
  dutiesOf(source: WatchedSource): readonly DutyDto[] {
    const nowMs = this.#clock.nowMs()
    return this.#duties.map((duty) => this.#present(duty, source, nowMs))
  }

  /** Longest overdue first; what has no day comes last. */
  list(filter: DutyFilter & PageRequest): Page<BareDutyLine> {
    const after = decodeCursor(filter.cursor, ['number', 'string', 'string'])
    const nowMs = this.#clock.nowMs()
    const wanted = this.#duties.filter(
      ({ role }) => filter.role === undefined || role === filter.role,
    )
    // Over a whole district these are hundreds of thousands: only what may be on the page is kept.
    const page = new FirstLines(filter.limit + 1, after as LineKey | null)
    for (const source of this.#visible(filter)) {
      for (const duty of wanted) {
        const { state, dueAtMs } = this.#standing(duty, source, nowMs)
        if (filter.state !== undefined && state !== filter.state) continue
        page.offer({ source, duty, dueAtMs: dueAtMs ?? Number.MAX_SAFE_INTEGER })
      }
    }
    return pageOf(page.lines, filter.limit, {
      item: ({ source, duty }) => lineOf(source, this.#present(duty, source, nowMs)),
      key: keyOf,
    })
  }

  /** Sources with duties overdue. */
  overdueSources(): readonly OverdueSource[] {
    const nowMs = this.#clock.nowMs()
    const found: OverdueSource[] = []
    for (const source of this.#sources.sources()) {
      const dueAtMs = this.#duties
        .map((duty) => this.#standing(duty, source, nowMs))
        .flatMap((standing) => (standing.state === 'overdue' ? (standing.dueAtMs ?? []) : []))
      if (dueAtMs.length === 0) continue
      found.push({ source, count: dueAtMs.length, oldestDueAtMs: Math.min(...dueAtMs) })
    }
    return found
  }

  /** How many duties are overdue, by organization of the source. */
  overdueByOrganization(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (const { source, count } of this.overdueSources()) {
      const { organizationId } = source
      counts.set(organizationId, (counts.get(organizationId) ?? 0) + count)
    }
    return counts
  }

  async record(record: Omit<DutyRecord, 'recordedAtMs'>): Promise<void> {
    const nowMs = this.#clock.nowMs()
    if (!this.#duties.some(({ id }) => id === record.dutyId)) {
      throw new CodedError('not_found', `There is no duty ${record.dutyId}.`)
    }
    if (record.doneAtMs > nowMs) throw wrongDay('lies in the future')
    if (record.doneAtMs < nowMs - DUTY_LIMITS.recordedAfterMsMax) throw wrongDay('is too long ago')
    await this.#store.append({ ...record, recordedAtMs: nowMs })
    if (record.outcome === 'done') this.#remember(record.sourceId, record.dutyId, record.doneAtMs)
  }

  /** Newest first. */
  async records(sourceId: string, request: PageRequest): Promise<Page<StoredDutyRecord>> {
    const after = decodeCursor(request.cursor, ['number'])
    const beforeId = after === null ? null : Number(after[0])
    const rows = await this.#store.list({ sourceId, beforeId, limit: request.limit })
    return pageOf(rows, request.limit, { item: (row) => row, key: ({ id }) => [id] })
  }

  #visible({ organizationIds, organizationId }: DutyFilter): WatchedSource[] {
    return [...this.#sources.sources()].filter(
      (source) =>
        (organizationIds === null || organizationIds.has(source.organizationId)) &&
        (organizationId === undefined || source.organizationId === organizationId),
    )
  }

  #standing(duty: Duty, source: WatchedSource, nowMs: number): DutyStanding {
    const doneAtMs = this.#lastDone.get(source.id)?.get(duty.id) ?? null
    const { acceptedAt } = source.filing
    const acceptedAtMs = acceptedAt === null ? null : Date.parse(acceptedAt)
    return standingOf(duty, { doneAtMs, acceptedAtMs }, { nowMs, days: this.#days })
  }

  #present(duty: Duty, source: WatchedSource, nowMs: number): DutyDto {
    const { state, dueAtMs } = this.#standing(duty, source, nowMs)
    return {
      id: duty.id,
      role: duty.role,
      text: duty.text,
      everyDays: duty.interval === null ? null : this.#days[duty.interval],
      confidence: duty.confidence,
      state,
      lastDoneAt: isoOrNull(this.#lastDone.get(source.id)?.get(duty.id) ?? null),
      dueAt: isoOrNull(dueAtMs),
    }
  }

  #remember(sourceId: string, dutyId: string, doneAtMs: number): void {
    const own = this.#lastDone.get(sourceId) ?? new Map<string, number>()
    this.#lastDone.set(sourceId, own)
    own.set(dutyId, Math.max(own.get(dutyId) ?? 0, doneAtMs))
  }
}

function lineOf(source: WatchedSource, duty: DutyDto): BareDutyLine {
  return {
    ...duty,
    sourceId: source.id,
    sourceName: source.name,
    organizationId: source.organizationId,
  }
}

function wrongDay(message: string): CodedError<'invalid_request'> {
  return new CodedError('invalid_request', `The day on which it was done ${message}.`, {
    details: { issues: [{ path: 'doneAt', message }] },
  })
}

function isoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString()
}
