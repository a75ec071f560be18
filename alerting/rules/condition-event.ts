import type { AlarmRule, Grade, LocalizedText } from './alarm-rule.ts'

export const CONDITION_EVENT_KINDS = ['raised', 'rose', 'fell', 'returned'] as const
export type ConditionEventKind = (typeof CONDITION_EVENT_KINDS)[number]

/** What of a rule goes into an alarm. */
export type ConditionSource = Pick<AlarmRule, 'id' | 'version' | 'name' | 'latching' | 'shelvable'>

/**
 * The condition of one cause (rule, device, point) has changed: `raised` from normal, `rose` to a
 * more severe set-point, `fell` to a milder one, `returned` to normal. Carries all that an alarm
 * copies, so that whoever applies it needs no rule.
 */
export interface ConditionEvent {
  readonly kind: ConditionEventKind
  readonly atMs: number
  readonly rule: ConditionSource
  readonly deviceId: string
  readonly point: string
  /** Of the level now in force; of the level that was left, when `returned`. */
  readonly grade: Grade
  readonly label: LocalizedText
  readonly value: number | boolean | null
  readonly setpoint: number | boolean | null
  /** Where this occurrence began; stable when the journal is judged again. */
  readonly onset: string
  /** Why, when it was not a value that did it. */
  readonly note: string | null
}
