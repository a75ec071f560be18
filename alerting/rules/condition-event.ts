import type { AlarmRule, Grade, LocalizedText } from './alarm-rule.ts'
import { figureUnitOf, levelOf } from './condition.ts'
import type { LevelChange } from './level-change.ts'

export const CONDITION_EVENT_KINDS = ['raised', 'rose', 'fell', 'returned', 're-alarmed'] as const
export type ConditionEventKind = (typeof CONDITION_EVENT_KINDS)[number]

/** What an alarm is an alarm of. At most one alarm of a cause is open at a time. */
export interface Cause {
  readonly ruleId: string
  readonly deviceId: string
  readonly point: string
}

/** What of a rule goes into an alarm. */
export type ConditionSource = Pick<AlarmRule, 'version' | 'name' | 'latching' | 'shelvable'>

interface ConditionEventBase extends Cause {
  readonly atMs: number
  readonly value: number | boolean | null
  /** Why, when it was not a value that did it. */
  readonly note: string | null
}

/**
 * The condition of a cause has changed: `raised` from normal, `rose` to a more severe set-point,
 * `fell` to a milder one, `returned` to normal; `re-alarmed`: it has stood for the rule's re-alarm
 * time since it last called for attention, and calls again. Carries all that an alarm copies, so that whoever
 * applies it needs no rule.
 */
export type ConditionEvent =
  | (ConditionEventBase & {
      readonly kind: 'raised' | 'rose' | 'fell'
      readonly rule: ConditionSource
      /** Of the level now in force. */
      readonly grade: Grade
      readonly label: LocalizedText
      readonly setpoint: number | boolean | null
      /**
       * Unit of value and set-point where it is not the point's own; `{unit}` stands for that one.
       * Null: they have none.
       */
      readonly figureUnit?: string | null
      /** Where this occurrence began; the same when the journal is judged again. */
      readonly onset: string
      /** Made up by a person, to practise. */
      readonly isDrill?: boolean
    })
  | (ConditionEventBase & { readonly kind: 'returned' })
  | (ConditionEventBase & { readonly kind: 're-alarmed' })

/** One text for a cause; parts cannot contain the separator. */
export function causeKey({ ruleId, deviceId, point }: Cause): string {
  return `${ruleId}/${deviceId}/${point}`
}

export function parseCauseKey(key: string): Cause | null {
  const [ruleId, deviceId, point, ...rest] = key.split('/')
  if (!ruleId || !deviceId || !point || rest.length > 0) return null
  return { ruleId, deviceId, point }
}

/** What is told of a change of level. */
export function conditionEvent(
  rule: AlarmRule,
  cause: Cause,
  { change, atMs }: { readonly change: LevelChange; readonly atMs: number },
): ConditionEvent {
  const { kind, value, onset } = change
  if (kind === 'returned' || kind === 're-alarmed') {
    return { kind, ...cause, atMs, value, note: null }
  }
  const { grade, label, setpoint } = levelOf(rule.condition, change.to)
  const { version, name, latching, shelvable } = rule
  const source = { version, name, latching, shelvable }
  const event = { ...cause, rule: source, atMs, grade, label, value, setpoint, onset, note: null }
  const figureUnit = figureUnitOf(rule.condition)
  return figureUnit === undefined ? { kind, ...event } : { kind, ...event, figureUnit }
}
