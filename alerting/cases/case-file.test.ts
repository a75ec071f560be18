import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  awaiting,
  CASE_STEPS,
  type CaseEvent,
  type CaseFile,
  type CaseStep,
  caseTransition,
  openCase,
} from './case-file.ts'

const MINUTE_MS = 60_000
const STEP = { acknowledge: 1, dispatch: 2, arrive: 3, dispose: 4, review: 5, close: 6 }
const IN_MS = Object.fromEntries(
  Object.entries(STEP).map(([step, minutes]) => [step, minutes * MINUTE_MS]),
) as Record<CaseStep, number>
const RULES = {
  limits: { 1: IN_MS, 2: IN_MS, 3: IN_MS, 4: null },
  secondPersonGradeMax: 2,
} as const

const EVENTS: Readonly<Record<string, CaseEvent>> = {
  dispatch: { kind: 'dispatch' },
  arrive: { kind: 'arrive' },
  rectified: { kind: 'dispose', disposition: 'rectified', falseAlarmCode: null },
  'false alarm': { kind: 'dispose', disposition: 'false-alarm', falseAlarmCode: 'drift' },
  review: { kind: 'review' },
  'send-back': { kind: 'send-back' },
  close: { kind: 'close' },
}

function fileAt(awaits: CaseStep | null, overrides: Partial<CaseFile> = {}): CaseFile {
  const file = openCase(0, 2, RULES.limits)
  if (file === null) throw new Error('grade 2 has a case')
  return { ...file, awaits, dueAtMs: awaits === null ? null : 9, ...overrides }
}

function outcomeOf(file: CaseFile | null, event: CaseEvent, actor = 'li'): string {
  const result = caseTransition(file, event, { atMs: 1_000, actor, grade: 2, rules: RULES })
  return result.ok ? (result.file.awaits ?? 'closed') : result.refusal
}

/** Nobody has been on site; `wang` disposed. Columns: the step that is awaited. */
const TABLE = `
event       | acknowledge            | dispatch          | arrive            | dispose           | review            | close          | closed
dispatch    | acknowledge            | arrive            | arrive            | arrive            | review            | close          | case_not_open
arrive      | alarm_not_acknowledged | dispose           | dispose           | case_step_done    | case_step_done    | case_step_done | case_not_open
rectified   | alarm_not_acknowledged | case_not_on_site  | case_not_on_site  | case_not_on_site  | case_not_on_site  | case_step_done | case_not_open
false alarm | alarm_not_acknowledged | review            | review            | review            | review            | case_step_done | case_not_open
review      | case_not_disposed      | case_not_disposed | case_not_disposed | case_not_disposed | close             | case_step_done | case_not_open
send-back   | case_not_disposed      | case_not_disposed | case_not_disposed | case_not_disposed | dispatch          | dispatch       | case_not_open
close       | case_not_disposed      | case_not_disposed | case_not_disposed | case_not_disposed | case_not_reviewed | closed         | case_not_open
`
const [[, ...columns] = [], ...rows] = TABLE.trim()
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))

describe('step × event', () => {
  test.for(
    rows.flatMap(([event = '', ...cells]) =>
      cells.map((cell, index) => [columns[index] ?? '', event, cell] as const),
    ),
  )('%s × %s: %s', ([column, name, outcome]) => {
    const awaits = CASE_STEPS.find((step) => step === column) ?? null
    const event = EVENTS[name]
    if (event === undefined) throw new Error(name)
    expect(outcomeOf(fileAt(awaits, { disposedBy: 'wang' }), event)).toBe(outcome)
  })

  test('every step × event has a row, and no case is like a closed one', () => {
    expect(columns).toEqual([...CASE_STEPS, 'closed'])
    expect(rows.map(([event]) => event)).toEqual(Object.keys(EVENTS))
    for (const event of Object.values(EVENTS)) expect(outcomeOf(null, event)).toBe('case_not_open')
  })

  test('put right on site; reviewed by another person, where the grade asks for one', () => {
    const rectified = EVENTS.rectified as CaseEvent
    expect(outcomeOf(fileAt('dispose', { arrivedAtMs: 1 }), rectified)).toBe('review')
    const own = fileAt('review', { disposedBy: 'li' })
    expect(outcomeOf(own, { kind: 'review' })).toBe('case_own_review')
    const about = { atMs: 0, actor: 'li', grade: 3, rules: RULES } as const
    expect(caseTransition(own, { kind: 'review' }, about).ok).toBe(true)
  })
})

test('each step has its own time, from its beginning', () => {
  for (const step of CASE_STEPS) {
    const file = awaiting(fileAt('close'), step, { atMs: 500, grade: 2, limits: RULES.limits })
    expect(file.dueAtMs).toBe(500 + IN_MS[step])
  }
  expect(openCase(0, 4, RULES.limits)).toBeNull()
})

test('any sequence of events closes only what was disposed of and reviewed', () => {
  const anyEvent = fc.constantFrom(...Object.values(EVENTS))
  const anyActor = fc.constantFrom('li', 'wang')
  fc.assert(
    fc.property(fc.array(fc.tuple(anyEvent, anyActor), { maxLength: 30 }), (events) => {
      let file: CaseFile = fileAt('dispatch')
      for (const [event, actor] of events) {
        const result = caseTransition(file, event, { atMs: 1, actor, grade: 2, rules: RULES })
        if (!result.ok) continue
        file = result.file
        if (file.awaits === null) {
          expect([file.disposition, file.reviewedAtMs, file.dueAtMs]).not.toContain(undefined)
          expect(file.disposition).not.toBeNull()
          expect(file.reviewedAtMs).not.toBeNull()
          if (file.disposition === 'rectified') expect(file.arrivedAtMs).not.toBeNull()
        } else {
          expect(file.dueAtMs).not.toBeNull()
        }
      }
    }),
  )
})
