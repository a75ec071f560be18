import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bytesOf,
  formatAge,
  formatCountdown,
  formatInstant,
  formatValue,
  payloadAsHex,
  payloadAsText,
} from './format.ts'

const UNITS = { second: 's', minute: 'min', hour: 'h', day: 'd' }
const WORDS = { yes: 'yes', no: 'no' }

describe('formatAge', () => {
  it.each([
    [-5_000, '0 s'],
    [0, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min 0 s'],
    [3_599_000, '59 min 59 s'],
    [3_600_000, '1 h 0 min'],
    [90_000_000, '1 d 1 h'],
  ])('%i ms is %s', (durationMs, text) => {
    expect(formatAge(durationMs, UNITS)).toBe(text)
  })
})

describe('formatCountdown', () => {
  it.each([
    [18_502_000, '5:08:22'],
    [120_000, '2:00'],
    [61_001, '1:02'],
    [1, '0:01'],
    [-1, '0:00'],
  ])('%i ms is %s', (durationMs, text) => {
    expect(formatCountdown(durationMs)).toBe(text)
  })
})

describe('formatInstant', () => {
  const nowMs = new Date(2026, 10, 23, 12, 0, 0).getTime()

  it('leaves the date out today, and the year out this year', () => {
    expect(formatInstant(new Date(2026, 10, 23, 4, 5, 6).getTime(), nowMs)).toBe('04:05:06')
    expect(formatInstant(new Date(2026, 10, 22, 4, 5, 6).getTime(), nowMs)).toBe('11-22 04:05:06')
    expect(formatInstant(new Date(2025, 10, 23, 4, 5, 6).getTime(), nowMs)).toBe(
      '2025-11-23 04:05:06',
    )
  })
})

describe('formatValue', () => {
  it.each([
    [null, '%LEL', '–'],
    [true, null, 'yes'],
    [false, null, 'no'],
    [0.354, 'mg/m³', '0.35 mg/m³'],
    [30.25, '%LEL', '30.3 %LEL'],
    [1250.4, 'W', '1,250 W'],
    [-2, null, '-2'],
  ])('%s %s reads %s', (value, unit, text) => {
    expect(formatValue(value, { unit, language: 'en', words: WORDS })).toBe(text)
  })
})

describe('payload of a rejected message', () => {
  it('shows control characters and broken UTF-8 instead of hiding them', () => {
    expect(payloadAsText(btoa('{"a"\u0000}\n'))).toBe('{"a"␣}\n')
    expect(payloadAsText(btoa('\u00ff'))).toBe('\ufffd')
  })

  it('is the same bytes in hex', () => {
    expect(payloadAsHex(btoa('AB'))).toBe('41 42')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const base64 = btoa(String.fromCharCode(...bytes))
        expect([...bytesOf(base64)]).toEqual([...bytes])
        expect(payloadAsHex(base64).split(/\s+/).filter(Boolean)).toHaveLength(bytes.length)
      }),
    )
  })
})
