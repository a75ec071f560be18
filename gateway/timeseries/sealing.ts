import { encodeBlock, summarize } from './block-codec.ts'
import { cutIntoBlocks } from './block-cut.ts'
import type { NewBlock, SealedLatest } from './block-file.ts'
import type { ByteSink } from './byte-sink.ts'
import { type ColumnRoom, type Columns, lowerBound, sliceColumns } from './columns.ts'
import type { HotTail } from './hot-tail.ts'
import { TIER } from './merge-plan.ts'

export interface SealingOptions {
  readonly tail: HotTail
  readonly age: number
  /** The journal's offset after the last reading in `tail`. */
  readonly nextOffset: number
  readonly forgottenBeforeMs: number
  readonly readingsPerBlockMax: number
}

/**
 * A hot tail on its way into blocks. It takes no more readings but is still asked, until its blocks
 * are in the file. Encoding goes in small steps; what was encoded is kept when the file refuses it.
 */
export class Sealing {
  readonly tail: HotTail
  readonly age: number
  readonly nextOffset: number
  readonly blocks: NewBlock[] = []
  readonly latest: SealedLatest[] = []
  readonly #options: SealingOptions
  /** Rising, so that blocks of neighbours lie together in the file, sealing after sealing, and are merged together. */
  readonly #seriesIds: Uint32Array
  #position = 0

  constructor(options: SealingOptions) {
    this.tail = options.tail
    this.age = options.age
    this.nextOffset = options.nextOffset
    this.#options = options
    this.#seriesIds = Uint32Array.from(options.tail.seriesPresent).sort()
  }

  get isEncoded(): boolean {
    return this.#position === this.#seriesIds.length
  }

  /** Encodes whole series until about `readings` are done; `sink` and `room` are scratch. */
  encode(readings: number, sink: ByteSink, room: ColumnRoom): void {
    let done = 0
    while (!this.isEncoded && done < readings) {
      const seriesId = this.#seriesIds[this.#position] ?? 0
      const columns = this.tail.collect(seriesId, (count) => room.take(count))
      this.#encodeSeries(seriesId, columns, sink)
      this.#position += 1
      // A series costs something however short it is.
      done += columns.count + 32
    }
  }

  #encodeSeries(seriesId: number, all: Columns, sink: ByteSink): void {
    const { age, forgottenBeforeMs, readingsPerBlockMax } = this.#options
    const kept = lowerBound(all.observedAtMs, forgottenBeforeMs)
    if (kept === all.count) return
    const columns = kept === 0 ? all : sliceColumns(all, kept, all.count)
    for (const piece of cutIntoBlocks(columns, readingsPerBlockMax)) {
      const isLarge = piece.count * 2 >= readingsPerBlockMax
      this.blocks.push({
        seriesId,
        tier: isLarge ? TIER.final : TIER.sealed,
        age,
        summary: summarize(piece),
        payload: encodeBlock(piece, sink, { isKept: isLarge }),
      })
    }
    this.latest.push({ seriesId, reading: lastOf(columns) })
  }
}

function lastOf({ count, observedAtMs, arrivedAtMs, values, flags }: Columns): Float64Array {
  const last = count - 1
  return Float64Array.of(
    observedAtMs[last] ?? 0,
    arrivedAtMs[last] ?? 0,
    values[last] ?? 0,
    flags[last] ?? 0,
  )
}
