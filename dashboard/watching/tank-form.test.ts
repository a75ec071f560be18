import { describe, expect, test } from 'vitest'
import type { Tank } from '../../gateway/contract.ts'
import { draftOf, fieldsOf, parseTable } from './tank-form.ts'

const TANK: Tank = {
  id: 't',
  sourceId: 's',
  name: 'T-101',
  unitId: 'u',
  substanceId: 'm',
  shape: { kind: 'vertical-cylinder', diameterM: 10, heightM: 12 },
  medium: { densityKgM3: 791, expansion: { perKelvin: 0.0012, referenceC: 20 } },
  level: { deviceId: 'd', point: 'level' },
  temperature: { deviceId: 'd', point: 'temperature' },
}

describe('a tank through the dialog', () => {
  test.for<Tank['shape']>([
    TANK.shape,
    { kind: 'horizontal-cylinder', diameterM: 2, lengthM: 6, heads: 'elliptical' },
    { kind: 'sphere', diameterM: 12 },
    {
      kind: 'table',
      rows: [
        { levelM: 0, volumeM3: 0 },
        { levelM: 1.5, volumeM3: 40.25 },
      ],
    },
  ])('%j comes out as it went in', (shape) => {
    const { id: _id, sourceId: _sourceId, ...draft } = { ...TANK, shape }
    expect(draftOf(fieldsOf({ ...TANK, shape }))).toEqual(draft)
  })
})

describe('a strapping table', () => {
  test('is taken with commas, tabs or spaces, and blank lines', () => {
    const rows = [
      { levelM: 0.1, volumeM3: 5 },
      { levelM: 1, volumeM3: 60 },
    ]
    for (const text of [
      '0.1, 5\n1,60',
      '0.1\t5\n\n1\t60\n',
      ' 0.1 5 \n1 60',
      '0.1，5\n1；60'.replace('；', ';'),
    ]) {
      expect(parseTable(text)).toEqual({ ok: true, rows })
    }
  })

  test.for([
    ['0.1', 1],
    ['0.1, 5\nlevel, volume', 2],
    ['0.1, 5\n\n1, 2, 3', 3],
    ['-1, 5', 1],
  ] as const)('%j is refused by its line', ([text, line]) => {
    expect(parseTable(text)).toEqual({ ok: false, line })
  })
})
