import { type SelectQueryBuilder, sql } from 'kysely'
import type { FilingState } from '../contract/hazard-sources.ts'
import type { HazardDossier, HazardSourceSummary } from '../contract.ts'
import type { HazardSourceRow } from '../hazards/hazard-source.ts'
import { searchTextOf, summaryOf } from '../hazards/hazard-source.ts'
import type { Snapshot, SourceVersion } from '../hazards/source-version.ts'
import { among } from './among.ts'
import type { HazardSourceTable } from './hazard-tables.ts'
import { insertVersion, settleVersion, versionOfRow } from './hazard-version-rows.ts'
import type { Database, Statement } from './open.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from './page.ts'
import type { Tables } from './tables.ts'

export interface HazardSourceFilter {
  /** Null: all. Comes from `visibleOrganizationIds`. */
  readonly organizationIds: ReadonlySet<string> | null
  readonly siteId?: string | undefined
  readonly hazardLevel?: number | undefined
  /** `pending`: whatever waits for the authority. */
  readonly state?: FilingState | 'pending' | undefined
  readonly dueBeforeMs?: number | undefined
  readonly text?: string | undefined
}

/** Sources without a level stand behind those that have one. */
const NO_LEVEL = 5

/** The register of hazard sources and what was submitted of each. Who may change what is decided above. */
export class HazardSourceStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** On the writing connection: what a change starts from. */
  async get(id: string): Promise<HazardSourceRow | null> {
    const row = await this.#database.kysely
      .selectFrom('hazard_sources as source')
      .leftJoin('hazard_source_versions as version', (join) =>
        join
          .onRef('version.source_id', '=', 'source.id')
          .onRef('version.version', '=', 'source.in_force_version'),
      )
      .selectAll('source')
      .select(['version.snapshot', 'version.number', 'version.decided_at_ms'])
      .where('source.id', '=', id)
      .executeTakeFirst()
    return row === undefined ? null : sourceOfRow(row)
  }

  /** Gravest first, then by name. */
  async list(filter: HazardSourceFilter & PageRequest): Promise<Page<HazardSourceSummary>> {
    const after = decodeCursor(filter.cursor, ['number', 'string', 'string'])
    let query = filtered(this.#database.reader.selectFrom('hazard_sources'), filter)
      .select(['id', 'name', 'sort_level', 'summary'])
      .orderBy('sort_level')
      .orderBy('name')
      .orderBy('id')
      .limit(filter.limit + 1)
    if (after !== null) {
      const [level, name, id] = after
      query = query.where(sql<boolean>`(sort_level, name, id) > (${level}, ${name}, ${id})`)
    }
    return pageOf(await query.execute(), filter.limit, {
      item: (row) => JSON.parse(row.summary) as HazardSourceSummary,
      key: (row) => [row.sort_level, row.name, row.id],
    })
  }

  async count(): Promise<number> {
    const { count } = await this.#database.kysely
      .selectFrom('hazard_sources')
      .select((build) => build.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return count
  }

  async insert(row: HazardSourceRow): Promise<void> {
    await this.#database.kysely.insertInto('hazard_sources').values(rowOf(row)).execute()
  }

  /** The source with what happened to a version of it or to its archive: one transaction. */
  async update(
    row: HazardSourceRow,
    change: {
      readonly submitted?: SourceVersion | undefined
      readonly settled?: SourceVersion | undefined
      readonly alongside?: readonly Statement[] | undefined
    } = {},
  ): Promise<void> {
    const { id, ...columns } = rowOf(row)
    const { sql: text, parameters } = this.#database.kysely
      .updateTable('hazard_sources')
      .set(columns)
      .where('id', '=', id)
      .compile()
    const statements: Statement[] = [{ sql: text, parameters }]
    if (change.submitted !== undefined) statements.push(insertVersion(change.submitted))
    if (change.settled !== undefined) statements.push(settleVersion(change.settled))
    statements.push(...(change.alongside ?? []))
    await this.#database.batch(statements)
  }

  async remove(id: string): Promise<void> {
    await this.#database.batch([
      { sql: 'DELETE FROM hazard_documents WHERE source_id = ?', parameters: [id] },
      { sql: 'DELETE FROM hazard_sources WHERE id = ?', parameters: [id] },
    ])
  }

  /** Newest first. */
  async versions(sourceId: string): Promise<readonly SourceVersion[]> {
    const rows = await this.#database.kysely
      .selectFrom('hazard_source_versions')
      .selectAll()
      .where('source_id', '=', sourceId)
      .orderBy('version', 'desc')
      .execute()
    return rows.map(versionOfRow)
  }

  async version(sourceId: string, version: number): Promise<SourceVersion | null> {
    const row = await this.#database.kysely
      .selectFrom('hazard_source_versions')
      .selectAll()
      .where('source_id', '=', sourceId)
      .where('version', '=', version)
      .executeTakeFirst()
    return row === undefined ? null : versionOfRow(row)
  }

  async newestVersion(sourceId: string): Promise<number> {
    const row = await this.#database.kysely
      .selectFrom('hazard_source_versions')
      .select((build) => build.fn.max('version').as('newest'))
      .where('source_id', '=', sourceId)
      .executeTakeFirst()
    return row?.newest ?? 0
  }

  /** Accepted in that span: for the next number of a year. */
  async acceptedBetween(fromMs: number, toMs: number): Promise<number> {
    const { count } = await this.#database.kysely
      .selectFrom('hazard_source_versions')
      .select((build) => build.fn.countAll<number>().as('count'))
      .where('number', 'is not', null)
      .where('decided_at_ms', '>=', fromMs)
      .where('decided_at_ms', '<', toMs)
      .executeTakeFirstOrThrow()
    return count
  }

  async isNumberTaken(number: string): Promise<boolean> {
    const row = await this.#database.kysely
      .selectFrom('hazard_source_versions')
      .select('version')
      .where('number', '=', number)
      .executeTakeFirst()
    return row !== undefined
  }
}

function filtered<Selected>(
  start: SelectQueryBuilder<Tables, 'hazard_sources', Selected>,
  filter: HazardSourceFilter,
): SelectQueryBuilder<Tables, 'hazard_sources', Selected> {
  const { organizationIds, siteId, hazardLevel, state, dueBeforeMs, text } = filter
  let query = start
  if (organizationIds !== null) query = query.where('organization_id', 'in', among(organizationIds))
  if (siteId !== undefined) query = query.where('site_id', '=', siteId)
  if (hazardLevel !== undefined) query = query.where('sort_level', '=', hazardLevel)
  if (state === 'pending') query = query.where('pending_version', 'is not', null)
  else if (state !== undefined) query = query.where('state', '=', state)
  if (dueBeforeMs !== undefined) query = query.where('due_at_ms', '<=', dueBeforeMs)
  if (text === undefined || text === '') return query
  return query.where(sql<boolean>`instr(search_text, ${text.toLowerCase()}) > 0`)
}

function rowOf(row: HazardSourceRow): HazardSourceTable {
  const summary = summaryOf(row)
  const { filing } = row
  return {
    id: row.id,
    organization_id: row.organizationId,
    site_id: summary.siteId,
    name: summary.name,
    kind: summary.kind,
    sort_level: summary.registered.hazardLevel ?? NO_LEVEL,
    state: filing.state,
    in_force_version: filing.inForceVersion,
    pending_version: filing.pendingVersion,
    draft_changed: Number(filing.isDraftChanged),
    submitted_at_ms: row.submittedAtMs,
    due_at_ms: row.dueAtMs,
    draft: JSON.stringify(row.draft),
    summary: JSON.stringify(summary),
    search_text: searchTextOf(row),
    revision: row.revision,
    created_at_ms: row.createdAtMs,
    updated_at_ms: row.updatedAtMs,
    updated_by: row.updatedBy,
  }
}

function sourceOfRow(
  row: HazardSourceTable & {
    readonly snapshot: string | null
    readonly number: string | null
    readonly decided_at_ms: number | null
  },
): HazardSourceRow {
  return {
    id: row.id,
    organizationId: row.organization_id,
    filing: {
      state: row.state as FilingState,
      inForceVersion: row.in_force_version,
      pendingVersion: row.pending_version,
      isDraftChanged: row.draft_changed === 1,
    },
    draft: JSON.parse(row.draft) as HazardDossier,
    inForce:
      row.in_force_version === null || row.snapshot === null
        ? null
        : {
            version: row.in_force_version,
            number: row.number ?? '',
            acceptedAtMs: row.decided_at_ms ?? 0,
            snapshot: JSON.parse(row.snapshot) as Snapshot,
          },
    submittedAtMs: row.submitted_at_ms,
    dueAtMs: row.due_at_ms,
    revision: row.revision,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    updatedBy: row.updated_by,
  }
}
