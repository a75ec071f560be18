import { randomUUID } from 'node:crypto'
import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import { DATABASE_LIMITS, HAZARD_LIMITS } from '#config/limits.ts'
import type { HazardDossier, HazardSourceSummary } from '../contract.ts'
import { FairLock } from '../database/fair-lock.ts'
import {
  type DocumentRow,
  HazardDocumentStore,
  presentDocuments,
} from '../database/hazard-document-store.ts'
import { type HazardSourceFilter, HazardSourceStore } from '../database/hazard-source-store.ts'
import type { Database, Statement } from '../database/open.ts'
import type { Page, PageRequest } from '../database/page.ts'
import { type Filing, type FilingEvent, NEW_FILING, stepFiling } from './filing.ts'
import { filingRefused } from './filing-errors.ts'
import { type HazardSourceRow, isSameDossier } from './hazard-source.ts'
import type { SourceVersion } from './source-version.ts'

/** Told after the change stands on disk. */
export interface HazardSourceChange {
  readonly id: string
  readonly action: 'created' | 'changed' | 'removed'
  /** As it stands now; null when it was removed. */
  readonly row: HazardSourceRow | null
}

/** What a source may be placed on. */
export interface HazardPlaces {
  organization(id: string): object | null
  site(id: string): { readonly organizationId: string } | null
}

/** What a change makes of a source, written as one transaction. */
export interface SourceStep {
  readonly row: HazardSourceRow
  readonly submitted?: SourceVersion
  readonly settled?: SourceVersion
  readonly alongside?: readonly Statement[]
}

/**
 * The register of major hazard sources: drafts are saved as they come, what was filed never changes.
 * One change after the other; each names the revision it was made from. Codes: `not_found`,
 * `already_exists`, `organization_unknown`, `site_unknown`, `too_many`, `draft_changed`,
 * `filing_under_review`, `filing_cancelled`, `hazard_source_filed`, `cursor_invalid`,
 * `database_unavailable`.
 */
export class HazardRegister {
  readonly store: HazardSourceStore
  readonly documentStore: HazardDocumentStore
  readonly #clock: Clock
  readonly #places: HazardPlaces
  readonly #listeners = new Set<(change: HazardSourceChange) => void>()
  readonly #changing = new FairLock({ waitingMax: DATABASE_LIMITS.waitingRequestsMax })

  constructor(options: {
    readonly database: Database
    readonly clock: Clock
    readonly places: HazardPlaces
  }) {
    this.store = new HazardSourceStore(options.database)
    this.documentStore = new HazardDocumentStore(options.database)
    this.#clock = options.clock
    this.#places = options.places
  }

  source(id: string): Promise<HazardSourceRow | null> {
    return this.store.get(id)
  }

  /** Gravest first, then by name. */
  list(filter: HazardSourceFilter & PageRequest): Promise<Page<HazardSourceSummary>> {
    return this.store.list(filter)
  }

  /** Newest first. */
  versions(id: string): Promise<readonly SourceVersion[]> {
    return this.store.versions(id)
  }

  version(id: string, version: number): Promise<SourceVersion | null> {
    return this.store.version(id, version)
  }

  /** Every version of every document, also those taken out. */
  documents(id: string): Promise<readonly DocumentRow[]> {
    return this.documentStore.list(id)
  }

  onChange(listener: (change: HazardSourceChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  create(
    draft: {
      readonly id?: string | undefined
      readonly organizationId: string
      readonly draft: HazardDossier
    },
    actor: string,
  ): Promise<HazardSourceRow> {
    return this.#changing.with(async () => {
      const { organizationId } = draft
      if (this.#places.organization(organizationId) === null) {
        throw new CodedError('organization_unknown', `There is no organization ${organizationId}.`)
      }
      this.#assertSite(draft.draft, organizationId)
      const id = draft.id ?? randomUUID()
      if ((await this.store.get(id)) !== null) {
        throw new CodedError('already_exists', `The id ${id} is taken.`)
      }
      if ((await this.store.count()) >= HAZARD_LIMITS.sourcesMax) {
        throw new CodedError('too_many', 'There are as many hazard sources as there may be.')
      }
      const row = newSource({ id, organizationId, draft: draft.draft }, actor, this.#clock.nowMs())
      await this.store.insert(row)
      this.#tell({ id, action: 'created', row })
      return row
    })
  }

  /** The whole new draft, made from `revision`. What is in force stays as it is. */
  saveDraft(
    id: string,
    change: { readonly revision: number; readonly draft: HazardDossier },
    actor: string,
  ): Promise<HazardSourceRow> {
    return this.change(id, actor, async (row) => {
      assertRevision(row, change.revision)
      this.#assertSite(change.draft, row.organizationId)
      const next = { ...row, draft: change.draft }
      const documents = presentDocuments(await this.documentStore.list(id))
      return { row: edited(next, documents) }
    })
  }

  /** Only what was never submitted: a filing is cancelled, not removed. */
  remove(id: string): Promise<void> {
    return this.#changing.with(async () => {
      await this.#existing(id)
      if ((await this.store.newestVersion(id)) > 0) {
        throw new CodedError('hazard_source_filed', 'The source was submitted to the authority.', {
          hint: 'Ask for its cancellation instead.',
        })
      }
      await this.store.remove(id)
      this.#tell({ id, action: 'removed', row: null })
    })
  }

  /** Every other change: `work` sees the source as it stands and nobody changes it meanwhile. */
  change(
    id: string,
    actor: string,
    work: (row: HazardSourceRow) => Promise<SourceStep>,
  ): Promise<HazardSourceRow> {
    return this.#changing.with(async () => {
      const row = await this.#existing(id)
      const { row: changed, ...also } = await work(row)
      const next: HazardSourceRow = {
        ...changed,
        revision: row.revision + 1,
        updatedAtMs: this.#clock.nowMs(),
        updatedBy: actor,
      }
      await this.store.update(next, also)
      this.#tell({ id, action: 'changed', row: next })
      return next
    })
  }

  async #existing(id: string): Promise<HazardSourceRow> {
    const row = await this.store.get(id)
    if (row === null) throw new CodedError('not_found', `There is no hazard source ${id}.`)
    return row
  }

  #assertSite({ siteId }: HazardDossier, organizationId: string): void {
    if (siteId === null) return
    if (this.#places.site(siteId)?.organizationId === organizationId) return
    throw new CodedError('site_unknown', `The organization has no site ${siteId}.`)
  }

  #tell(change: HazardSourceChange): void {
    for (const listener of this.#listeners) listener(change)
  }
}

/** The filing after an event, or the `CodedError` that says why not. */
export function stepped(row: HazardSourceRow, event: FilingEvent): Filing {
  const step = stepFiling(row.filing, event)
  if (!step.ok) throw filingRefused(step.reason, row)
  return step.filing
}

/** The source after its draft or its archive was edited. */
export function edited(
  row: HazardSourceRow,
  documents: readonly { readonly id: string }[],
): HazardSourceRow {
  const isChanged =
    row.inForce === null ||
    !isSameDossier(row.draft, row.inForce.snapshot.dossier) ||
    !isSameArchive(documents, row.inForce.snapshot.documents)
  return { ...row, filing: stepped(row, { kind: 'edit', isChanged }) }
}

export function assertRevision(row: HazardSourceRow, revision: number): void {
  if (row.revision === revision) return
  throw new CodedError(
    'draft_changed',
    `${row.updatedBy} has changed this source in the meantime; it now has revision ${row.revision}.`,
    { hint: 'Load it again and make your change in what is there.' },
  )
}

function isSameArchive(
  one: readonly { readonly id: string }[],
  other: readonly { readonly id: string }[],
): boolean {
  const ids = new Set(other.map(({ id }) => id))
  return one.length === other.length && one.every(({ id }) => ids.has(id))
}

function newSource(
  source: Pick<HazardSourceRow, 'id' | 'organizationId' | 'draft'>,
  actor: string,
  nowMs: number,
): HazardSourceRow {
  return {
    ...source,
    filing: NEW_FILING,
    inForce: null,
    submittedAtMs: null,
    dueAtMs: null,
    revision: 1,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    updatedBy: actor,
  }
}
