import assert from 'node:assert/strict'
import { WINDOW_LIMITS } from '#config/limits.ts'
import type { Alarm, AlarmId } from '../alarms/alarm.ts'
import type { AlarmService } from '../alarms/alarm-service.ts'
import type { ServiceWindows } from '../alarms/overlays.ts'
import type { PlaceDirectory } from '../alarms/place-directory.ts'
import type { Clock } from '../clock.ts'
import { CodedError } from '../errors.ts'
import {
  covers,
  type ServiceWindow,
  type WindowKind,
  type WindowScope,
  windowStateOf,
} from './service-window.ts'
import type { WindowStore } from './window-store.ts'

export interface WindowDraft {
  readonly id: string
  readonly kind: WindowKind
  readonly scope: WindowScope
  readonly organizationId: string
  readonly reason: string
  readonly permitNumber: string
  readonly fromMs: number
  readonly untilMs: number
}

type Alarms = Pick<AlarmService, 'openAlarms' | 'removeFromService' | 'returnToService'>

export interface WindowServiceOptions {
  readonly store: WindowStore
  readonly clock: Clock
  readonly places: PlaceDirectory
  /** Began, or was overdue, finished or changed; after it stands. */
  readonly onChange: (window: ServiceWindow) => void
  readonly onFailure: (error: unknown) => void
}

/**
 * The maintenance and calibration windows that no person has finished, in memory. Answers who is worked
 * on for every reading and every new alarm; takes the alarms that stand out of service when a window
 * begins. That a window ends needs nothing from here: the alarms hold its end.
 */
export class WindowService implements ServiceWindows {
  readonly #options: WindowServiceOptions
  readonly #unfinished = new Map<string, ServiceWindow>()
  readonly #byTarget = new Map<string, ServiceWindow[]>()
  #alarms: Alarms | null = null
  #cancelTimer: (() => void) | null = null
  #steps: Promise<void> = Promise.resolve()

  constructor(options: WindowServiceOptions) {
    this.#options = options
  }

  /** Before readings and alarms are taken. */
  async load(): Promise<void> {
    for (const window of await this.#options.store.loadUnfinished()) this.#hold(window)
  }

  /** After the alarm service has started: takes up what began or changed while nobody looked. */
  async start(alarms: Alarms): Promise<void> {
    this.#alarms = alarms
    for (const window of this.#unfinished.values()) {
      if (windowStateOf(window, this.#options.clock.nowMs()) === 'active') await this.#begin(window)
    }
    for (const window of this.#overdue()) this.#options.onChange(window)
    this.#armTimer()
  }

  async stop(): Promise<void> {
    this.#cancelTimer?.()
    this.#cancelTimer = null
    await this.#steps
  }

  windowOf(
    { deviceId, point }: { readonly deviceId: string; readonly point: string },
    atMs: number,
  ): ServiceWindow | null {
    if (this.#unfinished.size === 0) return null
    return this.#coveringOf({ deviceId, point }, atMs)
  }

  window(id: string): ServiceWindow | null {
    return this.#unfinished.get(id) ?? null
  }

  unfinished(): Iterable<ServiceWindow> {
    return this.#unfinished.values()
  }

  async create(draft: WindowDraft, actor: string): Promise<ServiceWindow> {
    const nowMs = this.#options.clock.nowMs()
    assertSpan(draft, nowMs)
    if (this.#unfinished.size >= WINDOW_LIMITS.unfinishedMax) {
      throw new CodedError('too_many', 'Finish other windows first.')
    }
    const window: ServiceWindow = {
      ...draft,
      createdBy: actor,
      createdAtMs: nowMs,
      finishedAtMs: null,
      finishedBy: null,
      finishNote: null,
    }
    await this.#saved(window)
    if (windowStateOf(window, nowMs) === 'active') await this.#begin(window)
    return window
  }

  /** The work takes longer, or is done sooner. */
  async move(id: string, untilMs: number): Promise<ServiceWindow> {
    const window = this.#known(id)
    const moved = { ...window, untilMs }
    assertSpan(
      { ...moved, fromMs: Math.max(window.fromMs, untilMs - WINDOW_LIMITS.durationMsMax) },
      this.#options.clock.nowMs(),
    )
    await this.#saved(moved)
    await this.#begin(moved)
    return moved
  }

  /** The work is finished: what stands is shown again, and no reading is marked any more. */
  async finish(
    id: string,
    { actor, note }: { readonly actor: string; readonly note: string | null },
  ): Promise<ServiceWindow> {
    const window = this.#known(id)
    const nowMs = this.#options.clock.nowMs()
    const finished = { ...window, finishedAtMs: nowMs, finishedBy: actor, finishNote: note }
    await this.#saved(finished)
    await this.#letGo(finished, { actor, note: note ?? finished.reason })
    return finished
  }

  async #letGo(window: ServiceWindow, deed: { actor: string; note: string }): Promise<void> {
    const alarms = this.#started()
    const nowMs = this.#options.clock.nowMs()
    const freed: AlarmId[] = []
    for (const alarm of [...alarms.openAlarms()]) {
      if (alarm.outOfServiceBy !== window.id) continue
      const other = this.#coveringOf(alarm, nowMs)
      if (other === null) freed.push(alarm.id)
      else await this.#take([alarm], other)
    }
    if (freed.length > 0) await alarms.returnToService(freed, deed)
  }

  async #begin(window: ServiceWindow): Promise<void> {
    const standing = [...this.#started().openAlarms()].filter(
      (alarm) =>
        !alarm.drill &&
        covers(window, { ...alarm, siteId: alarm.siteId }) &&
        (alarm.outOfServiceBy === window.id
          ? alarm.outOfServiceUntilMs !== window.untilMs
          : (alarm.outOfServiceUntilMs ?? 0) < window.untilMs),
    )
    await this.#take(standing, window)
    this.#options.onChange(window)
  }

  async #take(alarms: readonly Alarm[], window: ServiceWindow): Promise<void> {
    if (alarms.length === 0) return
    const { id, untilMs, createdBy: actor, reason, permitNumber } = window
    const note = [permitNumber, reason].filter(Boolean).join(' · ')
    const ids = alarms.map((alarm) => alarm.id)
    await this.#started().removeFromService(ids, { id, untilMs, actor, note })
  }

  #coveringOf(at: { readonly deviceId: string; readonly point: string }, atMs: number) {
    const siteId = this.#options.places.placeOf(at.deviceId)?.siteId ?? null
    const candidates = [
      ...(this.#byTarget.get(`device/${at.deviceId}`) ?? []),
      ...(siteId === null ? [] : (this.#byTarget.get(`site/${siteId}`) ?? [])),
    ]
    let last: ServiceWindow | null = null
    for (const window of candidates) {
      if (windowStateOf(window, atMs) !== 'active') continue
      if (!covers(window, { ...at, siteId })) continue
      if (last === null || window.untilMs > last.untilMs) last = window
    }
    return last
  }

  #started(): Alarms {
    assert(this.#alarms !== null, 'started before it is asked')
    return this.#alarms
  }

  #known(id: string): ServiceWindow {
    const window = this.#unfinished.get(id)
    if (window !== undefined) return window
    throw new CodedError('window_finished', 'The window is finished, or there is no such window.')
  }

  async #saved(window: ServiceWindow): Promise<void> {
    await this.#options.store.save(window)
    this.#release(window.id)
    if (window.finishedAtMs === null) this.#hold(window)
    this.#options.onChange(window)
    this.#armTimer()
  }

  #hold(window: ServiceWindow): void {
    this.#unfinished.set(window.id, window)
    const key = targetOf(window.scope)
    this.#byTarget.set(key, [...(this.#byTarget.get(key) ?? []), window])
  }

  #release(id: string): void {
    const window = this.#unfinished.get(id)
    if (window === undefined) return
    this.#unfinished.delete(id)
    const key = targetOf(window.scope)
    const left = (this.#byTarget.get(key) ?? []).filter((one) => one.id !== id)
    if (left.length === 0) this.#byTarget.delete(key)
    else this.#byTarget.set(key, left)
  }

  #overdue(): readonly ServiceWindow[] {
    const nowMs = this.#options.clock.nowMs()
    return [...this.#unfinished.values()].filter(
      (window) => windowStateOf(window, nowMs) === 'overdue',
    )
  }

  /** The next beginning or end. */
  #armTimer(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
    const nowMs = this.#options.clock.nowMs()
    const edges = [...this.#unfinished.values()].flatMap(({ fromMs, untilMs }) => [fromMs, untilMs])
    const atMs = Math.min(...edges.filter((edge) => edge > nowMs))
    if (!Number.isFinite(atMs)) return
    this.#cancelTimer = this.#options.clock.wakeAt(atMs, () => {
      this.#steps = this.#steps.then(() => this.#reach(atMs)).catch(this.#options.onFailure)
      this.#armTimer()
    })
  }

  async #reach(atMs: number): Promise<void> {
    for (const window of [...this.#unfinished.values()]) {
      if (window.fromMs === atMs) await this.#begin(window)
      else if (window.untilMs === atMs) this.#options.onChange(window)
    }
  }
}

function targetOf(scope: WindowScope): string {
  return scope.kind === 'site' ? `site/${scope.siteId}` : `device/${scope.deviceId}`
}

function assertSpan(
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
  nowMs: number,
): void {
  const problem =
    untilMs <= Math.max(fromMs, nowMs)
      ? 'It must end after it begins, and in the future.'
      : untilMs - fromMs > WINDOW_LIMITS.durationMsMax
        ? 'A window lasts three days at most; make another one then.'
        : fromMs - nowMs > WINDOW_LIMITS.aheadMsMax
          ? 'A window begins within the next 90 days.'
          : null
  if (problem !== null) throw new CodedError('window_span_invalid', problem)
}
