import type { CaseRules } from '../cases/case-file.ts'
import type { Clock } from '../clock.ts'
import type { NotificationChannel } from '../notification/notification-channel.ts'
import type { OutboxEntry } from '../notification/outbox.ts'
import type { ConditionEvent } from '../rules/condition-event.ts'
import type { AlarmRefusal } from './alarm-event.ts'
import type { AlarmStore } from './alarm-store.ts'
import type { Inhibition, ServiceWindows } from './overlays.ts'
import type { PlaceDirectory } from './place-directory.ts'

export interface AlarmServiceOptions {
  readonly store: AlarmStore
  readonly clock: Clock
  readonly places: PlaceDirectory
  /** Read at every transition. */
  readonly channels: () => readonly NotificationChannel[]
  /** Which alarms are born suppressed; without it, none. */
  readonly inhibition?: Inhibition
  /** Which alarms are born out of service; without it, none. */
  readonly serviceWindows?: ServiceWindows
  /** Of which grades alarms have a case, and how long its steps may take; without it, none has one. */
  readonly caseRules?: CaseRules
  /** May make messages wait, never leave one out; without it, all go out at once. */
  readonly holdBack?: (entries: readonly OutboxEntry[]) => readonly OutboxEntry[]
  /** A condition the table knows no answer to; it was left aside. */
  readonly onIgnored?: (event: ConditionEvent, refusal: AlarmRefusal) => void
}
