import type { ArchiveItem } from '../contract.ts'
import { among } from './among.ts'
import type { HazardDocumentTable } from './hazard-tables.ts'
import type { Database, Statement } from './open.ts'

/** One version of one document of the archive. */
export interface DocumentRow {
  readonly id: string
  readonly sourceId: string
  readonly item: ArchiveItem
  readonly title: string
  /** From 1; a title that is uploaded again becomes the next. */
  readonly version: number
  readonly fileName: string
  readonly mediaType: string
  readonly bytes: number
  readonly sha256: string
  readonly uploadedAtMs: number
  readonly uploadedBy: string
  readonly removedAtMs: number | null
  readonly removedBy: string | null
}

/** The archive of hazard sources, as rows; nothing is ever deleted that belonged to a submission. */
export class HazardDocumentStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** In the order of the archive: title, newest version first. */
  async list(sourceId: string): Promise<readonly DocumentRow[]> {
    const rows = await this.#database.kysely
      .selectFrom('hazard_documents')
      .selectAll()
      .where('source_id', '=', sourceId)
      .orderBy('item')
      .orderBy('title')
      .orderBy('version', 'desc')
      .execute()
    return rows.map(documentOfRow)
  }

  /** Which of these files belong to any document, of whatever source or version, also one taken out. */
  async known(sha256s: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const rows = await this.#database.kysely
      .selectFrom('hazard_documents')
      .select('sha256')
      .distinct()
      .where('sha256', 'in', among(sha256s))
      .execute()
    return new Set(rows.map(({ sha256 }) => sha256))
  }

  insertion(row: DocumentRow): Statement {
    const { sql, parameters } = this.#database.kysely
      .insertInto('hazard_documents')
      .values({
        id: row.id,
        source_id: row.sourceId,
        item: row.item,
        title: row.title,
        version: row.version,
        file_name: row.fileName,
        media_type: row.mediaType,
        bytes: row.bytes,
        sha256: row.sha256,
        uploaded_at_ms: row.uploadedAtMs,
        uploaded_by: row.uploadedBy,
        removed_at_ms: row.removedAtMs,
        removed_by: row.removedBy,
      })
      .compile()
    return { sql, parameters }
  }

  /** Takes a title out with all its versions; those that were submitted stay readable from there. */
  removal(request: {
    readonly document: DocumentRow
    readonly nowMs: number
    readonly actor: string
  }): Statement {
    const { document, nowMs, actor } = request
    return {
      sql: `UPDATE hazard_documents SET removed_at_ms = ?, removed_by = ?
        WHERE source_id = ? AND item = ? AND title = ? AND removed_at_ms IS NULL`,
      parameters: [nowMs, actor, document.sourceId, document.item, document.title],
    }
  }
}

/** What is in the archive now: the newest version of each title that was not taken out. */
export function presentDocuments(rows: readonly DocumentRow[]): readonly DocumentRow[] {
  const newest = new Map<string, DocumentRow>()
  for (const row of rows) {
    if (row.removedAtMs !== null) continue
    const key = `${row.item}\n${row.title}`
    const known = newest.get(key)
    if (known === undefined || known.version < row.version) newest.set(key, row)
  }
  return [...newest.values()]
}

function documentOfRow(row: HazardDocumentTable): DocumentRow {
  return {
    id: row.id,
    sourceId: row.source_id,
    item: row.item as ArchiveItem,
    title: row.title,
    version: row.version,
    fileName: row.file_name,
    mediaType: row.media_type,
    bytes: row.bytes,
    sha256: row.sha256,
    uploadedAtMs: row.uploaded_at_ms,
    uploadedBy: row.uploaded_by,
    removedAtMs: row.removed_at_ms,
    removedBy: row.removed_by,
  }
}
