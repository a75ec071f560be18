import { type Selectable, sql } from 'kysely'
import type { AlarmId } from '#alerting/alarms/alarm.ts'
import type { IncidentPlace, Membership } from '#alerting/annunciation/incident-book.ts'
import type { IncidentStore, StoredAnnunciation } from '#alerting/annunciation/incident-store.ts'
import { STORM_LIMITS } from '#config/limits.ts'
import { RANK_NORMAL } from './alarm-filter.ts'
import { among } from './among.ts'
import { annunciationOfRow } from './annunciation-rows.ts'
import type { Database } from './open.ts'
import type { AnnunciationTable } from './tables.ts'

const ADD = `INSERT INTO incident_members (alarm_id, incident_id, ordinal, at_ms)
  VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`

type LoadedRow = Selectable<AnnunciationTable> & {
  readonly incident_id: string | null
  readonly incident_ordinal: number | null
}

export class SqliteIncidentStore implements IncidentStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async load(sinceMs: number): Promise<readonly StoredAnnunciation[]> {
    const { rows } = await sql<LoadedRow>`
      SELECT found.*, place.incident_id, place.ordinal AS incident_ordinal FROM (
        SELECT * FROM annunciations WHERE at_ms >= ${sinceMs}
        UNION
        SELECT annunciations.* FROM alarms
        JOIN annunciations ON annunciations.alarm_id = alarms.id
        WHERE alarms.grade IN (1, 2, 3, 4) AND alarms.rank < ${RANK_NORMAL}
        ORDER BY ordinal DESC LIMIT ${STORM_LIMITS.replayedAnnunciationsMax}) AS found
      LEFT JOIN incident_members AS place ON place.alarm_id = found.alarm_id
      ORDER BY found.ordinal`.execute(this.#database.reader)
    return rows.map((row) => ({
      order: row.ordinal,
      annunciation: annunciationOfRow(row),
      place: placeOf(row.incident_id, row.incident_ordinal),
    }))
  }

  async add(memberships: readonly Membership[]): Promise<void> {
    const rows = memberships.map(({ alarmId, incidentId, ordinal, atMs }) => [
      alarmId,
      incidentId,
      ordinal,
      atMs,
    ])
    await this.#database.batch([{ sql: ADD, rows }])
  }

  async placesOf(ids: readonly string[]): Promise<ReadonlyMap<string, IncidentPlace>> {
    if (ids.length === 0) return new Map()
    const rows = await this.#database.reader
      .selectFrom('incident_members')
      .selectAll()
      .where('alarm_id', 'in', among(new Set(ids)))
      .execute()
    return new Map(
      rows.map((row) => [row.alarm_id, { incidentId: row.incident_id, ordinal: row.ordinal }]),
    )
  }

  async membersOf(incidentId: string): Promise<readonly AlarmId[]> {
    const rows = await this.#database.reader
      .selectFrom('incident_members')
      .select('alarm_id')
      .where('incident_id', '=', incidentId)
      .orderBy('ordinal')
      .limit(STORM_LIMITS.membershipsPerWriteMax)
      .execute()
    return rows.map(({ alarm_id }) => alarm_id as AlarmId)
  }
}

function placeOf(incidentId: string | null, ordinal: number | null): IncidentPlace | null {
  return incidentId === null || ordinal === null ? null : { incidentId, ordinal }
}
