import type { MqttLimits } from './limits.ts'
import { addressGroup } from './login-throttle.ts'

/** A socket that is not logged in. */
export interface Stranger {
  readonly remoteAddress: string
  evict(): void
}

interface Place {
  readonly address: string
  readonly sinceMs: number
}

/**
 * Everybody who has not sent a CONNECT yet, or waits for the answer to a wrong one. There are limits
 * on how many, in all and for one address; beyond them the longest waiting leaves, not the newcomer.
 * Two thousand silent sockets therefore keep nobody out: a device that sends its CONNECT at once has
 * left this room before its turn to be evicted comes. And nobody is evicted in the first moment: when
 * ten thousand devices come back at once, ten thousand wait here until they can be read.
 */
export class WaitingRoom {
  readonly #limits: MqttLimits
  /** In the order in which they came, as is each set of `#byAddress`. */
  readonly #all = new Map<Stranger, Place>()
  readonly #byAddress = new Map<string, Set<Stranger>>()

  constructor(limits: MqttLimits) {
    this.#limits = limits
  }

  enter(stranger: Stranger, nowMs: number): void {
    const address = addressGroup(stranger.remoteAddress)
    this.#all.set(stranger, { address, sinceMs: nowMs })
    const same = this.#byAddress.get(address)
    if (same === undefined) this.#byAddress.set(address, new Set([stranger]))
    else same.add(stranger)
  }

  leave(stranger: Stranger): void {
    const place = this.#all.get(stranger)
    if (place === undefined) return
    this.#all.delete(stranger)
    const same = this.#byAddress.get(place.address)
    same?.delete(stranger)
    if (same?.size === 0) this.#byAddress.delete(place.address)
  }

  sweep(nowMs: number): void {
    const { connectionsPerAddressBeforeLoginMax, connectionsBeforeLoginMax } = this.#limits
    for (const same of this.#byAddress.values()) {
      this.#evict(same, same.size - connectionsPerAddressBeforeLoginMax, nowMs)
    }
    this.#evict(this.#all.keys(), this.#all.size - connectionsBeforeLoginMax, nowMs)
  }

  #evict(longestWaitingFirst: Iterable<Stranger>, tooMany: number, nowMs: number): void {
    let left = tooMany
    if (left <= 0) return
    for (const stranger of longestWaitingFirst) {
      const sinceMs = this.#all.get(stranger)?.sinceMs ?? nowMs
      if (left <= 0 || nowMs - sinceMs < this.#limits.waitingGraceMs) return
      left -= 1
      stranger.evict()
    }
  }
}
