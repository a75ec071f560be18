import { RULE_LIMITS } from '#config/limits.ts'
import type { Reading } from '../reading.ts'
import type { Grade } from './alarm-rule.ts'
import { type ConditionEvent, causeKey } from './condition-event.ts'
import type { JudgingTools } from './judging-tools.ts'
import type { RuleDirectory } from './rule-directory.ts'
import { RuleEngine } from './rule-engine.ts'
import type { RuleFault } from './rule-faults.ts'

/** A change of level of an alarm that would have been. */
export interface BackTestStep {
  readonly kind: 'raised' | 'rose' | 'fell'
  readonly atMs: number
  readonly grade: Grade
  readonly value: number | boolean | null
  readonly setpoint: number | boolean | null
}

/** One occurrence, from its first set-point to its return. */
export interface BackTestAlarm {
  readonly deviceId: string
  readonly point: string
  readonly raisedAtMs: number
  /** Null: it still stood at the end. */
  readonly returnedAtMs: number | null
  /** The most urgent one. */
  readonly grade: Grade
  readonly steps: readonly BackTestStep[]
  /** It would have been on the shelf: nobody would have been called. */
  readonly isShelved: boolean
}

/** When the alarm of a point was hidden by people. */
export interface Shelving {
  readonly deviceId: string
  readonly point: string
  readonly fromMs: number
  readonly untilMs: number
}

export interface BackTestOptions {
  /** The draft for the devices it is tried on; see `DraftDirectory`. */
  readonly rules: RuleDirectory
  /** In order of arrival; see `inArrivalOrder`. Those before `fromMs` warm windows and seasons up. */
  readonly readings: AsyncIterable<readonly Reading[]>
  readonly fromMs: number
  readonly toMs: number
  readonly tools: JudgingTools
  readonly shelvings?: readonly Shelving[]
  readonly signal?: AbortSignal
  /** Called between two turns of the event loop. */
  readonly onProgress?: (progress: BackTestProgress) => void
}

export interface BackTestProgress {
  readonly readings: number
  /** Up to where it has got; 0 … 1 of the way from the first reading to `toMs`. */
  readonly atMs: number
  readonly share: number
}

export interface BackTestResult {
  readonly fromMs: number
  readonly toMs: number
  readonly readings: number
  /** The first `RULE_LIMITS.backTestAlarmsMax`, by when they were raised. */
  readonly alarms: readonly BackTestAlarm[]
  readonly alarmsTotal: number
  /** How often it would have called for attention: raised or risen, not on the shelf. */
  readonly annunciations: number
  readonly annunciationsByGrade: Readonly<Record<Grade, number>>
  /** Time in alarm, all points together. */
  readonly standingMs: number
  readonly faults: readonly RuleFault[]
}

/**
 * Runs a draft over stored readings through the engine that runs live: the same code, delays, gaps and
 * schedules, to the same alarms and instants. Rejects with the signal's reason when it is cancelled.
 */
export async function backTest(options: BackTestOptions): Promise<BackTestResult> {
  const { rules, tools, readings, toMs, signal } = options
  const engine = new RuleEngine(rules, tools)
  const record = new BackTestRecord(options)
  let judged = 0
  let firstAtMs: number | null = null
  for await (const ordered of readings) {
    for (let from = 0; from < ordered.length; from += RULE_LIMITS.backTestReadingsPerTurn) {
      signal?.throwIfAborted()
      const turn = ordered.slice(from, from + RULE_LIMITS.backTestReadingsPerTurn)
      const inTime = turn.filter(({ arrivedAtMs }) => arrivedAtMs < toMs)
      engine.judge({ offset: engine.nextOffset, readings: inTime })
      record.take(engine.takeStep().events)
      judged += inTime.length
      const atMs = inTime.at(-1)?.arrivedAtMs ?? toMs
      firstAtMs ??= inTime[0]?.arrivedAtMs ?? toMs
      const share = toMs > firstAtMs ? (atMs - firstAtMs) / (toMs - firstAtMs) : 1
      options.onProgress?.({ readings: judged, atMs, share })
      await turnOfTheLoop()
    }
  }
  signal?.throwIfAborted()
  engine.advanceTo(toMs)
  record.take(engine.takeStep().events)
  return { ...record.result(), readings: judged, faults: [...engine.faults()] }
}

async function turnOfTheLoop(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve)
  })
}

interface OpenAlarm {
  readonly deviceId: string
  readonly point: string
  readonly raisedAtMs: number
  readonly steps: BackTestStep[]
  grade: Grade
  isShelved: boolean
}

/** Puts events together to alarms, and counts what would have called for attention. */
class BackTestRecord {
  readonly #options: Pick<BackTestOptions, 'fromMs' | 'toMs' | 'shelvings'>
  readonly #open = new Map<string, OpenAlarm>()
  readonly #alarms: BackTestAlarm[] = []
  readonly #byGrade: Record<Grade, number> = { 1: 0, 2: 0, 3: 0, 4: 0 }
  #total = 0
  #standingMs = 0

  constructor(options: Pick<BackTestOptions, 'fromMs' | 'toMs' | 'shelvings'>) {
    this.#options = options
  }

  take(events: readonly ConditionEvent[]): void {
    for (const event of events) {
      if (event.kind === 'returned') this.#end(causeKey(event), event.atMs)
      else if (event.kind !== 're-alarmed') this.#step(event)
    }
  }

  result(): Omit<BackTestResult, 'readings' | 'faults'> {
    const { fromMs, toMs } = this.#options
    for (const key of [...this.#open.keys()]) this.#end(key, null)
    const alarms = this.#alarms.toSorted((one, other) => one.raisedAtMs - other.raisedAtMs)
    return {
      fromMs,
      toMs,
      alarms: alarms.slice(0, RULE_LIMITS.backTestAlarmsMax),
      alarmsTotal: this.#total,
      annunciations: Object.values(this.#byGrade).reduce((sum, count) => sum + count, 0),
      annunciationsByGrade: this.#byGrade,
      standingMs: this.#standingMs,
    }
  }

  #step(event: Extract<ConditionEvent, { grade: Grade }>): void {
    const { deviceId, point, kind, atMs, grade, value, setpoint } = event
    const key = causeKey(event)
    const open = this.#open.get(key) ?? {
      deviceId,
      point,
      raisedAtMs: atMs,
      steps: [],
      grade,
      isShelved: false,
    }
    this.#open.set(key, open)
    // A rise to a more urgent grade ends a shelf: what was hidden was the milder alarm.
    const isWorse = kind === 'rose' && grade < open.grade
    if (kind === 'raised') open.isShelved = this.#isShelved(event)
    else if (isWorse) open.isShelved = false
    open.grade = grade < open.grade ? grade : open.grade
    open.steps.push({ kind, atMs, grade, value, setpoint })
    if (kind === 'fell' || open.isShelved || atMs < this.#options.fromMs) return
    this.#byGrade[grade] += 1
  }

  #isShelved({ deviceId, point, atMs }: ConditionEvent): boolean {
    const { shelvings = [] } = this.#options
    return shelvings.some(
      (shelving) =>
        shelving.deviceId === deviceId &&
        shelving.point === point &&
        atMs >= shelving.fromMs &&
        atMs < shelving.untilMs,
    )
  }

  #end(key: string, returnedAtMs: number | null): void {
    const open = this.#open.get(key)
    if (open === undefined) return
    this.#open.delete(key)
    const { fromMs, toMs } = this.#options
    const endMs = returnedAtMs ?? toMs
    if (endMs < fromMs) return
    this.#total += 1
    this.#standingMs += endMs - Math.max(open.raisedAtMs, fromMs)
    // Somewhat more than is listed, so that long ones that end late are not the ones left out.
    if (this.#alarms.length < 2 * RULE_LIMITS.backTestAlarmsMax) {
      this.#alarms.push({ ...open, returnedAtMs })
    }
  }
}
