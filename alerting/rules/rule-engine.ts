import assert from 'node:assert/strict'
import type { EngineCheckpoint } from '../alarms/alarm-store.ts'
import { MARK, type ReadingBatch } from '../reading.ts'
import {
  columnsOf,
  isPlain,
  isUsable,
  marksIn,
  packFlags,
  type ReadingColumns,
  type Series,
} from '../reading-columns.ts'
import type { AlarmRule } from './alarm-rule.ts'
import {
  type Cause,
  type ConditionEvent,
  causeKey,
  conditionEvent,
  parseCauseKey,
} from './condition-event.ts'
import { evaluate, type RuleInput, type RuleMemory } from './evaluation.ts'
import { EvaluationWatch, type RawEvaluation } from './evaluation-watch.ts'
import { type Explanation, explain } from './explanation.ts'
import { type JudgedPoint, JudgedPoints, type Judgement } from './judged-points.ts'
import { JudgingTools } from './judging-tools.ts'
import type { Evaluation, EvaluationReason } from './level-change.ts'
import { measureOf } from './measure.ts'
import { looksAtOperands } from './operands.ts'
import { inputOf } from './reading-input.ts'
import { RestCheck } from './rest-check.ts'
import type { RuleDirectory, RuleListener } from './rule-directory.ts'
import { type RuleFault, RuleFaults } from './rule-faults.ts'
import { type Watch, Watches } from './watches.ts'

/** The checkpoint as the store gives it back. */
export interface RestoredCheckpoint {
  readonly offset: number
  readonly timersRunUntilMs: number
  readonly memories: ReadonlyMap<string, RuleMemory>
}

/** What has come of the judging since the last step was taken. */
export interface EngineStep {
  readonly events: readonly ConditionEvent[]
  readonly checkpoint: EngineCheckpoint
}

/** Which rules, or the rules of which devices, are not what they were. */
export interface RuleChanges {
  readonly ruleIds: ReadonlySet<string>
  readonly deviceIds: ReadonlySet<string>
}

export interface RuleEngineOptions {
  /** Told of every evaluation; for trying a rule out, not for running it. */
  readonly onEvaluation?: (noted: RawEvaluation) => void
}

/** What is evaluated: a rule, on a point. */
type Judged = Pick<Judgement, 'rule' | 'cause' | 'key'>
/** What is to be done about the readings of a point. */
interface Hearing {
  readonly heard: JudgedPoint
  readonly listeners: readonly RuleListener[]
}

const NOTE_WITHDRAWN = 'the rule no longer applies to this point'

/**
 * Judges readings by rules, in memory, on a clock of its own that only readings and `advanceTo`
 * move. Does no I/O: `takeStep` hands over what is to be committed. After a crash, `restore` and the
 * same batches give the same events.
 */
export class RuleEngine {
  readonly #rules: RuleDirectory
  readonly #watches = new Watches()
  readonly #rest = new RestCheck(this.#watches)
  readonly #points = new JudgedPoints()
  readonly #tools: JudgingTools
  readonly #onEvaluation: RuleEngineOptions['onEvaluation']
  readonly #watching = new EvaluationWatch()
  readonly #faults = new RuleFaults()
  #events: ConditionEvent[] = []
  #dirty = new Set<string>()
  #nowMs = 0
  #nextOffset = 1
  #takenOffset = 1
  #listeningSinceMs: number | null = null

  constructor(
    rules: RuleDirectory,
    tools: JudgingTools = new JudgingTools(),
    { onEvaluation }: RuleEngineOptions = {},
  ) {
    this.#rules = rules
    this.#tools = tools
    this.#onEvaluation = onEvaluation
  }

  /** The batch to be judged next. */
  get nextOffset(): number {
    return this.#nextOffset
  }

  /** Since the last step was taken. */
  get eventCount(): number {
    return this.#events.length
  }

  /** Whether anything has changed since the last step was taken. */
  get hasChanges(): boolean {
    return this.eventCount > 0 || this.#dirty.size > 0 || this.#nextOffset !== this.#takenOffset
  }

  /**
   * Takes up where the checkpoint was made, and judges again what stands, for rules may have changed
   * since. Silence before `listeningSinceMs` does not count: nobody was there to hear.
   */
  restore(checkpoint: RestoredCheckpoint | null, listeningSinceMs: number | null = null): void {
    assert(this.#watches.size === 0 && this.#nowMs === 0, 'restored once, before anything else')
    this.#listeningSinceMs = listeningSinceMs
    if (checkpoint === null) return
    this.#nextOffset = checkpoint.offset
    this.#takenOffset = checkpoint.offset
    this.#nowMs = checkpoint.timersRunUntilMs
    for (const [key, memory] of checkpoint.memories) {
      const cause = parseCauseKey(key)
      if (cause === null) continue
      const watch = { cause, key, memory, wakeAtMs: null, queuedAtMs: null }
      this.#watches.add(watch)
      if (memory.value !== null && this.#isPlain(cause)) {
        this.remember(cause.deviceId, cause.point, memory.value)
      }
    }
    for (const watch of this.#watches.all()) this.#judgeAgain(watch)
  }

  /** The last value of a point as stored elsewhere: what a changed rule is judged with. */
  remember(deviceId: string, point: string, value: number | boolean): void {
    const flags = packFlags(typeof value === 'boolean', 'good', MARK.none)
    const rules = this.#rules.rulesFor(deviceId, point)
    this.#points.take(deviceId, point, rules).note(flags, Number(value))
  }

  /** Judges the next batch of the journal, reading by reading, timers in between. */
  judge(batch: ReadingBatch): void {
    assert(batch.offset >= this.#nextOffset, 'batches come in order, each once')
    const columns = columnsOf(batch)
    // Rules stay what they are within a batch.
    const heard = columns.series.map((series) => this.#hearingOf(series))
    const { length, arrivedAtMs, seriesOf } = columns
    // As long as nothing is evaluated, nothing more is due at the same instant.
    let advancedToMs = Number.NaN
    for (let index = 0; index < length; index += 1) {
      const atMs = arrivedAtMs[index] as number
      if (atMs !== advancedToMs) this.advanceTo(atMs)
      advancedToMs = atMs
      const hearing = heard[seriesOf[index] as number] as Hearing | null
      if (hearing === null || this.#leavesAtRest(hearing, columns, index)) continue
      this.#judgeReading(hearing, columns, index)
      advancedToMs = Number.NaN
    }
    this.#nextOffset = batch.offset + 1
  }

  /** Runs every timer that is due by then, each at its own instant. */
  advanceTo(nowMs: number): void {
    const sinceMs = this.#listeningSinceMs
    if (sinceMs !== null && nowMs >= sinceMs) this.#listenAgain(sinceMs)
    for (let due = this.#watches.takeDue(nowMs); due !== null; due = this.#watches.takeDue(nowMs)) {
      const { watch, dueAtMs } = due
      this.#nowMs = Math.max(this.#nowMs, dueAtMs)
      const rule = this.#ruleOf(watch.cause)
      // A rule that is gone has no timers; `rulesChanged` withdraws what it left.
      if (rule !== undefined) this.#evaluate({ rule, ...watch }, { kind: 'timer' })
    }
    this.#nowMs = Math.max(this.#nowMs, nowMs)
  }

  nextWakeAtMs(): number | null {
    return this.#watches.nextWakeAtMs()
  }

  /** Judges again, with the last values, what the changes touch (F36). */
  rulesChanged(changes: RuleChanges): void {
    const isTouched = ({ ruleId, deviceId }: Omit<Cause, 'point'>) =>
      changes.ruleIds.has(ruleId) || changes.deviceIds.has(deviceId)
    for (const ruleId of changes.ruleIds) this.#faults.forget(ruleId)
    for (const watch of this.#watches.all()) {
      if (isTouched(watch.cause)) this.#judgeAgain(watch)
    }
    for (const heard of this.#points.all()) {
      const { deviceId, point } = heard
      const rules = this.#rules.rulesFor(deviceId, point)
      const listeners = this.#rules.listenersOf(deviceId, point)
      if (rules.length === 0 && listeners.length === 0) {
        this.#points.forget(heard)
        continue
      }
      const { value, judgements } = this.#points.take(deviceId, point, rules)
      if (value === null) continue
      for (const judgement of judgements) {
        const { rule, cause, key } = judgement
        const isKnown = this.#watches.has(key) && !looksAtOperands(rule.condition)
        if (isTouched(cause) && !isKnown) {
          this.#evaluate(judgement, { kind: 'rule-changed', value })
        }
      }
      for (const { rule, operand, ...judged } of listeners) {
        const cause = { ruleId: rule.id, ...judged }
        if (!isTouched(cause)) continue
        this.#evaluate(judgementOf(rule, cause), { kind: 'rule-changed', value, operand })
      }
    }
  }

  /**
   * What a rule makes of a point: where it stands, what is pending, and, from the first call on, its
   * evaluations. Null when the rule does not judge the point.
   */
  explain(cause: Cause): Explanation | null {
    const rule = this.#ruleOf(cause)
    if (rule === undefined) return null
    const key = causeKey(cause)
    const memory = this.#watches.get(key)?.memory ?? null
    const context = { rule, nowMs: this.#nowMs, tools: this.#tools }
    return explain(context, memory, this.#watching.ask(key, this.#nowMs))
  }

  /** Rules that could not do what they say, each with the last thing that went wrong. */
  faults(): Iterable<RuleFault> {
    return this.#faults.all()
  }

  fault(ruleId: string): RuleFault | null {
    return this.#faults.of(ruleId)
  }

  /** Hands over what is to be committed in one transaction, and begins a new step. */
  takeStep(): EngineStep {
    const memories = [...this.#dirty].map((key) => ({
      key,
      memory: this.#watches.get(key)?.memory ?? null,
    }))
    const step = {
      events: this.#events,
      checkpoint: { offset: this.#nextOffset, timersRunUntilMs: this.#nowMs, memories },
    }
    this.#events = []
    this.#dirty = new Set()
    this.#takenOffset = this.#nextOffset
    return step
  }

  /** Null: no rule judges the point or looks at it. */
  #hearingOf({ deviceId, point }: Series): Hearing | null {
    const rules = this.#rules.rulesFor(deviceId, point)
    const listeners = this.#rules.listenersOf(deviceId, point)
    if (rules.length === 0 && listeners.length === 0) return null
    return { heard: this.#points.take(deviceId, point, rules), listeners }
  }

  /** By far the most frequent case: what `evaluate` would leave as it is, at less than its cost. */
  #leavesAtRest({ heard, listeners }: Hearing, columns: ReadingColumns, index: number): boolean {
    const flags = columns.flags[index] as number
    const value = columns.values[index] as number
    const isLeft =
      isPlain(flags) &&
      listeners.length === 0 &&
      !this.#isWatchedOver &&
      this.#rest.isLeft(heard, { flags, value, nowMs: this.#nowMs })
    if (isLeft) heard.note(flags, value)
    return isLeft
  }

  #judgeReading({ heard, listeners }: Hearing, columns: ReadingColumns, index: number): void {
    const flags = columns.flags[index] as number
    const value = columns.values[index] as number
    const input = inputOf(columns, index)
    const mayBeLeft = isPlain(flags) && !this.#isWatchedOver
    const said = { flags, value, nowMs: this.#nowMs }
    for (const judgement of heard.judgements) {
      if (mayBeLeft && this.#rest.isRuleLeft(judgement, said)) continue
      this.#evaluate(judgement, input)
    }
    for (const { rule, operand, ...judged } of listeners) {
      this.#evaluate(judgementOf(rule, { ruleId: rule.id, ...judged }), { ...input, operand })
    }
    if (isUsable(flags) && (marksIn(flags) & MARK.outOfOrder) === 0) heard.note(flags, value)
  }

  /** Somebody wants to be told of every evaluation, also of those that come to nothing. */
  get #isWatchedOver(): boolean {
    return this.#onEvaluation !== undefined || !this.#watching.isIdle
  }

  #judgeAgain(watch: Watch): void {
    const rule = this.#ruleOf(watch.cause)
    if (rule === undefined) {
      this.#withdraw(watch)
      return
    }
    this.#evaluate({ rule, ...watch }, { kind: 'rule-changed', value: watch.memory.value })
  }

  #withdraw({ cause, key, memory }: Watch): void {
    this.#watches.delete(key)
    this.#dirty.add(key)
    if (memory.level === 0) return
    const { value } = memory
    this.#events.push({
      kind: 'returned',
      ...cause,
      atMs: this.#nowMs,
      value,
      note: NOTE_WITHDRAWN,
    })
  }

  /** Other timers that were due meanwhile still run, each at its own instant. */
  #listenAgain(sinceMs: number): void {
    this.#listeningSinceMs = null
    for (const { cause, key } of this.#watches.all()) {
      const rule = this.#ruleOf(cause)
      if (rule === undefined) continue
      this.#evaluate({ rule, cause, key }, { kind: 'listening-again', sinceMs })
    }
  }

  /** Whether the memory's value is the point's own. */
  #isPlain(cause: Cause): boolean {
    const rule = this.#ruleOf(cause)
    return rule !== undefined && measureOf(rule.condition) === null
  }

  #ruleOf({ ruleId, deviceId, point }: Cause): AlarmRule | undefined {
    return this.#rules.rulesFor(deviceId, point).find(({ id }) => id === ruleId)
  }

  #evaluate({ rule, cause, key }: Judged, input: RuleInput): void {
    const watch = this.#watches.get(key)
    const before = watch?.memory ?? null
    const evaluation = this.#attempt(rule, { cause, before, input })
    if (this.#isWatchedOver) {
      const noted = { rule, input, evaluation, atMs: this.#nowMs }
      this.#watching.note(key, noted)
      this.#onEvaluation?.(noted)
    }
    const { memory, changes, wakeAtMs } = evaluation
    if (memory !== before) this.#dirty.add(key)
    if (memory === null) {
      if (watch !== undefined) this.#watches.delete(key)
    } else if (watch === undefined) {
      const made = { cause, key, memory, wakeAtMs, queuedAtMs: null }
      this.#watches.add(made)
      this.#watches.queue(made)
    } else {
      watch.memory = memory
      watch.wakeAtMs = wakeAtMs
      this.#watches.queue(watch)
    }
    for (const change of changes) {
      this.#events.push(conditionEvent(rule, cause, { change, atMs: this.#nowMs }))
    }
  }

  /** A rule that cannot be judged is marked, and the others go on. */
  #attempt(
    rule: AlarmRule,
    about: { readonly cause: Cause; readonly before: RuleMemory | null; readonly input: RuleInput },
  ): Evaluation {
    const { cause, before, input } = about
    try {
      const evaluation = evaluate(rule, before, input, this.#nowMs, this.#tools)
      const { fault, reason } = evaluation
      if (fault !== undefined) this.#noteFault(rule, cause, { reason, detail: fault })
      return evaluation
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error)
      this.#noteFault(rule, cause, { reason: 'evaluation_failed', detail })
      return { memory: before, changes: [], reason: 'evaluation_failed', wakeAtMs: null }
    }
  }

  #noteFault(
    { version }: AlarmRule,
    cause: Cause,
    why: { readonly reason: EvaluationReason; readonly detail: string },
  ): void {
    this.#faults.note({ ...cause, version, atMs: this.#nowMs, ...why })
  }
}

function judgementOf(rule: AlarmRule, cause: Cause): Judged {
  return { rule, cause, key: causeKey(cause) }
}
