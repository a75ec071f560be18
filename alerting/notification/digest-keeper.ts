import type { Clock } from '../clock.ts'
import { CodedError } from '../errors.ts'
import { digestOf, type Flooding, holdBack } from './digest.ts'
import type { SmsPayload } from './messages-to.ts'
import type { NotificationChannel } from './notification-channel.ts'
import type { OutboxEntry } from './outbox.ts'

/** Port: what waits in the outbox for a digest. Each method is one transaction. */
export interface DigestStore {
  /** Messages to people that were held back until then or earlier, and have not been tried. */
  held(untilMs: number): Promise<readonly OutboxEntry[]>
  /** The digest takes the place of these; those that have gone out meanwhile stay as they are. */
  replace(ids: readonly string[], digest: OutboxEntry, nowMs: number): Promise<void>
}

export interface DigestKeeperOptions {
  readonly clock: Clock
  readonly store: DigestStore
  readonly channels: () => readonly NotificationChannel[]
  readonly periodMs: number
  /** Something is to be sent. */
  readonly onDigest: () => void
  readonly onFailure: (error: unknown) => void
}

/** What is held goes out by itself this long after the period, should no digest have come. */
const GRACE_MS = 5_000

/** Holds messages back during a flood and sends one digest a number and period instead. */
export class DigestKeeper {
  readonly #options: DigestKeeperOptions
  #flooding: Flooding | null = null
  #cancel: (() => void) | null = null
  #running: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(options: DigestKeeperOptions) {
    this.#options = options
  }

  /** What was held when the gateway was last running is looked at once. */
  start(flooding: Flooding): void {
    this.#flooding = flooding
    this.#arm()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancel?.()
    await this.#running
  }

  /** Asked with each commit, before it is written. */
  holdBack(entries: readonly OutboxEntry[]): readonly OutboxEntry[] {
    if (this.#flooding === null || entries.length === 0) return entries
    const held = holdBack(entries, {
      channels: this.#options.channels(),
      flooding: this.#flooding,
      untilMs: this.#periodEndMs() + GRACE_MS,
    })
    if (held.some(({ notBeforeMs }) => notBeforeMs !== undefined)) this.#arm()
    return held
  }

  #periodEndMs(): number {
    const { clock, periodMs } = this.#options
    return (Math.floor(clock.nowMs() / periodMs) + 1) * periodMs
  }

  #arm(): void {
    if (this.#cancel !== null || this.#isStopped) return
    const endMs = this.#periodEndMs()
    this.#cancel = this.#options.clock.wakeAt(endMs, () => {
      this.#cancel = null
      this.#running = this.#digest(endMs + GRACE_MS).catch((error: unknown) => {
        // They go out by themselves then.
        if (error instanceof CodedError && error.code === 'database_unavailable') return
        this.#options.onFailure(error)
      })
    })
  }

  async #digest(untilMs: number): Promise<void> {
    const { store, channels, clock, onDigest } = this.#options
    const held = await store.held(untilMs)
    const languageOf = new Map(
      channels().flatMap((one) => (one.kind === 'sms' ? [[one.id, one.config.language]] : [])),
    )
    const groups = Map.groupBy(held, (entry) => {
      const { phone } = entry.payload as SmsPayload
      return `${entry.channelId}\n${phone}`
    })
    for (const group of groups.values()) {
      // One alone says more as it is.
      if (group.length < 2) continue
      const digest = digestOf(group, languageOf.get(group[0]?.channelId ?? '') ?? 'zh')
      await store.replace(
        group.map(({ id }) => id),
        digest,
        clock.nowMs(),
      )
    }
    if (groups.size > 0) onDigest()
  }
}
