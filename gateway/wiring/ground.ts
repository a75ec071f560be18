import { randomInt } from 'node:crypto'
import type { Logger } from 'pino'
import type { Settings } from '#config/schema.ts'
import type { StopStack } from '../stop-stack.ts'
import type { SystemClock } from '../system-clock.ts'

/** What every stage of the wiring stands on. */
export interface Ground {
  readonly settings: Settings
  readonly clock: SystemClock
  readonly logger: Logger
  /** What a stage starts, it pushes here: stopping is the mirror of starting. */
  readonly stopping: StopStack
  /** A file or folder of the data folder. */
  readonly dataPath: (name: string) => string
}

const RANDOM_STEPS = 2 ** 32

/** From 0 to below 1, to spread retries. */
export function random(): number {
  return randomInt(RANDOM_STEPS) / RANDOM_STEPS
}

/** A defect: out of every promise, so that the process ends and its supervisor restarts it. */
export function failLoudly(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
