import type { Account, ApiToken } from '../contract.ts'
import type { Database } from './open.ts'
import type { ApiTokenTable, UserTable } from './tables.ts'

/** An account with what never leaves the gateway. */
export interface UserRow extends Account {
  readonly passwordHash: string
  readonly createdAtMs: number
}

export interface SessionRow {
  /** SHA-256 of the token, hex. */
  readonly tokenHash: string
  readonly userId: string
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

export interface ApiTokenRow {
  readonly id: string
  readonly tokenHash: string
  readonly userId: string
  readonly name: string
  readonly scopes: ApiToken['scopes']
  readonly createdAtMs: number
  readonly expiresAtMs: number | null
}

export interface StoredAccounts {
  readonly users: readonly UserRow[]
  readonly sessions: readonly SessionRow[]
  readonly tokens: readonly ApiTokenRow[]
}

const END_SESSION = 'DELETE FROM sessions WHERE token_hash = ?'

/** Accounts, their sessions and their API tokens, as rows; secrets only as hashes. */
export class AccountStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async load(): Promise<StoredAccounts> {
    const { kysely } = this.#database
    const users = await kysely.selectFrom('users').selectAll().execute()
    const sessions = await kysely.selectFrom('sessions').selectAll().execute()
    const tokens = await kysely.selectFrom('api_tokens').selectAll().execute()
    return {
      users: users.map(userOfRow),
      sessions: sessions.map((row) => ({
        tokenHash: row.token_hash,
        userId: row.user_id,
        createdAtMs: row.created_at_ms,
        expiresAtMs: row.expires_at_ms,
      })),
      tokens: tokens.map(tokenOfRow),
    }
  }

  async insertUser(user: UserRow): Promise<void> {
    await this.#database.kysely.insertInto('users').values(rowOfUser(user)).execute()
  }

  /** With `endSessions` the user's sessions end in the same transaction. */
  async updateUser(user: UserRow, options: { readonly endSessions: boolean }): Promise<void> {
    const { kysely } = this.#database
    const { id, ...columns } = rowOfUser(user)
    const update = kysely.updateTable('users').set(columns).where('id', '=', id).compile()
    const end = kysely.deleteFrom('sessions').where('user_id', '=', id).compile()
    const queries = options.endSessions ? [update, end] : [update]
    await this.#database.batch(queries.map(({ sql, parameters }) => ({ sql, parameters })))
  }

  /** Sessions and tokens go with the user. */
  async removeUser(id: string): Promise<void> {
    await this.#database.kysely.deleteFrom('users').where('id', '=', id).execute()
  }

  /** Opens one session and ends others (outdated, or too many of one user) in one transaction. */
  async openSession(session: SessionRow, ended: readonly string[]): Promise<void> {
    const { sql, parameters } = this.#database.kysely
      .insertInto('sessions')
      .values({
        token_hash: session.tokenHash,
        user_id: session.userId,
        created_at_ms: session.createdAtMs,
        expires_at_ms: session.expiresAtMs,
      })
      .compile()
    await this.#database.batch([
      { sql: END_SESSION, rows: ended.map((tokenHash) => [tokenHash]) },
      { sql, parameters },
    ])
  }

  async endSession(tokenHash: string): Promise<void> {
    await this.#database.batch([{ sql: END_SESSION, parameters: [tokenHash] }])
  }

  async insertToken(token: ApiTokenRow): Promise<void> {
    await this.#database.kysely
      .insertInto('api_tokens')
      .values({
        id: token.id,
        token_hash: token.tokenHash,
        user_id: token.userId,
        name: token.name,
        scopes: JSON.stringify(token.scopes),
        created_at_ms: token.createdAtMs,
        expires_at_ms: token.expiresAtMs,
      })
      .execute()
  }

  async removeToken(id: string): Promise<void> {
    await this.#database.kysely.deleteFrom('api_tokens').where('id', '=', id).execute()
  }
}

function rowOfUser(user: UserRow): UserTable {
  return {
    id: user.id,
    username: user.username,
    display_name: user.displayName,
    password_hash: user.passwordHash,
    role: user.role,
    organization_id: user.organizationId,
    language: user.language,
    created_at_ms: user.createdAtMs,
  }
}

function userOfRow(row: UserTable): UserRow {
  return {
    id: row.id,
    username: row.username,
    displayName: row.display_name,
    passwordHash: row.password_hash,
    role: row.role,
    organizationId: row.organization_id,
    language: row.language,
    createdAtMs: row.created_at_ms,
  }
}

function tokenOfRow(row: ApiTokenTable): ApiTokenRow {
  return {
    id: row.id,
    tokenHash: row.token_hash,
    userId: row.user_id,
    name: row.name,
    scopes: JSON.parse(row.scopes) as ApiToken['scopes'],
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
  }
}
