import type { Clock } from '../clock.ts'
import type { NotificationChannel } from '../notification/notification-channel.ts'
import type { ConditionEvent } from '../rules/condition-event.ts'
import type { Alarm, AlarmId, TimelineEntry } from './alarm.ts'
import type { AlarmStore, EngineCheckpoint } from './alarm-store.ts'
import type { PlaceDirectory } from './place-directory.ts'

/** One alarm as it stands after a commit, and what was added to its time line by it. */
export interface AlarmChange {
  readonly alarm: Alarm
  readonly entries: readonly TimelineEntry[]
}

/** Who does it, and why. */
export interface Deed {
  /** User name. */
  readonly actor: string
  readonly note?: string | undefined
}

export interface AlarmServiceOptions {
  readonly store: AlarmStore
  readonly clock: Clock
  readonly places: PlaceDirectory
  /** Read at every transition. */
  readonly channels: () => readonly NotificationChannel[]
}

/**
 * Holds all open alarms and is the only writer of alarms. Conditions and people's verbs are taken one
 * after the other; each is committed in one transaction (alarm, time line, outbox, checkpoint) and
 * only then visible and told. Verbs reject with `CodedError<AlarmErrorCode>`.
 */
export class AlarmService {
  constructor(_options: AlarmServiceOptions) {}

  /** Loads the open alarms and ends shelvings whose time has passed. */
  async start(): Promise<void> {
    throw new Error('being built')
  }
  async stop(): Promise<void> {
    throw new Error('being built')
  }
  alarm(_id: string): Alarm | null {
    throw new Error('being built')
  }
  openAlarms(): Iterable<Alarm> {
    throw new Error('being built')
  }
  /** Called after each commit, in order; must not throw. Returns what ends it. */
  onChange(_listener: (change: AlarmChange) => void): () => void {
    throw new Error('being built')
  }
  /** Resolves when it stands on disk; retried until then. */
  async apply(_events: readonly ConditionEvent[], _checkpoint?: EngineCheckpoint): Promise<void> {
    throw new Error('being built')
  }
  async acknowledge(_id: AlarmId | string, _deed: Deed): Promise<Alarm> {
    throw new Error('being built')
  }
  async reset(_id: AlarmId | string, _deed: Deed): Promise<Alarm> {
    throw new Error('being built')
  }
  async comment(_id: AlarmId | string, _deed: Deed): Promise<Alarm> {
    throw new Error('being built')
  }
  async shelve(
    _id: AlarmId | string,
    _deed: Deed & { readonly durationMs: number },
  ): Promise<Alarm> {
    throw new Error('being built')
  }
  async unshelve(_id: AlarmId | string, _deed: Deed): Promise<Alarm> {
    throw new Error('being built')
  }
  async assign(_id: AlarmId | string, _deed: Deed & { readonly assignee: string }): Promise<Alarm> {
    throw new Error('being built')
  }
  async close(_id: AlarmId | string, _deed: Deed): Promise<Alarm> {
    throw new Error('being built')
  }
}
