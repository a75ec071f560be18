import {
  type ColumnBatch,
  createBuffers,
  type ReadingColumns,
  type Series,
} from '#alerting/reading-columns.ts'
import { ByteWriter } from './byte-buffer.ts'

/** A batch on its way to the thread that encodes it, all in memory of its own, which is handed over. */
export interface PackedBatch {
  readonly offset: number
  /** As the file has them; see `BatchEncoder`. */
  readonly series: Uint8Array<ArrayBuffer>
  readonly columns: Omit<ReadingColumns, 'series'>
}

/**
 * Copies a batch for the other thread. The columns are a few blocks of memory; only the names are worth
 * being put into bytes here, for as objects they would cost more to hand over than all the rest.
 */
export class BatchPacker {
  readonly #writer = new ByteWriter()

  pack({ offset, columns: { series, ...columns } }: ColumnBatch): PackedBatch {
    const buffers = createBuffers(columns.length)
    buffers.seriesOf.set(columns.seriesOf)
    buffers.observedAtMs.set(columns.observedAtMs)
    buffers.arrivedAtMs.set(columns.arrivedAtMs)
    buffers.values.set(columns.values)
    buffers.flags.set(columns.flags)
    return { offset, series: this.#encoded(series), columns: { ...columns, ...buffers } }
  }

  #encoded(series: readonly Series[]): Uint8Array<ArrayBuffer> {
    const writer = this.#writer
    writer.reset()
    const texts = new TextTable()
    const pairs = new Uint32Array(2 * series.length)
    let [device, deviceIndex] = ['', -1]
    for (let index = 0; index < series.length; index += 1) {
      const { deviceId, point } = series[index] as Series
      // The points of a device mostly stand together.
      if (deviceId !== device || deviceIndex < 0) {
        ;[device, deviceIndex] = [deviceId, texts.indexOf(deviceId)]
      }
      pairs[2 * index] = deviceIndex
      pairs[2 * index + 1] = texts.indexOf(point)
    }
    writer.reserve(8)
    writer.unsigned(texts.values.length)
    for (const text of texts.values) writer.text(text)
    writer.reserve(8 + pairs.length * 5)
    writer.unsigned(series.length)
    for (const index of pairs) writer.unsigned(index)
    return writer.finish()
  }
}

/** What is handed over of it, not copied once more. */
export function memoryOf({ series, columns }: PackedBatch): readonly ArrayBuffer[] {
  // The columns are views of one piece.
  return [series.buffer, columns.flags.buffer]
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
