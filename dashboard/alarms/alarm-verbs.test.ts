import { describe, expect, it } from 'vitest'
import { anAlarm } from './alarm-fixture.suite.ts'
import { ALARM_VERBS, noteOf, refusalOf, SHELVE_DURATIONS } from './alarm-verbs.ts'

const LATER = '2026-11-23T04:00:00.000Z'

function refusal(verb: (typeof ALARM_VERBS)[number], overrides: Parameters<typeof anAlarm>[0]) {
  return refusalOf(verb, { alarm: anAlarm(overrides), role: 'supervisor', isLinkLive: true })
}

describe('refusalOf', () => {
  // state                     acknowledge            reset                shelve  close
  it.each([
    ['unacknowledged', null, 'conditionStands', null, 'stillOpen'],
    ['acknowledged', 'alreadyAcknowledged', 'conditionStands', null, 'stillOpen'],
    ['returned-unacknowledged', null, 'notLatching', null, null],
    ['latched-unacknowledged', null, 'acknowledgeFirst', null, 'acknowledgeFirst'],
    ['latched-acknowledged', 'alreadyAcknowledged', null, null, null],
    ['normal', 'closed', 'closed', 'closed', 'closed'],
  ] as const)('%s', (state, acknowledge, reset, shelve, close) => {
    expect(refusal('acknowledge', { state })).toBe(acknowledge)
    expect(refusal('reset', { state })).toBe(reset)
    expect(refusal('shelve', { state })).toBe(shelve)
    expect(refusal('close', { state })).toBe(close)
    expect(refusal('comment', { state })).toBe(state === 'normal' ? 'closed' : null)
  })

  it('knows what may be shelved, and what is shelved', () => {
    expect(refusal('shelve', { shelvable: false })).toBe('notShelvable')
    expect(refusal('shelve', { shelvedUntil: LATER })).toBe('alreadyShelved')
    expect(refusal('unshelve', { shelvedUntil: LATER })).toBeNull()
    expect(refusal('unshelve', {})).toBe('notShelved')
  })

  it('gives a reason for everything to a viewer, and to anybody while the link is down', () => {
    for (const verb of ALARM_VERBS) {
      const alarm = anAlarm()
      expect(refusalOf(verb, { alarm, role: 'viewer', isLinkLive: true })).toBe('viewer')
      expect(refusalOf(verb, { alarm, role: 'operator', isLinkLive: false })).toBe('linkLost')
    }
  })
})

describe('shelving', () => {
  it('is at most eight hours', () => {
    for (const { durationMs } of SHELVE_DURATIONS)
      expect(durationMs).toBeLessThanOrEqual(28_800_000)
  })

  it('writes the reason and the words as one note', () => {
    expect(noteOf('Calibration', '  ')).toBe('Calibration')
    expect(noteOf('Calibration', ' by Li ')).toBe('Calibration; by Li')
  })
})
