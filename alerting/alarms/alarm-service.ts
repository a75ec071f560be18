import { ALARM_LIMITS } from '#config/limits.ts'
import { routeNotifications } from '../notification/routing.ts'
import { type ConditionEvent, causeKey } from '../rules/condition-event.ts'
import type { Alarm, AlarmId, TimelineEntry } from './alarm.ts'
import { AlarmChanges, NO_CASES, type Verb } from './alarm-changes.ts'
import { alarmError } from './alarm-errors.ts'
import type { AlarmEvent } from './alarm-event.ts'
import type { AlarmServiceOptions } from './alarm-service-options.ts'
import type { AlarmCommit, EngineCheckpoint } from './alarm-store.ts'
import {
  type AlarmStep,
  type BirthOverlays,
  NO_OVERLAYS,
  type Surroundings,
  SYSTEM_ACTOR,
} from './alarm-update.ts'
import { CommitQueue } from './commit-queue.ts'
import { ConditionBacklog, type WaitingCondition } from './condition-backlog.ts'
import { type OrderedStep, ordersOf, planTurn } from './condition-turn.ts'
import { drillEndOf } from './drill-end.ts'
import { OpenAlarmSet, StagedAlarms } from './open-alarm-set.ts'

/** One alarm as it stands after a change, and what was added to its time line by it. */
export interface AlarmChange {
  readonly alarm: Alarm
  readonly entries: readonly TimelineEntry[]
  /** Where it stands among conditions that are applied in another order than they came. */
  readonly turn?: Turn
}

export interface Turn {
  readonly order: number
  /** Every condition with a lower order is applied. */
  readonly allBefore: number
}

/** Who does it, and why. */
export interface Deed {
  /** User name. */
  readonly actor: string
  readonly note?: string | undefined
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
  readonly #changes: AlarmChanges
  readonly #open = new OpenAlarmSet()
  readonly #backlog = new ConditionBacklog()
  readonly #turnListeners = new Set<(allBefore: number) => void>()
  readonly #listeners = new Set<(change: AlarmChange) => void>()
  #cancelTimer: (() => void) | null = null

  constructor(options: AlarmServiceOptions) {
    this.#options = options
    this.#queue = new CommitQueue(options)
    this.#changes = new AlarmChanges(options.caseRules ?? NO_CASES)
  }

  /** Loads the open alarms. What ended by itself meanwhile ends at once, at its own instant. */
  async start(): Promise<void> {
    const { store } = this.#options
    for (const alarm of await store.loadOpen()) this.#open.adopt(alarm)
    this.#backlog.add(await store.loadWaiting())
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

  /** Conditions that stand on disk and wait for `applyWaiting`. */
  get waiting(): number {
    return this.#backlog.size
  }

  /** Every condition with a lower order is applied. */
  get allBefore(): number {
    return this.#backlog.firstOrder
  }

  /** Called when a turn of waiting conditions is over and all its changes were told. */
  onTurn(listener: (allBefore: number) => void): () => void {
    this.#turnListeners.add(listener)
    return () => {
      this.#turnListeners.delete(listener)
    }
  }

  /**
   * Applies what the rules found, together with the checkpoint that belongs to it. Of more than fits a
   * commit the most urgent is applied now, and the rest stands on disk and waits. Resolves when it
   * stands on disk; rejects with `alarms_stopped` when the service is stopped before that.
   */
  async apply(events: readonly ConditionEvent[], checkpoint?: EngineCheckpoint): Promise<void> {
    const fits = events.length <= ALARM_LIMITS.conditionsPerCommitMax && this.#backlog.size === 0
    if (checkpoint === undefined || fits) {
      await this.#queue.persist(() => this.#prepareConditions(events, { checkpoint }))
      return
    }
    await this.#queue.persistOrdered(events.length, (firstOrder) =>
      this.#prepareTurn(
        events.map((event, index) => ({ order: firstOrder + index, event })),
        checkpoint,
      ),
    )
  }

  /** Applies the most urgent of what waits. */
  async applyWaiting(): Promise<void> {
    await this.#queue.persist(() => this.#prepareTurn([]))
  }

  /** A person's verb, see `alarm-verbs.ts`. `verbsOf` is asked for the alarm as it stands when its turn comes. */
  async perform(
    id: string,
    deed: Deed,
    verbsOf: (alarm: Alarm) => readonly Verb[],
  ): Promise<Alarm> {
    return await this.#queue.tryOnce(async () => {
      const nowMs = this.#options.clock.nowMs()
      const known = this.#open.find(id) ?? (await this.#options.store.load(id as AlarmId))
      if (known === null) throw alarmError('alarm_not_found', { alarmId: id })
      const steps = this.#changes.ended(known, nowMs)
      let alarm = steps.at(-1)?.alarm ?? known
      const circumstances = { atMs: nowMs, actor: deed.actor, note: deed.note || null, value: null }
      for (const verb of verbsOf(alarm)) {
        const result = this.#changes.byVerb(alarm, verb, circumstances)
        if (!result.ok) throw alarmError(result.code, { alarmId: id, state: alarm.state })
        steps.push(result.step)
        alarm = result.step.alarm
      }
      return { commit: this.#commitOf(steps), done: () => this.#adopt(steps), answer: alarm }
    })
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
    const deed = { actor: SYSTEM_ACTOR, note: cause.note }
    return await this.#applyToMany(ids, { kind: 'suppress' }, deed, (alarm) => ({
      ...alarm,
      suppressedBy: cause.by,
    }))
  }

  /** Ends the suppression of these alarms; a condition that stands shows as unacknowledged and is told. */
  async release(ids: readonly AlarmId[], { note }: { readonly note: string }) {
    return await this.#applyToMany(ids, { kind: 'release' }, { actor: SYSTEM_ACTOR, note })
  }

  /** The device of these alarms is worked on until then; of several windows the last to end holds. */
  async removeFromService(
    ids: readonly AlarmId[],
    window: {
      readonly id: string
      readonly untilMs: number
      readonly actor: string
      readonly note: string
    },
  ): Promise<readonly Alarm[]> {
    return await this.#applyToMany(ids, { kind: 'remove-from-service' }, window, (alarm) => ({
      ...alarm,
      outOfServiceBy: window.id,
      outOfServiceUntilMs: window.untilMs,
    }))
  }

  /** The work is over before its time. */
  async returnToService(ids: readonly AlarmId[], deed: Deed): Promise<readonly Alarm[]> {
    return await this.#applyToMany(ids, { kind: 'return-to-service' }, deed)
  }

  /** Ends a made-up alarm with its case, in whatever state it is. */
  async endDrill(id: AlarmId, deed: Deed): Promise<readonly Alarm[]> {
    return await this.#applyStepsToMany([id], (alarm, atMs) => {
      if (!alarm.drill) return []
      return drillEndOf(alarm, this.#changes, {
        atMs,
        actor: deed.actor,
        note: deed.note || null,
        value: null,
      })
    })
  }

  /** Writes an entry of the gateway's own into the time line, also of an alarm that is over. */
  async record(
    id: AlarmId,
    { kind, note }: { readonly kind: 'evidence-frozen'; readonly note: string },
  ): Promise<void> {
    const over = this.#open.find(id) === undefined ? await this.#options.store.load(id) : null
    await this.#queue.persist(() => {
      const known = this.#open.find(id) ?? over
      if (known === null) return { commit: this.#commitOf([]), done: () => undefined }
      const atMs = this.#options.clock.nowMs()
      const circumstances = { atMs, actor: SYSTEM_ACTOR, note, value: null }
      const result = this.#changes.byEvent(known, { kind }, circumstances)
      const steps = result.ok ? [result.step] : []
      return { commit: this.#commitOf(steps), done: () => this.#adopt(steps) }
    })
  }

  async #applyToMany(
    ids: readonly AlarmId[],
    event: AlarmEvent,
    { actor, note }: Deed,
    also: (alarm: Alarm) => Alarm = (alarm) => alarm,
  ): Promise<readonly Alarm[]> {
    return await this.#applyStepsToMany(ids, (alarm, atMs) => {
      const circumstances = { atMs, actor, note: note ?? null, value: null }
      const result = this.#changes.byEvent(alarm, event, circumstances)
      return result.ok ? [{ ...result.step, alarm: also(result.step.alarm) }] : []
    })
  }

  /** Committed until it stands, as conditions are; alarms for which there is nothing to do stay as they are. */
  async #applyStepsToMany(
    ids: readonly AlarmId[],
    stepsOf: (alarm: Alarm, atMs: number) => readonly AlarmStep[],
  ): Promise<readonly Alarm[]> {
    let changed: readonly Alarm[] = []
    await this.#queue.persist(() => {
      const atMs = this.#options.clock.nowMs()
      const groups = ids.flatMap((id) => {
        const open = this.#open.get(id)
        if (open === undefined) return []
        const ended = this.#changes.ended(open, atMs)
        const steps = stepsOf(ended.at(-1)?.alarm ?? open, atMs)
        return steps.length === 0 ? [] : [[...ended, ...steps]]
      })
      changed = groups.flatMap((steps) => steps.at(-1)?.alarm ?? [])
      const steps = groups.flat()
      return { commit: this.#commitOf(steps), done: () => this.#adopt(steps) }
    })
    return changed
  }

  /** One commit's worth of what waits and what is new; `news` that has to wait is stored with it. */
  #prepareTurn(news: readonly WaitingCondition[], checkpoint?: EngineCheckpoint) {
    const { turn, waiting, applied } = planTurn(this.#backlog, news)
    const { commit, done } = this.#prepareConditions(
      turn.map(({ event }) => event),
      { orders: turn.map(({ order }) => order), checkpoint },
    )
    return {
      commit: { ...commit, waiting, applied },
      done: () => {
        this.#backlog.remove(turn)
        done()
        for (const listener of this.#turnListeners) listener(this.allBefore)
      },
    }
  }

  #prepareConditions(
    events: readonly ConditionEvent[],
    about: {
      readonly checkpoint?: EngineCheckpoint | undefined
      /** Of the events, when they come in turns. */
      readonly orders?: readonly number[]
    },
  ) {
    const staged = new StagedAlarms(this.#open)
    const steps: OrderedStep[] = []
    for (const [index, event] of events.entries()) {
      const stood = staged.ofCause(causeKey(event))
      const ended = stood === null ? [] : this.#changes.ended(stood, event.atMs)
      const alarm = ended.at(-1)?.alarm ?? stood
      const result = this.#changes.byCondition(alarm, event, this.#surroundings(event, staged))
      if (!result.ok) {
        this.#options.onIgnored?.(event, result.refusal)
        continue
      }
      steps.push(...ended, { ...result.step, order: about.orders?.[index] })
      staged.stage(result.step.alarm)
    }
    return { commit: this.#commitOf(steps, about.checkpoint), done: () => this.#adopt(steps) }
  }

  #surroundings({ deviceId, point }: ConditionEvent, staged: StagedAlarms): Surroundings {
    const { places } = this.#options
    return {
      place: places.placeOf(deviceId),
      unit: places.pointOf(deviceId, point)?.unit ?? null,
      overlaysOf: (unborn) => this.#birthOverlays(unborn, staged),
    }
  }

  #birthOverlays(unborn: Alarm, staged: StagedAlarms): BirthOverlays {
    const { inhibition, serviceWindows } = this.#options
    // A drill is to be seen, wherever it is held.
    if (unborn.drill) return NO_OVERLAYS
    const window = serviceWindows?.windowOf(unborn, unborn.raisedAtMs) ?? null
    const open = { of: (device: string) => staged.ofDevice(device) }
    return {
      suppressedBy: unborn.shelvable ? (inhibition?.causeOf(unborn, open) ?? null) : null,
      outOfServiceBy: window?.id ?? null,
      outOfServiceUntilMs: window?.untilMs ?? null,
    }
  }

  #commitOf(steps: readonly OrderedStep[], checkpoint?: EngineCheckpoint): AlarmCommit {
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
      outbox: this.#options.holdBack?.(outbox) ?? outbox,
      orders: ordersOf(steps),
      ...(checkpoint === undefined ? {} : { checkpoint }),
    }
  }

  /** The commit stands: now it is true, and everybody may know. */
  #adopt(steps: readonly OrderedStep[]): void {
    for (const { alarm } of steps) this.#open.adopt(alarm)
    this.#armTimer()
    const { allBefore } = this
    for (const { alarm, told, order } of steps) {
      const entries = told.map(({ entry }) => entry)
      const change = {
        alarm,
        entries,
        ...(order === undefined ? {} : { turn: { order, allBefore } }),
      }
      for (const listener of this.#listeners) listener(change)
    }
  }

  /** Wakes when something ends by itself. */
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
    const steps = ended.flatMap((alarm) => this.#changes.ended(alarm, nowMs))
    return { commit: this.#commitOf(steps), done: () => this.#adopt(steps) }
  }
}
