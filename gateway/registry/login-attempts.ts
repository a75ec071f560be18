import { CodedError } from '#alerting/errors.ts'
import { HTTP_LIMITS, REGISTRY_LIMITS } from '#config/limits.ts'

const MINUTE_MS = 60_000

interface Attempts {
  readonly sinceMs: number
  readonly count: number
}

/**
 * Bounds guessing per (address, user name) and minute. An attempt counts from its beginning, so that
 * guesses sent side by side do not slip through; a successful log-in clears the count.
 */
export class LoginAttempts {
  /** In the order of their latest attempt: the oldest goes when there are too many. */
  readonly #attempts = new Map<string, Attempts>()

  /** Throws `too_many_attempts` with `details.retryAfterMs`. */
  begin(address: string, username: string, nowMs: number): void {
    const key = keyOf(address, username)
    const known = this.#attempts.get(key)
    const { sinceMs, count } =
      known !== undefined && nowMs < known.sinceMs + MINUTE_MS
        ? known
        : { sinceMs: nowMs, count: 0 }
    if (count >= HTTP_LIMITS.loginAttemptsPerMinute) {
      throw new CodedError('too_many_attempts', 'Too many attempts for this account.', {
        details: { retryAfterMs: sinceMs + MINUTE_MS - nowMs },
      })
    }
    this.#attempts.delete(key)
    this.#attempts.set(key, { sinceMs, count: count + 1 })
    this.#forgetOldest()
  }

  succeeded(address: string, username: string): void {
    this.#attempts.delete(keyOf(address, username))
  }

  #forgetOldest(): void {
    if (this.#attempts.size <= REGISTRY_LIMITS.loginAttemptsRememberedMax) return
    const oldest = this.#attempts.keys().next().value
    if (oldest !== undefined) this.#attempts.delete(oldest)
  }
}

function keyOf(address: string, username: string): string {
  return `${address}\n${username.toLowerCase()}`
}
