import { OUTBOX_LIMITS } from '#config/limits.ts'
import type { Clock } from '../clock.ts'
import { CodedError } from '../errors.ts'
import { pause } from '../pause.ts'
import { type ChannelFact, ChannelHealth } from './channel-health.ts'
import type {
  Channel,
  DeliveryOutcome,
  DeliveryReason,
  OutboxRecord,
  OutboxState,
  OutboxStore,
} from './outbox.ts'
import type { PacedChannels } from './paced-channels.ts'
import { retryDelayMs } from './retry-schedule.ts'

export interface OutboxDispatcherOptions {
  readonly store: OutboxStore
  readonly clock: Clock
  /** Null: removed or switched off since; the entry is buried with that reason. */
  readonly channelOf: (channelId: string) => Channel | null
  /** Channels whose receiver refuses what comes too often. */
  readonly paced?: PacedChannels
  /** After each settled attempt. */
  readonly onSettled?: (record: OutboxRecord) => void
  /** The fact behind the gateway's own alarm about a channel. */
  readonly onChannelFact?: (fact: ChannelFact) => void
  /** The receiver wants nothing more: switches the channel off. */
  readonly onGone?: (channelId: string) => Promise<void>
  /** The dispatcher has ended by an error that is no outage but a defect. The process should end. */
  readonly onFailure: (error: unknown) => void
}

const REMOVED: DeliveryOutcome = {
  outcome: 'rejected',
  reason: 'client',
  detail: 'the channel is switched off or does not exist any more',
}

/**
 * Delivers what waits in the outbox: claim with a lease, attempt within a time limit, settle, try
 * again by the schedule, bury visibly. The only place that decides whether there is another attempt.
 * A channel gets a few entries at a time and the next when those are done; channels do not wait for
 * each other. An attempt whose end could not be settled (crash) is made again: at least once.
 */
export class OutboxDispatcher {
  readonly #options: OutboxDispatcherOptions
  readonly #health: ChannelHealth
  readonly #stopping = new AbortController()
  /** What is being attempted or settled, by id. */
  readonly #active = new Map<string, { readonly channelId: string; readonly done: Promise<void> }>()
  #idleWaiters: (() => void)[] = []
  #bell = Promise.withResolvers<void>()
  #running: Promise<void> | null = null

  constructor(options: OutboxDispatcherOptions) {
    this.#options = options
    this.#health = new ChannelHealth((fact) => options.onChannelFact?.(fact))
  }

  start(): void {
    this.#running ??= this.#run().catch(this.#options.onFailure)
  }

  /** Breaks off the attempts in hand; they are made again after the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.wake()
    await this.#running
    await Promise.all([...this.#active.values()].map(({ done }) => done))
  }

  /** Something was added: look now instead of at the next due instant. */
  wake(): void {
    this.#bell.resolve()
  }

  /** Resolves when nothing is being delivered and nothing is due. */
  async idle(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#idleWaiters.push(resolve)
      this.wake()
    })
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#bell = Promise.withResolvers<void>()
      const wakeAtMs = await this.#orRetryLater(() => this.#claimOrRest())
      if (wakeAtMs !== 'at once') await this.#rest(wakeAtMs)
    }
  }

  /** Begins what is due; says when to look again (null: when the bell rings). */
  async #claimOrRest(): Promise<number | null | 'at once'> {
    const { store, clock, paced } = this.#options
    const busy = [...new Set([...this.#active.values()].map(({ channelId }) => channelId))]
    const pacedIds = paced?.ids() ?? []
    const atPace = await paced?.claim({ nowMs: clock.nowMs(), busyChannelIds: busy })
    const claimed = await store.claim({
      nowMs: clock.nowMs(),
      leaseMs: OUTBOX_LIMITS.leaseMs,
      limit: OUTBOX_LIMITS.concurrentDeliveriesPerChannelMax,
      busyChannelIds: [...busy, ...pacedIds],
    })
    const begun = [...(atPace?.claimed ?? []), ...claimed]
    // Not twice at the same time, whatever became of a lease while the database was away.
    for (const record of begun) if (!this.#active.has(record.id)) this.#begin(record)
    if (begun.length > 0) return 'at once'
    const dueAtMs = earlier(await store.nextDueAtMs(pacedIds), atPace?.wakeAtMs ?? null)
    const isDue = dueAtMs !== null && dueAtMs <= clock.nowMs()
    if (!isDue && this.#active.size === 0) this.#tellIdle()
    if (!isDue) return dueAtMs
    // Of a channel in use, whose end rings the bell; or it came between the two questions.
    return this.#active.size > 0 ? null : clock.nowMs() + OUTBOX_LIMITS.recheckMs
  }

  #tellIdle(): void {
    const waiters = this.#idleWaiters
    this.#idleWaiters = []
    for (const resolve of waiters) resolve()
  }

  async #orRetryLater<Answer>(work: () => Promise<Answer>): Promise<Answer | number> {
    try {
      return await work()
    } catch (error) {
      if (!isOutage(error)) throw error
      return this.#options.clock.nowMs() + OUTBOX_LIMITS.storeRetryMs
    }
  }

  async #rest(wakeAtMs: number | null): Promise<void> {
    const cancel =
      wakeAtMs === null ? null : this.#options.clock.wakeAt(wakeAtMs, () => this.wake())
    await this.#bell.promise
    cancel?.()
  }

  #begin(record: OutboxRecord): void {
    const done = this.#deliver(record)
      .catch(this.#options.onFailure)
      .finally(() => {
        this.#active.delete(record.id)
        this.wake()
      })
    this.#active.set(record.id, { channelId: record.channelId, done })
  }

  async #deliver(record: OutboxRecord): Promise<void> {
    const channel = this.#options.channelOf(record.channelId)
    const outcome = channel === null ? REMOVED : await this.#attempt(record, channel)
    const nowMs = this.#options.clock.nowMs()
    const settled = settledRecord(record, outcome, nowMs)
    if (settled.lastReason === 'rate_limited') {
      this.#options.paced?.refused(record.channelId, settled.nextAttemptAtMs)
    }
    await this.#settle(settled, nowMs)
    this.#options.onSettled?.(settled)
    if (channel === null) this.#health.removed(record.channelId)
    else if (outcome.outcome === 'rejected' && outcome.isGone)
      await this.#switchOff(record.channelId)
    else this.#health.noted(settled, outcome, nowMs)
  }

  /** First switched off, then told: switching off ends what was told of it before. */
  async #switchOff(channelId: string): Promise<void> {
    await this.#orRetryLater(async () => await this.#options.onGone?.(channelId))
    this.#health.gone(channelId)
  }

  /** Ends when the channel answers, when the time is over, or when we stop. */
  async #attempt(record: OutboxRecord, channel: Channel): Promise<DeliveryOutcome> {
    const { clock } = this.#options
    const nowMs = clock.nowMs()
    const attempt = new AbortController()
    const { promise: broken, resolve } = Promise.withResolvers<DeliveryOutcome>()
    const breakOff = (reason: 'timeout' | 'cancelled') => {
      const seconds = OUTBOX_LIMITS.attemptDurationMsMax / 1000
      const detail = reason === 'timeout' ? `no answer within ${seconds} s` : 'the gateway stopped'
      resolve({ outcome: 'retry', reason, detail })
      attempt.abort(new Error(detail))
    }
    const onStop = () => breakOff('cancelled')
    if (this.#stopping.signal.aborted) onStop()
    this.#stopping.signal.addEventListener('abort', onStop)
    const cancel = clock.wakeAt(nowMs + OUTBOX_LIMITS.attemptDurationMsMax, () =>
      breakOff('timeout'),
    )
    try {
      return await Promise.race([
        broken,
        channel.deliver(record, { signal: attempt.signal, nowMs }),
      ])
    } finally {
      cancel()
      this.#stopping.signal.removeEventListener('abort', onStop)
    }
  }

  /** Until it stands; given up by a stop, and then the lease runs out and it is tried again. */
  async #settle(record: SettledRecord, nowMs: number): Promise<void> {
    const { store, clock } = this.#options
    const { id, state, attempts, nextAttemptAtMs, lastReason: reason, lastDetail: detail } = record
    for (;;) {
      try {
        await store.settle({ id, state, attempts, nextAttemptAtMs, reason, detail, nowMs })
        return
      } catch (error) {
        if (!isOutage(error)) throw error
        if (this.#stopping.signal.aborted) return
        await pause(clock, OUTBOX_LIMITS.storeRetryMs, this.#stopping.signal)
      }
    }
  }
}

type SettledRecord = OutboxRecord & { readonly lastDetail: string }

/** The entry after an attempt. Pure. */
export function settledRecord(
  record: OutboxRecord,
  outcome: DeliveryOutcome,
  nowMs: number,
): SettledRecord {
  // Broken off by us: not the receiver's failure, so it costs no attempt and waits for nothing.
  const isOurs = outcome.outcome === 'retry' && outcome.reason === 'cancelled'
  const attempts = record.attempts + (isOurs ? 0 : 1)
  const delayMs = isOurs ? 0 : delayAfter(record.id, attempts, outcome)
  const state = stateAfter(outcome, delayMs)
  return {
    ...record,
    state,
    attempts,
    nextAttemptAtMs: nowMs + (delayMs ?? 0),
    leasedUntilMs: null,
    lastReason: reasonOf(outcome),
    lastDetail: outcome.detail.slice(0, OUTBOX_LIMITS.detailLengthMax),
    settledAtMs: state === 'pending' ? null : nowMs,
  }
}

function delayAfter(messageId: string, attempts: number, outcome: DeliveryOutcome): number | null {
  if (outcome.outcome !== 'retry') return null
  return retryDelayMs({ messageId, attempts, retryAfterMs: outcome.retryAfterMs })
}

function stateAfter(outcome: DeliveryOutcome, delayMs: number | null): OutboxState {
  if (outcome.outcome === 'delivered') return 'delivered'
  return delayMs === null ? 'dead' : 'pending'
}

function reasonOf(outcome: DeliveryOutcome): DeliveryReason | null {
  return outcome.outcome === 'delivered' ? null : outcome.reason
}

function earlier(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other
  return Math.min(one, other)
}

function isOutage(error: unknown): boolean {
  return error instanceof CodedError && error.code === 'database_unavailable'
}
