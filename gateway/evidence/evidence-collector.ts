import { createHash } from 'node:crypto'
import type { Alarm, AlarmId } from '#alerting/alarms/alarm.ts'
import type { AlarmService } from '#alerting/alarms/alarm-service.ts'
import { GATEWAY_DEVICE_ID } from '#alerting/alarms/system-alarms.ts'
import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import { EVIDENCE_LIMITS } from '#config/limits.ts'
import type { EvidenceRow, SqliteEvidenceStore } from '../database/evidence-store.ts'
import type { EvidenceDocument } from './evidence.ts'

export interface EvidenceCollectorOptions {
  readonly store: SqliteEvidenceStore
  readonly clock: Clock
  /** Alarms that wait to be written go first. */
  readonly alarms: Pick<AlarmService, 'record' | 'waiting'>
  readonly alarmOf: (id: string) => Promise<Alarm | null>
  /** Everything but the frame. `earlier`: what was frozen at the beginning; what it says of the device holds. */
  readonly gather: (
    alarm: Alarm,
    earlier: EvidenceDocument | null,
    nowMs: number,
  ) => Promise<Omit<EvidenceDocument, 'format' | 'isComplete' | 'frozenAt'>>
  readonly onFailure: (error: unknown) => void
}

/**
 * Freezes evidence: at once when an alarm is raised, and again with the ten minutes after. One at a
 * time, behind everything that is urgent. What a crash left out is found at the next start; the hash of
 * the complete document goes into the time line of the alarm, and so into its chain.
 */
export class EvidenceCollector {
  readonly #options: EvidenceCollectorOptions
  readonly #waiting: string[] = []
  #working: Promise<void> | null = null
  #cancelTimer: (() => void) | null = null
  #isStopped = false

  constructor(options: EvidenceCollectorOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    const { store, clock } = this.#options
    const sinceMs = clock.nowMs() - 2 * EVIDENCE_LIMITS.afterMs
    this.#waiting.push(...(await store.missing(sinceMs, MISSING_MAX)))
    this.#work()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancelTimer?.()
    this.#cancelTimer = null
    await this.#working
  }

  /** A new alarm. */
  raised(alarm: Alarm): void {
    if (alarm.deviceId === GATEWAY_DEVICE_ID) return
    this.#waiting.push(alarm.id)
    this.#work()
  }

  async of(alarmId: string): Promise<EvidenceRow | null> {
    return await this.#options.store.of(alarmId)
  }

  #work(): void {
    this.#working ??= this.#workThrough().then(
      () => this.#rest(),
      (error: unknown) => this.#failed(error),
    )
  }

  async #workThrough(): Promise<void> {
    const { store, clock } = this.#options
    for (let id = this.#waiting[0]; id !== undefined; id = this.#waiting[0]) {
      if (this.#isStopped || this.#isOvertaken) return
      await this.#freeze(id)
      this.#waiting.shift()
    }
    if (this.#isStopped) return
    for (const id of await store.due(clock.nowMs(), DUE_AT_ONCE)) {
      if (this.#isStopped) return
      await this.#freeze(id)
    }
  }

  async #rest(): Promise<void> {
    const { store, clock } = this.#options
    const nextDueAtMs = this.#isStopped ? null : await store.nextDueAtMs().catch(() => null)
    this.#working = null
    if (this.#isStopped) return
    if (this.#waiting.length > 0 && !this.#isOvertaken) return this.#work()
    this.#cancelTimer?.()
    if (this.#waiting.length > 0) return this.#workAfter(EVIDENCE_LIMITS.overtakenMs)
    if (nextDueAtMs === null) return
    this.#cancelTimer = clock.wakeAt(Math.max(nextDueAtMs, clock.nowMs() + 1), () => this.#work())
  }

  /** A store that does not answer is asked again; anything else is a defect. */
  #failed(error: unknown): void {
    this.#working = null
    if (this.#isStopped) return
    if (!(error instanceof CodedError)) {
      this.#options.onFailure(error)
      return
    }
    this.#cancelTimer?.()
    this.#workAfter(EVIDENCE_LIMITS.retryMs)
  }

  #workAfter(durationMs: number): void {
    const { clock } = this.#options
    this.#cancelTimer = clock.wakeAt(clock.nowMs() + durationMs, () => this.#work())
  }

  get #isOvertaken(): boolean {
    return this.#options.alarms.waiting > 0
  }

  async #freeze(id: string): Promise<void> {
    const { store, clock, alarms, alarmOf, gather } = this.#options
    const alarm = await alarmOf(id)
    if (alarm === null) return
    const earlier = await store.of(id)
    if (earlier?.isComplete === true) return
    const frozenAtMs = clock.nowMs()
    const dueAtMs = alarm.raisedAtMs + EVIDENCE_LIMITS.afterMs + EVIDENCE_LIMITS.graceMs
    const isComplete = frozenAtMs >= dueAtMs
    const known = earlier === null ? null : (JSON.parse(earlier.document) as EvidenceDocument)
    const content: EvidenceDocument = {
      format: 'vigil-evidence/1',
      isComplete,
      frozenAt: new Date(frozenAtMs).toISOString(),
      ...(await gather(alarm, known, frozenAtMs)),
    }
    const document = JSON.stringify(content)
    const sha256 = createHash('sha256').update(document).digest('hex')
    // The time line first: evidence without its entry is frozen again, an entry twice harms nobody.
    if (isComplete) {
      await alarms.record(id as AlarmId, { kind: 'evidence-frozen', note: `SHA-256 ${sha256}` })
    }
    await store.save({ alarmId: id, isComplete, dueAtMs, document, sha256, frozenAtMs })
  }
}

const MISSING_MAX = 1_000
const DUE_AT_ONCE = 20
