import type { CaseFile } from '../cases/case-file.ts'
import type { Grade, LocalizedText } from '../rules/alarm-rule.ts'

export type AlarmId = string & { readonly __brand: 'AlarmId' }

/**
 * The states of ISA-18.2 A–F. Shelved (G), suppressed by design (H) and out of service (I) are overlays
 * beside them, as OPC UA Part 9 has them: `shelvedUntilMs`, `suppressedBy`, `outOfServiceBy`.
 */
export const ALARM_STATES = [
  'normal',
  'unacknowledged',
  'acknowledged',
  'returned-unacknowledged',
  'latched-unacknowledged',
  'latched-acknowledged',
] as const
export type AlarmState = (typeof ALARM_STATES)[number]

/** What happened, as it stands in the time line of an alarm. */
export const TIMELINE_KINDS = [
  'raised',
  'reoccurred',
  'grade-rose',
  'grade-fell',
  'returned',
  'acknowledged',
  'reset',
  'closed',
  'commented',
  'assigned',
  'shelved',
  'unshelved',
  're-alarmed',
  'suppressed',
  'released',
  'removed-from-service',
  'returned-to-service',
  'arrived',
  'disposed',
  'reviewed',
  'sent-back',
  'case-closed',
  'case-overdue',
  'photo-added',
  'evidence-frozen',
] as const
export type TimelineKind = (typeof TIMELINE_KINDS)[number]

export interface TimelineEntry {
  readonly alarmId: AlarmId
  /** Counts from 1 within the alarm, without gaps. */
  readonly sequence: number
  readonly atMs: number
  readonly kind: TimelineKind
  /** User name of the person, or `system`. */
  readonly actor: string
  readonly note: string | null
  /** State after the event. */
  readonly state: AlarmState
  readonly value: number | boolean | null
  readonly grade: Grade
}

/**
 * One alarm of one cause (rule, device, point), from its first moment until it is normal again.
 * Set-point, unit, place and texts are copied at the moment of raising: an alarm stays readable
 * when its rule or device has been changed since.
 */
export interface Alarm {
  readonly id: AlarmId
  readonly ruleId: string
  readonly ruleVersion: number
  readonly deviceId: string
  readonly point: string
  readonly siteId: string
  readonly organizationId: string
  readonly title: LocalizedText
  readonly state: AlarmState
  /** Does not fall while the condition stands, nor before somebody has acknowledged it. */
  readonly grade: Grade
  readonly value: number | boolean | null
  readonly setpoint: number | boolean | null
  readonly unit: string | null
  readonly latching: boolean
  readonly shelvable: boolean
  readonly occurrences: number
  readonly raisedAtMs: number
  readonly acknowledgedAtMs: number | null
  readonly returnedAtMs: number | null
  readonly closedAtMs: number | null
  readonly shelvedUntilMs: number | null
  /** Suppressed by design: the alarm whose cause explains this one. */
  readonly suppressedBy: AlarmId | null
  /** Out of service: the maintenance window it is in, and when that ends at the latest. */
  readonly outOfServiceBy: string | null
  readonly outOfServiceUntilMs: number | null
  readonly assignee: string | null
  /** Made up, to practise: marked everywhere, counted apart. */
  readonly drill: boolean
  /** What people do about it, from acknowledging to closing; null: its grade asks for none. */
  readonly caseFile: CaseFile | null
  /** Number of time line entries so far. */
  readonly timelineLength: number
  /** Counts the changes of this alarm from 1; a browser keeps the higher one. */
  readonly revision: number
}
