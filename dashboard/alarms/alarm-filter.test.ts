import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ALARM_STATES } from '../../alerting/alarms/alarm.ts'
import {
  ALARM_TABS,
  type AlarmFilter,
  alarmFilterParameters,
  matchesAlarmFilter,
  parseAlarmFilter,
  tabOf,
} from './alarm-filter.ts'
import { anAlarm } from './alarm-fixture.suite.ts'
import { GRADES } from './grade.ts'

const PLAIN: AlarmFilter = { tab: 'todo', grades: [], text: '', selectedId: null }

describe('the filter in the address', () => {
  it('is the plain list without parameters, and writes none for it', () => {
    expect(parseAlarmFilter(new URLSearchParams())).toEqual(PLAIN)
    expect(alarmFilterParameters(PLAIN).toString()).toBe('')
  })

  it('comes back as it was written', () => {
    const anyFilter = fc.record<AlarmFilter>({
      tab: fc.constantFrom(...ALARM_TABS),
      grades: fc.subarray([...GRADES]),
      text: fc.string({ maxLength: 100, unit: 'grapheme-ascii' }),
      selectedId: fc.option(fc.uuid(), { nil: null }),
    })
    fc.assert(
      fc.property(anyFilter, (filter) => {
        const address = alarmFilterParameters(filter).toString()
        expect(parseAlarmFilter(new URLSearchParams(address))).toEqual(filter)
      }),
    )
  })

  it('ignores what it does not know', () => {
    const odd = new URLSearchParams('tab=none&grade=9,2,2,x&alarm=&q=gas')
    expect(parseAlarmFilter(odd)).toEqual({ ...PLAIN, grades: [2], text: 'gas' })
  })
})

describe('matchesAlarmFilter', () => {
  it('puts every open alarm into exactly one tab, and all of them under "all"', () => {
    for (const state of ALARM_STATES) {
      for (const shelvedUntil of [null, '2026-11-23T04:00:00.000Z']) {
        const alarm = anAlarm({ state, shelvedUntil })
        const tabs = ALARM_TABS.filter((tab) => matchesAlarmFilter(alarm, { ...PLAIN, tab }))
        expect(tabs).toEqual(state === 'normal' ? ['all'] : [tabOf(alarm), 'all'])
      }
    }
  })

  it.each([
    ['', true],
    ['workshop', true],
    ['气体', true],
    ['town gd-1', true],
    ['town gd-2', false],
  ])('"%s" finds it: %s', (text, expected) => {
    expect(matchesAlarmFilter(anAlarm(), { ...PLAIN, text })).toBe(expected)
  })

  it('keeps the chosen grades only', () => {
    expect(matchesAlarmFilter(anAlarm({ grade: 3 }), { ...PLAIN, grades: [1, 2] })).toBe(false)
    expect(matchesAlarmFilter(anAlarm({ grade: 2 }), { ...PLAIN, grades: [1, 2] })).toBe(true)
  })
})
