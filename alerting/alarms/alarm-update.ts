import { createHash } from 'node:crypto'
import { TEXT_LIMITS } from '#config/limits.ts'
import type { LocalizedText } from '../rules/alarm-rule.ts'
import { type Cause, type ConditionEvent, causeKey } from '../rules/condition-event.ts'
import type { Alarm, AlarmId, TimelineEntry } from './alarm.ts'
import type { AlarmEvent, AlarmFacts, AlarmRefusal, Telling } from './alarm-event.ts'
import { isPresent, transition } from './alarm-transition.ts'
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

/** Until the window ends, or somebody ends it earlier. */
export function isOutOfService(alarm: Alarm, atMs: number): boolean {
  return alarm.outOfServiceUntilMs !== null && atMs < alarm.outOfServiceUntilMs
}

/** The window a new alarm is born in, and the alarm whose cause explains it. */
export interface BirthOverlays {
  readonly suppressedBy: AlarmId | null
  readonly outOfServiceBy: string | null
  readonly outOfServiceUntilMs: number | null
}

export const NO_OVERLAYS: BirthOverlays = {
  suppressedBy: null,
  outOfServiceBy: null,
  outOfServiceUntilMs: null,
}

/** The same cause and onset give the same id, so that judging again does not make a second alarm. */
export function alarmIdOf(cause: Cause, onset: string): AlarmId {
  const digest = createHash('sha256')
    .update(`${causeKey(cause)}\n${onset}`)
    .digest('hex')
  return `alm_${digest.slice(0, 32)}` as AlarmId
}

export interface Surroundings {
  readonly place: Place | null
  readonly unit: string | null
  /** Asked only when an alarm is born; without it, it is born in plain sight. */
  readonly overlaysOf?: (unborn: Alarm) => BirthOverlays
}

/** Applies a condition. `alarm` null: none of this cause is open. */
export function updateByCondition(
  alarm: Alarm | null,
  event: ConditionEvent,
  about: Surroundings,
): AlarmUpdate {
  const { atMs, note, value } = event
  const circumstances = { atMs, actor: SYSTEM_ACTOR, note, value }
  if (event.kind === 'returned' || event.kind === 're-alarmed') {
    if (alarm === null) return { ok: false, refusal: 'condition_absent' }
    return update(alarm, event, circumstances)
  }
  if (alarm === null) {
    if (event.kind !== 'raised') return { ok: false, refusal: 'condition_absent' }
    const unborn = unraised(event, about)
    return update({ ...unborn, ...about.overlaysOf?.(unborn) }, event, circumstances)
  }
  const result = update(alarm, event, circumstances)
  if (!result.ok || event.kind === 'fell') return result
  const { step } = result
  // A milder occurrence under a grade nobody has seen: what is shown stays that of the worse one.
  if (event.grade !== step.alarm.grade) return result
  return { ok: true, step: { ...step, alarm: { ...step.alarm, ...evidenceOf(event) } } }
}

type RaisingEvent = Exclude<ConditionEvent, { kind: 'returned' | 're-alarmed' }>

function unraised(event: RaisingEvent, { place, unit }: Surroundings): Alarm {
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
    unit: event.setpoint === null ? null : unitOf(event, unit),
    latching: rule.latching,
    shelvable: rule.shelvable,
    occurrences: 0,
    raisedAtMs: atMs,
    acknowledgedAtMs: null,
    returnedAtMs: null,
    closedAtMs: null,
    shelvedUntilMs: null,
    ...NO_OVERLAYS,
    assignee: null,
    drill: event.isDrill === true,
    caseFile: null,
    timelineLength: 0,
    revision: 0,
  }
}

/** What the figure is counted in: the point's unit, or one made of it (`%LEL/min`). */
function unitOf({ figureUnit }: RaisingEvent, unit: string | null): string | null {
  if (figureUnit === undefined || figureUnit === null) return figureUnit === null ? null : unit
  return figureUnit.replace('{unit}', unit ?? '')
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

/** Applies an event that carries nothing but itself: a person's verb, the end of an overlay. */
export function update(alarm: Alarm, event: AlarmEvent, circumstances: Circumstances): AlarmUpdate {
  const { atMs, actor, note, value } = circumstances
  const result = transition(factsFor(alarm, event, atMs), event)
  if (!result.ok) return result
  const after: Alarm = {
    ...alarm,
    state: result.state,
    grade: result.grade,
    occurrences: alarm.occurrences + (result.isNewOccurrence ? 1 : 0),
    ...instantsAfter(alarm, { event, state: result.state, atMs }),
    shelvedUntilMs: result.endsShelving ? null : alarm.shelvedUntilMs,
    suppressedBy: result.endsSuppression ? null : alarm.suppressedBy,
    ...(event.kind === 'return-to-service' || result.state === 'normal' ? IN_SERVICE : {}),
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

const IN_SERVICE = { outOfServiceBy: null, outOfServiceUntilMs: null } as const

/** The end of an overlay happens at the very instant at which it does not hold any more. */
function factsFor(alarm: Alarm, event: AlarmEvent, atMs: number): AlarmFacts {
  const { state, grade, latching, shelvable, shelvedUntilMs, outOfServiceUntilMs } = alarm
  return {
    state,
    grade,
    latching,
    shelvable,
    isShelved: event.kind === 'shelving-ended' ? shelvedUntilMs !== null : isShelved(alarm, atMs),
    hasOpenCase: alarm.caseFile !== null && alarm.caseFile.awaits !== null,
    isSuppressed: alarm.suppressedBy !== null,
    isOutOfService:
      event.kind === 'return-to-service'
        ? outOfServiceUntilMs !== null
        : isOutOfService(alarm, atMs),
  }
}

function instantsAfter(
  alarm: Alarm,
  { event, state, atMs }: { event: AlarmEvent; state: Alarm['state']; atMs: number },
): Pick<Alarm, 'acknowledgedAtMs' | 'returnedAtMs' | 'closedAtMs'> {
  const hasReturned = isPresent(alarm.state) && !isPresent(state)
  return {
    acknowledgedAtMs: acknowledgedAtMsAfter(alarm, { event, state, atMs }),
    returnedAtMs: hasReturned ? atMs : isPresent(state) ? null : alarm.returnedAtMs,
    closedAtMs: state !== 'normal' ? null : (alarm.closedAtMs ?? atMs),
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
