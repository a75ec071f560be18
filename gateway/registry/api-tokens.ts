import { randomUUID } from 'node:crypto'
import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import { REGISTRY_LIMITS } from '#config/limits.ts'
import type { AccountStore, ApiTokenRow } from '../database/account-store.ts'
import { hashOfToken, newToken } from './tokens.ts'

/** Marks a token of ours, so that a scanner finds one that was published by mistake. */
const PREFIX = 'vigil_'

/** Keys of programs: each belongs to a user and can do no more than that user. */
export class ApiTokens {
  readonly #store: AccountStore
  readonly #clock: Clock
  readonly #byHash = new Map<string, ApiTokenRow>()

  constructor(options: { readonly store: AccountStore; readonly clock: Clock }) {
    this.#store = options.store
    this.#clock = options.clock
  }

  load(rows: readonly ApiTokenRow[]): void {
    for (const row of rows) this.#byHash.set(row.tokenHash, row)
  }

  async create(draft: {
    readonly userId: string
    readonly name: string
    readonly scopes: ApiTokenRow['scopes']
    readonly expiresAtMs: number | null
  }): Promise<{ readonly row: ApiTokenRow; readonly token: string }> {
    if (this.ofUser(draft.userId).length >= REGISTRY_LIMITS.tokensPerUserMax) {
      throw new CodedError('too_many', 'This account has as many tokens as it may have.')
    }
    const token = `${PREFIX}${newToken()}`
    const row: ApiTokenRow = {
      ...draft,
      id: randomUUID(),
      tokenHash: hexHash(token),
      createdAtMs: this.#clock.nowMs(),
    }
    await this.#store.insertToken(row)
    this.#byHash.set(row.tokenHash, row)
    return { row, token }
  }

  ofUser(userId: string): readonly ApiTokenRow[] {
    return [...this.#byHash.values()].filter((row) => row.userId === userId)
  }

  find(token: string): ApiTokenRow | null {
    if (!token.startsWith(PREFIX)) return null
    const row = this.#byHash.get(hexHash(token))
    if (row === undefined) return null
    return row.expiresAtMs !== null && row.expiresAtMs <= this.#clock.nowMs() ? null : row
  }

  async remove(userId: string, id: string): Promise<void> {
    const row = this.ofUser(userId).find((candidate) => candidate.id === id)
    if (row === undefined) throw new CodedError('not_found', `There is no token ${id}.`)
    await this.#store.removeToken(id)
    this.#byHash.delete(row.tokenHash)
  }

  /** They are gone from the disk already. */
  forgetUser(userId: string): void {
    for (const row of this.ofUser(userId)) this.#byHash.delete(row.tokenHash)
  }
}

function hexHash(token: string): string {
  return hashOfToken(token).toString('hex')
}
