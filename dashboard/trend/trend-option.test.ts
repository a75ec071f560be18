import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { niceExtent } from './trend-option.ts'

describe('niceExtent', () => {
  it.each([
    [[], 0, 1, 0.5],
    [[3, 71, 25, 50], 0, 80, 20],
    [[0, 0], 0, 0.5, 0.5],
    [[20.9, 20.8, 19.5], 19.5, 21, 0.5],
    [[-93, -90], -93, -89, 1],
  ])('%j lies between %d and %d', (values, min, max, step) => {
    const extent = niceExtent(values)
    expect(extent.min).toBeCloseTo(min)
    expect(extent.max).toBeCloseTo(max)
    expect(extent.step).toBeCloseTo(step)
  })

  it('holds every value, in a handful of steps', () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), (values) => {
        const { min, max, step } = niceExtent(values)
        const room = step * 1e-6
        expect(Math.min(...values)).toBeGreaterThanOrEqual(min - room)
        expect(Math.max(...values)).toBeLessThanOrEqual(max + room)
        expect((max - min) / step).toBeLessThanOrEqual(7)
      }),
    )
  })
})
