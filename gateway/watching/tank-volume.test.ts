import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type TankShape, tankDraft, tankMedium, tankShape } from '../contract.ts'
import { contentsAt, densityAt } from './tank-contents.ts'
import { capacityOf, heightOf, volumeAt } from './tank-volume.ts'

const STANDING = { kind: 'vertical-cylinder', diameterM: 10, heightM: 12 } as const
const LYING = {
  kind: 'horizontal-cylinder',
  diameterM: 2,
  lengthM: 6,
  heads: 'flat',
} as const
const BULLET = { ...LYING, heads: 'elliptical' } as const
const BALL = { kind: 'sphere', diameterM: 12 } as const
const TABLE = {
  kind: 'table',
  rows: [
    { levelM: 0.1, volumeM3: 5 },
    { levelM: 1, volumeM3: 60 },
    { levelM: 2, volumeM3: 120 },
  ],
} as const satisfies TankShape

describe('volume at a level', () => {
  test.for<[TankShape, number, number]>([
    [STANDING, 0, 0],
    [STANDING, 6, Math.PI * 25 * 6],
    [STANDING, 12, Math.PI * 25 * 12],
    [LYING, 1, Math.PI * 3],
    [LYING, 2, Math.PI * 6],
    // A quarter of the diameter: r² acos(1/2) − 1/2 · √(3)/2 … of radius 1, times 6 m.
    [LYING, 0.5, (Math.PI / 3 - Math.sqrt(3) / 4) * 6],
    // Two 2:1 heads add πD³/12.
    [BULLET, 2, Math.PI * 6 + (Math.PI * 8) / 12],
    [BULLET, 1, Math.PI * 3 + (Math.PI * 8) / 24],
    [BALL, 12, (4 / 3) * Math.PI * 216],
    [BALL, 6, (2 / 3) * Math.PI * 216],
    [TABLE, 0.05, 2.5],
    [TABLE, 0.1, 5],
    [TABLE, 1.5, 90],
    [TABLE, 2, 120],
  ])('%j at %f m is %f m³', ([shape, level, volume]) => {
    expect(volumeAt(shape, level).volumeM3).toBeCloseTo(volume, 9)
    expect(volumeAt(shape, level).isBeyond).toBe(false)
  })

  test('beyond top and bottom the tank is full or empty, and it says so', () => {
    for (const shape of [STANDING, LYING, BULLET, BALL, TABLE]) {
      expect(volumeAt(shape, -0.1)).toEqual({ volumeM3: 0, isBeyond: true })
      const above = volumeAt(shape, heightOf(shape) + 0.1)
      expect(above).toEqual({ volumeM3: capacityOf(shape), isBeyond: true })
    }
  })

  test('never falls while the level rises, and agrees with slices', () => {
    const shapes = fc.constantFrom<TankShape>(STANDING, LYING, BULLET, BALL, TABLE)
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(shapes, share, share, (shape, one, other) => {
        const [low, high] = [one, other].sort((a, b) => a - b) as [number, number]
        const height = heightOf(shape)
        const below = volumeAt(shape, low * height).volumeM3
        const above = volumeAt(shape, high * height).volumeM3
        // Within a millilitre: more is not to be had of a difference of angles.
        expect(above).toBeGreaterThanOrEqual(below - 1e-6)
        expect(above).toBeLessThanOrEqual(capacityOf(shape) + 1e-6)
      }),
    )
    // Width of a lying cylinder at height y is 2√(y(D−y)): summed in slices.
    const slices = 20_000
    const sum = Array.from({ length: slices }, (_, index) => {
      const y = ((index + 0.5) / slices) * 0.7
      return (2 * Math.sqrt(y * (2 - y)) * 6 * 0.7) / slices
    }).reduce((total, slice) => total + slice, 0)
    expect(volumeAt(LYING, 0.7).volumeM3).toBeCloseTo(sum, 4)
  })
})

describe('contents', () => {
  const methanol = { densityKgM3: 791, expansion: null }
  test.for([
    [{ value: 50, unit: '%' }, 6],
    [{ value: 6, unit: 'm' }, 6],
    [{ value: 600, unit: 'cm' }, 6],
    [{ value: 6_000, unit: 'mm' }, 6],
  ] as const)('%j is %f m', ([level, metres]) => {
    const contents = contentsAt({ shape: STANDING, medium: methanol }, level, null)
    expect(contents.levelM).toBeCloseTo(metres, 12)
    expect(Number(contents.tonnes)).toBeCloseTo(Math.PI * 25 * 6 * 0.791, 5)
    expect(contents.tonnes).toMatch(/^\d+\.\d{6}$/)
  })

  test('a warmer liquid is lighter, and nonsense leaves the density as it is', () => {
    const medium = { densityKgM3: 800, expansion: { perKelvin: 0.001, referenceC: 20 } }
    expect(densityAt(medium, 20)).toBe(800)
    expect(densityAt(medium, 30)).toBeCloseTo(800 / 1.01, 9)
    expect(densityAt(medium, null)).toBe(800)
    expect(densityAt(medium, 5_000)).toBe(800)
  })
})

describe('a tank is refused', () => {
  const rows = (...pairs: [number, number][]) => ({
    kind: 'table',
    rows: pairs.map(([levelM, volumeM3]) => ({ levelM, volumeM3 })),
  })
  test.for([
    [tankShape, rows([1, 5], [1, 6]), 'row 2: level must be higher'],
    [tankShape, rows([1, 5], [2, 4]), 'row 2: level must be higher and volume not smaller'],
    [tankShape, rows([1, 5]), 'expected array to have >=2 items'],
    [tankShape, { ...STANDING, diameterM: 0 }, 'expected number to be >0'],
    [tankShape, { ...STANDING, heightM: -1 }, 'expected number to be >0'],
    [tankMedium, { densityKgM3: 0 }, 'a density must be above 0 kg/m³'],
    [tankMedium, { densityKgM3: 1e6 }, 'expected number to be <=25000'],
    [tankDraft, { name: '' }, 'expected'],
  ] as const)('%#: with a reason', ([schema, input, reason]) => {
    const parsed = schema.safeParse(input)
    expect(parsed.error?.message).toContain(reason)
  })
})
