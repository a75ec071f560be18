import {
  brotliCompressSync,
  brotliDecompressSync,
  constants,
  crc32,
  deflateRawSync,
  inflateRawSync,
} from 'node:zlib'
import { CodedError } from '#alerting/errors.ts'
import { isUsable } from '#alerting/reading-columns.ts'
import { type ByteSink, ByteSource } from './byte-sink.ts'
import { type Columns, createColumns } from './columns.ts'
import { readDoubles, writeDoubles, writeTimes, writeWholes } from './double-column.ts'
import { profileOf, readIntegers, writeConstant, writeIntegers } from './integer-column.ts'

/**
 * A block: readings of one point, rising in time, as bytes. Layout, little-endian:
 *
 *     byte 0      format: 1 plain, 2 deflated, 3 brotli
 *     bytes 1–4   CRC-32 of the body as stored
 *     bytes 5–8   length of the body before compression
 *     body        four columns: observed at, lag of arrival behind it, flags, values
 *
 * SQLite does not notice when the disk gives back other bytes than it took; the checksum does.
 * Of large blocks brotli of quality 4 makes as little or less than deflate in a third of the time, of small ones
 * deflate does (docs/decisions/0012).
 */
const FORMAT = { plain: 1, deflated: 2, brotli: 3 } as const
const HEADER_BYTES = 9
/** Below this, compression gains less than its set-up costs. */
const PACKED_BYTES_MIN = 256
const BROTLI_BYTES_MIN = 2048
const BROTLI = {
  [constants.BROTLI_PARAM_QUALITY]: 4,
  /** 128 KiB: a whole block, in all but strange cases. */
  [constants.BROTLI_PARAM_LGWIN]: 17,
} as const

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

/**
 * `columns` hold at least one reading. The bytes are the caller's; `sink` is scratch. What is soon read and
 * written again is not worth compressing: that is for blocks that stay.
 */
export function encodeBlock(
  columns: Columns,
  sink: ByteSink,
  { isKept }: { readonly isKept: boolean },
): Buffer<ArrayBuffer> {
  sink.clear()
  writeTimes(columns.observedAtMs, sink)
  writeArrivals(columns, sink)
  writeFlags(columns.flags, sink)
  writeDoubles(columns.values, sink)
  return isKept ? pack(sink.written()) : envelope(FORMAT.plain, sink.written(), sink.length)
}

/** As lags, where those give the time of arrival back bit for bit. */
function writeArrivals({ count, observedAtMs, arrivedAtMs }: Columns, sink: ByteSink): void {
  const lags = sink.wholes(count)
  let keepsLag = true
  for (let index = 0; index < count && keepsLag; index += 1) {
    const observed = observedAtMs[index] as number
    const arrived = arrivedAtMs[index] as number
    const lag = arrived - observed
    lags[index] = lag
    keepsLag = Object.is(observed + lag, arrived)
  }
  const profile = keepsLag ? profileOf(lags) : null
  if (profile?.isWhole === true) {
    sink.byte(1)
    writeWholes(lags, profile, sink)
  } else {
    sink.byte(0)
    writeTimes(arrivedAtMs, sink)
  }
}

function writeFlags(flags: Uint32Array, sink: ByteSink): void {
  const first = flags[0] ?? 0
  let same = 1
  while (same < flags.length && flags[same] === first) same += 1
  if (same >= flags.length) {
    writeConstant(first, sink)
    return
  }
  const wholes = sink.wholes(flags.length)
  wholes.set(flags)
  writeIntegers(wholes, profileOf(wholes), sink)
}

/** The envelope of what stays: compressed where that pays. */
export function pack(body: Buffer): Buffer<ArrayBuffer> {
  const format = formatFor(body.length)
  const packed = compress(body, format)
  const pays = packed.length < body.length
  return envelope(pays ? format : FORMAT.plain, pays ? packed : body, body.length)
}

function formatFor(bytes: number): number {
  if (bytes < PACKED_BYTES_MIN) return FORMAT.plain
  return bytes < BROTLI_BYTES_MIN ? FORMAT.deflated : FORMAT.brotli
}

function compress(body: Buffer, format: number): Buffer {
  if (format === FORMAT.plain) return body
  if (format === FORMAT.deflated) return deflateRawSync(body)
  return brotliCompressSync(body, {
    params: { ...BROTLI, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
  })
}

/** Format, checksum, length. */
function envelope(format: number, stored: Buffer, length: number): Buffer<ArrayBuffer> {
  const block = Buffer.allocUnsafeSlow(HEADER_BYTES + stored.length)
  block.writeUInt8(format, 0)
  block.writeUInt32LE(crc32(stored), 1)
  block.writeUInt32LE(length, 5)
  stored.copy(block, HEADER_BYTES)
  return block
}

export function unpack(block: Uint8Array): Buffer {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength)
  if (bytes.length < HEADER_BYTES) throw blockDamaged('The block is cut off.')
  const stored = bytes.subarray(HEADER_BYTES)
  if (crc32(stored) !== bytes.readUInt32LE(1)) {
    throw blockDamaged('The checksum of the block is wrong.')
  }
  const format = bytes.readUInt8(0)
  const length = bytes.readUInt32LE(5)
  const room = { chunkSize: Math.max(64, length), maxOutputLength: length }
  if (format === FORMAT.plain) return stored
  if (format === FORMAT.deflated) return inflateRawSync(stored, room)
  if (format === FORMAT.brotli) return brotliDecompressSync(stored, room)
  throw blockDamaged(`Unknown block format ${format}.`)
}

/** Throws `timeseries_damaged` for bytes that are not what was written. */
export function decodeBlock(block: Uint8Array, count: number): Columns {
  const columns = createColumns(count)
  decodeBlockInto(block, columns)
  return columns
}

/** Fills `columns`, which have room for as many readings as the block has. Throws as `decodeBlock`. */
export function decodeBlockInto(block: Uint8Array, columns: Columns): void {
  try {
    const { count, observedAtMs, arrivedAtMs, flags, values } = columns
    const source = new ByteSource(unpack(block))
    readDoubles(source, observedAtMs)
    const keepsLag = source.byte() === 1
    readDoubles(source, arrivedAtMs)
    if (keepsLag) {
      for (let index = 0; index < count; index += 1) {
        arrivedAtMs[index] = (arrivedAtMs[index] as number) + (observedAtMs[index] as number)
      }
    }
    // The values' place is free until they are read themselves.
    readIntegers(source, values)
    flags.set(values)
    readDoubles(source, values)
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
