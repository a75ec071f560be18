import type { Clock } from '../clock.ts'
import type { ReadingBatch } from '../reading.ts'
import type { RuleEngine } from '../rules/rule-engine.ts'
import type { AlarmService } from './alarm-service.ts'
import type { AlarmStore } from './alarm-store.ts'

/** Port: the part of the journal that judging needs; `gateway/journal` has it as it is. */
export interface JudgementSource {
  follow(offset: number, options: { readonly signal: AbortSignal }): AsyncIterable<ReadingBatch>
  release(consumer: 'engine', offset: number): void
  watermarkMs(nowMs: number, nextOffset: number): number
}

/**
 * Drives the rule engine: readings in the order of the journal, timers between them, and each step's
 * events with the checkpoint in one commit. `stop` finishes the step in hand.
 */
export class JudgementLoop {
  constructor(_options: {
    readonly source: JudgementSource
    readonly engine: RuleEngine
    readonly alarms: AlarmService
    readonly store: AlarmStore
    readonly clock: Clock
    /** The loop has ended by an error that is not an outage: a defect. The process should end. */
    readonly onFailure: (error: unknown) => void
  }) {}

  async start(): Promise<void> {
    throw new Error('being built')
  }
  async stop(): Promise<void> {
    throw new Error('being built')
  }
  /** Rules, or the rules that apply to a device, have changed: judge what stands again. */
  rulesChanged(_change: { readonly ruleId: string } | { readonly deviceId: string }): void {
    throw new Error('being built')
  }
  /** Resolves when every batch before `offset` is judged and committed. */
  async judgedUntil(_offset: number): Promise<void> {
    throw new Error('being built')
  }
}
