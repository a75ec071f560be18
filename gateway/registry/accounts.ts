import type { z } from 'zod'
import type { Clock } from '#alerting/clock.ts'
import type { Secret } from '#config/secret.ts'
import type { Account, ApiToken, tokenDraft, userDraft, userPatch } from '../contract.ts'
import type { Database } from '../database/open.ts'
import type { Page, PageRequest } from '../database/page.ts'
import type { Principal } from './types.ts'

export interface OpenedSession {
  readonly principal: Principal
  readonly account: Account
  /** For the cookie; stored hashed only. */
  readonly token: string
  readonly expiresAtMs: number
}

/**
 * People and programs: accounts, sessions, API tokens. Codes: `not_found`, `already_exists`,
 * `credentials_wrong`, `too_many_attempts` (details.retryAfterMs), `last_administrator`,
 * `organization_unknown`, `scope_forbidden`.
 */
export class Accounts {
  constructor(_options: {
    readonly database: Database
    readonly clock: Clock
    readonly organizationExists: (id: string) => boolean
  }) {}

  /**
   * Loads everything. In an empty database the first account `admin` is made; where no password was
   * set, a random one is made and returned this once, to be printed.
   */
  async start(_options: {
    readonly adminPassword: Secret | null
  }): Promise<{ readonly printedPassword: string | null }> {
    throw new Error('being built')
  }

  listUsers(_request: PageRequest): Page<Account> {
    throw new Error('being built')
  }
  user(_id: string): Account | null {
    throw new Error('being built')
  }
  userByName(_username: string): Account | null {
    throw new Error('being built')
  }
  async createUser(_draft: z.output<typeof userDraft>): Promise<Account> {
    throw new Error('being built')
  }
  /** A new password ends all sessions of the user. */
  async patchUser(_id: string, _patch: z.output<typeof userPatch>): Promise<Account> {
    throw new Error('being built')
  }
  async removeUser(_id: string): Promise<void> {
    throw new Error('being built')
  }

  /** The same work and the same refusal for an unknown user and for a wrong password. */
  async login(_attempt: {
    readonly username: string
    readonly password: string
    readonly address: string
  }): Promise<OpenedSession> {
    throw new Error('being built')
  }
  /** Synchronous, from memory; null when unknown or expired. */
  session(_token: string): OpenedSession | null {
    throw new Error('being built')
  }
  async logout(_token: string): Promise<void> {
    throw new Error('being built')
  }
  /** Sessions or tokens of this user ended: live connections close. */
  onRevoke(_listener: (userId: string) => void): () => void {
    throw new Error('being built')
  }

  async createToken(
    _principal: Principal,
    _draft: z.output<typeof tokenDraft>,
  ): Promise<ApiToken & { readonly token: string }> {
    throw new Error('being built')
  }
  listTokens(_principal: Principal): readonly ApiToken[] {
    throw new Error('being built')
  }
  async removeToken(_principal: Principal, _id: string): Promise<void> {
    throw new Error('being built')
  }
  /** Synchronous, from memory; null when unknown or expired. */
  principalOfToken(_token: string): Principal | null {
    throw new Error('being built')
  }
}
