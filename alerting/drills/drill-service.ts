import { DRILL_LIMITS } from '#config/limits.ts'
import type { Alarm, AlarmId } from '../alarms/alarm.ts'
import { alarmError } from '../alarms/alarm-errors.ts'
import type { AlarmService } from '../alarms/alarm-service.ts'
import { alarmIdOf } from '../alarms/alarm-update.ts'
import type { Clock } from '../clock.ts'
import { CodedError } from '../errors.ts'
import type { Grade } from '../rules/alarm-rule.ts'

/** The rule that all made-up alarms are of; no reading is judged by it. */
export const DRILL_RULE_ID = 'drill'

/** A made-up alarm that runs the whole chain, with an end. */
export interface Drill {
  readonly alarmId: AlarmId
  readonly deviceId: string
  readonly point: string
  readonly grade: Grade
  readonly organizationId: string
  readonly startedBy: string
  readonly startedAtMs: number
  readonly endsAtMs: number
  readonly endedAtMs: number | null
  /** Null: it ended by itself. */
  readonly endedBy: string | null
  readonly note: string
}

/** Port. Rejects with `CodedError` `database_unavailable`: nothing was written. */
export interface DrillStore {
  save(drill: Drill): Promise<void>
  loadRunning(): Promise<readonly Drill[]>
}

export interface DrillDraft {
  readonly deviceId: string
  readonly point: string
  readonly grade: Grade
  readonly organizationId: string
  readonly durationMs: number
  readonly note: string
}

/**
 * Starts and ends drills. The drill is stored before its alarm is raised: one whose alarm did not come
 * about ends at its time and does no harm.
 */
export class DrillService {
  readonly #store: DrillStore
  readonly #clock: Clock
  readonly #alarms: Pick<AlarmService, 'apply' | 'endDrill' | 'alarm'>
  readonly #onFailure: (error: unknown) => void
  readonly #running = new Map<AlarmId, Drill>()
  #cancelTimer: (() => void) | null = null

  constructor(options: {
    readonly store: DrillStore
    readonly clock: Clock
    readonly alarms: Pick<AlarmService, 'apply' | 'endDrill' | 'alarm'>
    readonly onFailure: (error: unknown) => void
  }) {
    this.#store = options.store
    this.#clock = options.clock
    this.#alarms = options.alarms
    this.#onFailure = options.onFailure
  }

  /** Drills whose time passed while nobody looked end at once. */
  async start(): Promise<void> {
    for (const drill of await this.#store.loadRunning()) this.#running.set(drill.alarmId, drill)
    this.#armTimer()
  }

  stop(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
  }

  running(): Iterable<Drill> {
    return this.#running.values()
  }

  async begin(draft: DrillDraft, actor: string): Promise<Drill> {
    if (this.#running.size >= DRILL_LIMITS.runningMax) {
      throw new CodedError('too_many', 'End other drills first.')
    }
    const { deviceId, point, grade, durationMs } = draft
    const twin = [...this.#running.values()].some(
      (one) => one.deviceId === deviceId && one.point === point,
    )
    if (twin) throw new CodedError('already_exists', 'A drill is under way on this point already.')
    const nowMs = this.#clock.nowMs()
    const cause = { ruleId: DRILL_RULE_ID, deviceId, point }
    const onset = String(nowMs)
    const drill: Drill = {
      alarmId: alarmIdOf(cause, onset),
      deviceId,
      point,
      grade,
      organizationId: draft.organizationId,
      startedBy: actor,
      startedAtMs: nowMs,
      endsAtMs: nowMs + durationMs,
      endedAtMs: null,
      endedBy: null,
      note: draft.note,
    }
    await this.#store.save(drill)
    this.#running.set(drill.alarmId, drill)
    this.#armTimer()
    await this.#alarms.apply([
      {
        ...cause,
        kind: 'raised',
        atMs: nowMs,
        value: null,
        note: `${actor}: ${draft.note}`,
        rule: { version: 1, name: NAME, latching: false, shelvable: false },
        grade,
        label: NAME,
        setpoint: null,
        onset,
        isDrill: true,
      },
    ])
    return drill
  }

  /** Ends it for everybody: condition, alarm and case. */
  async end(alarmId: string, actor: string): Promise<Alarm | null> {
    const drill = this.#running.get(alarmId as AlarmId)
    if (drill === undefined) throw alarmError('drill_not_found', { alarmId })
    return await this.#end(drill, actor)
  }

  async #end(drill: Drill, endedBy: string | null): Promise<Alarm | null> {
    const deed = { actor: endedBy ?? 'system', note: drill.note }
    const [ended] = await this.#alarms.endDrill(drill.alarmId, deed)
    await this.#store.save({ ...drill, endedAtMs: this.#clock.nowMs(), endedBy })
    this.#running.delete(drill.alarmId)
    this.#armTimer()
    return ended ?? null
  }

  #armTimer(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
    const [next] = [...this.#running.values()].sort((one, other) => one.endsAtMs - other.endsAtMs)
    if (next === undefined) return
    this.#cancelTimer = this.#clock.wakeAt(next.endsAtMs, () => {
      this.#end(next, null).catch((error: unknown) => this.#missed(error))
    })
  }

  /** A drill that could not end is tried again; it is no reason to stop watching real gas. */
  #missed(error: unknown): void {
    if (!(error instanceof CodedError)) {
      this.#onFailure(error)
      return
    }
    if (error.code !== 'database_unavailable') return
    this.#cancelTimer = this.#clock.wakeAt(this.#clock.nowMs() + DRILL_LIMITS.retryMs, () =>
      this.#armTimer(),
    )
  }
}

const NAME = { zh: '演练', en: 'Drill' }
