import type { Grade } from '#alerting/rules/alarm-rule.ts'
import type { ConditionEvent } from '#alerting/rules/condition-event.ts'
import type { LiveSubstance, LiveUnit } from '../contract.ts'
import { isBackBelow } from './live-inventory.ts'

/** The rule behind the alarm of a registered quantity that is exceeded; not one of the rule book. */
export const QUANTITY_RULE_ID = 'hazard-quantity-exceeded'
/** The point under which the alarm stands at the level gauge; no reading has it. */
export const QUANTITY_POINT = {
  name: 'inventory',
  unit: 't',
  label: { zh: '存量', en: 'Quantity' },
} as const

const RULE_NAME = { zh: '存量超过备案量', en: 'Registered quantity exceeded' } as const

export interface QuantityAlarmSettings {
  readonly grade: Grade
  /** Per cent of the registered quantity by which it must fall below before the alarm is over. */
  readonly deadbandPercent: number
  readonly onDelaySeconds: number
}

/** What of an alarm is remembered between two looks. */
export type QuantityState =
  | { readonly kind: 'below' }
  | { readonly kind: 'pending'; readonly sinceMs: number }
  | { readonly kind: 'exceeded' }

export type QuantityVerdict = 'raise' | 'return' | null

/** Pure: from what is there now to what the alarm does. A stale quantity changes nothing. */
export function judgeQuantity(
  state: QuantityState,
  substance: LiveSubstance,
  nowMs: number,
  settings: QuantityAlarmSettings,
): { readonly state: QuantityState; readonly verdict: QuantityVerdict } {
  const { now, registered, basis, isExceeded } = substance
  if (basis === 'stale' || now === null || registered === null) return { state, verdict: null }
  if (state.kind === 'exceeded') {
    const isOver = basis === 'registered' || isBackBelow(now, registered, settings.deadbandPercent)
    return isOver ? { state: { kind: 'below' }, verdict: 'return' } : { state, verdict: null }
  }
  if (!isExceeded) return { state: { kind: 'below' }, verdict: null }
  const sinceMs = state.kind === 'pending' ? state.sinceMs : nowMs
  return nowMs - sinceMs >= settings.onDelaySeconds * 1_000
    ? { state: { kind: 'exceeded' }, verdict: 'raise' }
    : { state: { kind: 'pending', sinceMs }, verdict: null }
}

/** The alarm names source, quantity, S and R now and as registered. */
export function quantityRaised(options: {
  readonly deviceId: string
  readonly sourceName: string
  readonly unit: LiveUnit
  readonly substance: LiveSubstance
  readonly nowMs: number
  readonly grade: Grade
}): ConditionEvent {
  const { deviceId, sourceName, unit, substance, nowMs, grade } = options
  const [now, registered] = [short(substance.now), short(substance.registered)]
  return {
    kind: 'raised',
    ruleId: QUANTITY_RULE_ID,
    deviceId,
    point: QUANTITY_POINT.name,
    atMs: nowMs,
    value: Number(substance.now),
    note: noteOf(sourceName, unit, substance),
    rule: { version: 1, name: RULE_NAME, latching: false, shelvable: true },
    grade,
    label: {
      zh: `${sourceName}：${substance.name} ${now} t，备案 ${registered} t`,
      en: `${sourceName}: ${substance.name} ${now} t, registered ${registered} t`,
    },
    setpoint: Number(substance.registered),
    onset: String(nowMs),
  }
}

export function quantityReturned(options: {
  readonly deviceId: string
  readonly nowMs: number
  readonly value: number | null
  readonly note: string
}): ConditionEvent {
  const { deviceId, nowMs, value, note } = options
  return {
    kind: 'returned',
    ruleId: QUANTITY_RULE_ID,
    deviceId,
    point: QUANTITY_POINT.name,
    atMs: nowMs,
    value,
    note,
  }
}

function noteOf(sourceName: string, unit: LiveUnit, substance: LiveSubstance): string {
  const figures = (of: 'now' | 'registered') =>
    `${substance.name} ${short(substance[of])} t, S ${short(unit.s[of])}, R ${short(unit.r[of])}, ${unit.hazardLevel[of] ?? '–'}`
  return `${sourceName} / ${unit.name}\n现存 now: ${figures('now')} 级\n备案 registered: ${figures('registered')} 级`
}

/** At most three decimals, for reading; the exact text is in the live state. */
export function short(decimal: string | null): string {
  if (decimal === null) return '–'
  return String(Number(Number(decimal).toFixed(3)))
}
