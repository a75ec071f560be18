import type { RuleLookBack, RuleOrigin } from '../contract.ts'
import type { Database } from './open.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import type { RuleDraftTable } from './tables.ts'
import type { Statement } from './worker-protocol.ts'

/** The facts of a change of a rule that a person has prepared; its state follows from them. */
export interface RuleDraftRow {
  readonly id: string
  readonly ruleId: string
  /** The version it was made from; 0: there was no such rule. */
  readonly baseVersion: number
  readonly origin: RuleOrigin
  /** As the person left it, also half done. Null: the rule is to go. */
  readonly definition: Readonly<Record<string, unknown>> | null
  readonly reason: string
  readonly createdBy: string
  readonly createdAtMs: number
  readonly changedBy: string
  readonly changedAtMs: number
  /** Counts every writing, so that two people do not overwrite each other unseen. */
  readonly revision: number
  readonly proposal: RuleProposal | null
  readonly decision: RuleDecision | null
  /** Of the definition as it stands; null: nobody has looked back since it was changed. */
  readonly lookBack: RuleLookBack | null
}

/** Somebody wants it in force, and it needs a second person. */
export interface RuleProposal {
  readonly by: string
  /** Of the account: a name can be given to another person later. */
  readonly byId: string
  readonly atMs: number
  readonly expiresAtMs: number
}

export interface RuleDecision {
  readonly kind: 'activated' | 'rejected' | 'withdrawn'
  readonly by: string
  readonly atMs: number
  readonly note: string
  /** That it became, when activated. */
  readonly version: number | null
}

const COLUMNS = [
  'id',
  'rule_id',
  'base_version',
  'origin',
  'definition',
  'reason',
  'created_by',
  'created_at_ms',
  'changed_by',
  'changed_at_ms',
  'revision',
  'proposed_by',
  'proposed_by_id',
  'proposed_at_ms',
  'expires_at_ms',
  'decision',
  'decided_by',
  'decided_at_ms',
  'decision_note',
  'version',
  'look_back',
] as const satisfies readonly (keyof RuleDraftTable)[]
const WRITE = `INSERT OR REPLACE INTO rule_drafts (${COLUMNS.join(', ')})
  VALUES (${COLUMNS.map(() => '?').join(', ')})`

/** Drafts and proposals, open and decided. None is ever deleted: who wanted what stays to be read. */
export class RuleDraftStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async loadOpen(): Promise<readonly RuleDraftRow[]> {
    const rows = await this.#database.kysely
      .selectFrom('rule_drafts')
      .selectAll()
      .where('decision', 'is', null)
      .execute()
    return rows.map(draftOfRow)
  }

  async find(id: string): Promise<RuleDraftRow | null> {
    const row = await this.#database.reader
      .selectFrom('rule_drafts')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    return row === undefined ? null : draftOfRow(row)
  }

  /** Decided ones, changed last first. */
  async decided(
    request: { readonly ruleId?: string | undefined } & PageRequest,
  ): Promise<Page<RuleDraftRow>> {
    const after = decodeCursor(request.cursor, ['number', 'string'])
    let query = this.#database.reader
      .selectFrom('rule_drafts')
      .selectAll()
      .where('decision', 'is not', null)
      .orderBy('changed_at_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(request.limit + 1)
    if (request.ruleId !== undefined) query = query.where('rule_id', '=', request.ruleId)
    if (after !== null) {
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('changed_at_ms', 'id'), '<', tuple(Number(after[0]), String(after[1]))),
      )
    }
    return pageOf(await query.execute(), request.limit, {
      item: draftOfRow,
      key: (row) => [row.changed_at_ms, row.id],
    })
  }

  async write(draft: RuleDraftRow): Promise<void> {
    await this.#database.batch([writeDraft(draft)])
  }
}

/** For a transaction that changes more than the draft. */
export function writeDraft(draft: RuleDraftRow): Statement {
  const row = rowOf(draft)
  return { sql: WRITE, parameters: COLUMNS.map((column) => row[column]) }
}

function rowOf(draft: RuleDraftRow): RuleDraftTable {
  const { proposal, decision } = draft
  return {
    id: draft.id,
    rule_id: draft.ruleId,
    base_version: draft.baseVersion,
    origin: draft.origin,
    definition: draft.definition === null ? null : JSON.stringify(draft.definition),
    reason: draft.reason,
    created_by: draft.createdBy,
    created_at_ms: draft.createdAtMs,
    changed_by: draft.changedBy,
    changed_at_ms: draft.changedAtMs,
    revision: draft.revision,
    proposed_by: proposal?.by ?? null,
    proposed_by_id: proposal?.byId ?? null,
    proposed_at_ms: proposal?.atMs ?? null,
    expires_at_ms: proposal?.expiresAtMs ?? null,
    decision: decision?.kind ?? null,
    decided_by: decision?.by ?? null,
    decided_at_ms: decision?.atMs ?? null,
    decision_note: decision?.note ?? '',
    version: decision?.version ?? null,
    look_back: draft.lookBack === null ? null : JSON.stringify(draft.lookBack),
  }
}

function draftOfRow(row: RuleDraftTable): RuleDraftRow {
  return {
    id: row.id,
    ruleId: row.rule_id,
    baseVersion: row.base_version,
    origin: row.origin as RuleOrigin,
    definition: row.definition === null ? null : JSON.parse(row.definition),
    reason: row.reason,
    createdBy: row.created_by,
    createdAtMs: row.created_at_ms,
    changedBy: row.changed_by,
    changedAtMs: row.changed_at_ms,
    revision: row.revision,
    proposal: proposalOfRow(row),
    lookBack: row.look_back === null ? null : JSON.parse(row.look_back),
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

function proposalOfRow(row: RuleDraftTable): RuleProposal | null {
  const { proposed_by: by, proposed_by_id: byId } = row
  const { proposed_at_ms: atMs, expires_at_ms: expiresAtMs } = row
  if (by === null || byId === null || atMs === null || expiresAtMs === null) return null
  return { by, byId, atMs, expiresAtMs }
}
