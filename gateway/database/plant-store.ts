import type { DeviceRow, OrganizationRow, SiteRow } from '../registry/types.ts'
import type { Database } from './open.ts'
import type { DeviceTable, OrganizationTable, SiteTable } from './tables.ts'

export interface StoredPlant {
  readonly organizations: readonly OrganizationRow[]
  readonly sites: readonly SiteRow[]
  readonly devices: readonly DeviceRow[]
}

/** A device's stored credential: the hash of its token. */
export interface StoredCredential {
  readonly deviceId: string
  readonly tokenHash: Uint8Array
  readonly createdAtMs: number
}

const INSERT_CREDENTIAL = `INSERT INTO device_credentials (device_id, token_hash, created_at_ms)
  VALUES (?, ?, ?) ON CONFLICT (device_id) DO UPDATE SET
    token_hash = excluded.token_hash, created_at_ms = excluded.created_at_ms`

/** Organizations, sites, devices and their credentials, as rows. Who may change what is decided above. */
export class PlantStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async load(): Promise<StoredPlant> {
    const { kysely } = this.#database
    const organizations = await kysely.selectFrom('organizations').selectAll().execute()
    const sites = await kysely.selectFrom('sites').selectAll().execute()
    const devices = await kysely.selectFrom('devices').selectAll().execute()
    return {
      organizations: organizations.map(organizationOfRow),
      sites: sites.map(siteOfRow),
      devices: devices.map(deviceOfRow),
    }
  }

  async loadCredentials(): Promise<readonly StoredCredential[]> {
    const rows = await this.#database.kysely.selectFrom('device_credentials').selectAll().execute()
    return rows.map((row) => ({
      deviceId: row.device_id,
      tokenHash: row.token_hash,
      createdAtMs: row.created_at_ms,
    }))
  }

  async insertOrganization(row: OrganizationRow): Promise<void> {
    await this.#database.kysely.insertInto('organizations').values(rowOfOrganization(row)).execute()
  }

  async updateOrganization(row: OrganizationRow): Promise<void> {
    const { id, ...columns } = rowOfOrganization(row)
    await this.#database.kysely
      .updateTable('organizations')
      .set(columns)
      .where('id', '=', id)
      .execute()
  }

  async removeOrganization(id: string): Promise<void> {
    await this.#database.kysely.deleteFrom('organizations').where('id', '=', id).execute()
  }

  async insertSite(row: SiteRow): Promise<void> {
    await this.#database.kysely.insertInto('sites').values(rowOfSite(row)).execute()
  }

  async updateSite(row: SiteRow): Promise<void> {
    const { id, ...columns } = rowOfSite(row)
    await this.#database.kysely.updateTable('sites').set(columns).where('id', '=', id).execute()
  }

  async removeSite(id: string): Promise<void> {
    await this.#database.kysely.deleteFrom('sites').where('id', '=', id).execute()
  }

  /** The device and its credential stand or fall together. */
  async insertDevice(row: DeviceRow, credential: StoredCredential): Promise<void> {
    const { sql, parameters } = this.#database.kysely
      .insertInto('devices')
      .values(rowOfDevice(row))
      .compile()
    await this.#database.batch([
      { sql, parameters },
      { sql: INSERT_CREDENTIAL, rows: [credentialValues(credential)] },
    ])
  }

  async updateDevice(row: DeviceRow): Promise<void> {
    const { id, ...columns } = rowOfDevice(row)
    await this.#database.kysely.updateTable('devices').set(columns).where('id', '=', id).execute()
  }

  /** Its credential goes with it. */
  async removeDevice(id: string): Promise<void> {
    await this.#database.kysely.deleteFrom('devices').where('id', '=', id).execute()
  }

  async storeCredential(credential: StoredCredential): Promise<void> {
    await this.#database.batch([{ sql: INSERT_CREDENTIAL, rows: [credentialValues(credential)] }])
  }

  async removeCredential(deviceId: string): Promise<void> {
    await this.#database.kysely
      .deleteFrom('device_credentials')
      .where('device_id', '=', deviceId)
      .execute()
  }
}

function credentialValues(credential: StoredCredential): readonly unknown[] {
  return [credential.deviceId, credential.tokenHash, credential.createdAtMs]
}

function rowOfOrganization(row: OrganizationRow): OrganizationTable {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    parent_id: row.parentId,
    created_at_ms: row.createdAtMs,
  }
}

function organizationOfRow(row: OrganizationTable): OrganizationRow {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    parentId: row.parent_id,
    createdAtMs: row.created_at_ms,
  }
}

function rowOfSite(row: SiteRow): SiteTable {
  return {
    id: row.id,
    name: row.name,
    organization_id: row.organizationId,
    address: row.address,
    latitude: row.position?.latitude ?? null,
    longitude: row.position?.longitude ?? null,
    contact_name: row.contactName,
    contact_phone: row.contactPhone,
    created_at_ms: row.createdAtMs,
  }
}

function siteOfRow(row: SiteTable): SiteRow {
  const { latitude, longitude } = row
  return {
    id: row.id,
    name: row.name,
    organizationId: row.organization_id,
    address: row.address,
    position: latitude === null || longitude === null ? null : { latitude, longitude },
    contactName: row.contact_name,
    contactPhone: row.contact_phone,
    createdAtMs: row.created_at_ms,
  }
}

function rowOfDevice(row: DeviceRow): DeviceTable {
  return {
    id: row.id,
    name: row.name,
    profile_id: row.profileId,
    site_id: row.siteId,
    location: row.location,
    attached_to: row.attachedTo,
    created_at_ms: row.createdAtMs,
  }
}

function deviceOfRow(row: DeviceTable): DeviceRow {
  return {
    id: row.id,
    name: row.name,
    profileId: row.profile_id,
    siteId: row.site_id,
    location: row.location,
    attachedTo: row.attached_to,
    createdAtMs: row.created_at_ms,
  }
}
