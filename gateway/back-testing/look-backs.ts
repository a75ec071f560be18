import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import type { AlarmRuleDraft } from '#alerting/rules/alarm-rule.ts'
import { appliesTo } from '#alerting/rules/resolve-rule.ts'
import { LOOK_BACK_LIMITS } from '#config/limits.ts'
import type { RuleLookBack, RuleLookBackState } from '../contract.ts'
import { type BackTestGround, runBackTest } from './run-back-test.ts'

export interface LookBackRequest {
  readonly draftId: string
  /** Null: the rule is to go. */
  readonly draft: AlarmRuleDraft | null
  /** The version in force; null: there is none. */
  readonly active: AlarmRuleDraft | null
  readonly activeVersion: number
  /** Devices that the person sees, whose look-back it is. */
  readonly deviceIds: Iterable<string>
}

export interface LookBacksOptions extends BackTestGround {
  readonly clock: Clock
  /** Devices that had alarms of the rule since then, the one with most first. */
  readonly rungLately: (ruleId: string, sinceMs: number) => Promise<readonly string[]>
}

interface AtWork {
  state: RuleLookBackState
  readonly request: LookBackRequest
  readonly abort: AbortController
  readonly ended: Promise<void>
}

const NONE: RuleLookBackState = {
  state: 'none',
  share: 0,
  readings: 0,
  detail: '',
  lookBack: null,
}

/**
 * How often a draft would have rung in the last days, beside the version in force, device by device
 * until a number of readings is judged: what is left out is told. In the background; a draft has one
 * at a time, a newer one ends the older. Code: `too_many`.
 */
export class LookBacks {
  readonly #options: LookBacksOptions
  readonly #atWork = new Map<string, AtWork>()

  constructor(options: LookBacksOptions) {
    this.#options = options
  }

  /** `keep` writes the result down before it is answered as done. */
  begin(
    request: LookBackRequest,
    keep: (lookBack: RuleLookBack) => Promise<void>,
  ): RuleLookBackState {
    const { draftId } = request
    const others = [...this.#atWork].filter(
      ([id, { state }]) => id !== draftId && state.state === 'running',
    )
    if (others.length >= LOOK_BACK_LIMITS.runningMax) {
      throw new CodedError('too_many', 'As many back-tests as may run at a time are running.', {
        hint: 'Wait a moment, then try again.',
      })
    }
    this.#atWork.get(draftId)?.abort.abort()
    const { promise, resolve } = Promise.withResolvers<void>()
    const state: RuleLookBackState = { ...NONE, state: 'running' }
    const entry: AtWork = { state, request, abort: new AbortController(), ended: promise }
    this.#atWork.set(draftId, entry)
    void this.#run(entry, keep).finally(resolve)
    return state
  }

  /** Of a draft that has none at work, what is kept. */
  stateOf(draftId: string, kept: RuleLookBack | null): RuleLookBackState {
    const atWork = this.#atWork.get(draftId)?.state
    if (atWork !== undefined) return atWork
    return kept === null ? NONE : { ...NONE, state: 'done', share: 1, lookBack: kept }
  }

  /** Ends what is at work for the draft; what was kept of an earlier one stays. */
  cancel(draftId: string): void {
    this.#atWork.get(draftId)?.abort.abort()
  }

  /** Once what is at work for the draft has ended, whatever came of it. */
  async ended(draftId: string): Promise<void> {
    await this.#atWork.get(draftId)?.ended
  }

  async stop(): Promise<void> {
    const entries = [...this.#atWork.values()]
    for (const { abort } of entries) abort.abort()
    await Promise.all(entries.map(({ ended }) => ended))
  }

  /** Whatever goes wrong is the state: nobody waits for this promise to say so. */
  async #run(entry: AtWork, keep: (lookBack: RuleLookBack) => Promise<void>): Promise<void> {
    const { draftId } = entry.request
    try {
      await keep(await this.#lookBack(entry))
      if (this.#atWork.get(draftId) === entry) this.#atWork.delete(draftId)
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error)
      entry.state = { ...NONE, state: 'failed', detail }
      const isCancelled = entry.abort.signal.aborted
      if (isCancelled && this.#atWork.get(draftId) === entry) this.#atWork.delete(draftId)
    }
  }

  async #lookBack(entry: AtWork): Promise<RuleLookBack> {
    const { clock } = this.#options
    const { draft, active, activeVersion } = entry.request
    const toMs = clock.nowMs()
    const span = { fromMs: toMs - LOOK_BACK_LIMITS.spanMs, toMs, signal: entry.abort.signal }
    const sides = { draft: whenOn(draft), active: whenOn(active) }
    const deviceIds = await this.#devicesOf(entry.request, span.fromMs)
    const found = { draft: 0, active: 0, readings: 0 }
    let judged = 0
    let looked = 0
    for (const deviceId of deviceIds.slice(0, LOOK_BACK_LIMITS.devicesMax)) {
      if (judged >= LOOK_BACK_LIMITS.readingsMax) break
      let readings = 0
      for (const side of ['draft', 'active'] as const) {
        const rule = sides[side]
        if (rule === null || !this.#isFor(rule, deviceId)) continue
        const result = await runBackTest(this.#options, { ...span, rule, deviceIds: [deviceId] })
        found[side] += result.annunciations
        judged += result.readings
        readings = Math.max(readings, result.readings)
      }
      found.readings += readings
      looked += 1
      const share = Math.max(looked / deviceIds.length, judged / LOOK_BACK_LIMITS.readingsMax)
      entry.state = { ...entry.state, share: Math.min(1, share), readings: found.readings }
    }
    return {
      at: instant(toMs),
      from: instant(span.fromMs),
      to: instant(toMs),
      devices: looked,
      devicesTotal: deviceIds.length,
      readings: found.readings,
      draft: sides.draft === null ? null : found.draft,
      active: sides.active === null ? null : found.active,
      activeVersion,
      seenBy: [],
    }
  }

  /** Devices that either of the two is for, those that rang lately first. */
  async #devicesOf(request: LookBackRequest, sinceMs: number): Promise<readonly string[]> {
    const { draft, active } = request
    const isMeant = (deviceId: string) =>
      [draft, active].some((rule) => rule !== null && this.#isFor(rule, deviceId))
    const meant = new Set([...request.deviceIds].filter(isMeant).sort())
    const lately = active === null ? [] : await this.#options.rungLately(active.id, sinceMs)
    const first = new Set(lately.filter((id) => meant.has(id)))
    return [...new Set([...first, ...meant])]
  }

  #isFor(rule: AlarmRuleDraft, deviceId: string): boolean {
    const place = this.#options.placeOf(deviceId)
    return place !== null && appliesTo(rule, place)
  }
}

/** A rule that is switched off rings as one that is not there. */
function whenOn(rule: AlarmRuleDraft | null): AlarmRuleDraft | null {
  return rule?.enabled === true ? rule : null
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString()
}
