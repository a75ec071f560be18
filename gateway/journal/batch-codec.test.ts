import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DeviceId, QUALITIES, type Reading, type ReadingBatch } from '#alerting/reading.ts'
import { ColumnBatch } from '#alerting/reading-columns.ts'
import { BatchEncoder, damageOf, decodeBatch } from './batch-codec.ts'
import { BatchPacker } from './batch-packer.ts'

const instant = fc.integer({ min: 0, max: 8.64e15 })
const reading = fc
  .record({
    deviceId: fc.oneof(fc.constantFrom('gas-1', 'gas-2'), fc.string({ unit: 'grapheme' })),
    point: fc.oneof(fc.constantFrom('lel', 'fault'), fc.string({ unit: 'grapheme' })),
    observedAtMs: instant,
    arrivedAtMs: instant,
    value: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean()),
    quality: fc.constantFrom(...QUALITIES),
    marks: fc.integer({ min: 0, max: 2 ** 29 - 1 }),
    sourceAtMs: fc.option(fc.maxSafeInteger(), { nil: undefined }),
  })
  .map(({ sourceAtMs, deviceId, ...rest }): Reading => {
    const known = { ...rest, deviceId: deviceId as DeviceId }
    return sourceAtMs === undefined ? known : { ...known, sourceAtMs }
  })

const aReading: Reading = {
  deviceId: 'gas-1' as DeviceId,
  point: 'lel',
  observedAtMs: 1_795_430_400_000,
  arrivedAtMs: 1_795_430_400_120,
  value: 3.2,
  quality: 'good',
  marks: 0,
}

describe('batch codec', () => {
  test('what was encoded is decoded to the same', () => {
    const [packer, encoder] = [new BatchPacker(), new BatchEncoder()]
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        fc.array(reading, { maxLength: 40 }),
        (offset, readings) => {
          const bytes = encoder.encode(packer.pack(ColumnBatch.of({ offset, readings })))
          const decoded = decodeBatch(bytes, offset)
          assert(decoded.ok)
          expect(decoded.batch.offset).toBe(offset)
          expect(decoded.batch.readings).toEqual(readings)
        },
      ),
    )
  })

  test('one flipped bit or a missing end is found, wherever it is', () => {
    const bytes = encoded({ offset: 7, readings: [aReading, aReading] })
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = bytes.slice()
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(damageOf(damaged, 7), `bit ${bit}`).not.toBeNull()
    }
    for (let length = 0; length < bytes.length; length++) {
      expect(damageOf(bytes.subarray(0, length), 7), `length ${length}`).not.toBeNull()
    }
  })

  test('a batch under a foreign offset is refused', () => {
    const bytes = encoded({ offset: 7, readings: [aReading] })
    expect(decodeBatch(bytes, 8)).toEqual({ ok: false, reason: 'The batch has offset 7.' })
  })

  test('arbitrary bytes are refused, never thrown at', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decodeBatch(bytes, 1).ok).toBe(false)
      }),
    )
  })

  test('1000 readings of 150 devices take less than 16 bytes each', () => {
    const readings = Array.from({ length: 1_000 }, (_, i) => ({
      ...aReading,
      deviceId: `gas-${i % 150}` as DeviceId,
      arrivedAtMs: aReading.arrivedAtMs + Math.floor(i / 200),
      value: i / 7,
    }))
    const bytes = encoded({ offset: 1, readings })
    expect(bytes.length / readings.length).toBeLessThan(16)
  })
})

function encoded(batch: ReadingBatch): Uint8Array {
  const packed = new BatchPacker().pack(ColumnBatch.of(batch))
  return Uint8Array.from(new BatchEncoder().encode(packed))
}
