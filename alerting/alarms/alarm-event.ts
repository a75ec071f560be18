import type { AlarmNotificationType } from '../notification/outbox.ts'
import type { Grade } from '../rules/alarm-rule.ts'
import type { AlarmState, TimelineKind } from './alarm.ts'

/** What the table looks at. */
export interface AlarmFacts {
  readonly state: AlarmState
  readonly grade: Grade
  readonly latching: boolean
  /** False for fire and second-level gas: neither a person nor a logic may hide them. */
  readonly shelvable: boolean
  /** The three overlays, each at the instant of the event; they may be true together. */
  readonly isShelved: boolean
  readonly isSuppressed: boolean
  readonly isOutOfService: boolean
  /** The case outlives the alarm: notes are taken until it is closed. */
  readonly hasOpenCase: boolean
}

/** What is written into the time line for its own sake: steps of the case, what was added to it. */
export const CASE_ENTRY_KINDS = [
  'arrived',
  'disposed',
  'reviewed',
  'sent-back',
  'case-closed',
  'case-overdue',
  'photo-added',
  'evidence-frozen',
] as const satisfies readonly TimelineKind[]
export type CaseEntryKind = (typeof CASE_ENTRY_KINDS)[number]

/** What may happen to an alarm: conditions, people's verbs, logic, and what ends by itself. */
export type AlarmEvent =
  | { readonly kind: 'raised' | 'rose' | 'fell'; readonly grade: Grade }
  | { readonly kind: 'returned' | 're-alarmed' }
  | { readonly kind: 'acknowledge' | 'reset' | 'close' | 'comment' | 'assign' }
  | { readonly kind: 'shelve' | 'unshelve' | 'shelving-ended' }
  | { readonly kind: CaseEntryKind }
  | { readonly kind: 'suppress' | 'release' | 'remove-from-service' | 'return-to-service' }

/**
 * Who hears of an entry in the time line: nobody, machines (webhooks), or people as well (SMS). The
 * type is the one of `NOTIFICATION_TYPES`.
 */
export type Telling =
  | { readonly to: 'nobody' }
  | { readonly to: 'machines' | 'people'; readonly type: AlarmNotificationType }

export interface TransitionEntry {
  readonly kind: TimelineKind
  readonly telling: Telling
}

export const ALARM_REFUSALS = [
  'alarm_closed',
  'alarm_already_acknowledged',
  'alarm_not_acknowledged',
  'alarm_condition_present',
  'alarm_not_latched',
  'alarm_not_shelved',
  'alarm_already_suppressed',
  'alarm_not_suppressed',
  'alarm_already_out_of_service',
  'alarm_not_out_of_service',
  'shelve_not_allowed',
  'suppress_not_allowed',
  /** A condition that does not stand cannot rise, fall or return; only a defect would say so. */
  'condition_absent',
] as const
export type AlarmRefusal = (typeof ALARM_REFUSALS)[number]

export type Transition =
  | { readonly ok: false; readonly refusal: AlarmRefusal }
  | {
      readonly ok: true
      readonly state: AlarmState
      readonly grade: Grade
      /** In the order they are written. */
      readonly entries: readonly TransitionEntry[]
      /** The alarm is not shelved after this, whatever it was before. */
      readonly endsShelving: boolean
      /** Nor suppressed. */
      readonly endsSuppression: boolean
      readonly isNewOccurrence: boolean
    }
