import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { instantOf, instantText, readDay, readInstant } from './read-date.ts'

describe('a day', () => {
  test.for([
    ['2026-11-26', '2026-11-26'],
    [' 2026-1-6 ', '2026-01-06'],
    ['2026/11/26', '2026-11-26'],
    ['2026.11.26', '2026-11-26'],
    ['2026年11月26日', '2026-11-26'],
    ['２０２６－１１－２６', '2026-11-26'],
    ['20261126', '2026-11-26'],
    ['2028-02-29', '2028-02-29'],
  ] as const)('%s is %s', ([typed, text]) => {
    expect(readDay(typed)).toEqual({ ok: true, text })
  })

  test.for([
    ['', 'shape'],
    ['26.11.2026', 'shape'],
    ['2026-11', 'shape'],
    ['2026-11-26 08:30', 'shape'],
    ['tomorrow', 'shape'],
    ['2026-02-29', 'noSuchDay'],
    ['2026-13-01', 'noSuchDay'],
    ['2026-00-10', 'noSuchDay'],
    ['20260431', 'noSuchDay'],
    ['0026-11-26', 'noSuchDay'],
  ] as const)('%s is none (%s)', ([typed, problem]) => {
    expect(readDay(typed)).toEqual({ ok: false, problem })
  })
})

describe('an instant', () => {
  test.for([
    ['2026-11-26 08:30', '2026-11-26 08:30'],
    ['2026-11-26T08:30:05', '2026-11-26 08:30:05'],
    ['2026-11-26  8:30:00', '2026-11-26 08:30'],
    ['2026年11月26日 8：30', '2026-11-26 08:30'],
    ['2026-11-26', '2026-11-26 00:00'],
  ] as const)('%s is %s', ([typed, text]) => {
    expect(readInstant(typed)).toEqual({ ok: true, text })
  })

  test.for([
    ['', 'shape'],
    ['08:30', 'shape'],
    ['2026-11-26 0830', 'shape'],
    ['2026-11-26 08:30 Uhr', 'shape'],
    ['2026-02-30 08:30', 'noSuchDay'],
    ['2026-11-26 24:00', 'noSuchTime'],
    ['2026-11-26 08:60', 'noSuchTime'],
  ] as const)('%s is none (%s)', ([typed, problem]) => {
    expect(readInstant(typed)).toEqual({ ok: false, problem })
  })

  test('what is written is read again, to the second', () => {
    const second = fc.integer({ min: Date.UTC(1950, 0) / 1000, max: Date.UTC(2090, 0) / 1000 })
    fc.assert(
      fc.property(second, (at) => {
        const text = instantText(at * 1000)
        expect(readInstant(text)).toEqual({ ok: true, text })
        expect(instantText(instantOf(text))).toBe(text)
      }),
    )
  })
})
