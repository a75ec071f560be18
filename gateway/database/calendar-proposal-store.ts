import type { CalendarLossKind } from '#alerting/rules/calendar-loosening.ts'
import type { CalendarYear } from '#config/calendars.ts'
import type { CalendarProposalTable } from './calendar-tables.ts'
import type { Database } from './open.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import type { Statement } from './worker-protocol.ts'

/** A change of a year of a calendar that takes supervision from safety rules; its state follows from the facts. */
export interface CalendarProposalRow {
  readonly id: string
  readonly calendar: string
  readonly year: number
  /** The version it was made from; 0: never changed. */
  readonly baseVersion: number
  /** As it was in force when it was proposed; null: there was none. */
  readonly before: CalendarYear | null
  /** As it is to be; null: it is to go. */
  readonly after: CalendarYear | null
  /** Whether it goes back to what is shipped (or away), instead of being written. */
  readonly resets: boolean
  /** The first ones of `lossCount`. */
  readonly losses: readonly CalendarLossRow[]
  readonly lossCount: number
  /** Of the versions of the safety rules that count by the calendar, when it was proposed. */
  readonly rulesDigest: string
  readonly reason: string
  readonly by: string
  /** Of the account: a name can be given to another person later. */
  readonly byId: string
  readonly atMs: number
  readonly expiresAtMs: number
  readonly decision: CalendarDecision | null
}

/** What one rule loses, as it was when that was told. */
export interface CalendarLossRow {
  readonly ruleId: string
  readonly ruleName: { readonly zh: string; readonly en: string }
  readonly kind: CalendarLossKind
  readonly timeZone: string
  /** The first ones of `stretchCount`. */
  readonly stretches: readonly { readonly fromMs: number; readonly toMs: number }[]
  readonly stretchCount: number
  /** Of all stretches together. */
  readonly lostMs: number
}

export interface CalendarDecision {
  /** `replaced`: another proposal for the year took its place. */
  readonly kind: 'approved' | 'rejected' | 'withdrawn' | 'replaced'
  readonly by: string
  readonly atMs: number
  readonly note: string
  /** That it became, when approved. */
  readonly version: number | null
}

const COLUMNS = [
  'id',
  'calendar',
  'year',
  'base_version',
  'before',
  'after',
  'resets',
  'losses',
  'loss_count',
  'rules_digest',
  'reason',
  'proposed_by',
  'proposed_by_id',
  'proposed_at_ms',
  'expires_at_ms',
] as const satisfies readonly (keyof CalendarProposalTable)[]
const INSERT = `INSERT INTO calendar_proposals (${COLUMNS.join(', ')})
  VALUES (${COLUMNS.map(() => '?').join(', ')})`
const DECIDE = `UPDATE calendar_proposals
  SET decision = ?, decided_by = ?, decided_at_ms = ?, decision_note = ?, version = ?
  WHERE id = ? AND decision IS NULL`

/** Proposals, open and decided. None is ever deleted: who wanted what stays to be read. */
export class CalendarProposalStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async loadOpen(): Promise<readonly CalendarProposalRow[]> {
    const rows = await this.#database.kysely
      .selectFrom('calendar_proposals')
      .selectAll()
      .where('decision', 'is', null)
      .execute()
    return rows.map(proposalOfRow)
  }

  async find(id: string): Promise<CalendarProposalRow | null> {
    const row = await this.#database.reader
      .selectFrom('calendar_proposals')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    return row === undefined ? null : proposalOfRow(row)
  }

  /** Decided ones, decided last first. */
  async decided(request: PageRequest): Promise<Page<CalendarProposalRow>> {
    const after = decodeCursor(request.cursor, ['number', 'string'])
    let query = this.#database.reader
      .selectFrom('calendar_proposals')
      .selectAll()
      .where('decision', 'is not', null)
      .orderBy('decided_at_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(request.limit + 1)
    if (after !== null) {
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('decided_at_ms', 'id'), '<', tuple(Number(after[0]), String(after[1]))),
      )
    }
    return pageOf(await query.execute(), request.limit, {
      item: proposalOfRow,
      key: (row) => [row.decided_at_ms ?? 0, row.id],
    })
  }

  /** Atomic: a proposal takes the place of another one, or neither is written. */
  async write(statements: readonly Statement[]): Promise<void> {
    await this.#database.batch(statements)
  }
}

export function insertCalendarProposal(proposal: CalendarProposalRow): Statement {
  const { before, after } = proposal
  return {
    sql: INSERT,
    parameters: [
      proposal.id,
      proposal.calendar,
      proposal.year,
      proposal.baseVersion,
      before === null ? null : JSON.stringify(before),
      after === null ? null : JSON.stringify(after),
      proposal.resets ? 1 : 0,
      JSON.stringify(proposal.losses),
      proposal.lossCount,
      proposal.rulesDigest,
      proposal.reason,
      proposal.by,
      proposal.byId,
      proposal.atMs,
      proposal.expiresAtMs,
    ],
  }
}

/** What was decided once stays decided. */
export function decideCalendarProposal(id: string, decision: CalendarDecision): Statement {
  const { kind, by, atMs, note, version } = decision
  return { sql: DECIDE, parameters: [kind, by, atMs, note, version, id] }
}

function proposalOfRow(row: CalendarProposalTable): CalendarProposalRow {
  return {
    id: row.id,
    calendar: row.calendar,
    year: row.year,
    baseVersion: row.base_version,
    before: row.before === null ? null : JSON.parse(row.before),
    after: row.after === null ? null : JSON.parse(row.after),
    resets: row.resets === 1,
    losses: JSON.parse(row.losses),
    lossCount: row.loss_count,
    rulesDigest: row.rules_digest,
    reason: row.reason,
    by: row.proposed_by,
    byId: row.proposed_by_id,
    atMs: row.proposed_at_ms,
    expiresAtMs: row.expires_at_ms,
    decision:
      row.decision === null || row.decided_by === null || row.decided_at_ms === null
        ? null
        : {
            kind: row.decision,
            by: row.decided_by,
            atMs: row.decided_at_ms,
            note: row.decision_note,
            version: row.version,
          },
  }
}
