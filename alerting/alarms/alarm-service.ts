import assert from 'node:assert/strict'
import { ALARM_LIMITS } from '#config/limits.ts'
import type { Clock } from '../clock.ts'
import { CodedError } from '../errors.ts'
import type { NotificationChannel } from '../notification/notification-channel.ts'
import { routeNotifications } from '../notification/routing.ts'
import { type ConditionEvent, causeKey } from '../rules/condition-event.ts'
import type { Alarm, AlarmId, TimelineEntry } from './alarm.ts'
import { ALARM_ERROR_SENTENCES, type AlarmErrorCode } from './alarm-errors.ts'
import type { AlarmCommit, AlarmStore, EngineCheckpoint } from './alarm-store.ts'
import type { AlarmEvent, AlarmRefusal } from './alarm-transition.ts'
import {
  type AlarmStep,
  type Circumstances,
  SYSTEM_ACTOR,
  update,
  updateByCondition,
} from './alarm-update.ts'
import { CommitQueue } from './commit-queue.ts'
import type { PlaceDirectory } from './place-directory.ts'

/** One alarm as it stands after a change, and what was added to its time line by it. */
export interface AlarmChange {
  readonly alarm: Alarm
  readonly entries: readonly TimelineEntry[]
}

/** Who does it, and why. */
export interface Deed {
  /** User name. */
  readonly actor: string
  readonly note?: string | undefined
}

export interface AlarmServiceOptions {
  readonly store: AlarmStore
  readonly clock: Clock
  readonly places: PlaceDirectory
  /** Read at every transition. */
  readonly channels: () => readonly NotificationChannel[]
  /** A condition the table knows no answer to; it was left aside. */
  readonly onIgnored?: (event: ConditionEvent, refusal: AlarmRefusal) => void
}

/**
 * Holds all open alarms and is the only writer of alarms. Conditions and people's verbs are taken one
 * after the other; each is committed in one transaction (alarm, time line, outbox, checkpoint) and
 * only then visible and told. Conditions are committed again until they stand; verbs reject with
 * `CodedError<AlarmErrorCode>` and have changed nothing then.
 */
export class AlarmService {
  readonly #options: AlarmServiceOptions
  readonly #queue: CommitQueue
  readonly #open = new Map<AlarmId, Alarm>()
  readonly #openByCause = new Map<string, Alarm>()
  readonly #listeners = new Set<(change: AlarmChange) => void>()
  #cancelShelvingTimer: (() => void) | null = null

  constructor(options: AlarmServiceOptions) {
    this.#options = options
    this.#queue = new CommitQueue(options)
  }

  /** Loads the open alarms. Shelvings whose time has passed meanwhile end at once. */
  async start(): Promise<void> {
    for (const alarm of await this.#options.store.loadOpen()) this.#hold(alarm)
    this.#armShelvingTimer()
  }

  /** What is being committed is finished or given up; what waits is refused. Nothing half-done stays. */
  async stop(): Promise<void> {
    this.#cancelShelvingTimer?.()
    await this.#queue.stop()
  }

  /** An open alarm. */
  alarm(id: string): Alarm | null {
    return this.#open.get(id as AlarmId) ?? null
  }

  openAlarms(): Iterable<Alarm> {
    return this.#open.values()
  }

  /** Since when commits fail; null: all is well. */
  get failingSinceMs(): number | null {
    return this.#queue.failingSinceMs
  }

  /** Called after each commit, for every change in order; must not throw. Returns what ends it. */
  onChange(listener: (change: AlarmChange) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /**
   * Applies what the rules found, together with the checkpoint that belongs to it. Resolves when it
   * stands on disk; rejects with `alarms_stopped` when the service is stopped before that.
   */
  async apply(events: readonly ConditionEvent[], checkpoint?: EngineCheckpoint): Promise<void> {
    await this.#queue.persist(() => this.#prepareConditions(events, checkpoint))
  }

  async acknowledge(id: string, deed: Deed): Promise<Alarm> {
    return await this.#perform(id, { kind: 'acknowledge' }, deed)
  }

  /** Releases a latched alarm whose condition is gone. */
  async reset(id: string, deed: Deed): Promise<Alarm> {
    return await this.#perform(id, { kind: 'reset' }, deed)
  }

  async comment(id: string, deed: Deed): Promise<Alarm> {
    requireNote(deed)
    return await this.#perform(id, { kind: 'comment' }, deed)
  }

  /** Hides it until then. Shelving a shelved alarm moves the end. */
  async shelve(id: string, deed: Deed & { readonly durationMs: number }): Promise<Alarm> {
    requireNote(deed)
    const { durationMs } = deed
    if (durationMs > ALARM_LIMITS.shelvingMsMax) {
      throw refusal('shelve_too_long', { durationMs, durationMsMax: ALARM_LIMITS.shelvingMsMax })
    }
    assert(durationMs > 0, 'a shelving has a length')
    return await this.#perform(id, { kind: 'shelve' }, deed, (alarm, nowMs) => ({
      ...alarm,
      shelvedUntilMs: nowMs + durationMs,
    }))
  }

  async unshelve(id: string, deed: Deed): Promise<Alarm> {
    return await this.#perform(id, { kind: 'unshelve' }, deed)
  }

  async assign(id: string, deed: Deed & { readonly assignee: string }): Promise<Alarm> {
    const { actor, assignee, note } = deed
    const told = note ? `${assignee}: ${note}` : assignee
    return await this.#perform(id, { kind: 'assign' }, { actor, note: told }, (alarm) => ({
      ...alarm,
      assignee,
    }))
  }

  /** Ends an alarm whose condition is gone without the usual acknowledge or reset; needs a reason. */
  async close(id: string, deed: Deed): Promise<Alarm> {
    requireNote(deed)
    return await this.#perform(id, { kind: 'close' }, deed)
  }

  async #perform(
    id: string,
    event: AlarmEvent,
    deed: Deed,
    also: (alarm: Alarm, nowMs: number) => Alarm = (alarm) => alarm,
  ): Promise<Alarm> {
    return await this.#queue.tryOnce(async () => {
      const nowMs = this.#options.clock.nowMs()
      const open = this.#open.get(id as AlarmId)
      if (open === undefined) throw await this.#refusalOfUnknown(id as AlarmId)
      const steps = this.#withoutExpiredShelf(open, nowMs)
      const circumstances = { atMs: nowMs, actor: deed.actor, note: deed.note || null, value: null }
      const result = update(steps.at(-1)?.alarm ?? open, event, circumstances)
      if (!result.ok) throw refusal(codeOf(result.refusal), { alarmId: id, state: open.state })
      const alarm = also(result.step.alarm, nowMs)
      steps.push({ ...result.step, alarm })
      return { commit: this.#commitOf(steps), done: () => this.#adopt(steps), answer: alarm }
    })
  }

  async #refusalOfUnknown(id: AlarmId): Promise<CodedError<AlarmErrorCode>> {
    const known = await this.#options.store.timeline(id)
    return refusal(known.length > 0 ? 'alarm_closed' : 'alarm_not_found', { alarmId: id })
  }

  #prepareConditions(events: readonly ConditionEvent[], checkpoint?: EngineCheckpoint) {
    const staged = new Map<string, Alarm | null>()
    const steps: AlarmStep[] = []
    for (const event of events) {
      const key = causeKey(event)
      const known = staged.has(key) ? staged : this.#openByCause
      let alarm = known.get(key) ?? null
      const expired = alarm === null ? [] : this.#withoutExpiredShelf(alarm, event.atMs)
      alarm = expired.at(-1)?.alarm ?? alarm
      const result = updateByCondition(alarm, event, this.#surroundings(event))
      if (!result.ok) {
        this.#options.onIgnored?.(event, result.refusal)
        continue
      }
      steps.push(...expired, result.step)
      const after = result.step.alarm
      staged.set(key, after.state === 'normal' ? null : after)
    }
    return { commit: this.#commitOf(steps, checkpoint), done: () => this.#adopt(steps) }
  }

  #surroundings({ deviceId, point }: ConditionEvent) {
    const { places } = this.#options
    return { place: places.placeOf(deviceId), unit: places.pointOf(deviceId, point)?.unit ?? null }
  }

  /** A shelving ends at its own instant, whatever happens later. */
  #withoutExpiredShelf(alarm: Alarm, nowMs: number): AlarmStep[] {
    const { shelvedUntilMs } = alarm
    if (shelvedUntilMs === null || shelvedUntilMs > nowMs) return []
    const circumstances: Circumstances = {
      atMs: shelvedUntilMs,
      actor: SYSTEM_ACTOR,
      note: null,
      value: null,
    }
    const result = update(alarm, { kind: 'shelving-ended' }, circumstances)
    assert(result.ok, 'an open, shelved alarm can leave the shelf')
    return [result.step]
  }

  #commitOf(steps: readonly AlarmStep[], checkpoint?: EngineCheckpoint): AlarmCommit {
    const channels = this.#options.channels()
    const latest = new Map(steps.map(({ alarm }) => [alarm.id, alarm]))
    const outbox = steps.flatMap(({ alarm, told }) => {
      const place = this.#options.places.placeOf(alarm.deviceId)
      return told.flatMap(({ entry, telling }) =>
        routeNotifications({ alarm, entry, telling, place }, channels),
      )
    })
    return {
      nowMs: this.#options.clock.nowMs(),
      alarms: [...latest.values()],
      timeline: steps.flatMap(({ told }) => told.map(({ entry }) => entry)),
      outbox,
      ...(checkpoint === undefined ? {} : { checkpoint }),
    }
  }

  /** The commit stands: now it is true, and everybody may know. */
  #adopt(steps: readonly AlarmStep[]): void {
    for (const { alarm } of steps) {
      if (alarm.state === 'normal') this.#drop(alarm)
      else this.#hold(alarm)
    }
    this.#armShelvingTimer()
    for (const { alarm, told } of steps) {
      const change = { alarm, entries: told.map(({ entry }) => entry) }
      for (const listener of this.#listeners) listener(change)
    }
  }

  #hold(alarm: Alarm): void {
    this.#open.set(alarm.id, alarm)
    this.#openByCause.set(causeKey(alarm), alarm)
  }

  #drop(alarm: Alarm): void {
    this.#open.delete(alarm.id)
    this.#openByCause.delete(causeKey(alarm))
  }

  #armShelvingTimer(): void {
    this.#cancelShelvingTimer?.()
    this.#cancelShelvingTimer = null
    let endsAtMs = Number.POSITIVE_INFINITY
    for (const { shelvedUntilMs } of this.#open.values()) {
      endsAtMs = Math.min(endsAtMs, shelvedUntilMs ?? Number.POSITIVE_INFINITY)
    }
    if (endsAtMs === Number.POSITIVE_INFINITY) return
    this.#cancelShelvingTimer = this.#options.clock.wakeAt(endsAtMs, () => {
      this.#queue.persistInBackground(() => this.#prepareShelvingEnds())
    })
  }

  #prepareShelvingEnds() {
    const nowMs = this.#options.clock.nowMs()
    const steps = [...this.#open.values()].flatMap((alarm) =>
      this.#withoutExpiredShelf(alarm, nowMs),
    )
    return { commit: this.#commitOf(steps), done: () => this.#adopt(steps) }
  }
}

function requireNote({ note }: Deed): void {
  if (!note?.trim()) throw refusal('note_required', {})
}

function refusal(
  code: AlarmErrorCode,
  details: Readonly<Record<string, unknown>>,
): CodedError<AlarmErrorCode> {
  return new CodedError(code, ALARM_ERROR_SENTENCES[code], { details })
}

function codeOf(refused: AlarmRefusal): AlarmErrorCode {
  assert(refused !== 'condition_absent', 'people do not raise conditions')
  return refused
}
