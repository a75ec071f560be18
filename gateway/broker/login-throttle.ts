import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { MqttLimits } from './limits.ts'

const MINUTE_MS = 60_000

const DOUBLINGS_MAX = 30

interface Attempt {
  readonly remoteAddress: string
  readonly username: string
  readonly password: Buffer
}

interface Failures {
  readonly count: number
  readonly lastAtMs: number
}

interface Guesses {
  count: number
  readonly sinceMs: number
}

/**
 * Slows down guessing without locking out the device whose name is being guessed.
 *
 * - A refusal is answered late: the delay doubles with each failure of the address, up to a limit.
 *   A right credential is answered at once, whatever the address did before.
 * - Of one user name from one address only so many guesses a minute are looked at; further ones are
 *   refused unseen. A password that has been right before is recognised and always looked at, so the
 *   real device behind the same address still gets in. Guesses count when they are looked at, not
 *   when they turn out wrong: a thousand at the same time are a thousand.
 *
 * Both memories are bounded; the oldest entry makes room. Passwords are remembered as a keyed hash
 * whose key dies with the process.
 */
export class LoginThrottle {
  readonly #limits: MqttLimits
  readonly #failures = new Map<string, Failures>()
  readonly #guesses = new Map<string, Guesses>()
  readonly #knownGood = new Map<string, Buffer>()
  readonly #key = randomBytes(32)

  constructor(limits: MqttLimits) {
    this.#limits = limits
  }

  /** Whether to look at this attempt; if so, it counts as a guess until it turns out right. */
  admit(attempt: Attempt, nowMs: number): boolean {
    const key = guessKey(attempt)
    const known = this.#guesses.get(key)
    const isNewMinute = known === undefined || nowMs - known.sinceMs >= MINUTE_MS
    const guesses = isNewMinute ? { count: 0, sinceMs: nowMs } : known
    if (guesses.count >= this.#limits.loginGuessesPerMinuteMax) {
      const good = this.#knownGood.get(attempt.username)
      return good !== undefined && timingSafeEqual(good, this.#digest(attempt.password))
    }
    guesses.count += 1
    if (isNewMinute) this.#remember(this.#guesses, key, guesses)
    return true
  }

  /** Counts a refusal; answers how long to wait before saying so, and how many there were. */
  failed(remoteAddress: string, nowMs: number): { delayMs: number; failures: number } {
    const address = addressGroup(remoteAddress)
    const before = this.#failures.get(address)
    const isForgotten =
      before === undefined || nowMs - before.lastAtMs >= this.#limits.loginFailureMemoryMs
    const count = isForgotten ? 1 : before.count + 1
    this.#remember(this.#failures, address, { count, lastAtMs: nowMs })
    const { loginFailureDelayMsMin, loginFailureDelayMsMax } = this.#limits
    const delayMs = loginFailureDelayMsMin * 2 ** Math.min(count - 1, DOUBLINGS_MAX)
    return { delayMs: Math.min(loginFailureDelayMsMax, delayMs), failures: count }
  }

  succeeded(attempt: Attempt): void {
    this.#guesses.delete(guessKey(attempt))
    this.#knownGood.delete(attempt.username)
    this.#knownGood.set(attempt.username, this.#digest(attempt.password))
    dropOldest(this.#knownGood, this.#limits.connectionsMax)
  }

  #digest(password: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(password).digest()
  }

  #remember<Value>(memory: Map<string, Value>, key: string, value: Value): void {
    memory.delete(key)
    memory.set(key, value)
    dropOldest(memory, this.#limits.loginFailureAddressesMax)
  }
}

function dropOldest(memory: Map<string, unknown>, sizeMax: number): void {
  if (memory.size <= sizeMax) return
  const oldest = memory.keys().next()
  if (!oldest.done) memory.delete(oldest.value)
}

function guessKey(attempt: Attempt): string {
  return `${addressGroup(attempt.remoteAddress)} ${attempt.username.slice(0, 64)}`
}

/**
 * What counts as one peer: an IPv4 address, or the /64 of an IPv6 address, of which a single host
 * commonly has all.
 */
export function addressGroup(address: string): string {
  const plain = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address
  if (!plain.includes(':')) return plain
  const [head = '', tail = ''] = plain.split('::')
  const headGroups = head === '' ? [] : head.split(':')
  const tailGroups = tail === '' ? [] : tail.split(':')
  const zeros = new Array<string>(Math.max(0, 8 - headGroups.length - tailGroups.length)).fill('0')
  return [...headGroups, ...zeros, ...tailGroups].slice(0, 4).join(':')
}
