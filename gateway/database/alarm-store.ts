import assert from 'node:assert/strict'
import type { Alarm, AlarmId, TimelineEntry } from '#alerting/alarms/alarm.ts'
import {
  type AlarmCommit,
  type AlarmStore,
  type EngineCheckpoint,
  timelineKey,
} from '#alerting/alarms/alarm-store.ts'
import type { WaitingCondition } from '#alerting/alarms/condition-backlog.ts'
import type { ConditionEvent } from '#alerting/rules/condition-event.ts'
import type { RuleMemory } from '#alerting/rules/evaluation.ts'
import {
  alarmOfRow,
  alarmValues,
  MOVE_TIMELINE_HEAD,
  recordHashOf,
  STORE_ALARM,
  STORE_TIMELINE_ENTRY,
  timelineEntryOfRow,
  timelineValues,
} from './alarm-rows.ts'
import { annunciationStatements } from './annunciation-rows.ts'
import type { Database, Statement } from './open.ts'
import { outboxValues, STORE_OUTBOX_ENTRY } from './outbox-rows.ts'

const STORE_MEMORY = `INSERT INTO rule_memories (key, memory) VALUES (?, ?)
  ON CONFLICT (key) DO UPDATE SET memory = excluded.memory`
const FORGET_MEMORY = 'DELETE FROM rule_memories WHERE key = ?'
const STORE_CHECKPOINT = `INSERT INTO engine_checkpoint (id, next_offset, timers_run_until_ms)
  VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET
    next_offset = excluded.next_offset, timers_run_until_ms = excluded.timers_run_until_ms`

const STORE_WAITING = 'INSERT INTO waiting_conditions (place, condition) VALUES (?, ?)'
const FORGET_WAITING = 'DELETE FROM waiting_conditions WHERE place = ?'
/** SQLite keeps the last ordinal it gave out in a table of its own, from the first one on. */
const KNOW_LAST_ORDER = `INSERT INTO sqlite_sequence (name, seq) SELECT 'annunciations', 0
  WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'annunciations')`
const MOVE_LAST_ORDER =
  "UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'annunciations' RETURNING seq"

/** The engine's store on SQLite: a commit is one batch, so one transaction and one round trip. */
export class SqliteAlarmStore implements AlarmStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async commit(change: AlarmCommit): Promise<void> {
    const statements: Statement[] = [
      { sql: STORE_ALARM, rows: change.alarms.map(alarmValues) },
      ...timelineStatements(change),
      ...annunciationStatements(change),
      { sql: STORE_OUTBOX_ENTRY, rows: change.outbox.map(outboxValues) },
      ...(change.checkpoint === undefined ? [] : checkpointStatements(change.checkpoint)),
      { sql: STORE_WAITING, rows: (change.waiting ?? []).map(waitingValues) },
      { sql: FORGET_WAITING, rows: (change.applied ?? []).map((order) => [order]) },
    ].filter((statement) => statement.rows.length > 0)
    if (statements.length > 0) await this.#database.batch(statements)
  }

  async reserveOrders(count: number): Promise<number> {
    const [, rows] = await this.#database.batch([
      { sql: KNOW_LAST_ORDER },
      { sql: MOVE_LAST_ORDER, parameters: [count] },
    ])
    const [last] = rows as readonly { readonly seq: number }[]
    assert(last !== undefined, 'the sequence of annunciations is known')
    return last.seq - count + 1
  }

  async loadWaiting(): Promise<readonly WaitingCondition[]> {
    const rows = await this.#database.kysely
      .selectFrom('waiting_conditions')
      .selectAll()
      .orderBy('place')
      .execute()
    return rows.map(({ place, condition }) => ({
      order: place,
      event: JSON.parse(condition) as ConditionEvent,
    }))
  }

  async loadOpen(): Promise<readonly Alarm[]> {
    const over = await this.#database.kysely
      .selectFrom('alarms')
      .selectAll()
      .where('case_due_at_ms', 'is not', null)
      .where('state', '=', 'normal')
      .execute()
    const rows = await this.#database.kysely
      .selectFrom('alarms')
      .selectAll()
      .where('grade', 'in', [1, 2, 3, 4])
      .where('rank', 'in', [0, 1])
      .orderBy('raised_at_ms')
      .orderBy('id')
      .execute()
    return [...rows, ...over].map(alarmOfRow)
  }

  async load(id: AlarmId): Promise<Alarm | null> {
    const row = await this.#database.kysely
      .selectFrom('alarms')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    return row === undefined ? null : alarmOfRow(row)
  }

  async loadCheckpoint(): ReturnType<AlarmStore['loadCheckpoint']> {
    return await this.#database.kysely.transaction().execute(async (transaction) => {
      const checkpoint = await transaction
        .selectFrom('engine_checkpoint')
        .selectAll()
        .executeTakeFirst()
      if (checkpoint === undefined) return null
      const rows = await transaction.selectFrom('rule_memories').selectAll().execute()
      return {
        offset: checkpoint.next_offset,
        timersRunUntilMs: checkpoint.timers_run_until_ms,
        memories: new Map(rows.map((row) => [row.key, JSON.parse(row.memory) as RuleMemory])),
      }
    })
  }

  async timeline(id: AlarmId): Promise<readonly TimelineEntry[]> {
    const rows = await this.#database.kysely
      .selectFrom('alarm_timeline')
      .selectAll()
      .where('alarm_id', '=', id)
      .orderBy('sequence')
      .execute()
    return rows.map(timelineEntryOfRow)
  }
}

/** Each entry takes the head as the one before left it, so the two statements take turns. */
function timelineStatements({ alarms, timeline }: AlarmCommit) {
  const lastOf = new Map(
    alarms.map((alarm) => [
      timelineKey({ alarmId: alarm.id, sequence: alarm.timelineLength }),
      alarm,
    ]),
  )
  return timeline.flatMap((entry) => {
    const alarm = lastOf.get(timelineKey(entry))
    const values = timelineValues(entry, alarm === undefined ? null : recordHashOf(alarm))
    return [
      { sql: STORE_TIMELINE_ENTRY, rows: [values] },
      { sql: MOVE_TIMELINE_HEAD, rows: [[]] },
    ]
  })
}

function waitingValues({ order, event }: WaitingCondition): readonly unknown[] {
  return [order, JSON.stringify(event)]
}

function checkpointStatements(
  checkpoint: EngineCheckpoint,
): (Statement & { rows: readonly (readonly unknown[])[] })[] {
  const kept = checkpoint.memories.filter(({ memory }) => memory !== null)
  const forgotten = checkpoint.memories.filter(({ memory }) => memory === null)
  return [
    { sql: STORE_MEMORY, rows: kept.map(({ key, memory }) => [key, JSON.stringify(memory)]) },
    { sql: FORGET_MEMORY, rows: forgotten.map(({ key }) => [key]) },
    { sql: STORE_CHECKPOINT, rows: [[checkpoint.offset, checkpoint.timersRunUntilMs]] },
  ]
}
