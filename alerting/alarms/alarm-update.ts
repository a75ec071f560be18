import { createHash } from 'node:crypto'
import { TEXT_LIMITS } from '#config/limits.ts'
import type { LocalizedText } from '../rules/alarm-rule.ts'
import { type Cause, type ConditionEvent, causeKey } from '../rules/condition-event.ts'
import type { Alarm, AlarmId, TimelineEntry } from './alarm.ts'
import {
  type AlarmEvent,
  type AlarmRefusal,
  isPresent,
  type Telling,
  transition,
} from './alarm-transition.ts'
import type { Place } from './place-directory.ts'

/** Who changed it, when and why; the value, where one did it. */
export interface Circumstances {
  readonly atMs: number
  readonly actor: string
  readonly note: string | null
  readonly value: number | boolean | null
}

/** An alarm after a change, and each new entry of its time line with who is to hear of it. */
export interface AlarmStep {
  readonly alarm: Alarm
  readonly told: readonly { readonly entry: TimelineEntry; readonly telling: Telling }[]
}

export type AlarmUpdate =
  | { readonly ok: false; readonly refusal: AlarmRefusal }
  | { readonly ok: true; readonly step: AlarmStep }

export const SYSTEM_ACTOR = 'system'

/** Shelved is a stored instant and a comparison; nothing has to happen for it to end. */
export function isShelved(alarm: Alarm, atMs: number): boolean {
  return alarm.shelvedUntilMs !== null && atMs < alarm.shelvedUntilMs
}

/** The same cause and onset give the same id, so that judging again does not make a second alarm. */
export function alarmIdOf(cause: Cause, onset: string): AlarmId {
  const digest = createHash('sha256')
    .update(`${causeKey(cause)}\n${onset}`)
    .digest('hex')
  return `alm_${digest.slice(0, 32)}` as AlarmId
}

/** Applies a condition. `alarm` null: none of this cause is open. */
export function updateByCondition(
  alarm: Alarm | null,
  event: ConditionEvent,
  about: { readonly place: Place | null; readonly unit: string | null },
): AlarmUpdate {
  const { atMs, note, value } = event
  const circumstances = { atMs, actor: SYSTEM_ACTOR, note, value }
  if (event.kind === 'returned') {
    if (alarm === null) return { ok: false, refusal: 'condition_absent' }
    return update(alarm, event, circumstances)
  }
  if (alarm === null) {
    if (event.kind !== 'raised') return { ok: false, refusal: 'condition_absent' }
    return update(unraised(event, about), event, circumstances)
  }
  const result = update(alarm, event, circumstances)
  if (!result.ok || event.kind === 'fell') return result
  const { step } = result
  // A milder occurrence under a grade nobody has seen: what is shown stays that of the worse one.
  if (event.grade !== step.alarm.grade) return result
  return { ok: true, step: { ...step, alarm: { ...step.alarm, ...evidenceOf(event) } } }
}

type RaisingEvent = Exclude<ConditionEvent, { kind: 'returned' }>

function unraised(
  event: RaisingEvent,
  { place, unit }: { readonly place: Place | null; readonly unit: string | null },
): Alarm {
  const { ruleId, deviceId, point, atMs, grade, rule } = event
  return {
    id: alarmIdOf(event, event.onset),
    ruleId,
    deviceId,
    point,
    siteId: place?.siteId ?? '',
    organizationId: place?.organizationId ?? '',
    state: 'normal',
    grade,
    ...evidenceOf(event),
    unit: event.setpoint === null ? null : unit,
    latching: rule.latching,
    shelvable: rule.shelvable,
    occurrences: 0,
    raisedAtMs: atMs,
    acknowledgedAtMs: null,
    returnedAtMs: null,
    closedAtMs: null,
    shelvedUntilMs: null,
    assignee: null,
    drill: false,
    timelineLength: 0,
    revision: 0,
  }
}

function evidenceOf(
  event: RaisingEvent,
): Pick<Alarm, 'ruleVersion' | 'title' | 'value' | 'setpoint'> {
  const { rule, label, value, setpoint } = event
  return { ruleVersion: rule.version, title: titleOf(rule.name, label), value, setpoint }
}

/** "Combustible gas · second alarm"; not twice the same, and no longer than a name may be. */
function titleOf(name: LocalizedText, label: LocalizedText): LocalizedText {
  const join = (one: string, other: string) =>
    one === other ? one : `${one} · ${other}`.slice(0, TEXT_LIMITS.nameLengthMax)
  return { zh: join(name.zh, label.zh), en: join(name.en, label.en) }
}

/** Applies an event that carries nothing but itself: a person's verb, the end of a shelving. */
export function update(alarm: Alarm, event: AlarmEvent, circumstances: Circumstances): AlarmUpdate {
  const { atMs, actor, note, value } = circumstances
  const { state, grade, latching, shelvable } = alarm
  const facts = { state, grade, latching, shelvable, isShelved: isShelvedFor(alarm, event, atMs) }
  const result = transition(facts, event)
  if (!result.ok) return result
  const after: Alarm = {
    ...alarm,
    state: result.state,
    grade: result.grade,
    occurrences: alarm.occurrences + (result.isNewOccurrence ? 1 : 0),
    ...instantsAfter(alarm, { event, state: result.state, atMs }),
    shelvedUntilMs: result.endsShelving ? null : alarm.shelvedUntilMs,
    timelineLength: alarm.timelineLength + result.entries.length,
    revision: alarm.revision + 1,
  }
  const told = result.entries.map(({ kind, telling }, index) => ({
    telling,
    entry: {
      alarmId: alarm.id,
      sequence: alarm.timelineLength + index + 1,
      atMs,
      kind,
      actor,
      note,
      state: result.state,
      value,
      // What fell is the level; the alarm keeps its grade.
      grade: event.kind === 'fell' ? event.grade : result.grade,
    },
  }))
  return { ok: true, step: { alarm: after, told } }
}

/** The end of a shelving happens at the very instant at which the alarm is not shelved any more. */
function isShelvedFor(alarm: Alarm, event: AlarmEvent, atMs: number): boolean {
  return event.kind === 'shelving-ended' ? alarm.shelvedUntilMs !== null : isShelved(alarm, atMs)
}

function instantsAfter(
  alarm: Alarm,
  { event, state, atMs }: { event: AlarmEvent; state: Alarm['state']; atMs: number },
): Pick<Alarm, 'acknowledgedAtMs' | 'returnedAtMs' | 'closedAtMs'> {
  const hasReturned = isPresent(alarm.state) && !isPresent(state)
  return {
    acknowledgedAtMs: acknowledgedAtMsAfter(alarm, { event, state, atMs }),
    returnedAtMs: hasReturned ? atMs : isPresent(state) ? null : alarm.returnedAtMs,
    closedAtMs: state === 'normal' ? atMs : null,
  }
}

function acknowledgedAtMsAfter(
  alarm: Alarm,
  { event, state, atMs }: { event: AlarmEvent; state: Alarm['state']; atMs: number },
): number | null {
  if (event.kind === 'acknowledge') return atMs
  return UNACKNOWLEDGED.has(state) ? null : alarm.acknowledgedAtMs
}

const UNACKNOWLEDGED: ReadonlySet<Alarm['state']> = new Set([
  'unacknowledged',
  'returned-unacknowledged',
  'latched-unacknowledged',
])
