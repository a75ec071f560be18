import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GRADES, type Grade } from '../rules/alarm-rule.ts'
import { ALARM_STATES, type AlarmState } from './alarm.ts'
import { type AlarmEvent, type AlarmFacts, isPresent, transition } from './alarm-transition.ts'

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
  'comment',
  'assign',
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
A | comment        | alarm_closed
A | assign         | alarm_closed

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
B | comment        | B commented
B | assign         | B assigned

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
C | comment        | C commented
C | assign         | C assigned

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
D | comment        | D commented
D | assign         | D assigned

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
E | comment        | E commented
E | assign         | E assigned

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
F | comment        | F commented
F | assign         | F assigned
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

const UNSHELVABLE = `
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

describe.for([
  ['not latching, not shelved', PLAIN, {}],
  ['latching', LATCHING, { latching: true }],
  ['shelved', SHELVED, { isShelved: true }],
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
      'acknowledge',
      'reset',
      'close',
      'shelve',
      'unshelve',
      'shelving-ended',
      'comment',
      'assign',
    ),
  }),
) as fc.Arbitrary<AlarmEvent>

test('any sequence of events keeps the invariants', () => {
  fc.assert(
    fc.property(
      fc.array(anyEvent, { maxLength: 40 }),
      fc.boolean(),
      fc.boolean(),
      (events, latching, shelvable) => {
        let facts: AlarmFacts = { state: 'normal', grade: 4, latching, shelvable, isShelved: false }
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
          // A latched alarm ends only after acknowledge and by a person.
          if (latching && state === 'normal') expect(before.state).toBe('latched-acknowledged')
          // What is over is not shelved, and what may not be shelved never is.
          const isShelved = event.kind === 'shelve' || (before.isShelved && !result.endsShelving)
          if (state === 'normal') expect(isShelved).toBe(false)
          if (!shelvable) expect(isShelved).toBe(false)
          // Everything that happens is written down.
          expect(result.entries.length).toBeGreaterThan(0)
          facts = { ...facts, state, grade: result.grade, isShelved }
        }
      },
    ),
  )
})
