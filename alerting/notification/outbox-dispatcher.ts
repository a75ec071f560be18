import type { Clock } from '../clock.ts'
import type { Channel, OutboxRecord, OutboxStore } from './outbox.ts'

/** A channel keeps failing, or works again: the fact behind the gateway's own alarm. */
export interface ChannelFact {
  readonly channelId: string
  readonly failing: boolean
  readonly detail: string
}

/**
 * Delivers what waits in the outbox: claim with a lease, deliver within a time limit, settle, try
 * again by the schedule, bury visibly. One slow channel does not delay another.
 */
export class OutboxDispatcher {
  constructor(_options: {
    readonly store: OutboxStore
    readonly clock: Clock
    /** Null: removed or switched off since; the entry is buried with that reason. */
    readonly channelOf: (channelId: string) => Channel | null
    readonly onSettled?: (record: OutboxRecord) => void
    readonly onChannelFact?: (fact: ChannelFact) => void
  }) {}

  start(): void {
    throw new Error('being built')
  }
  /** Ends the attempts in hand; what was not settled is tried again after the next start. */
  async stop(): Promise<void> {
    throw new Error('being built')
  }
  /** Something was added: look now instead of at the next due instant. */
  wake(): void {
    throw new Error('being built')
  }
  /** Resolves when nothing is being delivered and nothing is due. */
  async idle(): Promise<void> {
    throw new Error('being built')
  }
}
