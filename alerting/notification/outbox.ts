import type { AlarmId } from '../alarms/alarm.ts'
import type { Grade } from '../rules/alarm-rule.ts'

export const NOTIFICATION_TYPES = [
  'alarm.raised',
  'alarm.escalated',
  'alarm.acknowledged',
  'alarm.assigned',
  'alarm.returned',
  'alarm.closed',
  'reminder.due',
  'test',
] as const
export type NotificationType = (typeof NOTIFICATION_TYPES)[number]
export type AlarmNotificationType = Extract<NotificationType, `alarm.${string}`>

export const OUTBOX_STATES = ['pending', 'delivered', 'dead'] as const
export type OutboxState = (typeof OUTBOX_STATES)[number]

/** Why an attempt ended as it did; also the label of the instrument. */
export const DELIVERY_REASONS = [
  'auth',
  'rate_limited',
  'client',
  'server',
  'timeout',
  'unreachable',
  'cancelled',
] as const
export type DeliveryReason = (typeof DELIVERY_REASONS)[number]

/**
 * One message to one channel, decided with the transition that caused it and stored in the same
 * transaction. `id` (`msg_…`) derives from alarm, time line sequence and channel: it stays the same
 * across retries and restarts, so that a receiver can drop repeats.
 */
export interface OutboxEntry {
  readonly id: string
  readonly channelId: string
  readonly type: NotificationType
  readonly alarmId: AlarmId | null
  readonly grade: Grade
  /** What is sent: the body of a webhook, the parameters of an SMS. JSON. */
  readonly payload: unknown
  readonly createdAtMs: number
  /** Not sent before this: it may become part of a digest until then. */
  readonly notBeforeMs?: number
}

/** An entry with its fate. */
export interface OutboxRecord extends OutboxEntry {
  readonly state: OutboxState
  readonly attempts: number
  readonly nextAttemptAtMs: number
  readonly leasedUntilMs: number | null
  readonly lastReason: DeliveryReason | null
  readonly lastDetail: string | null
  readonly settledAtMs: number | null
}

/** What an attempt came to. `retryAfterMs`: the receiver's own wish (Retry-After). */
export type DeliveryOutcome =
  | { readonly outcome: 'delivered'; readonly detail: string }
  | {
      readonly outcome: 'retry'
      readonly reason: DeliveryReason
      readonly detail: string
      readonly retryAfterMs?: number
    }
  | {
      readonly outcome: 'rejected'
      readonly reason: DeliveryReason
      readonly detail: string
      /** The receiver is gone and wants nothing more (410, Standard Webhooks): the channel is switched off. */
      readonly isGone?: boolean
    }

/** A way to tell people. Never retries and never throws: the dispatcher alone decides what follows. */
export interface Channel {
  deliver(
    entry: OutboxEntry,
    options: { readonly signal: AbortSignal; readonly nowMs: number },
  ): Promise<DeliveryOutcome>
}

/** Port of the outbox; every method is one transaction. */
export interface OutboxStore {
  /** Takes up to `limit` entries that are due, most urgent grade first, and leases them. */
  claim(request: {
    readonly nowMs: number
    readonly leaseMs: number
    readonly limit: number
    readonly busyChannelIds: readonly string[]
  }): Promise<readonly OutboxRecord[]>
  settle(settlement: {
    readonly id: string
    readonly state: OutboxState
    readonly attempts: number
    readonly nextAttemptAtMs: number
    readonly reason: DeliveryReason | null
    readonly detail: string
    readonly nowMs: number
  }): Promise<void>
  /** The earliest instant at which `claim` may return something of other channels than these, or null. */
  nextDueAtMs(exceptChannelIds?: readonly string[]): Promise<number | null>
  /** A dead letter, or a delivered message, is put back with a fresh schedule. */
  sendAgain(id: string, nowMs: number): Promise<OutboxRecord | null>
  add(entries: readonly OutboxEntry[]): Promise<void>
}
