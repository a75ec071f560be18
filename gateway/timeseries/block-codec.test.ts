import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CodedError } from '#alerting/errors.ts'
import { packFlags } from '#alerting/reading-columns.ts'
import { decodeBlock, encodeBlock, summarize } from './block-codec.ts'
import { ByteSink } from './byte-sink.ts'
import { type Columns, createColumns } from './columns.ts'
import { OLDER_BLOCKS, olderRow } from './testdata/older-blocks.ts'

interface Row {
  readonly at: number
  readonly arrived: number
  readonly value: number
  readonly flags: number
}

function columnsOf(rows: readonly Row[]): Columns {
  const columns = createColumns(rows.length)
  rows.forEach((row, index) => {
    columns.observedAtMs[index] = row.at
    columns.arrivedAtMs[index] = row.arrived
    columns.values[index] = row.value
    columns.flags[index] = row.flags
  })
  return columns
}

/** Bits, not values: -0 and NaN count. */
function bitsOf(columns: Columns): readonly unknown[] {
  const bits = (values: Float64Array) => [...new BigUint64Array(values.slice().buffer)]
  return [
    bits(columns.observedAtMs),
    bits(columns.arrivedAtMs),
    bits(columns.values),
    [...columns.flags],
  ]
}

function roundTrip(columns: Columns, { isKept = true } = {}) {
  const block = encodeBlock(columns, new ByteSink(), { isKept })
  return { bytes: block.length, decoded: decodeBlock(block, columns.count) }
}

const anyDouble = fc.double({ noNaN: true })
const decimal = fc
  .tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.integer({ min: 0, max: 9 }))
  .map(([whole, digits]) => Number((whole / 10 ** digits).toFixed(digits)))
const float32 = fc.float({ noNaN: true })
const extreme = fc.constantFrom(
  -0,
  0,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  Number.MIN_VALUE,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  2 ** 50,
  -(2 ** 50),
  2 ** 50 + 1,
  1e22,
  1e300,
)
const anyTime = fc.oneof(
  fc.integer({ min: 1_577_836_800_000, max: 2_000_000_000_000 }),
  fc.maxSafeInteger(),
  anyDouble,
)

describe('a block', () => {
  test.each([
    ['decimals', decimal],
    ['any doubles', anyDouble],
    ['widened 32-bit floats', float32],
    ['decimals with extremes between them', fc.oneof({ weight: 40, arbitrary: decimal }, extreme)],
    ['extremes', extreme],
    ['integers of every size', fc.maxSafeInteger()],
  ])('gives back %s bit for bit', (_, value) => {
    const row = fc.record({
      at: anyTime,
      arrived: anyTime,
      value,
      flags: fc.integer({ min: 0, max: 65_535 }),
    })
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 200 }), fc.boolean(), (rows, isKept) => {
        const columns = columnsOf(rows)
        expect(bitsOf(roundTrip(columns, { isKept }).decoded)).toEqual(bitsOf(columns))
      }),
      { numRuns: 300 },
    )
  })

  test('gives back columns bit for bit whatever was in the scratch memory before', () => {
    const column = fc.oneof(
      fc.constantFrom(0, -0, 1, 20.9, 1e300).map((value) => () => value),
      fc.integer({ min: 0, max: 1000 }).map((step) => (index: number) => index * step),
      fc.infiniteStream(fc.oneof(decimal, anyDouble)).map((stream) => () => {
        const { value } = stream.next()
        return value
      }),
    )
    const block = fc.record({
      count: fc.integer({ min: 1, max: 700 }),
      at: column,
      lag: column,
      value: column,
      flag: fc.constantFrom(0, 1, 4_294_967_295),
    })
    const sink = new ByteSink()
    fc.assert(
      fc.property(block, fc.boolean(), ({ count, at, lag, value, flag }, isKept) => {
        const rows = Array.from({ length: count }, (_, index) => ({
          at: at(index),
          arrived: at(index) + lag(index),
          value: value(index),
          flags: index % 100 === 99 ? flag : 0,
        }))
        const columns = columnsOf(rows)
        const bytes = encodeBlock(columns, sink, { isKept })
        expect(bitsOf(decodeBlock(bytes, count))).toEqual(bitsOf(columns))
      }),
      { numRuns: 300 },
    )
  })

  test.each(OLDER_BLOCKS)('of $count readings is read as older versions wrote it', (older) => {
    const { bytes, count } = older
    const decoded = decodeBlock(bytes, count)
    const rows = Array.from({ length: count }, (_, index) => olderRow(index))
    expect(bitsOf(decoded)).toEqual(bitsOf(columnsOf(rows)))
  })

  test('of a gas detector with noise and jitter takes under two and a half bytes a reading', () => {
    let seed = 7
    const random = () => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
      return seed / 2 ** 32
    }
    const rows = Array.from({ length: 16_384 }, (_, index) => ({
      at: 1_795_430_400_000 + index * 1000 + Math.floor(random() * 20),
      arrived: 0,
      value: Math.round((3 + 0.2 * (random() + random() - 1)) * 100) / 100,
      flags: packFlags(false, 'good', 0),
    })).map((row) => ({ ...row, arrived: row.at + 5 + Math.floor(random() * 10) }))
    const columns = columnsOf(rows)
    const { bytes, decoded } = roundTrip(columns)
    expect(bytes / rows.length).toBeLessThan(2.5)
    expect(bitsOf(decoded)).toEqual(bitsOf(columns))
  })

  test('of a contact that rarely changes costs next to nothing', () => {
    const rows = Array.from({ length: 16_384 }, (_, index) => ({
      at: 1_795_430_400_000 + index * 1000,
      arrived: 1_795_430_400_000 + index * 1000,
      value: index % 5000 === 0 ? 1 : 0,
      flags: packFlags(true, 'good', 0),
    }))
    expect(roundTrip(columnsOf(rows)).bytes / rows.length).toBeLessThan(0.02)
  })

  test.each([
    ['plain', 50, 1],
    ['deflated', 200, 2],
    ['in brotli', 2000, 3],
  ])('%s refuses to be read when any of its bytes has changed', (_, count, format) => {
    const rows = Array.from({ length: count }, (_, index) => ({
      at: index * 1000,
      arrived: index * 1000 + 3,
      value: (index % 7) / 10,
      flags: 0,
    }))
    const block = encodeBlock(columnsOf(rows), new ByteSink(), { isKept: true })
    expect(block[0]).toBe(format)
    fc.assert(
      fc.property(
        fc.integer({ min: 9, max: block.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, change) => {
          const changed = Buffer.from(block)
          changed[at] = (changed[at] ?? 0) ^ change
          expect(() => decodeBlock(changed, count)).toThrow(CodedError)
        },
      ),
    )
    expect(() => decodeBlock(block.subarray(0, 5), count)).toThrow(CodedError)
    expect(() => decodeBlock(block, count + 1)).toThrow(CodedError)
  })
})

describe('summarize', () => {
  test('speaks of good and uncertain values only, but counts all', () => {
    const flags = (quality: 'good' | 'uncertain' | 'bad' | 'calibrating') =>
      packFlags(false, quality, 0)
    const columns = columnsOf([
      { at: 1, arrived: 1, value: 5, flags: flags('good') },
      { at: 2, arrived: 2, value: 900, flags: flags('bad') },
      { at: 3, arrived: 3, value: 3, flags: flags('uncertain') },
      { at: 4, arrived: 4, value: -900, flags: flags('calibrating') },
    ])
    expect(summarize(columns)).toEqual({
      count: 4,
      firstAtMs: 1,
      lastAtMs: 4,
      usable: 2,
      min: 3,
      max: 5,
      sum: 8,
      last: 3,
    })
  })
})
