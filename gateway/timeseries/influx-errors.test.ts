import { describe, expect, test } from 'vitest'
import { INFLUX_LIMITS } from '#config/limits.ts'
import { errorOf, insertOutcomeOf } from './influx-errors.ts'

const NOW_MS = Date.UTC(2026, 10, 23, 8)

describe('insertOutcomeOf', () => {
  // Texts as servers send them.
  test.each([
    ['1.x', 400, '{"error":"partial write: points beyond retention policy dropped=3"}', 3],
    ['1.x, unparsable', 400, `{"error":"unable to parse 'r v=x': invalid number"}`, null],
    [
      '2.0',
      500,
      '{"code":"internal error","message":"unexpected error writing points to database: partial write: points beyond retention policy dropped=1"}',
      1,
    ],
    [
      '2.7',
      422,
      '{"code":"unprocessable entity","message":"failure writing points to database: partial write: dropped 550 points outside retention policy of duration 8760h0m0s dropped=550 for database: 91 for retention policy: autogen"}',
      550,
    ],
    [
      '2.x, unparsable',
      400,
      `{"code":"invalid","message":"unable to parse 'r v=x': invalid number"}`,
      null,
    ],
  ])('reads how many %s dropped', (_, status, text, dropped) => {
    expect(insertOutcomeOf({ status, text }, NOW_MS)).toMatchObject({ kind: 'refused', dropped })
  })

  test('takes 413 for a request that is too large', () => {
    expect(insertOutcomeOf({ status: 413, text: '' }, NOW_MS)).toEqual({ kind: 'too_large' })
  })

  test('throws what is not about the readings', () => {
    const failure = { status: 500, text: '{"error":"timeout"}' }
    expect(() => insertOutcomeOf(failure, NOW_MS)).toThrow('InfluxDB answers 500: timeout.')
  })
})

describe('errorOf', () => {
  test.each([
    ['7', 7_000],
    ['0', 0],
    [new Date(NOW_MS + 9_000).toUTCString(), 9_000],
    [new Date(NOW_MS - 9_000).toUTCString(), 0],
    ['86400', INFLUX_LIMITS.retryAfterMsMax],
    ['soon', null],
    [undefined, null],
  ])('takes Retry-After %j for %j ms', (retryAfter, retryAfterMs) => {
    const error = errorOf({ status: 503, text: '', retryAfter }, NOW_MS)
    expect(error).toMatchObject({ code: 'timeseries_unavailable', details: { retryAfterMs } })
  })

  test('keeps of a long answer what a person can read', () => {
    const error = errorOf({ status: 502, text: `<html>${'x\n '.repeat(10_000)}` }, NOW_MS)
    expect(error.message.length).toBeLessThan(INFLUX_LIMITS.messageLengthMax + 50)
    expect(error.message).not.toContain('\n')
  })
})
