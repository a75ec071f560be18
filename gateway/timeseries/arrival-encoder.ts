import assert from 'node:assert/strict'
import type { ReadingBatch } from '#alerting/reading.ts'
import { columnsOf, type Series } from '#alerting/reading-columns.ts'
import { createColumns } from './columns.ts'
import type { EncodedBatches } from './store-protocol.ts'

/** Turns batches of readings into columns for the other thread; numbers each series at first sight. */
export class ArrivalEncoder {
  readonly #numbersOfDevice = new Map<string, Map<string, number>>()
  #seriesCount = 0
  /** Asked for last: the points of a device mostly stand together. */
  #last: { readonly deviceId: string; readonly numbers: Map<string, number> } | null = null

  /** Batches before `fromOffset` are left out: the store has them. */
  encode(all: readonly ReadingBatch[], fromOffset: number): EncodedBatches {
    const batches = all
      .filter((batch) => batch.offset >= fromOffset)
      .map((batch) => ({ offset: batch.offset, from: columnsOf(batch) }))
    const count = batches.reduce((total, { from }) => total + from.length, 0)
    const columns = createColumns(count)
    const seriesNumbers = new Uint32Array(count)
    const newSeries: Series[] = []
    const ends: { offset: number; end: number }[] = []
    let start = 0
    let offsetBefore = 0
    for (const { offset, from } of batches) {
      assert(offset > offsetBefore, 'Batches are given in the order of their offsets.')
      offsetBefore = offset
      columns.observedAtMs.set(from.observedAtMs, start)
      columns.arrivedAtMs.set(from.arrivedAtMs, start)
      columns.values.set(from.values, start)
      columns.flags.set(from.flags, start)
      const numbers = from.series.map((series) => this.#numberOf(series, newSeries))
      for (let index = 0; index < from.length; index += 1) {
        seriesNumbers[start + index] = numbers[from.seriesOf[index] as number] as number
      }
      start += from.length
      ends.push({ offset, end: start })
    }
    return { newSeries, batches: ends, columns, seriesNumbers }
  }

  #numberOf({ deviceId, point }: Series, newSeries: Series[]): number {
    const numbers = this.#numbersOf(deviceId)
    let number = numbers.get(point)
    if (number === undefined) {
      number = this.#seriesCount
      this.#seriesCount += 1
      numbers.set(point, number)
      newSeries.push({ deviceId, point })
    }
    return number
  }

  #numbersOf(deviceId: string): Map<string, number> {
    if (this.#last?.deviceId === deviceId) return this.#last.numbers
    let numbers = this.#numbersOfDevice.get(deviceId)
    if (numbers === undefined) {
      numbers = new Map()
      this.#numbersOfDevice.set(deviceId, numbers)
    }
    this.#last = { deviceId, numbers }
    return numbers
  }
}
