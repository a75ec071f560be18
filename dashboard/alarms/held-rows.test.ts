import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type HeldRows, holdRows, NO_ROWS } from './held-rows.ts'

function shown(...order: string[]): HeldRows {
  return { order, waiting: [], gone: new Set() }
}

describe('holdRows', () => {
  it('follows the list while nobody holds it', () => {
    expect(holdRows(shown('b'), ['a', 'b'], false)).toEqual(shown('a', 'b'))
    const same = shown('a', 'b')
    expect(holdRows(same, ['a', 'b'], false)).toBe(same)
  })

  it('shows the first rows at once, held or not', () => {
    expect(holdRows(NO_ROWS, ['a'], true)).toEqual(shown('a'))
  })

  it('lets new rows wait and leaves old ones in their place', () => {
    const held = holdRows(shown('b', 'c'), ['a', 'c'], true)
    expect(held.order).toEqual(['b', 'c'])
    expect(held.waiting).toEqual(['a'])
    expect([...held.gone]).toEqual(['b'])
  })

  it('puts the next page on at the end, where it moves nothing', () => {
    const held = holdRows(shown('b', 'c'), ['a', 'b', 'c', 'd', 'e'], true)
    expect(held.order).toEqual(['b', 'c', 'd', 'e'])
    expect(held.waiting).toEqual(['a'])
  })

  it('never moves a shown row, and shows or announces every row that belongs', () => {
    const rows = fc.uniqueArray(fc.constantFrom(...'abcdefghij'), { maxLength: 10 })
    fc.assert(
      fc.property(rows, fc.array(rows, { maxLength: 5 }), (first, changes) => {
        let held = holdRows(NO_ROWS, first, false)
        for (const current of changes) {
          const before = held
          held = holdRows(before, current, true)
          if (before.order.length > 0) {
            expect(held.order.slice(0, before.order.length)).toEqual(before.order)
          }
          const visible = held.order.filter((id) => !held.gone.has(id))
          expect([...visible, ...held.waiting].sort()).toEqual([...current].sort())
        }
      }),
    )
  })
})
