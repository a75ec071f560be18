import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FilingState } from '../contract.ts'
import { type Filing, type FilingEvent, NEW_FILING, stepFiling } from './filing.ts'

const FIRST = { inForceVersion: null, isDraftChanged: true }
const AGAIN = { inForceVersion: 1, isDraftChanged: true }
const SAME = { inForceVersion: 1, isDraftChanged: false }

const EVENTS = {
  edit: { kind: 'edit', isChanged: true },
  revert: { kind: 'edit', isChanged: false },
  submit: { kind: 'submit', version: 2 },
  cancel: { kind: 'request-cancellation', version: 2 },
  withdraw: { kind: 'withdraw' },
  return: { kind: 'return' },
  accept: { kind: 'accept' },
} as const satisfies Record<string, FilingEvent>

/** Every state × every event. A state with version in force: `v1`, changed or not. */
const TABLE: readonly (readonly [
  FilingState,
  Pick<Filing, 'inForceVersion' | 'isDraftChanged'>,
  Record<keyof typeof EVENTS, string>,
])[] = [
  // biome-ignore format: a table.
  ['draft', FIRST, { edit: 'draft', revert: 'draft', submit: 'submitted', cancel: '!filing_not_in_force', withdraw: '!filing_not_submitted', return: '!filing_not_submitted', accept: '!filing_not_submitted' }],
  // biome-ignore format: a table.
  ['draft', AGAIN, { edit: 'draft', revert: 'accepted', submit: 'submitted', cancel: 'cancellation-submitted', withdraw: '!filing_not_submitted', return: '!filing_not_submitted', accept: '!filing_not_submitted' }],
  // biome-ignore format: a table.
  ['returned', FIRST, { edit: 'returned', revert: 'returned', submit: 'submitted', cancel: '!filing_not_in_force', withdraw: '!filing_not_submitted', return: '!filing_not_submitted', accept: '!filing_not_submitted' }],
  // biome-ignore format: a table.
  ['returned', AGAIN, { edit: 'returned', revert: 'returned', submit: 'submitted', cancel: 'cancellation-submitted', withdraw: '!filing_not_submitted', return: '!filing_not_submitted', accept: '!filing_not_submitted' }],
  // biome-ignore format: a table.
  ['accepted', SAME, { edit: 'draft', revert: 'accepted', submit: 'submitted', cancel: 'cancellation-submitted', withdraw: '!filing_not_submitted', return: '!filing_not_submitted', accept: '!filing_not_submitted' }],
  // biome-ignore format: a table.
  ['submitted', FIRST, { edit: '!filing_under_review', revert: '!filing_under_review', submit: '!filing_under_review', cancel: '!filing_under_review', withdraw: 'draft', return: 'returned', accept: 'accepted' }],
  // biome-ignore format: a table.
  ['submitted', SAME, { edit: '!filing_under_review', revert: '!filing_under_review', submit: '!filing_under_review', cancel: '!filing_under_review', withdraw: 'accepted', return: 'returned', accept: 'accepted' }],
  // biome-ignore format: a table.
  ['cancellation-submitted', AGAIN, { edit: '!filing_under_review', revert: '!filing_under_review', submit: '!filing_under_review', cancel: '!filing_under_review', withdraw: 'draft', return: 'draft', accept: 'cancelled' }],
  // biome-ignore format: a table.
  ['cancellation-submitted', SAME, { edit: '!filing_under_review', revert: '!filing_under_review', submit: '!filing_under_review', cancel: '!filing_under_review', withdraw: 'accepted', return: 'accepted', accept: 'cancelled' }],
  // biome-ignore format: a table.
  ['cancelled', FIRST, { edit: '!filing_cancelled', revert: '!filing_cancelled', submit: '!filing_cancelled', cancel: '!filing_cancelled', withdraw: '!filing_cancelled', return: '!filing_cancelled', accept: '!filing_cancelled' }],
]

describe('stepFiling', () => {
  test.for(TABLE)('%s %j goes where the table says', ([state, rest, outcomes]) => {
    const isPending = state === 'submitted' || state === 'cancellation-submitted'
    const filing: Filing = { state, ...rest, pendingVersion: isPending ? 2 : null }
    for (const [name, expected] of Object.entries(outcomes)) {
      const step = stepFiling(filing, EVENTS[name as keyof typeof EVENTS])
      expect(step.ok ? step.filing.state : `!${step.reason}`, name).toBe(expected)
    }
  })

  test('accepting puts in force what was submitted; returning leaves in force what was', () => {
    const filing: Filing = { state: 'submitted', ...AGAIN, pendingVersion: 2 }
    expect(stepFiling(filing, { kind: 'accept' })).toMatchObject({
      filing: { inForceVersion: 2, pendingVersion: null, isDraftChanged: false },
    })
    expect(stepFiling(filing, { kind: 'return' })).toMatchObject({
      filing: { inForceVersion: 1, pendingVersion: null },
    })
  })

  test('keeps its invariants over any story', () => {
    const event = fc.constantFrom(...Object.values(EVENTS))
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        let filing = NEW_FILING
        let version = 0
        for (const given of events) {
          const named = 'version' in given ? { ...given, version: version + 1 } : given
          const step = stepFiling(filing, named)
          if (!step.ok) continue
          if ('version' in named) version = named.version
          filing = step.filing
          const isPending =
            filing.state === 'submitted' || filing.state === 'cancellation-submitted'
          expect(filing.pendingVersion !== null).toBe(isPending)
          if (filing.state === 'accepted') expect(filing.inForceVersion).not.toBeNull()
          if (filing.state === 'cancelled') expect(filing.inForceVersion).toBeNull()
        }
      }),
    )
  })
})
