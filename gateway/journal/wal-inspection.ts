import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/**
 * What SQLite does not tell: when it opens a write-ahead log it plays the frames up to the first
 * whose checksum is wrong and leaves the rest without a word, because a torn last write looks like
 * that. Damage in the middle would silently take every later commit with it. This reads the log
 * before SQLite does (SQLite file format, section 4) and says which of the two it is.
 */
export type WalState =
  | 'sound'
  /** Only the very last frame is wrong: a write that was cut off, before or while it was committed. */
  | 'unfinished'
  /** Frames of this log lie behind a wrong one, or its header is wrong. */
  | 'damaged'

const HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24
const MAGIC_LITTLE_ENDIAN = 0x377f_0682
const MAGIC_BIG_ENDIAN = 0x377f_0683
/** A salt further off than this many checkpoints is damage, not age. */
const ROUNDS_AGO_MAX = 1 << 20

export function inspectWal(path: string): WalState {
  const file = openSync(path, 'r')
  try {
    return inspect((buffer, position) => readSync(file, buffer, 0, buffer.length, position), {
      bytes: fstatSync(file).size,
    })
  } finally {
    closeSync(file)
  }
}

type ReadAt = (buffer: Buffer, position: number) => number

function inspect(readAt: ReadAt, { bytes }: { bytes: number }): WalState {
  if (bytes <= HEADER_BYTES) return 'sound'
  const header = Buffer.alloc(HEADER_BYTES)
  readAt(header, 0)
  const magic = header.readUInt32BE(0)
  const pageBytes = header.readUInt32BE(8)
  const isKnown = magic === MAGIC_LITTLE_ENDIAN || magic === MAGIC_BIG_ENDIAN
  if (!isKnown || pageBytes < 512 || pageBytes > 65_536) return 'damaged'
  const sum = new WalChecksum(magic === MAGIC_BIG_ENDIAN)
  sum.add(header.subarray(0, 24))
  if (!sum.equals(header, 24)) return 'damaged'

  const frame = Buffer.alloc(FRAME_HEADER_BYTES + pageBytes)
  let wrongFrames = 0
  for (let at = HEADER_BYTES; at + frame.length <= bytes; at += frame.length) {
    readAt(frame, at)
    const isOfThisRound = frame.compare(header, 16, 24, 8, 16) === 0
    if (wrongFrames > 0) {
      if (isOfThisRound) return 'damaged'
      continue
    }
    sum.add(frame.subarray(0, 8))
    sum.add(frame.subarray(FRAME_HEADER_BYTES))
    if (isOfThisRound && sum.equals(frame, 16)) continue
    const rest = { at, bytes, step: frame.length }
    if (isOfEarlierRound(frame, header) && !hasLaterFrame(readAt, header, rest)) return 'sound'
    wrongFrames += 1
  }
  return wrongFrames === 0 ? 'sound' : 'unfinished'
}

/** The log is written from its start again after each checkpoint, with the first salt one higher. */
function isOfEarlierRound(frame: Buffer, header: Buffer): boolean {
  const roundsAgo = (header.readUInt32BE(16) - frame.readUInt32BE(8)) >>> 0
  return roundsAgo >= 1 && roundsAgo <= ROUNDS_AGO_MAX
}

/** Whether a frame of this round lies behind one that is not: then that one's salt was damaged. */
function hasLaterFrame(
  readAt: ReadAt,
  header: Buffer,
  { at, bytes, step }: { at: number; bytes: number; step: number },
): boolean {
  const salts = Buffer.alloc(8)
  for (let later = at + step; later + step <= bytes; later += step) {
    readAt(salts, later + 8)
    if (salts.compare(header, 16, 24) === 0) return true
  }
  return false
}

/** The running sum of the format: two 32-bit words over pairs of words in the log's byte order. */
class WalChecksum {
  readonly #isBigEndian: boolean
  #first = 0
  #second = 0

  constructor(isBigEndian: boolean) {
    this.#isBigEndian = isBigEndian
  }

  add(bytes: Buffer): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const isLittleEndian = !this.#isBigEndian
    let first = this.#first
    let second = this.#second
    for (let i = 0; i < bytes.length; i += 8) {
      first = (first + view.getUint32(i, isLittleEndian) + second) >>> 0
      second = (second + view.getUint32(i + 4, isLittleEndian) + first) >>> 0
    }
    this.#first = first
    this.#second = second
  }

  /** Checksums are stored big-endian whatever the byte order of the sum. */
  equals(bytes: Buffer, position: number): boolean {
    return (
      bytes.readUInt32BE(position) === this.#first &&
      bytes.readUInt32BE(position + 4) === this.#second
    )
  }
}
