import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PAYLOAD_LIMITS } from '#config/limits.ts'
import { copyOf } from './decoded.suite.ts'
import { decodeJson } from './json.ts'
import { REJECTION_REASONS } from './rejection.ts'

const encode = (text: string) => new TextEncoder().encode(text)

/** `point=value` of all; then the reasons of what was not taken. */
function outcomeOf(payload: string | Uint8Array): { taken: string; reasons: string } {
  const decoded = decodeJson(typeof payload === 'string' ? encode(payload) : payload)
  if (!decoded.ok) return { taken: '–', reasons: decoded.reason }
  const taken = copyOf(decoded.values).map(
    ({ point, value, quality }) => `${point}=${value}${quality === null ? '' : `/${quality}`}`,
  )
  const reasons = decoded.rejected.map(({ reason, point }) =>
    point === undefined ? reason : `${reason}:${point}`,
  )
  return { taken: taken.join(' '), reasons: reasons.join(' ') }
}

describe('decodeJson', () => {
  // biome-ignore format: a table is read by its columns
  const cases: readonly (readonly [string, string, string])[] = [
    // payload                                               | taken                    | not taken
    ['{"ts":1795430400000,"values":{"lel":3.2,"fault":false}}', 'lel=3.2 fault=false',     ''],
    ['[{"ts":1795430400000,"values":{"lel":1}},{"values":{"lel":2}}]', 'lel=1 lel=2',      ''],
    ['{"lel":3.2,"fault":true}',                               'lel=3.2 fault=true',       ''],
    ['{"ts":1795430400000,"lel":3.2}',                         'lel=3.2',                  ''],
    ['\ufeff{"lel":1}',                                        'lel=1',                    ''],
    ['{"seq":7,"values":{"lel":1}}',                           'lel=1',                    ''],
    ['{"values":{"lel":1},"quality":{"lel":"bad"}}',           'lel=1/bad',                ''],
    ['{"values":{"lel":1},"quality":{"co":"bad"}}',            'lel=1',                    ''],
    ['{"values":{"lel":1},"quality":{"lel":"odd"}}',           'lel=1/uncertain',          'invalid_quality:lel'],
    ['{"values":{"lel":1},"quality":"bad"}',                   'lel=1',                    'invalid_quality'],
    ['{"lel":1,"quality":{"lel":"calibrating"}}',              'lel=1/calibrating',        ''],
    // One bad value never loses its neighbours.
    ['{"lel":1e999,"co":2}',                                   'co=2',                     'value_not_finite:lel'],
    ['{"lel":-1e999,"co":2}',                                  'co=2',                     'value_not_finite:lel'],
    ['{"lel":NaN,"co":2}',                                     'co=2',                     'value_not_finite:lel'],
    ['{"lel":-nan,"co":+inf,"x":-Infinity,"y":2}',             'y=2',                      'value_not_finite:lel value_not_finite:co value_not_finite:x'],
    ['{"nan":1,"lel":nan,"text\\"nan":3}',                     'nan=1',                    'value_not_finite:lel invalid_point_name:text"nan'],
    ['{"lel":"3.2","co":2}',                                   'co=2',                     'wrong_value_type:lel'],
    ['{"lel":null,"co":2}',                                    'co=2',                     'wrong_value_type:lel'],
    ['{"lel":{"v":1},"co":[2],"x":3}',                         'x=3',                      'wrong_value_type:lel wrong_value_type:co'],
    ['{"1lel":1,"":2,"a b":3,"lel":4}',                        'lel=4',                    'invalid_point_name:1lel invalid_point_name: invalid_point_name:a b'],
    [`{"${'x'.repeat(65)}":1,"lel":4}`,                        'lel=4',                    `invalid_point_name:${'x'.repeat(65)}`],
    ['{"__proto__":1,"constructor":2,"lel":3}',                'constructor=2 lel=3',      'invalid_point_name:__proto__'],
    ['{"values":{"__proto__":{"lel":9},"toString":1}}',        'toString=1',               'invalid_point_name:__proto__'],
    ['{"__proto__":{"values":{"lel":9}},"lel":3}',             'lel=3',                    'invalid_point_name:__proto__'],
    ['{"lel":3,"lel":60}',                                     'lel=60',                   'duplicate_key'],
    // One bad sample neither.
    ['[{"lel":1},7,null,[],"x",{"values":5},{"lel":2}]',       'lel=1 lel=2',              'not_an_object'],
    ['[{"lel":1},{},{"values":{}},{"lel":2}]',                 'lel=1 lel=2',              'no_values'],
    // A bad time does not lose the value.
    ['{"ts":"yesterday","values":{"lel":60}}',                 'lel=60',                   'invalid_time'],
    ['{"ts":null,"values":{"lel":60}}',                        'lel=60',                   'invalid_time'],
    ['{"ts":1e999,"values":{"lel":60}}',                       'lel=60',                   'invalid_time'],
    ['{"ts":0,"values":{"lel":60}}',                           'lel=60',                   ''],
    // Whole payloads.
    ['',                                                       '–',                        'payload_empty'],
    [' \n\t ',                                                 '–',                        'payload_empty'],
    ['[]',                                                     '',                         'no_values'],
    ['{}',                                                     '',                         'no_values'],
    ['7',                                                      '',                         'not_an_object'],
    ['"lel"',                                                  '',                         'not_an_object'],
    ['{"lel":1',                                               '–',                        'malformed_json'],
    ['{"lel":1}}',                                             '–',                        'malformed_json'],
    ["{'lel':1}",                                              '–',                        'malformed_json'],
    ['{"lel":01}',                                             '–',                        'malformed_json'],
    ['{"lel":1,}',                                             '–',                        'malformed_json'],
    ['lel=1',                                                  '–',                        'malformed_json'],
    ['{"lel":1}\0',                                            '–',                        'malformed_json'],
    [`${'['.repeat(1_000)}${']'.repeat(1_000)}`,               '–',                        'json_too_deep'],
    [`${'{"a":'.repeat(9)}1${'}'.repeat(9)}`,                  '–',                        'json_too_deep'],
    ['['.repeat(200_000),                                      '–',                        'json_too_deep'],
    [`{"lel":1,"x":"${'['.repeat(1_000)}"}`,                   'lel=1',                    'wrong_value_type:x'],
    [`"${'\\"'.repeat(120_000)}`,                              '–',                        'malformed_json'],
    [' '.repeat(PAYLOAD_LIMITS.payloadBytesMax + 1),           '–',                        'payload_too_large'],
  ]

  for (const [payload, taken, reasons] of cases) {
    test(`${payload.slice(0, 60).replaceAll('\0', '\\0')} … ${reasons.slice(0, 40)}`, () => {
      const outcome = outcomeOf(payload)
      // The same complaint at another place is counted, not repeated.
      expect({ ...outcome, reasons: [...new Set(outcome.reasons.split(' '))].join(' ') }).toEqual({
        taken,
        reasons: [...new Set(reasons.split(' '))].join(' '),
      })
    })
  }

  // biome-ignore format: a table is read by its columns
  const bytes: readonly (readonly [string, Uint8Array, string])[] = [
    ['an ill-formed sequence',  Uint8Array.of(0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d), 'invalid_utf8'],
    ['an overlong slash',       Uint8Array.of(0x22, 0xc0, 0xaf, 0x22),                         'invalid_utf8'],
    ['a surrogate',             Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22),                   'invalid_utf8'],
    ['gzip',                    Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0),                   'invalid_utf8'],
    ['UTF-16 with its mark',    new Uint8Array(Buffer.from('\ufeff{"lel":1}', 'utf16le')),     'invalid_utf8'],
    ['UTF-16 without',          new Uint8Array(Buffer.from('{"lel":1}', 'utf16le')),           'malformed_json'],
  ]
  test.for(bytes)('%s is refused', ([, payload, reason]) => {
    expect(outcomeOf(payload).reasons).toBe(reason)
  })

  test('the limits cut, and say so; what is within is taken', () => {
    const many = (count: number) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, i])))
    const wide = decodeJson(encode(many(PAYLOAD_LIMITS.pointsPerSampleMax + 1)))
    expect(wide.ok && wide.values).toHaveLength(PAYLOAD_LIMITS.pointsPerSampleMax)
    expect(wide.ok && wide.rejected).toMatchObject([{ reason: 'too_many_points' }])

    const long = decodeJson(
      encode(`[${Array(PAYLOAD_LIMITS.samplesPerPayloadMax + 7).fill('{"lel":1}')}]`),
    )
    expect(long.ok && long.values).toHaveLength(PAYLOAD_LIMITS.samplesPerPayloadMax)
    expect(long.ok && long.rejected).toMatchObject([{ reason: 'too_many_samples' }])

    const full = decodeJson(encode(`[${Array(60).fill(many(100))}]`))
    expect(full.ok && full.values).toHaveLength(PAYLOAD_LIMITS.readingsPerPayloadMax)
    expect(full.ok && full.rejected).toMatchObject([{ reason: 'too_many_readings', count: 10 }])
  })

  test('complaints are bounded, and all of them counted', () => {
    const names = Array.from({ length: 190 }, (_, i) => `"${i}":1`)
    const decoded = decodeJson(encode(`[{${names}},{${names}}]`))
    if (!decoded.ok) throw new Error(decoded.reason)
    expect(decoded.rejected.length).toBeLessThanOrEqual(PAYLOAD_LIMITS.rejectedPartsMax + 1)
    expect(decoded.rejected.reduce((sum, { count }) => sum + count, 0)).toBe(380)
  })

  test('any JSON and any bytes: never throws, never pollutes, only finite numbers and booleans', () => {
    const prototype = Object.getOwnPropertyNames(Object.prototype).toSorted()
    const key = fc.oneof(
      fc.constantFrom('ts', 'values', 'quality', '__proto__', 'constructor', 'lel'),
      fc.string(),
    )
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom('null', 'true', '1e999', '-0', 'NaN', '1795430400000', '"good"', '"x"'),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
        fc.array(tie('json')).map((items) => `[${items.join()}]`),
        fc
          .array(fc.tuple(key, tie('json')))
          .map((entries) => `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${v}`).join()}}`),
      ),
    }))
    const payload = fc.oneof(
      json.map((text) => encode(String(text))),
      fc.uint8Array({ maxLength: 64 }),
    )
    fc.assert(
      fc.property(payload, (bytes) => {
        const decoded = decodeJson(bytes)
        if (!decoded.ok) {
          expect(REJECTION_REASONS).toContain(decoded.reason)
          return
        }
        for (const { value, sourceAtMs } of copyOf(decoded.values)) {
          expect(sourceAtMs === null || Number.isSafeInteger(sourceAtMs)).toBe(true)
          expect(typeof value === 'boolean' || Number.isFinite(value)).toBe(true)
        }
      }),
      { numRuns: 2_000 },
    )
    expect(Object.getOwnPropertyNames(Object.prototype).toSorted()).toEqual(prototype)
    expect(Object.getPrototypeOf({})).toBe(Object.prototype)
  })
})
