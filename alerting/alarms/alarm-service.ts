import assert from 'node:assert/strict'
import { ALARM_LIMITS } from '#config/limits.ts'
import type { Clock } from '../clock.ts'
import { CodedError } from '../errors.ts'
import type { NotificationChannel } from '../notification/notification-channel.ts'
import { routeNotifications } from '../notification/routing.ts'
import { type ConditionEvent, causeKey } from '../rules/condition-event.ts'
import type { Alarm, AlarmId, TimelineEntry } from './alarm.ts'
import { ALARM_ERROR_CODES, ALARM_ERROR_SENTENCES, type AlarmErrorCode } from './alarm-errors.ts'
import type { AlarmCommit, AlarmStore, EngineCheckpoint } from './alarm-store.ts'
import type { AlarmEvent, AlarmRefusal } from './alarm-transition.ts'
import {
  type AlarmStep,
  type Surroundings,
  SYSTEM_ACTOR,
  update,
  updateByCondition,
} from './alarm-update.ts'
import { CommitQueue } from './commit-queue.ts'
import { endsOf, OpenAlarmSet } from './open-alarm-set.ts'
import type { Inhibition, ServiceWindows } from './overlays.ts'
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
  /** Which alarms are born suppressed; without it, none. */
  readonly inhibition?: Inhibition
  /** Which alarms are born out of service; without it, none. */
  readonly serviceWindows?: ServiceWindows
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
  readonly #open = new OpenAlarmSet()
  readonly #listeners = new Set<(change: AlarmChange) => void>()
  #cancelTimer: (() => void) | null = null

  constructor(options: AlarmServiceOptions) {
    this.#options = options
    this.#queue = new CommitQueue(options)
  }

  /** Loads the open alarms. Overlays whose time has passed meanwhile end at once, at their own instant. */
  async start(): Promise<void> {
    for (const alarm of await this.#options.store.loadOpen()) this.#open.adopt(alarm)
    this.#armTimer()
  }

  /** What is being committed is finished or given up; what waits is refused. Nothing half-done stays. */
  async stop(): Promise<void> {
    this.#cancelTimer?.()
    await this.#queue.stop()
  }

  /** An open alarm. */
  alarm(id: string): Alarm | null {
    return this.#open.get(id) ?? null
  }

  openAlarms(): Iterable<Alarm> {
    return this.#open.all()
  }

  /** The open alarms of a device. */
  openOf(deviceId: string): Iterable<Alarm> {
    return this.#open.ofDevice(deviceId)
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

  /**
   * Suppresses alarms by design: their cause is that of `by`. What may not be suppressed (fire,
   * second-level gas), is suppressed already or is over, is left as it is. Answers those that were.
   * Like a condition it is committed until it stands.
   */
  async suppress(
    ids: readonly AlarmId[],
    cause: { readonly by: AlarmId; readonly note: string },
  ): Promise<readonly Alarm[]> {
    return await this.#applyToMany(ids, { kind: 'suppress' }, cause.note, (alarm) => ({
      ...alarm,
      suppressedBy: cause.by,
    }))
  }

  /** Ends the suppression of these alarms; a condition that stands shows as unacknowledged and is told. */
  async release(ids: readonly AlarmId[], { note }: { readonly note: string }) {
    return await this.#applyToMany(ids, { kind: 'release' }, note)
  }

  async #applyToMany(
    ids: readonly AlarmId[],
    event: AlarmEvent,
    note: string,
    also: (alarm: Alarm) => Alarm = (alarm) => alarm,
  ): Promise<readonly Alarm[]> {
    let changed: readonly Alarm[] = []
    await this.#queue.persist(() => {
      const atMs = this.#options.clock.nowMs()
      const circumstances = { atMs, actor: SYSTEM_ACTOR, note, value: null }
      const groups = ids.flatMap((id) => {
        const open = this.#open.get(id)
        if (open === undefined) return []
        const expired = this.#withoutExpiredOverlays(open, atMs)
        const result = update(expired.at(-1)?.alarm ?? open, event, circumstances)
        if (!result.ok) return []
        return [[...expired, { ...result.step, alarm: also(result.step.alarm) }]]
      })
      changed = groups.flatMap((steps) => steps.at(-1)?.alarm ?? [])
      const steps = groups.flat()
      return { commit: this.#commitOf(steps), done: () => this.#adopt(steps) }
    })
    return changed
  }

  async #perform(
    id: string,
    event: AlarmEvent,
    deed: Deed,
    also: (alarm: Alarm, nowMs: number) => Alarm = (alarm) => alarm,
  ): Promise<Alarm> {
    return await this.#queue.tryOnce(async () => {
      const nowMs = this.#options.clock.nowMs()
      const open = this.#open.get(id)
      if (open === undefined) throw await this.#refusalOfUnknown(id as AlarmId)
      const steps = this.#withoutExpiredOverlays(open, nowMs)
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
      let alarm = staged.has(key) ? (staged.get(key) ?? null) : this.#open.ofCause(key)
      const expired = alarm === null ? [] : this.#withoutExpiredOverlays(alarm, event.atMs)
      alarm = expired.at(-1)?.alarm ?? alarm
      const result = updateByCondition(alarm, event, this.#surroundings(event, staged))
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

  #surroundings(
    { deviceId, point }: ConditionEvent,
    staged: ReadonlyMap<string, Alarm | null>,
  ): Surroundings {
    const { places, inhibition, serviceWindows } = this.#options
    return {
      place: places.placeOf(deviceId),
      unit: places.pointOf(deviceId, point)?.unit ?? null,
      overlaysOf: (unborn) => {
        const open = { of: (device: string) => this.#openNow(device, staged) }
        const window = serviceWindows?.windowOf(unborn, unborn.raisedAtMs) ?? null
        return {
          suppressedBy: unborn.shelvable ? (inhibition?.causeOf(unborn, open) ?? null) : null,
          outOfServiceBy: window?.id ?? null,
          outOfServiceUntilMs: window?.untilMs ?? null,
        }
      },
    }
  }

  /** Also what the same step has raised or ended and is not on disk yet. */
  #openNow(deviceId: string, staged: ReadonlyMap<string, Alarm | null>): readonly Alarm[] {
    const stagedHere = [...staged.values()].filter((alarm) => alarm?.deviceId === deviceId)
    const stood = [...this.openOf(deviceId)].filter((alarm) => !staged.has(causeKey(alarm)))
    return [...stood, ...stagedHere].filter((alarm) => alarm !== null)
  }

  /** An overlay that has an end ends at its own instant, whatever happens later; the earlier end first. */
  #withoutExpiredOverlays(alarm: Alarm, nowMs: number): AlarmStep[] {
    const steps: AlarmStep[] = []
    let current = alarm
    for (const end of endsOf(alarm)) {
      if (end.atMs > nowMs) break
      const circumstances = { atMs: end.atMs, actor: SYSTEM_ACTOR, note: null, value: null }
      const result = update(current, { kind: end.kind }, circumstances)
      assert(result.ok, 'an open alarm can leave an overlay it is under')
      steps.push(result.step)
      current = result.step.alarm
    }
    return steps
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
    for (const { alarm } of steps) this.#open.adopt(alarm)
    this.#armTimer()
    for (const { alarm, told } of steps) {
      const change = { alarm, entries: told.map(({ entry }) => entry) }
      for (const listener of this.#listeners) listener(change)
    }
  }

  /** Wakes at the earliest end of an overlay. */
  #armTimer(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
    const endAtMs = this.#open.nextEndAtMs()
    if (endAtMs === null) return
    this.#cancelTimer = this.#options.clock.wakeAt(endAtMs, () => {
      this.#queue.persistInBackground(() => this.#prepareEnds())
    })
  }

  #prepareEnds() {
    const nowMs = this.#options.clock.nowMs()
    const ended = this.#open.takeEnded(nowMs)
    const steps = ended.flatMap((alarm) => this.#withoutExpiredOverlays(alarm, nowMs))
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
  const code = ALARM_ERROR_CODES.find((known) => known === refused)
  assert(code !== undefined, `${refused} is the answer to a condition or a logic, not to a person`)
  return code
}
