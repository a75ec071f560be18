import { OUTBOX_LIMITS } from '#config/limits.ts'
import type { Grade } from '../rules/alarm-rule.ts'
import type { OutboxEntry, OutboxRecord } from './outbox.ts'
import { earliestAtMs, easyMessages, type Pace, urgencyOf } from './pace.ts'
import { type MergedMessage, mergeRobotMessages } from './robot-message.ts'

/** Port: the outbox of channels that may be spoken to only so often. Every method is one transaction. */
export interface PacedOutbox {
  /** What is due for a channel now, and when the next of the rest will be. */
  waiting(
    channelId: string,
    nowMs: number,
  ): Promise<{ readonly red: number; readonly others: number; readonly nextAtMs: number | null }>
  /** The messages that are due, of these grades, most urgent first; at most `STORM_LIMITS.messagesPerDigestMax`. */
  due(
    channelId: string,
    request: { readonly nowMs: number; readonly grades: readonly Grade[] },
  ): Promise<readonly OutboxEntry[]>
  /** Each takes the place of those it holds; they count as told by it. */
  merge(messages: readonly MergedMessage[], nowMs: number): Promise<void>
  /** Leases the most urgent message that is due for a channel. */
  claimOne(request: {
    readonly channelId: string
    readonly gradeMax: Grade
    readonly nowMs: number
    readonly leaseMs: number
  }): Promise<OutboxRecord | null>
  /** When messages went to the channel since then, oldest first; what is not known to have gone counts as gone now. */
  sentSince(
    channelId: string,
    span: { readonly sinceMs: number; readonly nowMs: number; readonly limit: number },
  ): Promise<readonly number[]>
}

export interface PacedChannelsOptions {
  readonly outbox: PacedOutbox
  /** The channels in use that have a pace. */
  readonly paces: () => ReadonlyMap<string, Pace>
}

const RED: Grade = 1
const OTHERS: readonly Grade[] = [2, 3, 4]

/**
 * Chat robots refuse what comes too often and then are deaf for minutes. So what waits for one goes out at a pace: red
 * first, one message at a time; what cannot go one by one is merged, and nothing is left out. The pace holds over a
 * restart: what was sent lately is counted from the outbox.
 */
export class PacedChannels {
  readonly #options: PacedChannelsOptions
  readonly #sentAtMs = new Map<string, number[]>()
  readonly #deafUntilMs = new Map<string, number>()

  constructor(options: PacedChannelsOptions) {
    this.#options = options
  }

  ids(): readonly string[] {
    return [...this.#options.paces().keys()]
  }

  /** At most one message a channel that has none under way; `wakeAtMs`: when to ask again. */
  async claim(request: {
    readonly nowMs: number
    readonly busyChannelIds: readonly string[]
  }): Promise<{ readonly claimed: readonly OutboxRecord[]; readonly wakeAtMs: number | null }> {
    const claimed: OutboxRecord[] = []
    let wakeAtMs: number | null = null
    for (const [channelId, pace] of this.#options.paces()) {
      if (request.busyChannelIds.includes(channelId)) continue
      const next = await this.#next(channelId, pace, request.nowMs)
      if (next.record !== null) claimed.push(next.record)
      if (next.atMs !== null) wakeAtMs = Math.min(wakeAtMs ?? next.atMs, next.atMs)
    }
    return { claimed, wakeAtMs }
  }

  /** The receiver said that it is asked too often. */
  refused(channelId: string, untilMs: number): void {
    this.#deafUntilMs.set(channelId, untilMs)
  }

  async #next(
    channelId: string,
    pace: Pace,
    nowMs: number,
  ): Promise<{ readonly record: OutboxRecord | null; readonly atMs: number | null }> {
    const { outbox } = this.#options
    const { red, others, nextAtMs } = await outbox.waiting(channelId, nowMs)
    if (red + others === 0) return { record: null, atMs: nextAtMs }
    const sentAtMs = await this.#sentOf(channelId, pace, nowMs)
    const urgency = urgencyOf(red > 0 ? RED : 4)
    const about = { urgency, pace, nowMs }
    const deafUntilMs = this.#deafUntilMs.get(channelId) ?? 0
    const atMs = Math.max(earliestAtMs(sentAtMs, about), deafUntilMs)
    if (atMs > nowMs) {
      // Red may have leave before what waits now.
      const earlier = nextAtMs === null || red > 0 ? atMs : Math.min(atMs, nextAtMs)
      return { record: null, atMs: earlier }
    }
    const count = red > 0 ? red : others
    if (count > 1 && count > easyMessages(sentAtMs, about)) {
      const grades = red > 0 ? [RED] : OTHERS
      const due = await outbox.due(channelId, { nowMs, grades })
      await outbox.merge(mergeRobotMessages(due), nowMs)
    }
    const gradeMax = red > 0 ? RED : 4
    const leaseMs = OUTBOX_LIMITS.leaseMs
    const record = await outbox.claimOne({ channelId, gradeMax, nowMs, leaseMs })
    if (record !== null) sentAtMs.push(nowMs)
    return { record, atMs: null }
  }

  async #sentOf(channelId: string, pace: Pace, nowMs: number): Promise<number[]> {
    const sinceMs = nowMs - pace.windowMs
    const known = this.#sentAtMs.get(channelId)
    const kept =
      known?.filter((atMs) => atMs > sinceMs) ??
      (await this.#options.outbox.sentSince(channelId, {
        sinceMs,
        nowMs,
        limit: pace.messagesMax,
      }))
    const sentAtMs = [...kept]
    this.#sentAtMs.set(channelId, sentAtMs)
    return sentAtMs
  }
}
