import { randomBytes, randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import { DATABASE_LIMITS, REGISTRY_LIMITS } from '#config/limits.ts'
import type { Secret } from '#config/secret.ts'
import type { Account, ApiToken, tokenDraft, userDraft, userPatch } from '../contract.ts'
import { AccountStore, type ApiTokenRow, type UserRow } from '../database/account-store.ts'
import { FairLock } from '../database/fair-lock.ts'
import type { Database } from '../database/open.ts'
import type { Page, PageRequest } from '../database/page.ts'
import { ApiTokens } from './api-tokens.ts'
import { ChangeListeners } from './change-listeners.ts'
import { pageOfListed } from './listing.ts'
import { LoginAttempts } from './login-attempts.ts'
import { hashPassword, SCRYPT_COST, type ScryptCost, verifyPassword } from './passwords.ts'
import { patched } from './patched.ts'
import { principalOf } from './principal.ts'
import { Sessions } from './sessions.ts'
import type { Principal } from './types.ts'
import { WorkGate } from './work-gate.ts'

const FIRST_USERNAME = 'admin'
/** Stands for the gateway itself in time lines and logs; nobody may bear it. */
const RESERVED_USERNAME = 'system'

export interface LoginAttempt {
  readonly username: string
  readonly password: string
  /** Where the attempt comes from: guesses are counted by address and name. */
  readonly address: string
}

export interface OpenedSession {
  readonly principal: Principal
  readonly account: Account
  /** For the cookie; stored hashed only. */
  readonly token: string
  readonly expiresAtMs: number
}

type UserChange = Omit<z.output<typeof userPatch>, 'password'> & {
  readonly passwordHash?: string | undefined
}

/**
 * People and programs: accounts, sessions, API tokens. Looking up is synchronous and from memory;
 * changes are written first and made one after the other. Codes: `not_found`, `already_exists`,
 * `credentials_wrong`, `too_many_attempts` (details.retryAfterMs), `last_administrator`,
 * `organization_unknown`, `scope_forbidden`, `too_many`, `database_unavailable`.
 */
export class Accounts {
  readonly #store: AccountStore
  readonly #clock: Clock
  readonly #organizationExists: (id: string) => boolean
  readonly #cost: ScryptCost
  readonly #users = new Map<string, UserRow>()
  readonly #sessions: Sessions
  readonly #tokens: ApiTokens
  readonly #attempts = new LoginAttempts()
  readonly #hashing = new WorkGate({
    atOnceMax: REGISTRY_LIMITS.loginsAtOnceMax,
    waitingMax: REGISTRY_LIMITS.loginsWaitingMax,
  })
  readonly #changing = new FairLock({ waitingMax: DATABASE_LIMITS.waitingRequestsMax })
  readonly #listeners = new ChangeListeners<string>()
  /** What the password for an unknown user is checked against: the same work, and never right. */
  #nobody = ''

  constructor(options: {
    readonly database: Database
    readonly clock: Clock
    readonly organizationExists: (id: string) => boolean
    /** Only tests make it cheaper. */
    readonly scryptCost?: ScryptCost
  }) {
    this.#store = new AccountStore(options.database)
    this.#clock = options.clock
    this.#organizationExists = options.organizationExists
    this.#cost = options.scryptCost ?? SCRYPT_COST
    this.#sessions = new Sessions({ store: this.#store, clock: options.clock })
    this.#tokens = new ApiTokens({ store: this.#store, clock: options.clock })
  }

  /**
   * Loads everything. In an empty database the first account `admin` is made; where no password was
   * set, a random one is made and returned this once, to be printed.
   */
  async start(options: {
    readonly adminPassword: Secret | null
  }): Promise<{ readonly printedPassword: string | null }> {
    const { users, sessions, tokens } = await this.#store.load()
    for (const user of users) this.#users.set(user.id, user)
    this.#sessions.load(sessions)
    this.#tokens.load(tokens)
    this.#nobody = await hashPassword(randomPassword(), this.#cost)
    if (users.length > 0) return { printedPassword: null }
    const password = options.adminPassword?.reveal() ?? randomPassword()
    await this.createUser({
      username: FIRST_USERNAME,
      displayName: FIRST_USERNAME,
      password,
      role: 'administrator',
      organizationId: null,
      language: 'zh',
    })
    return { printedPassword: options.adminPassword === null ? password : null }
  }

  listUsers(request: PageRequest): Page<Account> {
    const page = pageOfListed(this.#users.values(), request, () => true)
    return { items: page.items.map(accountOf), nextCursor: page.nextCursor }
  }

  /** Everybody: who could be asked. */
  all(): readonly Account[] {
    return [...this.#users.values()].map(accountOf)
  }

  user(id: string): Account | null {
    const user = this.#users.get(id)
    return user === undefined ? null : accountOf(user)
  }

  /** Upper and lower case are one name. */
  userByName(username: string): Account | null {
    const user = this.#byName(username)
    return user === undefined ? null : accountOf(user)
  }

  async createUser(draft: z.output<typeof userDraft>): Promise<Account> {
    const { password, ...account } = draft
    const passwordHash = await this.#hash(password)
    return this.#changing.with(async () => {
      if (this.#byName(draft.username) !== undefined || isReserved(draft.username)) {
        throw new CodedError('already_exists', `The user name ${draft.username} is taken.`)
      }
      if (this.#users.size >= REGISTRY_LIMITS.usersMax) {
        throw new CodedError('too_many', 'There are as many accounts as there may be.')
      }
      this.#assertOrganization(draft.organizationId)
      const user: UserRow = {
        ...account,
        id: randomUUID(),
        passwordHash,
        createdAtMs: this.#clock.nowMs(),
      }
      await this.#store.insertUser(user)
      this.#users.set(user.id, user)
      return accountOf(user)
    })
  }

  /** A new password ends all sessions of the user; new rights close the live connections. */
  async patchUser(id: string, patch: z.output<typeof userPatch>): Promise<Account> {
    const { password, ...fields } = patch
    const passwordHash = password === undefined ? undefined : await this.#hash(password)
    return this.#changing.with(() => this.#update(this.#existing(id), { ...fields, passwordHash }))
  }

  removeUser(id: string): Promise<void> {
    return this.#changing.with(async () => {
      this.#assertNotLastAdministrator(this.#existing(id))
      await this.#store.removeUser(id)
      this.#users.delete(id)
      this.#sessions.forgetUser(id)
      this.#tokens.forgetUser(id)
      this.#listeners.tell(id)
    })
  }

  /** The same work and the same refusal for an unknown user and for a wrong password. */
  async login(attempt: LoginAttempt): Promise<OpenedSession> {
    const checked = await this.#check(attempt)
    const opened = await this.#changing.with(async () => {
      const current = this.#stillAs(checked)
      const session = await this.#sessions.open(current.id)
      return { ...session, principal: principalOf(current), account: accountOf(current) }
    })
    this.#attempts.succeeded(attempt.address, attempt.username)
    return opened
  }

  /** By the person: asks for the present password as a log-in does. All sessions of the person end. */
  async changePassword(attempt: LoginAttempt, newPassword: string): Promise<Account> {
    const checked = await this.#check(attempt)
    const passwordHash = await this.#hash(newPassword)
    const account = await this.#changing.with(() =>
      this.#update(this.#stillAs(checked), { passwordHash }),
    )
    this.#attempts.succeeded(attempt.address, attempt.username)
    return account
  }

  /** Synchronous, from memory; null when unknown or expired. */
  session(token: string): OpenedSession | null {
    const session = this.#sessions.find(token)
    const user = this.#users.get(session?.userId ?? '')
    if (session === null || user === undefined) return null
    return {
      principal: principalOf(user),
      account: accountOf(user),
      token,
      expiresAtMs: session.expiresAtMs,
    }
  }

  /** Tells `onRevoke`: the user's other live connections look whether they still may be. */
  async logout(token: string): Promise<void> {
    const userId = await this.#sessions.end(token)
    if (userId !== null) this.#listeners.tell(userId)
  }

  /** A session or token of this user ended, or its rights changed: live connections check again. */
  onRevoke(listener: (userId: string) => void): () => void {
    return this.#listeners.add(listener)
  }

  createToken(
    principal: Principal,
    draft: z.output<typeof tokenDraft>,
  ): Promise<ApiToken & { readonly token: string }> {
    return this.#changing.with(async () => {
      const user = this.#existing(principal.userId)
      const missing = draft.scopes.filter((scope) => !principal.scopes.has(scope))
      if (missing.length > 0) {
        throw new CodedError('scope_forbidden', `You do not have: ${missing.join(', ')}.`)
      }
      const { row, token } = await this.#tokens.create({
        userId: user.id,
        name: draft.name,
        scopes: [...new Set(draft.scopes)],
        expiresAtMs: draft.expiresAt === undefined ? null : Date.parse(draft.expiresAt),
      })
      return { ...tokenOf(row), token }
    })
  }

  listTokens(principal: Principal): readonly ApiToken[] {
    return this.#tokens.ofUser(principal.userId).map(tokenOf)
  }

  async removeToken(principal: Principal, id: string): Promise<void> {
    await this.#tokens.remove(principal.userId, id)
    this.#listeners.tell(principal.userId)
  }

  /** Synchronous, from memory; null when unknown or expired. */
  principalOfToken(token: string): Principal | null {
    const row = this.#tokens.find(token)
    const user = this.#users.get(row?.userId ?? '')
    return row === null || user === undefined ? null : principalOf(user, row.scopes)
  }

  async #update(before: UserRow, change: UserChange): Promise<Account> {
    const user = patched(before, change)
    this.#assertOrganization(user.organizationId)
    if (user.role !== 'administrator') this.#assertNotLastAdministrator(before)
    const endSessions = user.passwordHash !== before.passwordHash
    await this.#store.updateUser(user, { endSessions })
    this.#users.set(user.id, user)
    if (endSessions) this.#sessions.forgetUser(user.id)
    const rightsChanged = user.role !== before.role || user.organizationId !== before.organizationId
    if (endSessions || rightsChanged) this.#listeners.tell(user.id)
    return accountOf(user)
  }

  /** Who it is, when the password is right; throws `credentials_wrong` or `too_many_attempts`. */
  async #check({ username, password, address }: LoginAttempt): Promise<UserRow> {
    this.#attempts.begin(address, username, this.#clock.nowMs())
    const user = this.#byName(username)
    const stored = user?.passwordHash ?? this.#nobody
    const isRight = await this.#hashing.run(() => verifyPassword(password, stored))
    if (!isRight || user === undefined) throw credentialsWrong()
    return user
  }

  /** The password may have been changed, or the account removed, while it was checked. */
  #stillAs(checked: UserRow): UserRow {
    const current = this.#users.get(checked.id)
    if (current?.passwordHash !== checked.passwordHash) throw credentialsWrong()
    return current
  }

  #hash(password: string): Promise<string> {
    return this.#hashing.run(() => hashPassword(password, this.#cost))
  }

  #byName(username: string): UserRow | undefined {
    const wanted = username.toLowerCase()
    return this.#users.values().find((user) => user.username.toLowerCase() === wanted)
  }

  #existing(id: string): UserRow {
    const user = this.#users.get(id)
    if (user === undefined) throw new CodedError('not_found', `There is no account ${id}.`)
    return user
  }

  #assertOrganization(id: string | null): void {
    if (id === null || this.#organizationExists(id)) return
    throw new CodedError('organization_unknown', `There is no organization ${id}.`)
  }

  #assertNotLastAdministrator(user: UserRow): void {
    const isAnother = (other: UserRow) => other.id !== user.id && other.role === 'administrator'
    if (user.role !== 'administrator' || this.#users.values().some(isAnother)) return
    throw new CodedError('last_administrator', 'One administrator has to remain.')
  }
}

function accountOf(user: UserRow): Account {
  const { id, username, displayName, role, organizationId, language } = user
  return { id, username, displayName, role, organizationId, language }
}

function tokenOf(row: ApiTokenRow): ApiToken {
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes,
    createdAt: new Date(row.createdAtMs).toISOString(),
    expiresAt: row.expiresAtMs === null ? null : new Date(row.expiresAtMs).toISOString(),
  }
}

function isReserved(username: string): boolean {
  return username.toLowerCase() === RESERVED_USERNAME
}

function credentialsWrong(): CodedError<'credentials_wrong'> {
  return new CodedError('credentials_wrong', 'User name or password is wrong.')
}

function randomPassword(): string {
  return randomBytes(15).toString('base64url')
}
