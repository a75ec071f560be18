import { blockDamaged, isBlockDamaged, pack, unpack } from './block-codec.ts'
import { type ByteSink, ByteSource } from './byte-sink.ts'
import { readDoubles, writeDoubles, writeTimes } from './double-column.ts'
import { profileOf, readIntegers, writeIntegers } from './integer-column.ts'
import type { Bucket } from './time-series.ts'

/**
 * The roll-ups of one series and day as bytes: how many there are, then columns of what the buckets of one
 * length hold, in the envelope of a block. Values of buckets without a usable reading are kept as 0.
 */
export function encodeRollups(buckets: readonly Bucket[], sink: ByteSink): Buffer<ArrayBuffer> {
  sink.clear()
  sink.double(buckets.length)
  const column = (number: (bucket: Bucket) => number) => Float64Array.from(buckets, number)
  writeTimes(
    column(({ startMs }) => startMs),
    sink,
  )
  writeCounts(
    column(({ total }) => total),
    sink,
  )
  writeCounts(
    column(({ usable }) => usable),
    sink,
  )
  writeDoubles(
    column(({ sum }) => sum),
    sink,
  )
  writeDoubles(
    column(({ min }) => min ?? 0),
    sink,
  )
  writeDoubles(
    column(({ max }) => max ?? 0),
    sink,
  )
  writeDoubles(
    column(({ last }) => last ?? 0),
    sink,
  )
  return pack(sink.written())
}

function writeCounts(values: Float64Array, sink: ByteSink): void {
  writeIntegers(values, profileOf(values), sink)
}

/** Throws `timeseries_damaged` for bytes that are not what was written. */
export function decodeRollups(bytes: Uint8Array): readonly Bucket[] {
  try {
    const source = new ByteSource(unpack(bytes))
    const count = source.double()
    const column = (read: (source: ByteSource, values: Float64Array) => void) => {
      const values = new Float64Array(count)
      read(source, values)
      return values
    }
    const starts = column(readDoubles)
    const totals = column(readIntegers)
    const usables = column(readIntegers)
    const sums = column(readDoubles)
    const mins = column(readDoubles)
    const maxes = column(readDoubles)
    const lasts = column(readDoubles)
    return Array.from({ length: count }, (_, index) => {
      const usable = usables[index] ?? 0
      const orNull = (values: Float64Array) => (usable === 0 ? null : (values[index] ?? 0))
      return {
        startMs: starts[index] ?? 0,
        total: totals[index] ?? 0,
        usable,
        sum: sums[index] ?? 0,
        min: orNull(mins),
        max: orNull(maxes),
        last: orNull(lasts),
      }
    })
  } catch (error) {
    if (isBlockDamaged(error)) throw error
    throw blockDamaged('The roll-ups cannot be read.', error)
  }
}
