import assert from 'node:assert/strict'
import { crc32 } from 'node:zlib'
import { type DeviceId, QUALITIES } from '#alerting/reading.ts'
import {
  ColumnBatch,
  createBuffers,
  isBoolean,
  marksIn,
  packFlags,
  qualityIndexIn,
  type ReadingBuffers,
  type Series,
} from '#alerting/reading-columns.ts'
import type { PackedBatch } from './batch-packer.ts'
import { ByteReader, ByteWriter } from './byte-buffer.ts'

/**
 * One batch as bytes: what a row of the journal holds. Little-endian:
 *
 *     magic u32 "VGJB" | crc32 u32 of all that follows | version u8 | offset f64 | readings u32
 *     first arrival f64
 *     texts:  count, then each with its length
 *     series: count, then (device text, point text) of each
 *     columns, one after the other: series | flags u8 | marks | arrival, difference to the one
 *     before | observed, difference to its arrival | source time f64, where flagged
 *     | value f64, where it is a number
 *
 * Integers are of variable length. The offset is inside, so that a row that lands under a wrong key
 * is found as well. A reader refuses a version it does not know.
 */
const MAGIC = 0x424a_4756
const VERSION = 1
const HEADER_BYTES = 4 + 4 + 1 + 8 + 4
const CHECKED_FROM = 8
/** Greatest instant JavaScript knows. */
const INSTANT_MAX = 8.64e15
/** Upper bound of what one reading takes in all columns together. */
const READING_BYTES_MAX = 5 + 1 + 8 + 9 + 9 + 8 + 8

const FLAG = { quality: 0b11, isBoolean: 0b100, isTrue: 0b1000, hasSource: 0b1_0000 } as const
type BatchColumns = PackedBatch['columns']

export type DecodedBatch =
  | { readonly ok: true; readonly batch: ColumnBatch }
  | { readonly ok: false; readonly reason: string }

/** Encodes batches one after the other, in the same memory. */
export class BatchEncoder {
  readonly #writer = new ByteWriter()

  /** Good until the next is encoded. */
  encode({ offset, series, columns }: PackedBatch): Uint8Array<ArrayBuffer> {
    const writer = this.#writer
    writer.reset()
    writer.reserve(HEADER_BYTES + 8 + series.length + columns.length * READING_BYTES_MAX)
    writer.uint32(MAGIC)
    writer.uint32(0)
    writer.uint8(VERSION)
    writer.float64(offset)
    writer.uint32(columns.length)
    writer.float64(columns.arrivedAtMs[0] ?? 0)
    writer.bytes(series)
    writeColumns(columns, writer)
    writer.uint32At(4, crc32(writer.bytesFrom(CHECKED_FROM)))
    return writer.bytesFrom(0)
  }
}

function writeColumns(columns: BatchColumns, writer: ByteWriter): void {
  const { length, seriesOf, flags, values, arrivedAtMs, observedAtMs, sources } = columns
  for (let i = 0; i < length; i += 1) writer.unsigned(seriesOf[i] as number)
  for (let i = 0; i < length; i += 1) writer.uint8(flagsAt(columns, i))
  for (let i = 0; i < length; i += 1) writer.unsigned(marksIn(flags[i] as number))
  let previousMs = arrivedAtMs[0] ?? 0
  for (let i = 0; i < length; i += 1) {
    const atMs = arrivedAtMs[i] as number
    assertInstant(atMs)
    writer.signed(atMs - previousMs)
    previousMs = atMs
  }
  for (let i = 0; i < length; i += 1) {
    const atMs = observedAtMs[i] as number
    assertInstant(atMs)
    writer.signed((arrivedAtMs[i] as number) - atMs)
  }
  for (let i = 0; sources.size > 0 && i < length; i += 1) {
    const sourceAtMs = sources.get(i)
    if (sourceAtMs !== undefined) writer.float64(sourceAtMs)
  }
  for (let i = 0; i < length; i += 1) {
    if (!isBoolean(flags[i] as number)) writer.float64(values[i] as number)
  }
}

/** The sentence is made for what is wrong only: it takes longer than all the rest of a reading. */
function assertInstant(ms: number): void {
  if (!(Number.isInteger(ms) && ms >= 0 && ms <= INSTANT_MAX)) assert.fail(`not an instant: ${ms}`)
}

/** The flags as the file has them, which were there before those of the columns. */
function flagsAt({ flags, values, sources }: BatchColumns, index: number): number {
  const packed = flags[index] as number
  let stored = qualityIndexIn(packed)
  if (isBoolean(packed)) {
    stored |= values[index] === 0 ? FLAG.isBoolean : FLAG.isBoolean | FLAG.isTrue
  }
  return sources.size > 0 && sources.has(index) ? stored | FLAG.hasSource : stored
}

/**
 * The batch in `bytes`, which must be the one with `expectedOffset`. Never throws on damaged bytes:
 * the checksum is compared before anything else is believed.
 */
export function decodeBatch(bytes: Uint8Array, expectedOffset: number): DecodedBatch {
  const problem = damageOf(bytes, expectedOffset)
  if (problem !== null) return { ok: false, reason: problem }
  try {
    return { ok: true, batch: readBatch(bytes) }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { ok: false, reason: error.message }
  }
}

/** Why these bytes are not the batch with that offset, or null. Cheap: reads the header, sums up the rest. */
export function damageOf(bytes: Uint8Array, expectedOffset: number): string | null {
  if (bytes.length < HEADER_BYTES + 8) return 'The batch is cut short.'
  const reader = new ByteReader(bytes)
  if (reader.uint32() !== MAGIC) return 'This is not a batch.'
  if (reader.uint32() !== crc32(bytes.subarray(CHECKED_FROM))) return 'The checksum does not match.'
  const version = reader.uint8()
  if (version !== VERSION) return `The batch has the unknown version ${version}.`
  const offset = reader.float64()
  return offset === expectedOffset ? null : `The batch has offset ${offset}.`
}

function readBatch(bytes: Uint8Array): ColumnBatch {
  const reader = new ByteReader(bytes, CHECKED_FROM + 1)
  const offset = reader.float64()
  const count = reader.uint32()
  const firstArrivedAtMs = reader.float64()
  const texts = Array.from({ length: bounded(reader.unsigned(), reader) }, () => reader.text())
  const series = Array.from({ length: bounded(reader.unsigned(), reader) }, () => ({
    deviceId: at(texts, reader.unsigned()) as DeviceId,
    point: at(texts, reader.unsigned()),
  }))
  const buffers = createBuffers(bounded(count, reader))
  const sources = readColumns(reader, { ...buffers, count, series, firstArrivedAtMs })
  return new ColumnBatch(offset, { ...buffers, length: count, series, sources })
}

/** Fills the buffers; what it returns are the sources. */
function readColumns(
  reader: ByteReader,
  into: ReadingBuffers & {
    readonly count: number
    readonly series: readonly Series[]
    readonly firstArrivedAtMs: number
  },
): ReadonlyMap<number, number> {
  const { count, series, seriesOf, flags, values, arrivedAtMs, observedAtMs } = into
  for (let i = 0; i < count; i += 1) {
    seriesOf[i] = reader.unsigned()
    at(series, seriesOf[i] as number)
  }
  const stored = Array.from({ length: count }, () => reader.uint8())
  for (let i = 0; i < count; i += 1) flags[i] = unstored(stored[i] as number, reader.unsigned())
  let atMs = into.firstArrivedAtMs
  for (let i = 0; i < count; i += 1) {
    atMs += reader.signed()
    arrivedAtMs[i] = atMs
  }
  for (let i = 0; i < count; i += 1) observedAtMs[i] = (arrivedAtMs[i] as number) - reader.signed()
  const sources = new Map<number, number>()
  for (const [i, bits] of stored.entries()) {
    if ((bits & FLAG.hasSource) !== 0) sources.set(i, reader.float64())
  }
  for (const [i, bits] of stored.entries()) {
    values[i] =
      (bits & FLAG.isBoolean) === 0 ? reader.float64() : Number((bits & FLAG.isTrue) !== 0)
  }
  return sources
}

/** The flags of the columns from those of the file. */
function unstored(bits: number, marks: number): number {
  const quality = at(QUALITIES, bits & FLAG.quality)
  return packFlags((bits & FLAG.isBoolean) !== 0, quality, marks)
}

/** A count cannot exceed the bytes that are left: no memory is reserved on the word of a file. */
function bounded(count: number, reader: ByteReader): number {
  if (count > reader.remaining) throw new RangeError('A count exceeds the bytes left.')
  return count
}

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index]
  if (item === undefined) throw new RangeError(`There is no entry ${index}.`)
  return item
}
