import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib'
import { CodedError } from '#alerting/errors.ts'
import { isUsable } from '#alerting/reading-columns.ts'
import { type ByteSink, ByteSource } from './byte-sink.ts'
import type { Columns } from './columns.ts'
import { readDoubles, writeDoubles, writeTimes } from './double-column.ts'
import { isWhole, readIntegers, writeIntegers } from './integer-column.ts'

/**
 * A block: readings of one point, rising in time, as bytes. Layout, little-endian:
 *
 *     byte 0      format: 1 plain, 2 deflated
 *     bytes 1–4   CRC-32 of the body as stored
 *     bytes 5–8   length of the body before deflate
 *     body        four columns: observed at, lag of arrival behind it, flags, values
 *
 * SQLite does not notice when the disk gives back other bytes than it took; the checksum does.
 * Deflate and not zstd: on sensor noise it is a fifth smaller, and blocks are read more often
 * than written.
 */
const FORMAT = { plain: 1, deflated: 2 } as const
const HEADER_BYTES = 9
/** Below this, deflate gains less than its set-up costs. */
const DEFLATE_BYTES_MIN = 256

/** The bytes are not what was written: the disk, not the caller. */
export function blockDamaged(message: string, cause?: unknown): CodedError {
  return new CodedError('timeseries_damaged', message, { cause })
}

export function isBlockDamaged(error: unknown): boolean {
  return error instanceof CodedError && error.code === 'timeseries_damaged'
}

/** What a block is about, kept beside it so that coarse questions need not open it. */
export interface BlockSummary {
  readonly count: number
  readonly firstAtMs: number
  readonly lastAtMs: number
  /** Good and uncertain values; the fields below are about these only, null without any. */
  readonly usable: number
  readonly min: number | null
  readonly max: number | null
  readonly sum: number | null
  readonly last: number | null
}

/** `columns` hold at least one reading. The bytes are the caller's; `sink` is scratch. */
export function encodeBlock(columns: Columns, sink: ByteSink): Buffer<ArrayBuffer> {
  sink.clear()
  const { count, observedAtMs, arrivedAtMs } = columns
  const keepsLag = isWhole(observedAtMs) && isWhole(arrivedAtMs)
  writeTimes(observedAtMs, sink)
  sink.byte(keepsLag ? 1 : 0)
  if (keepsLag) {
    const lags = new Float64Array(count)
    for (let index = 0; index < count; index++) {
      lags[index] = (arrivedAtMs[index] ?? 0) - (observedAtMs[index] ?? 0)
    }
    writeTimes(lags, sink)
  } else writeTimes(arrivedAtMs, sink)
  writeIntegers(Float64Array.from(columns.flags), sink)
  writeDoubles(columns.values, sink)
  return wrap(sink.written())
}

/** The envelope: format, checksum, length; deflated where that pays. */
export function wrap(body: Buffer): Buffer<ArrayBuffer> {
  const deflated = body.length < DEFLATE_BYTES_MIN ? body : deflateRawSync(body)
  const pays = deflated.length < body.length
  const stored = pays ? deflated : body
  const block = Buffer.allocUnsafeSlow(HEADER_BYTES + stored.length)
  block.writeUInt8(pays ? FORMAT.deflated : FORMAT.plain, 0)
  block.writeUInt32LE(crc32(stored), 1)
  block.writeUInt32LE(body.length, 5)
  stored.copy(block, HEADER_BYTES)
  return block
}

export function unwrap(block: Uint8Array): Buffer {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength)
  if (bytes.length < HEADER_BYTES) throw blockDamaged('The block is cut off.')
  const stored = bytes.subarray(HEADER_BYTES)
  if (crc32(stored) !== bytes.readUInt32LE(1)) {
    throw blockDamaged('The checksum of the block is wrong.')
  }
  const format = bytes.readUInt8(0)
  if (format === FORMAT.plain) return stored
  if (format !== FORMAT.deflated) throw blockDamaged(`Unknown block format ${format}.`)
  const length = bytes.readUInt32LE(5)
  return inflateRawSync(stored, { chunkSize: Math.max(64, length), maxOutputLength: length })
}

/** Throws `timeseries_damaged` for bytes that are not what was written. */
export function decodeBlock(block: Uint8Array, count: number): Columns {
  try {
    const source = new ByteSource(unwrap(block))
    const observedAtMs = readDoubles(source, count)
    const keepsLag = source.byte() === 1
    const arrivedAtMs = readDoubles(source, count)
    if (keepsLag) {
      for (let index = 0; index < count; index++) {
        arrivedAtMs[index] = (arrivedAtMs[index] ?? 0) + (observedAtMs[index] ?? 0)
      }
    }
    const flags = Uint32Array.from(readIntegers(source, count))
    return { count, observedAtMs, arrivedAtMs, flags, values: readDoubles(source, count) }
  } catch (error) {
    if (isBlockDamaged(error)) throw error
    throw blockDamaged('The block cannot be read.', error)
  }
}

export function summarize(columns: Columns): BlockSummary {
  let usable = 0
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  let sum = 0
  let last = 0
  for (let index = 0; index < columns.count; index++) {
    if (!isUsable(columns.flags[index] ?? 0)) continue
    const value = columns.values[index] ?? 0
    usable += 1
    sum += value
    last = value
    if (value < min) min = value
    if (value > max) max = value
  }
  const some = usable > 0
  return {
    count: columns.count,
    firstAtMs: columns.observedAtMs[0] ?? 0,
    lastAtMs: columns.observedAtMs[columns.count - 1] ?? 0,
    usable,
    min: some ? min : null,
    max: some ? max : null,
    sum: some ? sum : null,
    last: some ? last : null,
  }
}
