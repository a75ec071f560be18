import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlarmDto } from '../../gateway/contract.ts'
import { anAlarm } from './alarm-fixture.suite.ts'
import { chosenBy, foldRows, indexOfItem, type ListItem } from './fold-rows.ts'

function fold(alarms: readonly AlarmDto[], isFlooded = false, turned: readonly string[] = []) {
  const byId = new Map(alarms.map((alarm) => [alarm.id, alarm]))
  return foldRows({
    order: alarms.map(({ id }) => id),
    alarmOf: (id) => byId.get(id),
    isFlooded,
    turned: new Set(turned),
  })
}

const words = (items: readonly ListItem[]) =>
  items.map((item) =>
    item.kind === 'group'
      ? `${item.group.kind} of ${item.group.ids.join()}${item.group.isFolded ? ', folded' : ''}`
      : `${item.isInside ? '- ' : ''}${item.id}${item.isFirstOut ? ' first' : ''}`,
  )

const of = (id: string, ordinal: number, more: Partial<AlarmDto> = {}) =>
  anAlarm({ id, incident: { id: 'inc_1', ordinal }, ...more })
const alone = (id: string, more: Partial<AlarmDto> = {}) =>
  anAlarm({ id, incident: { id: `inc_${id}`, ordinal: 1 }, ...more })

describe('foldRows', () => {
  it('puts an incident under one row, its first-out on top, where its most urgent one stands', () => {
    expect(words(fold([alone('x'), of('b', 2), alone('y'), of('a', 1)]))).toEqual([
      'x',
      'incident of a,b',
      '- a first',
      '- b',
      'y',
    ])
  })

  it('folds incidents in a flood, and what is alone by enterprise and kind', () => {
    const rest = [alone('x'), alone('y'), alone('z', { ruleId: 'other' })]
    expect(words(fold([of('a', 1), of('b', 2), ...rest], true))).toEqual([
      'incident of a,b, folded',
      'cause of x,y, folded',
      'z',
    ])
  })

  it('never folds red, and still says that it came first', () => {
    const items = fold([of('red', 1, { grade: 1 }), of('b', 2), of('c', 3)], true)
    expect(words(items)).toEqual(['red first', 'incident of b,c, folded'])
  })

  it('opens and closes what somebody turns over', () => {
    const alarms = [of('a', 1), of('b', 2)]
    expect(words(fold(alarms, true, ['incident inc_1']))).toEqual([
      'incident of a,b',
      '- a first',
      '- b',
    ])
    expect(words(fold(alarms, false, ['incident inc_1']))).toEqual(['incident of a,b, folded'])
  })

  it('leaves nothing out and shows nothing twice', () => {
    const drafts = fc.array(
      fc.record({
        grade: fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const),
        incident: fc.option(fc.record({ id: fc.constantFrom('i', 'j'), ordinal: fc.nat(9) }), {
          nil: null,
        }),
        ruleId: fc.constantFrom('gas', 'silent'),
      }),
      { maxLength: 30 },
    )
    fc.assert(
      fc.property(drafts, fc.boolean(), (made, isFlooded) => {
        const alarms = made.map((draft, index) => anAlarm({ id: `a${index}`, ...draft }))
        const shown = fold(alarms, isFlooded).flatMap((item) => {
          if (item.kind === 'alarm') return [item.id]
          return item.group.isFolded ? item.group.ids : []
        })
        expect([...shown].sort()).toEqual(alarms.map(({ id }) => id).sort())
      }),
    )
  })

  it('finds the row of what is chosen, also inside a folded one', () => {
    const items = fold([alone('x', { grade: 1 }), of('a', 1), of('b', 2)], true)
    expect(['x', 'b', 'none', null].map((id) => indexOfItem(items, id))).toEqual([0, 1, -1, -1])
    expect(chosenBy(items[1])).toBe('a')
  })
})
