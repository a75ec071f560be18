import { describe, expect, test } from 'vitest'
import { compileExpression } from './expression.ts'
import { areComparable, convertUnit } from './units.ts'

const TYPES = { value: 'double', other: 'double', ok: 'bool' } as const

function answer(text: string, values: Readonly<Record<string, number | boolean>> = {}) {
  const compilation = compileExpression(text, TYPES)
  if (!compilation.ok) return compilation.problem
  const result = compilation.compiled.evaluate({ value: 5, other: 2, ok: true, ...values })
  return result.ok ? result.value : result.reason
}

test.for([
  ['value * 2 > 9', true],
  ['2 * value + 1 - 0.5', 10.5],
  ['10 / 4', 2.5],
  ['value / 2', 2.5],
  ['7 - value == 2', true],
  ['2 == 7 - value', true],
  ['value != 5', false],
  ['(7 - value) * 2 / 4 + 1', 2],
  ['abs(0.0 - value) + sqrt(16) + log10(100.0) + pow(2, 3)', 19],
  ['min(value, 3) + max(other, 7.5) + clamp(value, 0, 4)', 14.5],
  ['ok ? value : other', 5],
  ['[value, other, 9.0].filter(x, x > 3.0).size() >= 2', true],
  ['convert(value, "kPa", "Pa")', 5000],
  ['value > 0.00000000012', true],
] as const)('%s = %s', ([text, value]) => {
  expect(answer(text)).toBe(value)
})

describe('refused when saved', () => {
  test.for([
    ['value >', 'unexpected_token', 7],
    ['value + ok', 'no_such_overload', 0],
    ['  nobody > 1.0', 'unknown_variable', 2],
    ['"text"', 'answer_type', 0],
    ['ok && "a".matches("(a+)+$")', 'function_refused', 6],
    ['[value].map(x, [other].map(y, y)).size() > 1', 'loop_refused', 15],
    ['convert(value, "kPa", "°C") > 1.0', 'units_not_comparable', 0],
    ['convert(value, string(other), "Pa") > 1.0', 'units_not_comparable', 0],
  ] as const)('%s', ([text, code, position]) => {
    expect(answer(text)).toMatchObject({ code, position })
  })

  test('what is too long or too deep', () => {
    expect(answer(Array(300).fill('value').join(' + '))).toMatchObject({ code: expect.any(String) })
    expect(answer(`${'('.repeat(80)}value${')'.repeat(80)}`)).toMatchObject({
      reason: expect.any(String),
    })
  })
})

describe('named when judged', () => {
  test.for([
    ['value / (other - 2) > 1.0', 'division_by_zero'],
    ['1 / 0 > 2', 'division_by_zero'],
    ['sqrt(0.0 - value)', 'expression_failed'],
    ['[value][3] > 1.0', 'expression_failed'],
  ] as const)('%s: %s', ([text, reason]) => {
    expect(answer(text)).toBe(reason)
  })

  test('an error counts only where the other side does not decide', () => {
    expect(answer('ok || value / 0.0 > 1.0')).toBe(true)
  })
})

test('says which names occur and whether it divides by one', () => {
  const compiled = (text: string) => {
    const compilation = compileExpression(text, TYPES)
    if (!compilation.ok) throw new Error(compilation.problem.reason)
    return compilation.compiled
  }
  expect([...compiled('value / 2 > 1.0').names]).toEqual(['value'])
  expect(compiled('value / 2 > 1.0').divides).toBe(false)
  expect(compiled('value / other > 1.0').divides).toBe(true)
})

describe('units', () => {
  test.for([
    [1, 'bar', 'kPa', 100],
    [0, '°C', 'K', 273.15],
    [212, '°F', '°C', 100],
    [5, '%LEL', '%LEL', 5],
  ] as const)('%f %s in %s', ([value, from, to, converted]) => {
    expect(convertUnit(value, from, to)).toBeCloseTo(converted, 9)
  })

  test('of different quantities are not converted', () => {
    expect(() => convertUnit(1, 'kPa', '°C')).toThrow(RangeError)
    expect([
      areComparable('kPa', 'bar'),
      areComparable('kPa', 'A'),
      areComparable(null, 'A'),
      areComparable(null, null),
    ]).toEqual([true, false, false, true])
  })
})
