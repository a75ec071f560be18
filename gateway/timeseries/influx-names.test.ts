import { flux } from '@influxdata/influxdb-client'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseFlux } from '#simulators/receivers/flux-parser.ts'
import { decodeName, encodeName } from './influx-names.ts'

const anyName = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc
    .array(fc.constantFrom('%', '%005c', '\\', '\n', '\ud83d', '\ude00', ',', '=', ' ', '罐', '${'))
    .map((pieces) => pieces.join('')),
)

describe('encodeName', () => {
  test.each([
    'gas-1',
    'lel',
    '罐区-1 可燃气体',
    "O'Brien",
    '"a",b=c d',
    '🔥',
    '\u0024{x}',
    "'; --",
  ])('leaves %j as it is', (name) => {
    expect(encodeName(name)).toBe(name)
  })

  test.each([
    ['', '%'],
    ['%', '%0025'],
    ['back\\slash\\', 'back%005cslash%005c'],
    ['line\nbreak\r\t', 'line%000abreak%000d%0009'],
    ['half \ud83d', 'half %d83d'],
  ])('writes %j as %j', (name, encoded) => {
    expect(encodeName(name)).toBe(encoded)
  })

  test('can be undone for every name, so that two never become one', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        expect(decodeName(encodeName(name))).toBe(name)
      }),
    )
  })

  test('leaves nothing that line protocol or UTF-8 cannot carry', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const encoded = encodeName(name)
        expect(encoded).toMatch(/^[^\p{Cc}\\]+$/u)
        expect(encoded.isWellFormed()).toBe(true)
      }),
    )
  })
})

describe('a Flux string literal', () => {
  test('is read as the text that it was made of, and as nothing else', () => {
    const anyText = fc.oneof(anyName, fc.constantFrom('") |> drop()', '$${r}', '\\"', '\\${'))
    fc.assert(
      fc.property(anyText, (text) => {
        const [pipeline, ...more] = parseFlux(flux`yield(name: ${text})`.toString())
        expect(more).toEqual([])
        expect(pipeline).toEqual([
          {
            kind: 'call',
            name: 'yield',
            args: new Map([['name', { kind: 'string', value: text }]]),
          },
        ])
      }),
    )
  })
})
