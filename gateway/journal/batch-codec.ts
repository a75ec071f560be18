import assert from 'node:assert/strict'
import { crc32 } from 'node:zlib'
import { type DeviceId, QUALITIES, type Reading, type ReadingBatch } from '#alerting/reading.ts'
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
const QUALITY_CODE = { good: 0, uncertain: 1, bad: 2, calibrating: 3 } as const satisfies Record<
  (typeof QUALITIES)[number],
  number
>

export type DecodedBatch =
  | { readonly ok: true; readonly batch: ReadingBatch }
  | { readonly ok: false; readonly reason: string }

/** Encodes batches one after the other; holds only scratch memory. */
export class BatchEncoder {
  readonly #writer = new ByteWriter()
  #seriesOf = new Uint32Array(64)

  encode(batch: ReadingBatch): Uint8Array<ArrayBuffer> {
    const { readings, offset } = batch
    const writer = this.#writer
    writer.reset()
    writer.reserve(HEADER_BYTES + 8)
    writer.uint32(MAGIC)
    writer.uint32(0)
    writer.uint8(VERSION)
    writer.float64(offset)
    writer.uint32(readings.length)
    writer.float64(readings[0]?.arrivedAtMs ?? 0)
    this.#writeSeries(readings)
    writer.reserve(readings.length * READING_BYTES_MAX)
    this.#writeColumns(readings)
    writer.uint32At(4, crc32(writer.bytesFrom(CHECKED_FROM)))
    return writer.finish()
  }

  /** Fills `#seriesOf` and writes both tables. */
  #writeSeries(readings: readonly Reading[]): void {
    if (this.#seriesOf.length < readings.length) {
      this.#seriesOf = new Uint32Array(readings.length * 2)
    }
    const texts = new TextTable()
    const byDevice = new Map<string, Map<string, number>>()
    const pairs: number[] = []
    // Readings of one device mostly lie together.
    let lastDevice: string | undefined
    let points = new Map<string, number>()
    for (let i = 0; i < readings.length; i++) {
      const reading = readings[i] as Reading
      if (reading.deviceId !== lastDevice) {
        lastDevice = reading.deviceId
        const known = byDevice.get(lastDevice)
        points = known ?? new Map()
        if (known === undefined) byDevice.set(lastDevice, points)
      }
      let series = points.get(reading.point)
      if (series === undefined) {
        series = pairs.length / 2
        pairs.push(texts.indexOf(reading.deviceId), texts.indexOf(reading.point))
        points.set(reading.point, series)
      }
      this.#seriesOf[i] = series
    }
    const writer = this.#writer
    writer.reserve(8)
    writer.unsigned(texts.values.length)
    for (const text of texts.values) writer.text(text)
    writer.reserve(8 + pairs.length * 5)
    writer.unsigned(pairs.length / 2)
    for (const index of pairs) writer.unsigned(index)
  }

  #writeColumns(readings: readonly Reading[]): void {
    const writer = this.#writer
    for (let i = 0; i < readings.length; i++) writer.unsigned(this.#seriesOf[i] as number)
    for (const reading of readings) writer.uint8(flagsOf(reading))
    for (const reading of readings) writer.unsigned(reading.marks)
    let previousMs = readings[0]?.arrivedAtMs ?? 0
    for (const { arrivedAtMs } of readings) {
      assertInstant(arrivedAtMs)
      writer.signed(arrivedAtMs - previousMs)
      previousMs = arrivedAtMs
    }
    for (const { arrivedAtMs, observedAtMs } of readings) {
      assertInstant(observedAtMs)
      writer.signed(arrivedAtMs - observedAtMs)
    }
    for (const { sourceAtMs } of readings) {
      if (sourceAtMs !== undefined) writer.float64(sourceAtMs)
    }
    for (const { value } of readings) {
      if (typeof value === 'number') writer.float64(value)
    }
  }
}

class TextTable {
  readonly values: string[] = []
  readonly #indices = new Map<string, number>()

  indexOf(text: string): number {
    const known = this.#indices.get(text)
    if (known !== undefined) return known
    this.#indices.set(text, this.values.length)
    return this.values.push(text) - 1
  }
}

function assertInstant(ms: number): void {
  assert(Number.isInteger(ms) && ms >= 0 && ms <= INSTANT_MAX, `not an instant: ${ms}`)
}

function flagsOf(reading: Reading): number {
  let flags: number = QUALITY_CODE[reading.quality]
  if (typeof reading.value === 'boolean') {
    flags |= reading.value ? FLAG.isBoolean | FLAG.isTrue : FLAG.isBoolean
  }
  return reading.sourceAtMs === undefined ? flags : flags | FLAG.hasSource
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

function readBatch(bytes: Uint8Array): ReadingBatch {
  const reader = new ByteReader(bytes, CHECKED_FROM + 1)
  const offset = reader.float64()
  const count = reader.uint32()
  const firstArrivedAtMs = reader.float64()
  const texts = Array.from({ length: bounded(reader.unsigned(), reader) }, () => reader.text())
  const series = Array.from({ length: bounded(reader.unsigned(), reader) }, () => ({
    deviceId: at(texts, reader.unsigned()) as DeviceId,
    point: at(texts, reader.unsigned()),
  }))
  bounded(count, reader)
  const seriesOf = column(count, () => at(series, reader.unsigned()))
  const flagsOfAll = column(count, () => reader.uint8())
  const marks = column(count, () => reader.unsigned())
  let arrivedAtMs = firstArrivedAtMs
  const arrivals = column(count, () => {
    arrivedAtMs += reader.signed()
    return arrivedAtMs
  })
  const ages = column(count, () => reader.signed())
  const sources = flagsOfAll.map((flags) =>
    (flags & FLAG.hasSource) === 0 ? undefined : reader.float64(),
  )
  const readings = seriesOf.map(({ deviceId, point }, i): Reading => {
    const flags = at(flagsOfAll, i)
    const arrival = at(arrivals, i)
    const reading = {
      deviceId,
      point,
      observedAtMs: arrival - at(ages, i),
      arrivedAtMs: arrival,
      value: (flags & FLAG.isBoolean) === 0 ? reader.float64() : (flags & FLAG.isTrue) !== 0,
      quality: at(QUALITIES, flags & FLAG.quality),
      marks: at(marks, i),
    }
    const sourceAtMs = sources[i]
    return sourceAtMs === undefined ? reading : { ...reading, sourceAtMs }
  })
  return { offset, readings }
}

function column<Item>(count: number, read: () => Item): Item[] {
  const items: Item[] = []
  for (let i = 0; i < count; i++) items.push(read())
  return items
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
