import type { AlarmRule, Condition, ConditionOf } from './alarm-rule.ts'
import { CalendarClock, type ScheduleState } from './calendar-clock.ts'
import { type Compilation, compileExpression, type OperandType } from './expression.ts'
import { measureOf } from './measure.ts'
import { type Operand, operandsOf } from './operands.ts'

/**
 * What judging needs beside rule, memory and instant: wall clocks, and what was worked out of a rule
 * once. Answers depend on the arguments alone, so every engine may have its own.
 */
export class JudgingTools {
  readonly calendars: CalendarClock
  readonly #operands = new WeakMap<AlarmRule, ReadonlyMap<string, Operand>>()
  readonly #expressions = new WeakMap<ConditionOf<'expression'>, Map<string, Compilation>>()

  readonly #shapes = new WeakMap<Condition, string>()

  constructor(calendars: CalendarClock = new CalendarClock([])) {
    this.calendars = calendars
  }

  operandsOf(rule: AlarmRule): ReadonlyMap<string, Operand> {
    const known = this.#operands.get(rule)
    if (known !== undefined) return known
    const made = new Map(operandsOf(rule).map((operand) => [operand.key, operand]))
    this.#operands.set(rule, made)
    return made
  }

  /** What a memory must have been gathered for to be of use to the rule. */
  shapeOf(rule: AlarmRule): string {
    const { condition } = rule
    const known = this.#shapes.get(condition)
    if (known !== undefined) return known
    const keys = [...this.operandsOf(rule).keys()].join()
    const made = `${measureOf(condition)?.shape(condition) ?? 'value'} ${keys}`
    this.#shapes.set(condition, made)
    return made
  }

  expression(
    condition: ConditionOf<'expression'>,
    types: Readonly<Record<string, OperandType>>,
  ): Compilation {
    const signature = Object.keys(types)
      .map((name) => `${name}:${types[name]}`)
      .join()
    let compiled = this.#expressions.get(condition)
    if (compiled === undefined) {
      compiled = new Map()
      this.#expressions.set(condition, compiled)
    }
    const known = compiled.get(signature)
    if (known !== undefined) return known
    const made = compileExpression(condition.expression, types)
    compiled.set(signature, made)
    return made
  }
}

/** One step of judging: a rule at an instant. */
export interface RuleContext {
  readonly rule: AlarmRule
  readonly nowMs: number
  readonly tools: JudgingTools
}

export function scheduleStateOf({ rule, nowMs, tools }: RuleContext): ScheduleState | null {
  return rule.schedule === undefined ? null : tools.calendars.stateAt(rule.schedule, nowMs)
}

/** A rule without a schedule is always in force. */
export function isInSchedule(context: RuleContext): boolean {
  return scheduleStateOf(context)?.isActive ?? true
}
