import type { CombinedTest, ConditionOf, Reference } from './alarm-rule.ts'
import type { OperandType } from './expression.ts'
import type { RuleContext } from './judging-tools.ts'
import type { Measure } from './measure.ts'
import { operandKey, ownKey } from './operands.ts'
import type { MeasureMemory, OperandState } from './rule-memory.ts'
import { figure, type Sample, type Signal, unknown } from './signal.ts'

type Missing = 'hold' | 'passed' | 'cleared'

/** Remembers the sample as the last of its point; of points the condition does not look at, nothing. */
export function observeOperand(
  memory: MeasureMemory,
  { sample, context }: { readonly sample: Sample; readonly context: RuleContext },
): MeasureMemory {
  if (!context.tools.operandsOf(context.rule).has(sample.key)) return memory
  const state: OperandState = { value: sample.value, atMs: context.nowMs }
  return { ...memory, operands: { ...memory.operands, [sample.key]: state } }
}

/** The last value of the point; undefined while it is missing. */
function freshValue(
  key: string,
  memory: MeasureMemory | undefined,
  { staleAfterMs, nowMs }: { readonly staleAfterMs: number | undefined; readonly nowMs: number },
): number | boolean | undefined {
  const state = memory?.operands?.[key]
  if (state === undefined || state.isBad) return undefined
  if (staleAfterMs !== undefined && nowMs - state.atMs >= staleAfterMs) return undefined
  return state.value
}

/** When the next operand becomes stale. */
export function staleWakeAtMs(
  staleAfterMs: number | undefined,
  memory: MeasureMemory,
  { nowMs }: RuleContext,
): number | null {
  if (staleAfterMs === undefined) return null
  let wakeAtMs = Number.POSITIVE_INFINITY
  for (const state of Object.values(memory.operands ?? {})) {
    const staleAtMs = state.atMs + staleAfterMs
    if (!state.isBad && staleAtMs > nowMs) wakeAtMs = Math.min(wakeAtMs, staleAtMs)
  }
  return wakeAtMs === Number.POSITIVE_INFINITY ? null : wakeAtMs
}

/** What a missing operand comes to, as the rule says. */
function missingSignal(missing: Missing): Signal {
  if (missing === 'hold') return unknown('operand_missing')
  return { kind: 'state', state: missing, value: null }
}

/** The reference's value; undefined while its point is missing. */
export function referenceValue(
  reference: Reference,
  memory: MeasureMemory | undefined,
  freshness: { readonly staleAfterMs: number | undefined; readonly nowMs: number },
): number | undefined {
  if (reference.kind === 'constant') return reference.value
  // An attribute was put in by resolveRule; one that is left is not known of this device.
  if (reference.kind === 'attribute') return undefined
  const value = freshValue(operandKey(reference), memory, freshness)
  return typeof value === 'number' ? value : undefined
}

export const deviationMeasure: Measure<'deviation'> = {
  shape: () => 'operands',
  observe: (_condition, memory, input) => observeOperand(memory, input),
  signal: (condition, memory, { context }) => {
    const { rule, nowMs } = context
    const freshness = { staleAfterMs: condition.staleAfterMs, nowMs }
    const value = freshValue(ownKey(rule), memory, freshness)
    const reference = referenceValue(condition.from, memory, freshness)
    if (typeof value !== 'number' || reference === undefined)
      return missingSignal(condition.missing)
    if (condition.relative && reference === 0) return unknown('division_by_zero')
    const difference = value - reference
    const deviation = condition.relative ? (difference / Math.abs(reference)) * 100 : difference
    if (condition.side === 'either') return figure(Math.abs(deviation))
    return figure(condition.side === 'above' ? deviation : 0 - deviation)
  },
  wakeAtMs: ({ staleAfterMs }, memory, context) => staleWakeAtMs(staleAfterMs, memory, context),
  isIdle: ({ from }) => from.kind !== 'point',
}

export const voteMeasure: Measure<'vote'> = {
  shape: () => 'operands',
  takesBooleans: true,
  observe: (_condition, memory, input) => observeOperand(memory, input),
  signal: (condition, memory, { context }) => voteSignal(condition, memory, context),
  wakeAtMs: (condition, memory, context) => {
    const staleAtMs = staleWakeAtMs(condition.staleAfterMs, memory, context)
    const graceEndsAtMs = memory.sinceMs + condition.staleAfterMs
    if (graceEndsAtMs <= context.nowMs) return staleAtMs
    return Math.min(staleAtMs ?? Number.POSITIVE_INFINITY, graceEndsAtMs)
  },
}

function voteSignal(
  condition: ConditionOf<'vote'>,
  memory: MeasureMemory | undefined,
  { nowMs }: RuleContext,
): Signal {
  if (memory === undefined) return unknown('too_few_readings')
  const { voters, direction, badVoters, staleAfterMs } = condition
  const votes: number[] = []
  let bad = 0
  for (const voter of voters) {
    const key = operandKey(voter)
    const value = freshValue(key, memory, { staleAfterMs, nowMs })
    if (value !== undefined) votes.push(Number(value))
    // Who was never heard is given the time of a silence before it counts as bad.
    else if (memory.operands?.[key] !== undefined || nowMs - memory.sinceMs >= staleAfterMs)
      bad += 1
  }
  const isHigh = direction === 'high'
  const alarming = isHigh ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
  if (badVoters === 'passed') for (let one = 0; one < bad; one += 1) votes.push(alarming)
  const needed = badVoters === 'fewer' ? Math.max(1, condition.needed - bad) : condition.needed
  if (badVoters === 'fewer' && votes.length === 0) return unknown('operand_missing')
  const inOrder = votes.sort((one, other) => (isHigh ? other - one : one - other))
  // Missing votes are votes against.
  return figure(inOrder[needed - 1] ?? 0 - alarming)
}

export const combinationMeasure: Measure<'combination'> = {
  shape: () => 'operands',
  takesBooleans: true,
  observe: (_condition, memory, input) => observeOperand(memory, input),
  signal: (condition, memory, { context }) => {
    const results = condition.tests.map((test) =>
      test.test === 'group'
        ? combined(
            test.match,
            test.tests.map((one) => testResult(one, { condition, memory, context })),
          )
        : testResult(test, { condition, memory, context }),
    )
    const result = combined(condition.match, results)
    if (result === 'missing') return unknown('operand_missing')
    const value = memory?.operands?.[ownKey(context.rule)]?.value ?? null
    return { kind: 'state', state: result, value }
  },
  wakeAtMs: (condition, memory, context) => {
    const { calendars } = context.tools
    const changesAtMs = condition.tests
      .flatMap((test) => (test.test === 'group' ? test.tests : [test]))
      .flatMap((test) => (test.test === 'schedule' ? [test.schedule] : []))
      .map((schedule) => calendars.stateAt(schedule, context.nowMs).untilMs)
    const staleAtMs = staleWakeAtMs(condition.staleAfterMs, memory, context)
    const wakeAtMs = Math.min(...changesAtMs, staleAtMs ?? Number.POSITIVE_INFINITY)
    return wakeAtMs === Number.POSITIVE_INFINITY ? null : wakeAtMs
  },
}

type TestResult = 'passed' | 'cleared' | 'between' | 'missing'

/** Three-valued, with the deadband's `between`: what is certain wins over what is missing. */
function combined(match: 'all' | 'any', results: readonly TestResult[]): TestResult {
  const [certain, other] =
    match === 'all' ? (['cleared', 'passed'] as const) : (['passed', 'cleared'] as const)
  if (results.includes(certain)) return certain
  if (results.includes('missing')) return 'missing'
  return results.every((result) => result === other) ? other : 'between'
}

function testResult(
  test: CombinedTest,
  {
    condition,
    memory,
    context,
  }: {
    readonly condition: ConditionOf<'combination'>
    readonly memory: MeasureMemory | undefined
    readonly context: RuleContext
  },
): TestResult {
  if (test.test === 'schedule') {
    const { isActive } = context.tools.calendars.stateAt(test.schedule, context.nowMs)
    return isActive ? 'passed' : 'cleared'
  }
  const { staleAfterMs, missing } = condition
  const value = freshValue(operandKey(test.of), memory, { staleAfterMs, nowMs: context.nowMs })
  if (value === undefined || (typeof value === 'boolean') !== (test.test === 'boolean')) {
    return missing === 'hold' ? 'missing' : missing
  }
  if (test.test === 'boolean') return value === test.is ? 'passed' : 'cleared'
  const { direction, setpoint, deadband } = test
  const beyond = direction === 'high' ? Number(value) - setpoint : setpoint - Number(value)
  if (beyond >= 0) return 'passed'
  return beyond < -deadband ? 'cleared' : 'between'
}

export const expressionMeasure: Measure<'expression'> = {
  shape: () => 'operands',
  takesBooleans: true,
  observe: (_condition, memory, input) => observeOperand(memory, input),
  signal: (condition, memory, { context }) => expressionSignal(condition, memory, context),
  wakeAtMs: ({ staleAfterMs }, memory, context) => staleWakeAtMs(staleAfterMs, memory, context),
  isIdle: ({ operands }) => Object.keys(operands).length === 0,
}

function expressionSignal(
  condition: ConditionOf<'expression'>,
  memory: MeasureMemory | undefined,
  context: RuleContext,
): Signal {
  const freshness = { staleAfterMs: condition.staleAfterMs, nowMs: context.nowMs }
  const values: Record<string, number | boolean> = {}
  const types: Record<string, OperandType> = {}
  const keys = { value: ownKey(context.rule) } as Record<string, string>
  for (const [name, ref] of Object.entries(condition.operands)) keys[name] = operandKey(ref)
  for (const [name, key] of Object.entries(keys)) {
    const value = freshValue(key, memory, freshness)
    if (value === undefined) return missingSignal(condition.missing)
    values[name] = value
    types[name] = typeof value === 'boolean' ? 'bool' : 'double'
  }
  const compilation = context.tools.expression(condition, types)
  if (!compilation.ok) return unknown('expression_failed', compilation.problem.reason)
  const answer = compilation.compiled.evaluate(values)
  if (!answer.ok) return unknown(answer.reason, answer.detail)
  if (typeof answer.value === 'number') return figure(answer.value)
  const own = values.value ?? null
  return { kind: 'state', state: answer.value ? 'passed' : 'cleared', value: own }
}
