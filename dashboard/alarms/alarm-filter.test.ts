import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ALARM_TABS,
  type AlarmFilter,
  alarmFilterParameters,
  isInTab,
  matchesAlarmFilter,
  parseAlarmFilter,
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
  // state                     its tabs beside "all"
  it.each([
    ['unacknowledged', ['todo']],
    ['acknowledged', ['acknowledged']],
    ['returned-unacknowledged', ['todo', 'returned']],
    ['latched-unacknowledged', ['todo', 'returned']],
    ['latched-acknowledged', ['returned']],
    ['normal', []],
  ] as const)('%s stands under %j; while shelved only there', (state, expected) => {
    const tabs = (shelvedUntil: string | null) =>
      ALARM_TABS.filter((tab) => isInTab(anAlarm({ state, shelvedUntil }), tab))
    expect(tabs(null)).toEqual([...expected, 'all'])
    const isOpen = state !== 'normal'
    expect(tabs('2026-11-23T04:00:00.000Z')).toEqual(isOpen ? ['shelved', 'all'] : ['all'])
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
