import { ALARM_LIMITS } from '#config/limits.ts'
import type { Clock } from '../clock.ts'
import { CodedError } from '../errors.ts'
import type { ReadingBatch } from '../reading.ts'
import { columnsOf } from '../reading-columns.ts'
import type { RuleEngine } from '../rules/rule-engine.ts'
import type { AlarmService } from './alarm-service.ts'
import type { AlarmStore } from './alarm-store.ts'

/** Port: the part of the journal that judging needs; `gateway/journal` has it as it is. */
export interface JudgementSource {
  follow(offset: number, options: { readonly signal: AbortSignal }): AsyncIterable<ReadingBatch>
  release(consumer: 'engine', offset: number): void
  /** No reading of a batch from `nextOffset` on, or still on its way to the disk, arrived before it. */
  watermarkMs(nowMs: number, nextOffset: number): number
}

export interface JudgementLoopOptions {
  readonly source: JudgementSource
  readonly engine: RuleEngine
  readonly alarms: AlarmService
  readonly store: AlarmStore
  readonly clock: Clock
  /** The loop has ended by an error that is no outage but a defect. The process should end. */
  readonly onFailure: (error: unknown) => void
}

/**
 * Drives the rule engine: readings in the order of the journal, timers in between, the events of each
 * step with the checkpoint in one commit. What piled up while a commit was under way is one step. Of
 * more events than fit a commit the most urgent come first; the rest is applied in between.
 */
export class JudgementLoop {
  readonly #options: JudgementLoopOptions
  readonly #stopping = new AbortController()
  readonly #changedRuleIds = new Set<string>()
  readonly #changedDeviceIds = new Set<string>()
  readonly #waiting = new Set<{ readonly offset: number; readonly resolve: () => void }>()
  #ahead: ReadingBatch[] = []
  #readingsAhead = 0
  #judgedInTurn = 0
  #checkpointAtMs = 0
  #committedOffset = 0
  #bell = Promise.withResolvers<void>()
  #room = Promise.withResolvers<void>()
  #running: Promise<void> | null = null

  constructor(options: JudgementLoopOptions) {
    this.#options = options
  }

  /** Restores the engine from the checkpoint and begins; the alarm service has been started before. */
  async start(): Promise<void> {
    const { engine, store, source, clock } = this.#options
    engine.restore(await store.loadCheckpoint(), clock.nowMs())
    source.release('engine', engine.nextOffset)
    this.#committedOffset = engine.nextOffset
    this.#checkpointAtMs = clock.nowMs()
    const ended = Promise.all([this.#read(), this.#judge()])
    this.#running = ended.then(
      () => undefined,
      (error: unknown) => {
        if (!isStop(error)) this.#options.onFailure(error)
      },
    )
  }

  /** Finishes the step in hand and writes the last checkpoint, unless the database refuses for long. */
  async stop(): Promise<void> {
    const { clock, alarms } = this.#options
    this.#stopping.abort()
    this.#ring()
    const cancel = clock.wakeAt(clock.nowMs() + ALARM_LIMITS.stopGraceMs, () => void alarms.stop())
    await this.#running
    cancel()
  }

  /** Rules, or the rules that apply to a device, have changed: what stands is judged again. */
  rulesChanged(change: { readonly ruleId: string } | { readonly deviceId: string }): void {
    if ('ruleId' in change) this.#changedRuleIds.add(change.ruleId)
    else this.#changedDeviceIds.add(change.deviceId)
    this.#ring()
  }

  /** Resolves when every batch before `offset` is judged and what came of it stands on disk. */
  async judgedUntil(offset: number): Promise<void> {
    if (this.#committedOffset >= offset) return
    await new Promise<void>((resolve) => {
      this.#waiting.add({ offset, resolve })
    })
  }

  /** The next batch of the journal that is not judged. */
  get nextOffset(): number {
    return this.#options.engine.nextOffset
  }

  async #read(): Promise<void> {
    const { source, engine } = this.#options
    const { signal } = this.#stopping
    for await (const batch of source.follow(engine.nextOffset, { signal })) {
      this.#ahead.push(batch)
      this.#readingsAhead += columnsOf(batch).length
      this.#ring()
      while (this.#readingsAhead >= ALARM_LIMITS.readingsAheadMax && !signal.aborted) {
        await this.#room.promise
      }
    }
  }

  async #judge(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#bell = Promise.withResolvers<void>()
      this.#applyRuleChanges()
      this.#judgeAhead()
      if (this.#ahead.length === 0) this.#advance()
      if (this.#options.engine.eventCount > 0 || this.#isCheckpointDue()) await this.#commit()
      else if (this.#hasWaiting) await this.#options.alarms.applyWaiting()
      this.#tellWaiting()
      if (this.#judgedInTurn >= ALARM_LIMITS.readingsPerStepMax) await this.#turnOfTheLoop()
      if (this.#ahead.length === 0 && !this.#hasWaiting) await this.#nextBell()
    }
    if (this.#options.engine.hasChanges) await this.#commit()
  }

  #judgeAhead(): void {
    const { engine, alarms } = this.#options
    for (const batch of this.#ahead) {
      if (this.#judgedInTurn >= ALARM_LIMITS.readingsPerStepMax) break
      if (engine.eventCount + alarms.waiting >= ALARM_LIMITS.conditionsWaitingMax) break
      engine.judge(batch)
      this.#judgedInTurn += columnsOf(batch).length
    }
    const left = this.#ahead.filter(({ offset }) => offset >= engine.nextOffset)
    this.#ahead = left
    this.#readingsAhead = left.reduce((sum, batch) => sum + columnsOf(batch).length, 0)
    this.#room.resolve()
    this.#room = Promise.withResolvers<void>()
  }

  /** Runs the timers as far as it is certain that no earlier reading can still come. */
  #advance(): void {
    const { engine, source, clock } = this.#options
    engine.advanceTo(source.watermarkMs(clock.nowMs(), engine.nextOffset))
  }

  #applyRuleChanges(): void {
    if (this.#changedRuleIds.size === 0 && this.#changedDeviceIds.size === 0) return
    // Without readings to come, the engine's clock has stood still since the last one.
    if (this.#ahead.length === 0) this.#advance()
    this.#options.engine.rulesChanged({
      ruleIds: this.#changedRuleIds,
      deviceIds: this.#changedDeviceIds,
    })
    this.#changedRuleIds.clear()
    this.#changedDeviceIds.clear()
  }

  #isCheckpointDue(): boolean {
    return this.#options.engine.hasChanges && this.#options.clock.nowMs() >= this.#checkpointDueAtMs
  }

  get #checkpointDueAtMs(): number {
    return this.#checkpointAtMs + ALARM_LIMITS.engineCheckpointIntervalMs
  }

  async #commit(): Promise<void> {
    const { engine, alarms, source, clock } = this.#options
    const { events, checkpoint } = engine.takeStep()
    await alarms.apply(events, checkpoint)
    this.#checkpointAtMs = clock.nowMs()
    source.release('engine', checkpoint.offset)
  }

  /** Conditions that were too many for their commit; what is judged meanwhile may overtake them. */
  get #hasWaiting(): boolean {
    return this.#options.alarms.waiting > 0
  }

  #tellWaiting(): void {
    if (this.#hasWaiting) return
    this.#committedOffset = this.#options.engine.nextOffset
    for (const waiting of this.#waiting) {
      if (waiting.offset > this.#committedOffset) continue
      this.#waiting.delete(waiting)
      waiting.resolve()
    }
  }

  /** Until there is a batch, a changed rule, a timer, a checkpoint to write, or the end. */
  async #nextBell(): Promise<void> {
    const { clock, engine } = this.#options
    const nowMs = clock.nowMs()
    const timerAtMs = engine.nextWakeAtMs() ?? Number.POSITIVE_INFINITY
    const wakeAtMs = Math.min(
      timerAtMs > nowMs ? timerAtMs : nowMs + ALARM_LIMITS.watermarkRetryMs,
      engine.hasChanges ? this.#checkpointDueAtMs : Number.POSITIVE_INFINITY,
    )
    const cancel =
      wakeAtMs === Number.POSITIVE_INFINITY ? null : clock.wakeAt(wakeAtMs, () => this.#ring())
    await this.#bell.promise
    cancel?.()
  }

  /** Others get their turn in a long backlog, however it is cut. */
  async #turnOfTheLoop(): Promise<void> {
    await new Promise<void>((resolve) => {
      setImmediate(resolve)
    })
    this.#judgedInTurn = 0
  }

  #ring(): void {
    this.#bell.resolve()
    if (this.#stopping.signal.aborted) this.#room.resolve()
  }
}

function isStop(error: unknown): boolean {
  return error instanceof CodedError && error.code === 'alarms_stopped'
}
