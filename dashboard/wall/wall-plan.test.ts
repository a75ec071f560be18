import { describe, expect, it } from 'vitest'
import { anAlarm } from '../alarms/alarm-fixture.suite.ts'
import { panelAt, redToShow, WALL_TIMES, wallPanels } from './wall-plan.ts'

const AT = '2026-11-23T08:00:00.000Z'
const AT_MS = Date.parse(AT)

describe('the TV wall', () => {
  it('has a picture a town, the most urgent first, without what is put aside', () => {
    const panels = wallPanels([
      anAlarm({ id: 'a', grade: 3, territory: ['区', '东镇'] }),
      anAlarm({ id: 'b', grade: 2, territory: ['区', '西镇'] }),
      anAlarm({ id: 'c', grade: 4, territory: ['区', '东镇'] }),
      anAlarm({ id: 'd', grade: 1, territory: ['区', '南镇'], suppressedBy: 'x' }),
    ])
    expect(panels.map(({ name, alarms }) => [name, alarms.map(({ id }) => id)])).toEqual([
      ['西镇', ['b']],
      ['东镇', ['a', 'c']],
    ])
  })

  it('goes round by the clock', () => {
    const panels = ['one', 'two', 'three'].map((name) => ({ name, alarms: [] }))
    const turns = [0, 1, 2, 3].map((turn) => panelAt(panels, turn * WALL_TIMES.panelMs)?.name)
    expect(turns).toEqual(['one', 'two', 'three', 'one'])
    expect(panelAt([], 0)).toBeNull()
  })

  it('jumps to the newest red alarm for half a minute, not to one that is acknowledged', () => {
    const red = anAlarm({ id: 'red', grade: 1, raisedAt: AT })
    const seen = anAlarm({ id: 'seen', grade: 1, raisedAt: AT, state: 'acknowledged' })
    const orange = anAlarm({ id: 'orange', grade: 2, raisedAt: AT })
    expect(redToShow([orange, seen, red], AT_MS + 1)?.id).toBe('red')
    expect(redToShow([red], AT_MS + WALL_TIMES.redMs)).toBeNull()
    expect(redToShow([orange, seen], AT_MS)).toBeNull()
  })
})
