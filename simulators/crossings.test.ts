import { expect, test } from 'vitest'
import { createCrossingSignal, crossingsOf } from './acceptance/crossings.ts'
import { createRandom } from './seeded-random.ts'

const of = (...values: number[]) =>
  crossingsOf(values.map((value, ts) => ({ ts, value }))).map(
    ({ what, value }) => `${what} ${value}`,
  )

test.each([
  [[30, 40], []],
  [
    [30, 50, 55, 49.9],
    ['began 50', 'returned 49.9'],
  ],
  [
    [30, 55, 65, 30],
    ['began 55', 'rose 65', 'returned 30'],
  ],
  [
    [70, 55, 66, 10],
    ['began 70', 'rose 66', 'returned 10'],
  ],
  [[70], ['began 70']],
])('%j causes %j', (values, crossings) => {
  expect(of(...values)).toEqual(crossings)
})

test('the signal tells the same story again and crosses in every way', () => {
  const draw = () => {
    const next = createCrossingSignal(createRandom('signal'))
    return Array.from({ length: 5_000 }, (_, ts) => ({ ts, value: next() }))
  }
  const crossings = crossingsOf(draw())
  expect(draw()).toEqual(draw())
  expect(crossings.length).toBeGreaterThan(100)
  expect(new Set(crossings.map(({ what }) => what))).toEqual(new Set(['began', 'rose', 'returned']))
})
