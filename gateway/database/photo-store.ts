import type { Selectable } from 'kysely'
import { among } from './among.ts'
import type { Database } from './open.ts'
import type { AlarmPhotoTable } from './tables.ts'

/** What is known of a photo; its bytes lie in the data folder under their hash. */
export interface PhotoRow {
  readonly id: string
  readonly alarmId: string
  readonly mediaType: string
  readonly bytes: number
  readonly sha256: string
  readonly name: string
  readonly addedBy: string
  readonly addedAtMs: number
}

export class SqlitePhotoStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async add(photo: PhotoRow): Promise<void> {
    await this.#database.kysely
      .insertInto('alarm_photos')
      .values({
        id: photo.id,
        alarm_id: photo.alarmId,
        media_type: photo.mediaType,
        bytes: photo.bytes,
        sha256: photo.sha256,
        name: photo.name,
        added_by: photo.addedBy,
        added_at_ms: photo.addedAtMs,
      })
      .execute()
  }

  async remove(id: string): Promise<void> {
    await this.#database.kysely.deleteFrom('alarm_photos').where('id', '=', id).execute()
  }

  /** Which of these files belong to a photo of any alarm. */
  async known(sha256s: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const rows = await this.#database.kysely
      .selectFrom('alarm_photos')
      .select('sha256')
      .distinct()
      .where('sha256', 'in', among(sha256s))
      .execute()
    return new Set(rows.map(({ sha256 }) => sha256))
  }

  async of(alarmId: string): Promise<readonly PhotoRow[]> {
    const rows = await this.#database.kysely
      .selectFrom('alarm_photos')
      .selectAll()
      .where('alarm_id', '=', alarmId)
      .orderBy('added_at_ms')
      .orderBy('id')
      .execute()
    return rows.map(photoOf)
  }
}

function photoOf(row: Selectable<AlarmPhotoTable>): PhotoRow {
  return {
    id: row.id,
    alarmId: row.alarm_id,
    mediaType: row.media_type,
    bytes: row.bytes,
    sha256: row.sha256,
    name: row.name,
    addedBy: row.added_by,
    addedAtMs: row.added_at_ms,
  }
}
