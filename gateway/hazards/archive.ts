import { randomUUID } from 'node:crypto'
import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import { HAZARD_LIMITS } from '#config/limits.ts'
import type { ArchiveItem } from '../contract.ts'
import { type DocumentRow, presentDocuments } from '../database/hazard-document-store.ts'
import { checkDocument } from './document-check.ts'
import type { DocumentFolder } from './document-folder.ts'
import { edited, type HazardRegister } from './register.ts'

/**
 * The archive of each source: documents in versions. What is uploaded under a title that is there
 * becomes its next version. While the authority looks at a submission nothing is put in or taken
 * out. Codes: `document_refused` (not what it says, cut off, empty), `document_unavailable`,
 * `too_many`, and those of the register.
 */
export class HazardArchive {
  readonly #register: HazardRegister
  readonly #folder: DocumentFolder
  readonly #clock: Clock

  constructor(options: {
    readonly register: HazardRegister
    readonly folder: DocumentFolder
    readonly clock: Clock
  }) {
    this.#register = options.register
    this.#folder = options.folder
    this.#clock = options.clock
  }

  async add(
    sourceId: string,
    document: {
      readonly item: ArchiveItem
      readonly title: string
      readonly fileName: string
      readonly bytes: Buffer
    },
    actor: string,
  ): Promise<DocumentRow> {
    const verdict = checkDocument(document.bytes, document.fileName)
    if (!verdict.ok) throw new CodedError('document_refused', verdict.reason)
    const { bytes, ...named } = document
    const kept = { ...named, mediaType: verdict.type, bytes: bytes.length }
    return await this.#folder.keep(bytes, (sha256) =>
      this.#enter({ ...kept, sourceId, sha256 }, actor),
    )
  }

  async #enter(
    document: Pick<
      DocumentRow,
      'sourceId' | 'item' | 'title' | 'fileName' | 'mediaType' | 'bytes' | 'sha256'
    >,
    actor: string,
  ): Promise<DocumentRow> {
    const { sourceId } = document
    let added: DocumentRow | null = null
    await this.#register.change(sourceId, actor, async (row) => {
      const rows = await this.#register.documents(sourceId)
      assertRoom(rows)
      added = {
        ...document,
        id: randomUUID(),
        version: nextVersion(rows, document),
        uploadedAtMs: this.#clock.nowMs(),
        uploadedBy: actor,
        removedAtMs: null,
        removedBy: null,
      }
      const alongside = [this.#register.documentStore.insertion(added)]
      return { row: edited(row, presentDocuments([...rows, added])), alongside }
    })
    if (added === null) throw new RangeError('a change that stands has made its row')
    return added
  }

  /** Takes a title out of the archive; what was submitted with it keeps it. */
  async remove(sourceId: string, documentId: string, actor: string): Promise<void> {
    await this.#register.change(sourceId, actor, async (row) => {
      const rows = await this.#register.documents(sourceId)
      const document = rows.find(({ id }) => id === documentId)
      if (document === undefined || document.removedAtMs !== null) throw unknown(documentId)
      const nowMs = this.#clock.nowMs()
      const left = rows.filter(
        ({ item, title }) => item !== document.item || title !== document.title,
      )
      const alongside = [this.#register.documentStore.removal({ document, nowMs, actor })]
      return { row: edited(row, presentDocuments(left)), alongside }
    })
  }

  async read(
    sourceId: string,
    documentId: string,
  ): Promise<{ readonly document: DocumentRow; readonly bytes: Buffer }> {
    const rows = await this.#register.documents(sourceId)
    const document = rows.find(({ id }) => id === documentId)
    if (document === undefined) throw unknown(documentId)
    return { document, bytes: await this.#folder.read(document.sha256) }
  }
}

function assertRoom(rows: readonly DocumentRow[]): void {
  if (rows.length < HAZARD_LIMITS.documentsPerSourceMax) return
  throw new CodedError('too_many', 'The archive of this source holds as many documents as it may.')
}

function nextVersion(
  rows: readonly DocumentRow[],
  { item, title }: { readonly item: ArchiveItem; readonly title: string },
): number {
  const versions = rows
    .filter((row) => row.item === item && row.title === title)
    .map(({ version }) => version)
  return Math.max(0, ...versions) + 1
}

function unknown(id: string): CodedError<'not_found'> {
  return new CodedError('not_found', `There is no document ${id}.`)
}
