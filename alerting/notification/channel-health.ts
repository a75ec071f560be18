import { OUTBOX_LIMITS } from '#config/limits.ts'
import type { DeliveryOutcome, OutboxRecord } from './outbox.ts'

/** A channel does not deliver, or delivers again. */
export interface ChannelFact {
  readonly channelId: string
  readonly isFailing: boolean
  readonly detail: string
}

/**
 * Watches what attempts come to. A channel fails when it buried a message, or when it has had nothing
 * but failures for `channelFailingMsMax`, or owes a red one for `redUndeliveredMsMax`; it works again with the first delivery. Told on changes only,
 * and once for each channel after a start, because the alarm may be older than this process.
 */
export class ChannelHealth {
  readonly #tell: (fact: ChannelFact) => void
  readonly #failingSinceMs = new Map<string, number>()
  readonly #gone = new Set<string>()
  readonly #told = new Map<string, boolean>()

  constructor(tell: (fact: ChannelFact) => void) {
    this.#tell = tell
  }

  noted(record: OutboxRecord, outcome: DeliveryOutcome, nowMs: number): void {
    const { channelId, state, grade, createdAtMs } = record
    if (outcome.outcome === 'delivered') {
      this.#failingSinceMs.delete(channelId)
      this.#gone.delete(channelId)
      this.#say(channelId, false, 'delivers')
      return
    }
    if (outcome.reason === 'cancelled') return
    const sinceMs = this.#failingSinceMs.get(channelId) ?? nowMs
    this.#failingSinceMs.set(channelId, sinceMs)
    const isLong =
      nowMs - sinceMs >= OUTBOX_LIMITS.channelFailingMsMax ||
      (grade === 1 && nowMs - createdAtMs >= OUTBOX_LIMITS.redUndeliveredMsMax)
    if (state !== 'dead' && !isLong) return
    const what = state === 'dead' ? 'a message was given up' : 'no message has been delivered'
    this.#say(channelId, true, `${what}: ${outcome.reason}, ${outcome.detail}`)
  }

  /** Its receiver wants nothing more, so it was switched off: that stays told until it delivers again. */
  gone(channelId: string): void {
    this.#gone.add(channelId)
    this.#say(channelId, true, 'the receiver answered 410 Gone; the channel was switched off')
  }

  /** Nobody is to be told by it any more, so nobody misses it. */
  removed(channelId: string): void {
    if (this.#gone.has(channelId)) return
    this.#failingSinceMs.delete(channelId)
    this.#say(channelId, false, 'switched off or removed')
  }

  #say(channelId: string, isFailing: boolean, detail: string): void {
    if (this.#told.get(channelId) === isFailing) return
    this.#told.set(channelId, isFailing)
    this.#tell({ channelId, isFailing, detail })
  }
}
