import type { AnsweredAnnunciation } from '#alerting/annunciation/performance.ts'
import { STORM_LIMITS } from '#config/limits.ts'
import { among } from './among.ts'
import { annunciationOfRow } from './annunciation-rows.ts'
import type { Database } from './open.ts'

/** Annunciations of a period, portion by portion, so that no other reader waits long behind them. */
export class PerformanceQueries {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** In the order of time. */
  async *annunciations(request: {
    readonly fromMs: number
    readonly toMs: number
    /** Null: all. */
    readonly organizationIds: ReadonlySet<string> | null
  }): AsyncIterable<readonly AnsweredAnnunciation[]> {
    const { fromMs, toMs, organizationIds } = request
    let after = { at_ms: fromMs, ordinal: 0 }
    for (;;) {
      let query = this.#database.reader
        .selectFrom('annunciations')
        .selectAll()
        .where('at_ms', '<', toMs)
        .where(({ eb, refTuple, tuple }) =>
          eb(refTuple('at_ms', 'ordinal'), '>', tuple(after.at_ms, after.ordinal)),
        )
        .orderBy('at_ms')
        .orderBy('ordinal')
        .limit(STORM_LIMITS.annunciationsPerPortion)
      if (organizationIds !== null) {
        query = query.where('organization_id', 'in', among(organizationIds))
      }
      const rows = await query.execute()
      const last = rows.at(-1)
      if (last === undefined) return
      yield rows.map((row) => ({
        ...annunciationOfRow(row),
        acknowledgedAtMs: row.acknowledged_at_ms,
        returnedAtMs: row.returned_at_ms,
      }))
      if (rows.length < STORM_LIMITS.annunciationsPerPortion) return
      after = last
    }
  }
}
