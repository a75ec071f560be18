import type { StatementSync } from 'node:sqlite'

/**
 * Roll-ups in the embedded store's file: one row a series and day, its minutes and its hours as bytes.
 * A row says whether it is as its readings are; whoever adds readings of a day marks it in the same
 * transaction, so that a row is never taken for more than it is. Transactions are the owner's.
 */
export const ROLLUP_SCHEMA = `
  CREATE TABLE rollup (
    id INTEGER PRIMARY KEY,
    series_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    -- 0 as the readings are, 1 to be made, 2 cannot be made: a block of the day is damaged.
    state INTEGER NOT NULL,
    hours BLOB,
    -- Last, and so the only one in overflow pages: a long range of hours reads without it.
    minutes BLOB,
    UNIQUE (series_id, day)
  ) STRICT;
  CREATE INDEX rollup_of_day ON rollup (day);
  CREATE INDEX rollup_due ON rollup (day, series_id) WHERE state = 1;
`

const STATE = { made: 0, due: 1, damaged: 2 } as const

export interface SeriesDay {
  readonly seriesId: number
  readonly day: number
}

export class RollupTable {
  readonly #prepare: (sql: string) => StatementSync

  constructor(prepare: (sql: string) => StatementSync) {
    this.#prepare = prepare
  }

  /** Its readings have changed. */
  markDue({ seriesId, day }: SeriesDay): void {
    this.#prepare(`INSERT INTO rollup (series_id, day, state) VALUES (?, ?, ${STATE.due})
      ON CONFLICT (series_id, day) DO UPDATE SET state = ${STATE.due}`).run(seriesId, day)
  }

  /** Every series and day of [fromDay, toDay) that has readings. */
  markDays(fromDay: number, toDay: number): void {
    this.#prepare(`INSERT INTO rollup (series_id, day, state)
      SELECT DISTINCT series_id, day, ${STATE.due} FROM block WHERE day >= ? AND day < ?
      ON CONFLICT (series_id, day) DO UPDATE SET state = ${STATE.due}`).run(fromDay, toDay)
  }

  due(limit: number): readonly SeriesDay[] {
    return this.#prepare(`SELECT series_id, day FROM rollup INDEXED BY rollup_due
      WHERE state = ${STATE.due} ORDER BY day, series_id LIMIT ?`)
      .all(limit)
      .map((row) => ({ seriesId: Number(row.series_id), day: Number(row.day) }))
  }

  put(
    { seriesId, day }: SeriesDay,
    made: { readonly minutes: Uint8Array; readonly hours: Uint8Array },
  ): void {
    this.#prepare(
      `UPDATE rollup SET state = ${STATE.made}, hours = ?, minutes = ? WHERE series_id = ? AND day = ?`,
    ).run(made.hours, made.minutes, seriesId, day)
  }

  markDamaged({ seriesId, day }: SeriesDay): void {
    this.#prepare(`UPDATE rollup SET state = ${STATE.damaged} WHERE series_id = ? AND day = ?`).run(
      seriesId,
      day,
    )
  }

  /** Days of [fromDay, toDay] whose roll-ups are not as the readings are. */
  unmadeDays(seriesId: number, fromDay: number, toDay: number): readonly number[] {
    return this.#prepare(`SELECT day FROM rollup
      WHERE series_id = ? AND day BETWEEN ? AND ? AND state <> ${STATE.made} ORDER BY day`)
      .all(seriesId, fromDay, toDay)
      .map(({ day }) => Number(day))
  }

  /** Bytes of one day after the other, of days that have any. */
  *read(
    what: 'minutes' | 'hours',
    range: { readonly seriesId: number; readonly fromDay: number; readonly toDay: number },
  ): Generator<Uint8Array> {
    const { seriesId, fromDay, toDay } = range
    // Not iterated within the statement: between two days others may ask.
    const days = this.#prepare(
      'SELECT day FROM rollup WHERE series_id = ? AND day BETWEEN ? AND ? ORDER BY day',
    ).all(seriesId, fromDay, toDay)
    const one = this.#prepare(`SELECT ${what} AS bytes FROM rollup WHERE series_id = ? AND day = ?`)
    for (const { day } of days) {
      const bytes = one.get(seriesId, Number(day))?.bytes
      if (bytes instanceof Uint8Array) yield bytes
    }
  }

  /** Up to `limit` rows; returns how many there were. Days before `fromDay` have none left. */
  forgetMinutes(fromDay: number, beforeDay: number, limit: number): number {
    const { changes } = this.#prepare(`UPDATE rollup SET minutes = NULL WHERE id IN (
      SELECT id FROM rollup WHERE day >= ? AND day < ? AND minutes IS NOT NULL LIMIT ?)`).run(
      fromDay,
      beforeDay,
      limit,
    )
    return Number(changes)
  }

  /** As `forgetMinutes`, for the rows as a whole. */
  forgetRows(beforeDay: number, limit: number): number {
    const { changes } = this.#prepare(`DELETE FROM rollup WHERE id IN (
      SELECT id FROM rollup WHERE day < ? LIMIT ?)`).run(beforeDay, limit)
    return Number(changes)
  }
}
