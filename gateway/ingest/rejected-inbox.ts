import type { Clock } from '#alerting/clock.ts'
import { REJECTED_INBOX_LIMITS } from '#config/limits.ts'
import { REJECTION_REASONS, type RejectionReason } from '../decoders/rejection.ts'

/** A payload of which something was not taken, for a person to look at. */
export interface RejectedMessage {
  readonly deviceId: string
  readonly receivedAtMs: number
  readonly topic: string
  readonly reason: RejectionReason
  readonly detail: string
  /** The first bytes. */
  readonly payload: Uint8Array
  /** How long the whole payload was. */
  readonly payloadBytes: number
}

export interface RejectedMessageStore {
  add(messages: readonly RejectedMessage[]): Promise<void>
}

export interface InboxLogger {
  error(details: object, message: string): void
}

export interface RejectedInboxOptions {
  readonly store: RejectedMessageStore
  readonly clock: Clock
  readonly logger: InboxLogger
}

export interface RejectionCounts {
  /** Since the start. */
  readonly byReason: Readonly<Record<RejectionReason, number>>
  /** Counted, but not kept: more came than could be stored. */
  readonly notKept: number
}

/**
 * Takes what was rejected off the path of the readings: counts it at once, stores it about once a
 * second. Bounded in all and a device; what is beyond is counted. A store that refuses is tried again.
 */
export class RejectedInbox {
  readonly #store: RejectedMessageStore
  readonly #clock: Clock
  readonly #logger: InboxLogger
  readonly #byReason = new Map<RejectionReason, number>(REJECTION_REASONS.map((name) => [name, 0]))
  readonly #byDevice = new Map<string, number>()
  #buffer: RejectedMessage[] = []
  #bufferedByDevice = new Map<string, number>()
  #notKept = 0
  #isFailing = false
  #isStopping = false
  #cancelWake: (() => void) | null = null
  #storing: Promise<void> | null = null

  constructor({ store, clock, logger }: RejectedInboxOptions) {
    this.#store = store
    this.#clock = clock
    this.#logger = logger
  }

  /** At start: how many messages of each device are kept from before. */
  restore(kept: ReadonlyMap<string, number>): void {
    for (const [deviceId, count] of kept) this.#byDevice.set(deviceId, count)
  }

  /** Never throws, never waits. `payload` is copied as far as it is kept. */
  record(message: RejectedMessage): void {
    this.#byReason.set(message.reason, (this.#byReason.get(message.reason) ?? 0) + 1)
    this.#byDevice.set(message.deviceId, this.countOf(message.deviceId) + 1)
    const buffered = this.#bufferedByDevice.get(message.deviceId) ?? 0
    if (
      this.#buffer.length >= REJECTED_INBOX_LIMITS.bufferedMessagesMax ||
      buffered >= REJECTED_INBOX_LIMITS.bufferedMessagesPerDeviceMax
    ) {
      this.#notKept += 1
      return
    }
    this.#bufferedByDevice.set(message.deviceId, buffered + 1)
    // A copy: `slice` of a Buffer would be a view of memory that is used again.
    const head = message.payload.subarray(0, REJECTED_INBOX_LIMITS.payloadSampleBytesMax)
    this.#buffer.push({ ...message, payload: new Uint8Array(head) })
    this.#wakeLater()
  }

  counts(): RejectionCounts {
    // The map was filled from the list of all reasons.
    const byReason = Object.fromEntries(this.#byReason) as Record<RejectionReason, number>
    return { byReason, notKept: this.#notKept }
  }

  /** How many messages of the device were rejected: since the start, and kept from before. */
  countOf(deviceId: string): number {
    return this.#byDevice.get(deviceId) ?? 0
  }

  /** A device that is no longer registered. */
  forget(deviceId: string): void {
    this.#byDevice.delete(deviceId)
  }

  /** Stores what is there; called before reading back, and by tests. */
  async flush(): Promise<void> {
    await this.#storing
    if (this.#buffer.length > 0) await this.#storeAll()
  }

  /** Tries once more to store what is left. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#cancelWake?.()
    this.#cancelWake = null
    await this.flush()
  }

  #wakeLater(): void {
    if (this.#cancelWake !== null || this.#storing !== null || this.#isStopping) return
    const atMs = this.#clock.nowMs() + REJECTED_INBOX_LIMITS.storeIntervalMs
    this.#cancelWake = this.#clock.wakeAt(atMs, () => {
      this.#cancelWake = null
      this.#storing = this.#storeAll()
    })
  }

  async #storeAll(): Promise<void> {
    const messages = this.#buffer
    this.#buffer = []
    this.#bufferedByDevice = new Map()
    try {
      await this.#store.add(messages)
      this.#isFailing = false
    } catch (error) {
      // Once for each time it begins to fail.
      if (!this.#isFailing) this.#logger.error({ err: error }, 'rejected messages are not stored')
      this.#isFailing = true
      this.#takeBack(messages)
    }
    this.#storing = null
    if (this.#buffer.length > 0) this.#wakeLater()
  }

  #takeBack(messages: readonly RejectedMessage[]): void {
    const all = [...messages, ...this.#buffer]
    this.#buffer = all.slice(0, REJECTED_INBOX_LIMITS.bufferedMessagesMax)
    this.#notKept += all.length - this.#buffer.length
    this.#bufferedByDevice = new Map()
    for (const { deviceId } of this.#buffer) {
      this.#bufferedByDevice.set(deviceId, (this.#bufferedByDevice.get(deviceId) ?? 0) + 1)
    }
  }
}
