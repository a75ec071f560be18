import { describe, expect, it } from 'vitest'
import { anAlarm } from '../alarms/alarm-fixture.suite.ts'
import { endSilence, INITIAL_SOUND_MEMORY, planSound, SILENCE_MS, silence } from './sound-plan.ts'

describe('planSound', () => {
  it.each([
    [1, 'repeats'],
    [2, 'repeats'],
    [3, 'once'],
    [4, 'once'],
  ] as const)('grade %i sounds, and %s', (grade, how) => {
    const alarms = [anAlarm({ grade })]
    const first = planSound(alarms, INITIAL_SOUND_MEMORY, 0)
    expect(first.now).toBe(grade)
    const second = planSound(alarms, first.memory, 1_000)
    expect(second.now).toBe(how === 'repeats' ? grade : null)
  })

  it('plays the most urgent of several', () => {
    const alarms = [anAlarm({ id: 'a', grade: 2 }), anAlarm({ id: 'b', grade: 1 })]
    expect(planSound(alarms, INITIAL_SOUND_MEMORY, 0)).toMatchObject({ now: 1, repeats: 1 })
  })

  it('is quiet for what is acknowledged or shelved', () => {
    const alarms = [
      anAlarm({ id: 'a', grade: 1, state: 'acknowledged' }),
      anAlarm({ id: 'b', grade: 1, shelvedUntil: '2026-11-23T04:00:00.000Z' }),
    ]
    expect(planSound(alarms, INITIAL_SOUND_MEMORY, 0)).toMatchObject({ now: null, repeats: null })
  })

  it('goes on until it is acknowledged, also when the gas is gone', () => {
    const returned = [anAlarm({ grade: 1, state: 'latched-unacknowledged' })]
    expect(planSound(returned, INITIAL_SOUND_MEMORY, 0).repeats).toBe(1)
  })

  it('sounds again when a grade rises or an alarm occurs again', () => {
    const { memory } = planSound([anAlarm({ grade: 4 })], INITIAL_SOUND_MEMORY, 0)
    expect(planSound([anAlarm({ grade: 3, revision: 2 })], memory, 1).now).toBe(3)
    expect(planSound([anAlarm({ grade: 4, occurrences: 2 })], memory, 1).now).toBe(4)
    expect(planSound([anAlarm({ grade: 4, revision: 2 })], memory, 1).now).toBeNull()
  })
})

describe('silence', () => {
  const standing = [anAlarm({ grade: 1 })]

  it('covers what stands, for two minutes', () => {
    const memory = silence(standing, INITIAL_SOUND_MEMORY, 0)
    expect(planSound(standing, memory, SILENCE_MS - 1).now).toBeNull()
    expect(planSound(standing, memory, SILENCE_MS).now).toBe(1)
  })

  it('does not cover what comes after it', () => {
    const memory = silence(standing, INITIAL_SOUND_MEMORY, 0)
    const more = [...standing, anAlarm({ id: 'new', grade: 2 })]
    expect(planSound(more, memory, 1).now).toBe(2)
  })

  it('can be ended by hand', () => {
    const memory = endSilence(silence(standing, INITIAL_SOUND_MEMORY, 0))
    expect(planSound(standing, memory, 1).now).toBe(1)
  })
})
