import type { MqttLimits } from './limits.ts'
import { addressGroup } from './login-throttle.ts'

/** A socket that is not logged in. */
export interface Stranger {
  readonly remoteAddress: string
  evict(): void
}

/**
 * Everybody who has not sent a CONNECT yet, or waits for the answer to a wrong one. There are limits
 * on how many, in all and for one address; when one is reached the longest waiting leaves, not the
 * newcomer. Two thousand silent sockets therefore keep nobody out: a device that sends its CONNECT at
 * once has left this room before its turn to be evicted comes.
 */
export class WaitingRoom {
  readonly #limits: MqttLimits
  readonly #all = new Set<Stranger>()
  readonly #byAddress = new Map<string, Set<Stranger>>()

  constructor(limits: MqttLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#all.size
  }

  enter(stranger: Stranger): void {
    this.#all.add(stranger)
    const address = addressGroup(stranger.remoteAddress)
    let same = this.#byAddress.get(address)
    if (same === undefined) {
      same = new Set()
      this.#byAddress.set(address, same)
    }
    same.add(stranger)
    if (same.size > this.#limits.connectionsPerAddressBeforeLoginMax) this.#evictOldest(same)
    if (this.#all.size > this.#limits.connectionsBeforeLoginMax) this.#evictOldest(this.#all)
  }

  leave(stranger: Stranger): void {
    if (!this.#all.delete(stranger)) return
    const address = addressGroup(stranger.remoteAddress)
    const same = this.#byAddress.get(address)
    same?.delete(stranger)
    if (same?.size === 0) this.#byAddress.delete(address)
  }

  #evictOldest(from: Set<Stranger>): void {
    for (const stranger of from) {
      this.leave(stranger)
      stranger.evict()
      return
    }
  }
}
