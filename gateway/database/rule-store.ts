import type { AlarmRuleDraft } from '#alerting/rules/alarm-rule.ts'
import type { RuleLookBack, RuleOrigin } from '../contract.ts'
import type { Database } from './open.ts'
import type { RuleVersionTable } from './tables.ts'
import type { Statement } from './worker-protocol.ts'

/** One version of a rule: what it was, who made it so, when and why. */
export interface RuleVersionRow {
  readonly ruleId: string
  readonly version: number
  readonly definition: AlarmRuleDraft
  /** The rule was taken away with this version. */
  readonly removed: boolean
  readonly changedAtMs: number
  readonly changedBy: string
  /** Empty where none was asked for. */
  readonly reason: string
  readonly origin: RuleOrigin
  /** The second person, where the change needed one. */
  readonly approvedBy: string | null
  /** How often it, and the version before it, would have rung in the week before; null: not looked at. */
  readonly lookBack: RuleLookBack | null
}

const INSERT = `INSERT INTO rule_versions
  (rule_id, version, definition, removed, changed_at_ms, changed_by, reason, origin, approved_by,
   look_back)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

/** The history of every rule. Only ever appended to. */
export class RuleStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** The newest version of each rule, removed ones too. */
  async loadNewest(): Promise<readonly RuleVersionRow[]> {
    const rows = await this.#database.kysely
      .selectFrom('rule_versions')
      .selectAll()
      .where((build) =>
        build(
          'version',
          '=',
          build
            .selectFrom('rule_versions as newer')
            .select((inner) => inner.fn.max('newer.version').as('version'))
            .whereRef('newer.rule_id', '=', 'rule_versions.rule_id'),
        ),
      )
      .execute()
    return rows.map(versionOfRow)
  }

  /** Newest first. */
  async history(ruleId: string): Promise<readonly RuleVersionRow[]> {
    const rows = await this.#database.reader
      .selectFrom('rule_versions')
      .selectAll()
      .where('rule_id', '=', ruleId)
      .orderBy('version', 'desc')
      .execute()
    return rows.map(versionOfRow)
  }

  /** `also` stands with it or not at all: what the change settles elsewhere. */
  async append(
    versions: readonly RuleVersionRow[],
    also: readonly Statement[] = [],
  ): Promise<void> {
    if (versions.length === 0) return
    const rows = versions.map((version) => [
      version.ruleId,
      version.version,
      JSON.stringify(version.definition),
      version.removed,
      version.changedAtMs,
      version.changedBy,
      version.reason,
      version.origin,
      version.approvedBy,
      version.lookBack === null ? null : JSON.stringify(version.lookBack),
    ])
    await this.#database.batch([{ sql: INSERT, rows }, ...also])
  }
}

/** The definition was a valid draft when it was written; a later Vigil migrates what it changes. */
function versionOfRow(row: RuleVersionTable): RuleVersionRow {
  return {
    ruleId: row.rule_id,
    version: row.version,
    definition: JSON.parse(row.definition) as AlarmRuleDraft,
    removed: row.removed === 1,
    changedAtMs: row.changed_at_ms,
    changedBy: row.changed_by,
    reason: row.reason,
    origin: row.origin as RuleOrigin,
    approvedBy: row.approved_by,
    lookBack: row.look_back === null ? null : JSON.parse(row.look_back),
  }
}
