import { expect, test } from 'vitest'
import { InfluxCsvError, readingsInCsv } from './influx-csv.ts'

const COMMON = 'name,tags,time,value,arrived_at_ms\n'
const RARE = 'name,tags,time,unusable,is_boolean,quality,marks\n'

test('joins what every reading has with what few have', () => {
  const text =
    `${COMMON}r,,1000,3.25,1020\nr,,2000,,2020\nr,,3000,1,3020\nr,,-4,1e-9,5\n` +
    `\n${RARE}r,,2000,999.5,,bad,4\nr,,3000,,true,,\n`
  expect(readingsInCsv(text)).toEqual([
    { observedAtMs: 1000, arrivedAtMs: 1020, value: 3.25, quality: 'good', marks: 0 },
    { observedAtMs: 2000, arrivedAtMs: 2020, value: 999.5, quality: 'bad', marks: 4 },
    { observedAtMs: 3000, arrivedAtMs: 3020, value: true, quality: 'good', marks: 0 },
    { observedAtMs: -4, arrivedAtMs: 5, value: 1e-9, quality: 'good', marks: 0 },
  ])
})

test.each([
  ['nothing', '', []],
  ['rare fields alone', `${RARE}r,,1,2,,bad,\n`, []],
  ['a point of which the value is still missing', `${COMMON}r,,1000,,1020\n`, [null]],
  ['a last line without its end', `${COMMON}r,,1,2,3`, [expect.objectContaining({ value: 2 })]],
])('of %s makes what there is', (_, text, readings) => {
  expect(readingsInCsv(text)).toEqual(readings)
})

test('tells a failed statement as a failure', () => {
  expect(() => readingsInCsv('error\ndatabase not found: plant\n')).toThrow(
    new InfluxCsvError('database not found: plant'),
  )
})
