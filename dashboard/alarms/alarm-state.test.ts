import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ALARM_STATES } from '../../alerting/alarms/alarm.ts'
import type { AlarmDto } from '../../gateway/contract.ts'
import { anAlarm } from './alarm-fixture.suite.ts'
import { compareUrgency, needsAcknowledgement, shownState } from './alarm-state.ts'
import { GRADES } from './grade.ts'

const LATER = '2026-11-23T04:00:00.000Z'

describe('shownState', () => {
  it.each(ALARM_STATES)('%s is shown as itself, and as shelved while it is put aside', (state) => {
    expect(shownState(anAlarm({ state }))).toBe(state)
    const isOpen = state !== 'normal'
    expect(shownState(anAlarm({ state, shelvedUntil: LATER }))).toBe(isOpen ? 'shelved' : 'normal')
  })
})

describe('needsAcknowledgement', () => {
  it.each([
    ['normal', false],
    ['unacknowledged', true],
    ['acknowledged', false],
    ['returned-unacknowledged', true],
    ['latched-unacknowledged', true],
    ['latched-acknowledged', false],
  ] as const)('%s: %s, and never while shelved', (state, expected) => {
    expect(needsAcknowledgement(anAlarm({ state }))).toBe(expected)
    expect(needsAcknowledgement(anAlarm({ state, shelvedUntil: LATER }))).toBe(false)
  })
})

describe('compareUrgency', () => {
  it('puts grade first, then unacknowledged, then the newest; ended ones last', () => {
    const sorted = [
      anAlarm({ id: 'red', grade: 1, state: 'acknowledged' }),
      anAlarm({ id: 'yellow, new', raisedAt: '2026-11-23T03:00:00.000Z' }),
      anAlarm({ id: 'yellow, old', raisedAt: '2026-11-23T01:00:00.000Z' }),
      anAlarm({ id: 'yellow, acknowledged', state: 'acknowledged', raisedAt: LATER }),
      anAlarm({ id: 'red, ended', grade: 1, state: 'normal', closedAt: LATER }),
    ]
    const ids = sorted.map((alarm) => alarm.id)
    expect(
      [...sorted]
        .reverse()
        .sort(compareUrgency)
        .map((alarm) => alarm.id),
    ).toEqual(ids)
  })

  it('is one order for any alarms, whatever order they come in', () => {
    const anyAlarm: fc.Arbitrary<AlarmDto> = fc
      .record({
        id: fc.uuid(),
        grade: fc.constantFrom(...GRADES),
        state: fc.constantFrom(...ALARM_STATES),
        shelvedUntil: fc.constantFrom(null, LATER),
        raisedAt: fc.constantFrom(LATER, '2026-11-23T02:00:00.000Z'),
      })
      .map((parts) => anAlarm(parts))
    fc.assert(
      fc.property(fc.uniqueArray(anyAlarm, { selector: (alarm) => alarm.id }), (alarms) => {
        const one = [...alarms].sort(compareUrgency)
        const other = [...alarms].reverse().sort(compareUrgency)
        expect(one).toEqual(other)
      }),
    )
  })
})
