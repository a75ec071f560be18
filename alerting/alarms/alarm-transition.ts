import type { AlarmNotificationType } from '../notification/outbox.ts'
import type { Grade } from '../rules/alarm-rule.ts'
import type { AlarmState, TimelineKind } from './alarm.ts'
import type {
  AlarmEvent,
  AlarmFacts,
  AlarmRefusal,
  Telling,
  Transition,
  TransitionEntry,
} from './alarm-event.ts'

const NOBODY: Telling = { to: 'nobody' }

/** The one table of an alarm's life: state × event. In words: DESIGN.md, section 2. */
export function transition(facts: AlarmFacts, event: AlarmEvent): Transition {
  switch (event.kind) {
    case 'raised':
      return raised(facts, event.grade)
    case 'rose':
      return rose(facts, event.grade)
    case 'fell':
      return fell(facts)
    case 'returned':
      return returned(facts)
    case 're-alarmed':
      return reAlarmed(facts)
    case 'acknowledge':
      return acknowledged(facts)
    case 'reset':
      return reset(facts)
    case 'close':
      return closed(facts)
    case 'shelve':
      return shelved(facts)
    case 'unshelve':
    case 'shelving-ended':
      return unshelved(facts)
    case 'suppress':
      return suppressed(facts)
    case 'release':
      return released(facts)
    case 'remove-from-service':
      return removedFromService(facts)
    case 'return-to-service':
      return returnedToService(facts)
    case 'comment':
      return noted(facts, 'commented')
    case 'assign':
      return noted(facts, 'assigned', machines('alarm.assigned'))
    case 'case-overdue':
      return noted(facts, event.kind, overdueTelling(facts))
    // The evidence of an alarm that was over at once is frozen all the same.
    case 'evidence-frozen':
      return moved(facts, facts.state, { entries: [entry(event.kind)] })
    case 'arrived':
    case 'disposed':
    case 'reviewed':
    case 'sent-back':
    case 'case-closed':
    case 'photo-added':
      return noted(facts, event.kind)
    default:
      return event satisfies never
  }
}

function raised(facts: AlarmFacts, grade: Grade): Transition {
  switch (facts.state) {
    case 'normal':
      return moved(facts, 'unacknowledged', {
        grade,
        entries: [entry('raised', people(facts, 'alarm.raised')), ...bornUnder(facts)],
        isNewOccurrence: true,
      })
    // Only after the rule's memory was lost: what stands already is judged as a rise.
    case 'unacknowledged':
    case 'acknowledged':
      return rose(facts, grade)
    case 'returned-unacknowledged':
    case 'latched-unacknowledged':
      // Nobody has seen the worse one yet, so it stays the worse one.
      return reoccurred(facts, mostUrgent(grade, facts.grade))
    case 'latched-acknowledged':
      return reoccurred(facts, grade)
    default:
      return facts.state satisfies never
  }
}

function reoccurred(facts: AlarmFacts, grade: Grade): Transition {
  const isWorse = grade < facts.grade
  const wasSeen = facts.state === 'latched-acknowledged'
  const telling: Telling =
    isWorse || wasSeen
      ? people(facts, 'alarm.raised', { breaksHiding: isWorse })
      : machines('alarm.raised')
  return moved(facts, 'unacknowledged', {
    grade,
    entries: [...brokenHiding(facts, isWorse), entry('reoccurred', telling)],
    endsShelving: isWorse,
    endsSuppression: isWorse,
    isNewOccurrence: true,
  })
}

function rose(facts: AlarmFacts, grade: Grade): Transition {
  if (!isPresent(facts.state)) return refused('condition_absent')
  const isWorse = grade < facts.grade
  const wasSeen = facts.state === 'acknowledged'
  const telling: Telling =
    isWorse || wasSeen ? people(facts, 'alarm.escalated', { breaksHiding: isWorse }) : NOBODY
  return moved(facts, 'unacknowledged', {
    grade: mostUrgent(grade, facts.grade),
    entries: [...brokenHiding(facts, isWorse), entry('grade-rose', telling)],
    endsShelving: isWorse,
    endsSuppression: isWorse,
  })
}

function fell(facts: AlarmFacts): Transition {
  if (!isPresent(facts.state)) return refused('condition_absent')
  return moved(facts, facts.state, { entries: [entry('grade-fell')] })
}

function returned(facts: AlarmFacts): Transition {
  const entries = [entry('returned', machines('alarm.returned'))]
  switch (facts.state) {
    case 'unacknowledged':
      if (facts.latching) return moved(facts, 'latched-unacknowledged', { entries })
      // Its cause was another alarm's and it was hidden: nobody has anything to acknowledge.
      if (facts.isSuppressed) return ended(facts, entries)
      return moved(facts, 'returned-unacknowledged', { entries })
    case 'acknowledged':
      if (facts.latching) return moved(facts, 'latched-acknowledged', { entries })
      // A shelf is for alarms that come and go; it holds for the next occurrence too.
      if (facts.isShelved) return moved(facts, 'returned-unacknowledged', { entries })
      return ended(facts, entries)
    case 'normal':
    case 'returned-unacknowledged':
    case 'latched-unacknowledged':
    case 'latched-acknowledged':
      return refused('condition_absent')
    default:
      return facts.state satisfies never
  }
}

/** Still there, and acknowledged long ago: it is shown again as if nobody had seen it. */
function reAlarmed(facts: AlarmFacts): Transition {
  if (!isPresent(facts.state)) return refused('condition_absent')
  if (facts.state === 'unacknowledged') return refused('alarm_not_acknowledged')
  return moved(facts, 'unacknowledged', {
    entries: [entry('re-alarmed', people(facts, 'alarm.raised'))],
  })
}

function acknowledged(facts: AlarmFacts): Transition {
  const entries = [entry('acknowledged', machines('alarm.acknowledged'))]
  switch (facts.state) {
    case 'normal':
      return refused('alarm_closed')
    case 'unacknowledged':
      return moved(facts, 'acknowledged', { entries })
    case 'returned-unacknowledged':
      return ended(facts, entries)
    case 'latched-unacknowledged':
      return moved(facts, 'latched-acknowledged', { entries })
    case 'acknowledged':
    case 'latched-acknowledged':
      return refused('alarm_already_acknowledged')
    default:
      return facts.state satisfies never
  }
}

function reset(facts: AlarmFacts): Transition {
  switch (facts.state) {
    case 'normal':
      return refused('alarm_closed')
    case 'unacknowledged':
    case 'acknowledged':
      return refused('alarm_condition_present')
    case 'returned-unacknowledged':
      return refused('alarm_not_latched')
    case 'latched-unacknowledged':
      return refused('alarm_not_acknowledged')
    case 'latched-acknowledged':
      return ended(facts, [entry('reset')])
    default:
      return facts.state satisfies never
  }
}

function closed(facts: AlarmFacts): Transition {
  switch (facts.state) {
    case 'normal':
      return refused('alarm_closed')
    case 'unacknowledged':
    case 'acknowledged':
      return refused('alarm_condition_present')
    case 'latched-unacknowledged':
      return refused('alarm_not_acknowledged')
    case 'returned-unacknowledged':
    case 'latched-acknowledged':
      return ended(facts, [])
    default:
      return facts.state satisfies never
  }
}

function shelved(facts: AlarmFacts): Transition {
  if (facts.state === 'normal') return refused('alarm_closed')
  if (!facts.shelvable) return refused('shelve_not_allowed')
  return moved(facts, facts.state, { entries: [entry('shelved')] })
}

function unshelved(facts: AlarmFacts): Transition {
  if (facts.state === 'normal') return refused('alarm_closed')
  if (!facts.isShelved) return refused('alarm_not_shelved')
  return left({ ...facts, isShelved: false }, 'unshelved', { endsShelving: true })
}

function suppressed(facts: AlarmFacts): Transition {
  if (facts.state === 'normal') return refused('alarm_closed')
  if (!facts.shelvable) return refused('suppress_not_allowed')
  if (facts.isSuppressed) return refused('alarm_already_suppressed')
  return moved(facts, facts.state, { entries: [entry('suppressed')] })
}

function released(facts: AlarmFacts): Transition {
  if (facts.state === 'normal') return refused('alarm_closed')
  if (!facts.isSuppressed) return refused('alarm_not_suppressed')
  return left({ ...facts, isSuppressed: false }, 'released', { endsSuppression: true })
}

function removedFromService(facts: AlarmFacts): Transition {
  if (facts.state === 'normal') return refused('alarm_closed')
  if (facts.isOutOfService) return refused('alarm_already_out_of_service')
  return moved(facts, facts.state, { entries: [entry('removed-from-service')] })
}

function returnedToService(facts: AlarmFacts): Transition {
  if (facts.state === 'normal') return refused('alarm_closed')
  if (!facts.isOutOfService) return refused('alarm_not_out_of_service')
  return left({ ...facts, isOutOfService: false }, 'returned-to-service')
}

/** ISA-18.2: whatever overlay is left, a condition that stands shows as unacknowledged. */
function left(
  facts: AlarmFacts,
  kind: TimelineKind,
  ends: { readonly endsShelving?: boolean; readonly endsSuppression?: boolean } = {},
): Transition {
  const stands = isPresent(facts.state)
  const telling = stands ? people(facts, 'alarm.raised') : NOBODY
  return moved(facts, stands ? 'unacknowledged' : facts.state, {
    entries: [entry(kind, telling)],
    ...ends,
  })
}

function noted(facts: AlarmFacts, kind: TimelineKind, telling: Telling = NOBODY): Transition {
  if (facts.state === 'normal' && !facts.hasOpenCase) return refused('alarm_closed')
  return moved(facts, facts.state, { entries: [entry(kind, telling)] })
}

/** Milder alarms fill no phones by being late. */
function overdueTelling(facts: AlarmFacts): Telling {
  return facts.grade <= 2 ? people(facts, 'alarm.escalated') : machines('alarm.escalated')
}

/** Whether the condition stands in this state. */
export function isPresent(state: AlarmState): boolean {
  return state === 'unacknowledged' || state === 'acknowledged'
}

function mostUrgent(one: Grade, other: Grade): Grade {
  return one < other ? one : other
}

function entry(kind: TimelineKind, telling: Telling = NOBODY): TransitionEntry {
  return { kind, telling }
}

function machines(type: AlarmNotificationType): Telling {
  return { to: 'machines', type }
}

function people(
  facts: AlarmFacts,
  type: AlarmNotificationType,
  { breaksHiding = false }: { readonly breaksHiding?: boolean } = {},
): Telling {
  const isHidden = facts.isShelved || facts.isSuppressed
  const isQuiet = facts.isOutOfService || (isHidden && !breaksHiding)
  return { to: isQuiet ? 'machines' : 'people', type }
}

/** What was hidden was the milder alarm; that somebody works on the device stays true. */
function brokenHiding(facts: AlarmFacts, isBroken: boolean): readonly TransitionEntry[] {
  if (!isBroken) return []
  return [
    ...(facts.isShelved ? [entry('unshelved')] : []),
    ...(facts.isSuppressed ? [entry('released')] : []),
  ]
}

/** An alarm that is raised under an overlay says so with its first breath. */
function bornUnder(facts: AlarmFacts): readonly TransitionEntry[] {
  return [
    ...(facts.isSuppressed ? [entry('suppressed')] : []),
    ...(facts.isOutOfService ? [entry('removed-from-service')] : []),
  ]
}

function refused(refusal: AlarmRefusal): Transition {
  return { ok: false, refusal }
}

function moved(
  facts: AlarmFacts,
  state: AlarmState,
  change: {
    readonly entries: readonly TransitionEntry[]
    readonly grade?: Grade
    readonly endsShelving?: boolean
    readonly endsSuppression?: boolean
    readonly isNewOccurrence?: boolean
  },
): Transition {
  const { grade = facts.grade, entries, isNewOccurrence = false } = change
  const { endsShelving = false, endsSuppression = false } = change
  return { ok: true, state, grade, entries, endsShelving, endsSuppression, isNewOccurrence }
}

function ended(facts: AlarmFacts, entries: readonly TransitionEntry[]): Transition {
  return moved(facts, 'normal', {
    entries: [...entries, entry('closed', machines('alarm.closed'))],
    endsShelving: true,
    endsSuppression: true,
  })
}
