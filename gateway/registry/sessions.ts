import type { Clock } from '#alerting/clock.ts'
import { HTTP_LIMITS } from '#config/limits.ts'
import type { AccountStore, SessionRow } from '../database/account-store.ts'
import { hashOfToken, newToken } from './tokens.ts'

/** Who is logged in: looked up in memory by the hash of the cookie, stored so that a restart logs nobody out. */
export class Sessions {
  readonly #store: AccountStore
  readonly #clock: Clock
  /** By token hash, in the order of their beginning. */
  readonly #sessions = new Map<string, SessionRow>()

  constructor(options: { readonly store: AccountStore; readonly clock: Clock }) {
    this.#store = options.store
    this.#clock = options.clock
  }

  load(rows: readonly SessionRow[]): void {
    for (const row of rows.toSorted((one, other) => one.createdAtMs - other.createdAtMs)) {
      this.#sessions.set(row.tokenHash, row)
    }
  }

  /** Outdated sessions, and the oldest ones of a user who has too many, end with this. */
  async open(userId: string): Promise<{ readonly token: string; readonly expiresAtMs: number }> {
    const nowMs = this.#clock.nowMs()
    const token = newToken()
    const session: SessionRow = {
      tokenHash: hexHash(token),
      userId,
      createdAtMs: nowMs,
      expiresAtMs: nowMs + HTTP_LIMITS.sessionLifetimeMs,
    }
    const ended = this.#toEnd(userId, nowMs)
    await this.#store.openSession(session, ended)
    for (const tokenHash of ended) this.#sessions.delete(tokenHash)
    this.#sessions.set(session.tokenHash, session)
    return { token, expiresAtMs: session.expiresAtMs }
  }

  find(token: string): SessionRow | null {
    const session = this.#sessions.get(hexHash(token))
    return session === undefined || session.expiresAtMs <= this.#clock.nowMs() ? null : session
  }

  /** Answers whose session it was. */
  async end(token: string): Promise<string | null> {
    const tokenHash = hexHash(token)
    const session = this.#sessions.get(tokenHash)
    if (session === undefined) return null
    await this.#store.endSession(tokenHash)
    this.#sessions.delete(tokenHash)
    return session.userId
  }

  /** They are gone from the disk already. */
  forgetUser(userId: string): void {
    for (const [tokenHash, session] of this.#sessions) {
      if (session.userId === userId) this.#sessions.delete(tokenHash)
    }
  }

  #toEnd(userId: string, nowMs: number): readonly string[] {
    const all = [...this.#sessions.values()]
    const standing = all.filter((session) => session.expiresAtMs > nowMs)
    const own = standing.filter((session) => session.userId === userId)
    const tooMany = own.slice(0, Math.max(0, own.length + 1 - HTTP_LIMITS.sessionsPerUserMax))
    return [...all.filter((session) => session.expiresAtMs <= nowMs), ...tooMany].map(
      (session) => session.tokenHash,
    )
  }
}

function hexHash(token: string): string {
  return hashOfToken(token).toString('hex')
}
