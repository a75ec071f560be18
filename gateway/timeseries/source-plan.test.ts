import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS } from './buckets.ts'
import { planSources, type Span, without } from './source-plan.ts'

const NOTHING_GONE = { raw: -Infinity, minute: -Infinity, hour: -Infinity }
const at = (text: string) => Date.parse(`2026-11-23T${text}Z`)
const told = (question: Span & { everyMs: number }, rolled: readonly Span[], gone = NOTHING_GONE) =>
  planSources(question, { rolled, goneBefore: gone }).map(
    ({ resolution, fromMs, toMs }) =>
      `${resolution} ${new Date(fromMs).toISOString().slice(11, 19)}–${new Date(toMs).toISOString().slice(11, 19)}`,
  )

describe('planSources', () => {
  const all = [{ fromMs: at('00:00:00'), toMs: at('12:00:00') }]
  const range = { fromMs: at('01:30:20'), toMs: at('12:10:00') }

  test.each([
    [30_000, ['raw 01:30:20–12:10:00']],
    [MINUTE_MS, ['raw 01:30:20–01:31:00', 'minute 01:31:00–12:00:00', 'raw 12:00:00–12:10:00']],
    [
      2 * HOUR_MS,
      [
        'raw 01:30:20–01:31:00',
        'minute 01:31:00–02:00:00',
        'hour 02:00:00–12:00:00',
        'raw 12:00:00–12:10:00',
      ],
    ],
  ])('for buckets of %i ms takes the coarsest that fits', (everyMs, expected) => {
    expect(told({ ...range, everyMs }, all)).toEqual(expected)
  })

  test('takes readings where roll-ups are stale', () => {
    const rolled = without(all[0] ?? range, [{ fromMs: at('05:00:00'), toMs: at('06:00:00') }])
    const question = { fromMs: at('04:00:00'), toMs: at('08:00:00'), everyMs: HOUR_MS }
    expect(told(question, rolled)).toEqual([
      'hour 04:00:00–05:00:00',
      'raw 05:00:00–06:00:00',
      'hour 06:00:00–08:00:00',
    ])
  })

  test('widens the ends to full roll-ups where the readings are gone', () => {
    const gone = { raw: at('11:00:00'), minute: at('03:00:00'), hour: -Infinity }
    const early = { fromMs: at('01:30:20'), toMs: at('04:00:30'), everyMs: HOUR_MS }
    expect(told(early, all, gone)).toEqual(['hour 01:00:00–04:00:00', 'minute 04:00:00–04:01:00'])
    const fine = { ...early, everyMs: MINUTE_MS }
    expect(told(fine, all, gone)).toEqual(['raw 01:30:20–01:31:00', 'minute 01:31:00–04:01:00'])
  })

  test('covers any range exactly once, in order, with what divides the buckets', () => {
    const instant = fc.integer({ min: 0, max: 30 * HOUR_MS })
    const span = fc
      .tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 9 }))
      .map(([hour, hours]) => ({ fromMs: hour * HOUR_MS, toMs: (hour + hours) * HOUR_MS }))
    fc.assert(
      fc.property(
        fc.tuple(instant, instant),
        fc.array(span, { maxLength: 5 }),
        fc.constantFrom(1_000, MINUTE_MS, 90_000, HOUR_MS, 24 * HOUR_MS),
        ([a, b], gaps, everyMs) => {
          const question = { fromMs: Math.min(a, b), toMs: Math.max(a, b) + 1, everyMs }
          const rolled = without({ fromMs: 0, toMs: 30 * HOUR_MS }, gaps)
          const stretches = planSources(question, { rolled, goneBefore: NOTHING_GONE })
          let atMs = question.fromMs
          for (const { fromMs, toMs, resolution } of stretches) {
            expect(fromMs).toBe(atMs)
            expect(toMs).toBeGreaterThan(fromMs)
            if (resolution !== 'raw') {
              const lengthMs = resolution === 'hour' ? HOUR_MS : MINUTE_MS
              expect([everyMs % lengthMs, fromMs % lengthMs, toMs % lengthMs]).toEqual([0, 0, 0])
              expect(rolled.some((each) => each.fromMs <= fromMs && toMs <= each.toMs)).toBe(true)
            }
            atMs = toMs
          }
          expect(atMs).toBe(question.toMs)
        },
      ),
    )
  })
})
