import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GRADES, type Grade } from '../rules/alarm-rule.ts'
import { ALARM_STATES, type AlarmState } from './alarm.ts'
import { type AlarmEvent, type AlarmFacts, CASE_ENTRY_KINDS } from './alarm-event.ts'
import { isPresent, transition } from './alarm-transition.ts'

const LETTERS: Readonly<Record<string, AlarmState>> = {
  A: 'normal',
  B: 'unacknowledged',
  C: 'acknowledged',
  D: 'returned-unacknowledged',
  E: 'latched-unacknowledged',
  F: 'latched-acknowledged',
}
const letterOf = (state: AlarmState) =>
  Object.keys(LETTERS).find((letter) => LETTERS[letter] === state) ?? '?'

/** Events as the rows write them. The alarm has grade 3; `raised 2` carries grade 2. */
const EVENTS = [
  'raised 2',
  'raised 3',
  'raised 4',
  'rose 2',
  'rose 3',
  'rose 4',
  'fell',
  'returned',
  'acknowledge',
  'reset',
  'close',
  'shelve',
  'unshelve',
  'shelving-ended',
  're-alarmed',
  'suppress',
  'release',
  'remove-from-service',
  'return-to-service',
  'comment',
  'assign',
  'arrived',
  'case-overdue',
  'evidence-frozen',
] as const

function eventOf(text: string): AlarmEvent {
  const [kind, grade] = text.split(' ')
  if (kind === 'raised' || kind === 'rose' || kind === 'fell') {
    return { kind, grade: Number(grade ?? 4) as Grade }
  }
  return { kind } as AlarmEvent
}

/** The outcome in one line: state, grade when it changed, entries with whom they are told to. */
function outcomeOf(facts: AlarmFacts, event: AlarmEvent): string {
  const result = transition(facts, event)
  if (!result.ok) return result.refusal
  const grade = result.grade === facts.grade ? '' : `${result.grade}`
  const entries = result.entries.map(({ kind, telling }) =>
    telling.to === 'nobody' ? kind : `${kind}>${telling.to}`,
  )
  const marks = [result.isNewOccurrence ? '+1' : '', result.endsShelving ? 'off-shelf' : '']
  // What ends the one hiding ends the other, but for their own ends.
  const own = ['unshelve', 'shelving-ended', 'release'].includes(event.kind)
  if (!own) expect(result.endsSuppression).toBe(result.endsShelving)
  else if (result.endsSuppression) marks.push('off-suppression')
  return [letterOf(result.state) + grade, ...entries, ...marks].filter(Boolean).join(' ')
}

/** F: latching, G: shelved; every state × event has a row, also the refused ones. */
const PLAIN = `
A | raised 2       | B2 raised>people +1
A | raised 3       | B raised>people +1
A | raised 4       | B4 raised>people +1
A | rose 2         | condition_absent
A | rose 3         | condition_absent
A | rose 4         | condition_absent
A | fell           | condition_absent
A | returned       | condition_absent
A | acknowledge    | alarm_closed
A | reset          | alarm_closed
A | close          | alarm_closed
A | shelve         | alarm_closed
A | unshelve       | alarm_closed
A | shelving-ended | alarm_closed
A | re-alarmed             | condition_absent
A | suppress               | alarm_closed
A | release                | alarm_closed
A | remove-from-service    | alarm_closed
A | return-to-service      | alarm_closed
A | comment        | alarm_closed
A | assign         | alarm_closed
A | arrived             | alarm_closed
A | case-overdue        | alarm_closed
A | evidence-frozen     | A evidence-frozen

B | raised 2       | B2 grade-rose>people off-shelf
B | raised 3       | B grade-rose
B | raised 4       | B grade-rose
B | rose 2         | B2 grade-rose>people off-shelf
B | rose 3         | B grade-rose
B | rose 4         | B grade-rose
B | fell           | B grade-fell
B | returned       | D returned>machines
B | acknowledge    | C acknowledged>machines
B | reset          | alarm_condition_present
B | close          | alarm_condition_present
B | shelve         | B shelved
B | unshelve       | alarm_not_shelved
B | shelving-ended | alarm_not_shelved
B | re-alarmed             | alarm_not_acknowledged
B | suppress               | B suppressed
B | release                | alarm_not_suppressed
B | remove-from-service    | B removed-from-service
B | return-to-service      | alarm_not_out_of_service
B | comment        | B commented
B | assign         | B assigned>machines
B | arrived             | B arrived
B | case-overdue        | B case-overdue>machines
B | evidence-frozen     | B evidence-frozen

C | raised 2       | B2 grade-rose>people off-shelf
C | raised 3       | B grade-rose>people
C | raised 4       | B grade-rose>people
C | rose 2         | B2 grade-rose>people off-shelf
C | rose 3         | B grade-rose>people
C | rose 4         | B grade-rose>people
C | fell           | C grade-fell
C | returned       | A returned>machines closed>machines off-shelf
C | acknowledge    | alarm_already_acknowledged
C | reset          | alarm_condition_present
C | close          | alarm_condition_present
C | shelve         | C shelved
C | unshelve       | alarm_not_shelved
C | shelving-ended | alarm_not_shelved
C | re-alarmed             | B re-alarmed>people
C | suppress               | C suppressed
C | release                | alarm_not_suppressed
C | remove-from-service    | C removed-from-service
C | return-to-service      | alarm_not_out_of_service
C | comment        | C commented
C | assign         | C assigned>machines
C | arrived             | C arrived
C | case-overdue        | C case-overdue>machines
C | evidence-frozen     | C evidence-frozen

D | raised 2       | B2 reoccurred>people +1 off-shelf
D | raised 3       | B reoccurred>machines +1
D | raised 4       | B reoccurred>machines +1
D | rose 2         | condition_absent
D | rose 3         | condition_absent
D | rose 4         | condition_absent
D | fell           | condition_absent
D | returned       | condition_absent
D | acknowledge    | A acknowledged>machines closed>machines off-shelf
D | reset          | alarm_not_latched
D | close          | A closed>machines off-shelf
D | shelve         | D shelved
D | unshelve       | alarm_not_shelved
D | shelving-ended | alarm_not_shelved
D | re-alarmed             | condition_absent
D | suppress               | D suppressed
D | release                | alarm_not_suppressed
D | remove-from-service    | D removed-from-service
D | return-to-service      | alarm_not_out_of_service
D | comment        | D commented
D | assign         | D assigned>machines
D | arrived             | D arrived
D | case-overdue        | D case-overdue>machines
D | evidence-frozen     | D evidence-frozen

E | raised 2       | B2 reoccurred>people +1 off-shelf
E | raised 3       | B reoccurred>machines +1
E | raised 4       | B reoccurred>machines +1
E | rose 2         | condition_absent
E | rose 3         | condition_absent
E | rose 4         | condition_absent
E | fell           | condition_absent
E | returned       | condition_absent
E | acknowledge    | F acknowledged>machines
E | reset          | alarm_not_acknowledged
E | close          | alarm_not_acknowledged
E | shelve         | E shelved
E | unshelve       | alarm_not_shelved
E | shelving-ended | alarm_not_shelved
E | re-alarmed             | condition_absent
E | suppress               | E suppressed
E | release                | alarm_not_suppressed
E | remove-from-service    | E removed-from-service
E | return-to-service      | alarm_not_out_of_service
E | comment        | E commented
E | assign         | E assigned>machines
E | arrived             | E arrived
E | case-overdue        | E case-overdue>machines
E | evidence-frozen     | E evidence-frozen

F | raised 2       | B2 reoccurred>people +1 off-shelf
F | raised 3       | B reoccurred>people +1
F | raised 4       | B4 reoccurred>people +1
F | rose 2         | condition_absent
F | rose 3         | condition_absent
F | rose 4         | condition_absent
F | fell           | condition_absent
F | returned       | condition_absent
F | acknowledge    | alarm_already_acknowledged
F | reset          | A reset closed>machines off-shelf
F | close          | A closed>machines off-shelf
F | shelve         | F shelved
F | unshelve       | alarm_not_shelved
F | shelving-ended | alarm_not_shelved
F | re-alarmed             | condition_absent
F | suppress               | F suppressed
F | release                | alarm_not_suppressed
F | remove-from-service    | F removed-from-service
F | return-to-service      | alarm_not_out_of_service
F | comment        | F commented
F | assign         | F assigned>machines
F | arrived             | F arrived
F | case-overdue        | F case-overdue>machines
F | evidence-frozen     | F evidence-frozen
`

const LATCHING = `
A | returned | condition_absent
B | returned | E returned>machines
C | returned | F returned>machines
D | returned | condition_absent
E | returned | condition_absent
F | returned | condition_absent
`

const SHELVED = `
A | raised 2       | B2 raised>machines +1
B | raised 3       | B grade-rose
B | rose 2         | B2 unshelved grade-rose>people off-shelf
C | rose 2         | B2 unshelved grade-rose>people off-shelf
C | rose 3         | B grade-rose>machines
C | returned       | D returned>machines
D | raised 2       | B2 unshelved reoccurred>people +1 off-shelf
D | raised 3       | B reoccurred>machines +1
E | raised 3       | B reoccurred>machines +1
F | raised 3       | B reoccurred>machines +1
F | raised 2       | B2 unshelved reoccurred>people +1 off-shelf
D | acknowledge    | A acknowledged>machines closed>machines off-shelf
F | reset          | A reset closed>machines off-shelf
B | shelve         | B shelved
B | unshelve       | B unshelved>people off-shelf
C | unshelve       | B unshelved>people off-shelf
D | unshelve       | D unshelved off-shelf
E | unshelve       | E unshelved off-shelf
F | unshelve       | F unshelved off-shelf
B | shelving-ended | B unshelved>people off-shelf
C | shelving-ended | B unshelved>people off-shelf
D | shelving-ended | D unshelved off-shelf
E | shelving-ended | E unshelved off-shelf
F | shelving-ended | F unshelved off-shelf
`

/** Suppressed by design (H). */
const SUPPRESSED = `
A | raised 2            | B2 raised>machines suppressed +1
B | rose 2              | B2 released grade-rose>people off-shelf
B | rose 3              | B grade-rose
C | rose 3              | B grade-rose>machines
B | returned            | A returned>machines closed>machines off-shelf
C | returned            | A returned>machines closed>machines off-shelf
C | re-alarmed          | B re-alarmed>machines
D | raised 3            | B reoccurred>machines +1
F | raised 3            | B reoccurred>machines +1
F | raised 2            | B2 released reoccurred>people +1 off-shelf
B | acknowledge         | C acknowledged>machines
B | suppress            | alarm_already_suppressed
B | release             | B released>people off-suppression
C | release             | B released>people off-suppression
D | release             | D released off-suppression
E | release             | E released off-suppression
F | release             | F released off-suppression
B | remove-from-service | B removed-from-service
B | shelve              | B shelved
`

/** Out of service (I): the worse level stays quiet too, for somebody stands beside it. */
const OUT_OF_SERVICE = `
A | raised 2            | B2 raised>machines removed-from-service +1
B | rose 2              | B2 grade-rose>machines off-shelf
C | rose 3              | B grade-rose>machines
B | returned            | D returned>machines
C | returned            | A returned>machines closed>machines off-shelf
F | raised 2            | B2 reoccurred>machines +1 off-shelf
C | re-alarmed          | B re-alarmed>machines
B | remove-from-service | alarm_already_out_of_service
B | return-to-service   | B returned-to-service>people
C | return-to-service   | B returned-to-service>people
D | return-to-service   | D returned-to-service
E | return-to-service   | E returned-to-service
F | return-to-service   | F returned-to-service
B | suppress            | B suppressed
`

/** Two overlays at once: leaving one shows B, and nobody is called while the other holds. */
const UNDER_BOTH = `
A | raised 3          | B raised>machines suppressed removed-from-service +1
C | unshelve          | B unshelved>machines off-shelf
C | release           | B released>machines off-suppression
C | return-to-service | B returned-to-service>machines
B | rose 2            | B2 unshelved released grade-rose>machines off-shelf
`

const LATCHING_SUPPRESSED = `
B | returned | E returned>machines
C | returned | F returned>machines
`

/** The alarm is over, its case is not: notes are taken, verbs of the alarm are not. */
const CASE_OPEN = `
A | comment      | A commented
A | assign       | A assigned>machines
A | disposed     | A disposed
A | photo-added  | A photo-added
A | case-overdue | A case-overdue>machines
A | acknowledge  | alarm_closed
A | close        | alarm_closed
A | shelve       | alarm_closed
A | suppress     | alarm_closed
`

const UNSHELVABLE = `
B | suppress            | suppress_not_allowed
F | suppress            | suppress_not_allowed
B | remove-from-service | B removed-from-service
A | shelve | alarm_closed
B | shelve | shelve_not_allowed
C | shelve | shelve_not_allowed
D | shelve | shelve_not_allowed
E | shelve | shelve_not_allowed
F | shelve | shelve_not_allowed
`

function rowsOf(table: string): readonly (readonly [string, string, string])[] {
  return table
    .split('\n')
    .filter((line) => line.includes('|'))
    .map((line) => {
      const [letter = '', event = '', outcome = ''] = line.split('|').map((cell) => cell.trim())
      return [letter, event, outcome] as const
    })
}

const ALL_OVERLAYS = { isShelved: true, isSuppressed: true, isOutOfService: true }

describe.for([
  ['not latching, not shelved', PLAIN, {}],
  ['latching', LATCHING, { latching: true }],
  ['shelved', SHELVED, { isShelved: true }],
  ['suppressed', SUPPRESSED, { isSuppressed: true }],
  ['out of service', OUT_OF_SERVICE, { isOutOfService: true }],
  ['shelved, suppressed and out of service', UNDER_BOTH, ALL_OVERLAYS],
  ['latching, suppressed', LATCHING_SUPPRESSED, { latching: true, isSuppressed: true }],
  ['with an open case', CASE_OPEN, { hasOpenCase: true }],
  ['not to be shelved', UNSHELVABLE, { shelvable: false }],
] as const)('state × event: %s', ([, table, overrides]) => {
  test.for(rowsOf(table))('%s × %s: %s', ([letter, event, outcome]) => {
    const state = LETTERS[letter] ?? 'normal'
    const facts = {
      state,
      grade: 3,
      latching: false,
      shelvable: true,
      isShelved: false,
      isSuppressed: false,
      isOutOfService: false,
      hasOpenCase: false,
      ...overrides,
    } as const
    expect(outcomeOf(facts, eventOf(event))).toBe(outcome)
  })
})

test('every state × event has a row', () => {
  const rows = new Set(rowsOf(PLAIN).map(([letter, event]) => `${letter} ${event}`))
  const all = Object.keys(LETTERS).flatMap((letter) => EVENTS.map((event) => `${letter} ${event}`))
  expect([...rows].sort()).toEqual([...all].sort())
  expect(Object.values(LETTERS).sort()).toEqual([...ALARM_STATES].sort())
})

/** What the engine may say next: a condition rises from absent and returns from present. */
const anyEvent = fc.oneof(
  fc.record({ kind: fc.constantFrom('raised', 'rose', 'fell'), grade: fc.constantFrom(...GRADES) }),
  fc.record({
    kind: fc.constantFrom(
      'returned',
      're-alarmed',
      'suppress',
      'release',
      'remove-from-service',
      'return-to-service',
      'acknowledge',
      'reset',
      'close',
      'shelve',
      'unshelve',
      'shelving-ended',
      'comment',
      'assign',
      ...CASE_ENTRY_KINDS,
    ),
  }),
) as fc.Arbitrary<AlarmEvent>

const PLAIN_FACTS: AlarmFacts = {
  state: 'normal',
  grade: 4,
  latching: false,
  shelvable: true,
  isShelved: false,
  isSuppressed: false,
  isOutOfService: false,
  hasOpenCase: false,
}

test('any sequence of events keeps the invariants', () => {
  fc.assert(
    fc.property(
      fc.array(anyEvent, { maxLength: 40 }),
      fc.boolean(),
      fc.boolean(),
      (events, latching, shelvable) => {
        let facts: AlarmFacts = { ...PLAIN_FACTS, latching, shelvable }
        for (const event of events) {
          const result = transition(facts, event)
          if (!result.ok) continue
          const before = facts
          const { state } = result
          // The condition follows the rule's events and nothing else.
          const wasPresent = isPresent(before.state)
          if (event.kind === 'raised') expect(isPresent(state)).toBe(true)
          else if (event.kind === 'returned') expect(isPresent(state)).toBe(false)
          else expect(isPresent(state)).toBe(wasPresent)
          // Acknowledged only by a person, and only what was not.
          if (state === 'acknowledged' && before.state !== 'acknowledged') {
            expect([before.state, event.kind]).toEqual(['unacknowledged', 'acknowledge'])
          }
          // While it stands, the grade does not fall.
          if (wasPresent && isPresent(state)) expect(result.grade).toBeLessThanOrEqual(before.grade)
          // Whoever leaves an overlay is never shown as seen.
          const hasLeft = ['unshelve', 'shelving-ended', 'release', 'return-to-service']
          if (hasLeft.includes(event.kind)) expect(state).not.toBe('acknowledged')
          // While somebody works on it, nobody is called.
          const isOutOfService =
            state !== 'normal' &&
            event.kind !== 'return-to-service' &&
            (before.isOutOfService || event.kind === 'remove-from-service')
          if (before.isOutOfService && isOutOfService) {
            expect(result.entries.map(({ telling }) => telling.to)).not.toContain('people')
          }
          // A latched alarm ends only after acknowledge and by a person.
          if (latching && state === 'normal' && before.state !== 'normal') {
            expect(before.state).toBe('latched-acknowledged')
          }
          // What is over is not shelved, and what may not be shelved never is.
          const isShelved = event.kind === 'shelve' || (before.isShelved && !result.endsShelving)
          if (state === 'normal') expect(isShelved).toBe(false)
          const isSuppressed =
            event.kind === 'suppress' || (before.isSuppressed && !result.endsSuppression)
          if (state === 'normal') expect(isSuppressed).toBe(false)
          if (!shelvable) expect([isShelved, isSuppressed]).toEqual([false, false])
          // Everything that happens is written down.
          expect(result.entries.length).toBeGreaterThan(0)
          facts = { ...facts, state, grade: result.grade, isShelved, isSuppressed, isOutOfService }
        }
      },
    ),
  )
})
