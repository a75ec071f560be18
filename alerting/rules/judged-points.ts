import { valueIn } from '../reading-columns.ts'
import type { AlarmRule } from './alarm-rule.ts'
import { type Cause, causeKey } from './condition-event.ts'
import { ANYTHING, overlapOf, type Quiet, quietOf } from './quiet.ts'
import type { Watch } from './watches.ts'

/** A rule on a point, with what is worked out of both once. */
export interface Judgement {
  readonly rule: AlarmRule
  readonly cause: Cause
  readonly key: string
  readonly quiet: Quiet | null
  /** Its watch when `Watches.revision` was `watchAt`; looking again costs more. */
  watch: Watch | undefined
  watchAt: number
}

/** A point that is judged or looked at, and the last value it had. */
export class JudgedPoint {
  readonly deviceId: string
  readonly point: string
  #rules: readonly AlarmRule[] = []
  #judgements: readonly Judgement[] = []
  #silences: readonly Judgement[] = []
  #others: readonly Judgement[] = []
  #quiet: Quiet | null = ANYTHING
  /** None of `others` was at work when `Watches.revision` was this. */
  atRestAt = -1
  /** As in columns, for a value as it is would be an object each time. NaN: there was none yet. */
  #lastValue = Number.NaN
  #lastFlags = 0

  constructor(deviceId: string, point: string) {
    this.deviceId = deviceId
    this.point = point
  }

  /** As the directory gave them; another list means that the rules are others. */
  get rules(): readonly AlarmRule[] {
    return this.#rules
  }

  get judgements(): readonly Judgement[] {
    return this.#judgements
  }

  /** Those that wait for silence: they care when a reading comes, not what it says. */
  get silences(): readonly Judgement[] {
    return this.#silences
  }

  /** All but the silences. */
  get others(): readonly Judgement[] {
    return this.#others
  }

  /** Of `others` together. */
  get quiet(): Quiet | null {
    return this.#quiet
  }

  /** The last; null: none yet. */
  get value(): number | boolean | null {
    return Number.isNaN(this.#lastValue) ? null : valueIn(this.#lastFlags, this.#lastValue)
  }

  judgeBy(rules: readonly AlarmRule[]): void {
    this.#rules = rules
    this.#judgements = rules.map((rule) => judgementOf(rule, this))
    const isSilence = ({ rule }: Judgement) => rule.condition.kind === 'no-data'
    this.#silences = this.#judgements.filter(isSilence)
    this.#others = this.#judgements.filter((judgement) => !isSilence(judgement))
    this.#quiet = this.#others.reduce<Quiet | null>(
      (all, { quiet }) => all && quiet && overlapOf(all, quiet),
      ANYTHING,
    )
    this.atRestAt = -1
  }

  /** `flags`, `value`: as in columns. */
  note(flags: number, value: number): void {
    this.#lastFlags = flags
    this.#lastValue = value
  }
}

/** The points that rules speak of and that have been heard. */
export class JudgedPoints {
  readonly #devices = new Map<string, Map<string, JudgedPoint>>()
  /** Asked for last: the points of a device are heard one after the other. */
  #last: { readonly deviceId: string; readonly points: Map<string, JudgedPoint> } | null = null

  /** The point with these rules, made when it is heard first. */
  take(deviceId: string, point: string, rules: readonly AlarmRule[]): JudgedPoint {
    const judged = this.#pointsOf(deviceId)?.get(point) ?? this.#add(deviceId, point)
    if (judged.rules !== rules) judged.judgeBy(rules)
    return judged
  }

  forget({ deviceId, point }: JudgedPoint): void {
    const points = this.#devices.get(deviceId)
    points?.delete(point)
    if (points?.size !== 0) return
    this.#devices.delete(deviceId)
    this.#last = null
  }

  *all(): Iterable<JudgedPoint> {
    for (const points of this.#devices.values()) yield* points.values()
  }

  #pointsOf(deviceId: string): Map<string, JudgedPoint> | null {
    if (this.#last?.deviceId === deviceId) return this.#last.points
    const points = this.#devices.get(deviceId)
    if (points === undefined) return null
    this.#last = { deviceId, points }
    return points
  }

  #add(deviceId: string, point: string): JudgedPoint {
    const made = new JudgedPoint(deviceId, point)
    const points = this.#devices.get(deviceId)
    if (points === undefined) this.#devices.set(deviceId, new Map([[point, made]]))
    else points.set(point, made)
    return made
  }
}

function judgementOf(
  rule: AlarmRule,
  { deviceId, point }: Pick<JudgedPoint, 'deviceId' | 'point'>,
): Judgement {
  const cause = { ruleId: rule.id, deviceId, point }
  return { rule, cause, key: causeKey(cause), quiet: quietOf(rule), watch: undefined, watchAt: -1 }
}
