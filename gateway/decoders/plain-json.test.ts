import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PAYLOAD_LIMITS } from '#config/limits.ts'
import { copyOf } from './decoded.suite.ts'
import { type Decoded, DecodedValues } from './decoder.ts'
import { decodeJson, decodeJsonInFull } from './json.ts'
import { readPlainJson } from './plain-json.ts'

const bytesOf = (text: string) => Buffer.from(text)

/** Null: it was left to the full decoder. */
function readPlain(text: string) {
  const values = new DecodedValues()
  return readPlainJson(bytesOf(text), values) ? copyOf(values) : null
}

describe('readPlainJson', () => {
  it.each([
    ['{"ts":1795430400000,"values":{"lel":3.25,"fault":false}}'],
    [' { "ts" : 1795430400000 , "values" : { "lel" : -3.25 , "fault" : true } } \r\n'],
    ['{"values":{"a":0,"b":-0,"c":0.1,"d":-0.0,"e":999999999999999}}'],
    ['{"values":{"lel":3},"ts":0}'],
    ['[{"ts":1,"values":{"a":1}},{"ts":2,"values":{"a":2.5,"b":true}}]'],
  ])('reads %s', (text) => {
    expect(readPlain(text)).toEqual(valuesInFull(text))
  })

  it.each([
    ['', '{', '{}', '[]', '[', 'null', '1', '{"values":{}}', '{"ts":1}', '{"values":{"a":1}'],
    ['{"values":{"a":1}}x', '{"values":{"a":1},}', '{"values":{"a":1,}}', '[{"values":{"a":1}},]'],
    ['{"values":{"a":01}}', '{"values":{"a":1.}}', '{"values":{"a":.5}}', '{"values":{"a":- 1}}'],
    ['{"values":{"a":1e3}}', '{"values":{"a":1234567890123456}}', '{"values":{"a":"1"}}'],
    [
      '{"values":{"a":1,"a":2}}',
      '{"values":{"a":1},"values":{"b":1}}',
      '{"ts":1.5,"values":{"a":1}}',
    ],
    [
      '{"values":{"\\u0061":1}}',
      '{"values":{"1a":1}}',
      '{"values":{"温度":1}}',
      '{"values":{"a":nan}}',
    ],
    ['{"values":{"a":tru}}', '{"values":{"a":null}}', '{"a":1}', '{"ts":1,"values":{"a":1},"q":1}'],
  ])('leaves to the full decoder what is not plain', (...texts) => {
    for (const text of texts) expect(readPlain(text), text).toBeNull()
  })

  it('leaves to the full decoder what is beyond a limit', () => {
    const values = (count: number) =>
      JSON.stringify({
        values: Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, i])),
      })
    const { pointsPerSampleMax, samplesPerPayloadMax } = PAYLOAD_LIMITS
    expect(readPlain(values(pointsPerSampleMax))).not.toBeNull()
    expect(readPlain(values(pointsPerSampleMax + 1))).toBeNull()
    const samples = (count: number) => `[${Array.from({ length: count }, () => values(1)).join()}]`
    expect(readPlain(samples(samplesPerPayloadMax))).not.toBeNull()
    expect(readPlain(samples(samplesPerPayloadMax + 1))).toBeNull()
  })

  it('reads what it reads exactly as the full decoder does, number by number', () => {
    const number = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.integer({ min: -1e9, max: 1e9 }).map((value) => value / 1_000),
    )
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.-]{0,8}$/)
    const values = fc.dictionary(name, fc.oneof(number, fc.boolean()), { minKeys: 1, maxKeys: 5 })
    const sample = fc.record({ ts: fc.maxSafeNat(), values }, { requiredKeys: ['values'] })
    const payload = fc.oneof(sample, fc.array(sample, { minLength: 1, maxLength: 3 }))
    fc.assert(
      fc.property(payload, fc.constantFrom('', ' ', '\n\t'), (root, space) => {
        const text = JSON.stringify(root, null, space)
        const plain = readPlain(text)
        if (plain !== null) expect(plain).toEqual(valuesInFull(text))
      }),
    )
  })

  it('reads what has the form of messages before it as if it were the first', () => {
    const figure = fc.constantFrom(
      ...['0', '-0', '3.25', '-71', '12345.678', 'true', 'false', '1e3', '01', '', '"1"', 'null'],
      ...['1795430400000', ' 7', '1.', '1234567890123456', '1,"b":2', '1}', 'tru'],
    )
    const forms: ((...figures: string[]) => string)[] = [
      (a, b, c) => `{"ts":${a},"values":{"lel":${b},"fault":${c}}}`,
      (a, b, c) => `{ "values" : {"lel":${b}, "fault":${c} } , "ts": ${a} }\n`,
      (a, b, c) => `{"values":{"lel":${a},"battery":${b},"fault":${c}}}`,
      (a, b, c) => `[{"ts":${a},"values":{"lel":${b}}},{"values":{"lel":${c}}}]`,
      (a, b, c) => `[{"values":{"lel":${b}}},{"ts":${a},"values":{"lel":${c}}}]`,
    ]
    // Often enough for each to be learnt.
    for (const _ of Array(200)) for (const form of forms) readPlain(form('1', '2', 'true'))
    const values = new DecodedValues()
    const known = forms.map((form) => {
      values.clear()
      readPlainJson(bytesOf(form('3', '-4.5', 'false')), values)
      return values.form !== 0
    })
    // A time behind its values is read the long way.
    expect(known).toEqual([true, false, true, true, true])
    fc.assert(
      fc.property(fc.constantFrom(...forms), figure, figure, figure, (form, ...figures) => {
        const text = form(...figures)
        expect(outcomeOf(decodeJson(bytesOf(text))), text).toEqual(
          outcomeOf(decodeJsonInFull(bytesOf(text))),
        )
      }),
      { numRuns: 2_000 },
    )
  })

  it('never takes what the full decoder would have complained about, however the text is damaged', () => {
    const text = '[{"ts":1795430400000,"values":{"lel":3.25,"fault":false}},{"values":{"b":-0.5}}]'
    fc.assert(
      fc.property(
        fc.nat(text.length),
        fc.constantFrom(...'{}[]",:.-0e tf\\n\u0000é'),
        (at, wrong) => {
          const damaged = text.slice(0, at) + wrong + text.slice(at + 1)
          const plain = readPlain(damaged)
          if (plain !== null) expect(plain).toEqual(valuesInFull(damaged))
          expect(outcomeOf(decodeJson(bytesOf(damaged)))).toEqual(
            outcomeOf(decodeJsonInFull(bytesOf(damaged))),
          )
        },
      ),
      { numRuns: 1_000 },
    )
  })
})

/** What the full decoder makes of it, which must be without complaint. */
function valuesInFull(text: string) {
  const decoded = decodeJsonInFull(bytesOf(text))
  if (!decoded.ok) throw new Error(decoded.detail)
  expect(decoded.rejected).toEqual([])
  return copyOf(decoded.values)
}

/** Both decoders use the same memory. */
function outcomeOf(decoded: Decoded) {
  return decoded.ok ? { ...decoded, values: copyOf(decoded.values) } : decoded
}
