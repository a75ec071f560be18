import assert from 'node:assert/strict'
import type { ReadingBatch } from '#alerting/reading.ts'
import { createColumns, packFlags } from './columns.ts'
import type { EncodedBatches } from './store-protocol.ts'

/** Turns batches of readings into columns for the other thread; numbers each series at first sight. */
export class ArrivalEncoder {
  readonly #numbersOfDevice = new Map<string, Map<string, number>>()
  #seriesCount = 0

  /** Batches before `fromOffset` are left out: the store has them. */
  encode(all: readonly ReadingBatch[], fromOffset: number): EncodedBatches {
    const batches = all.filter((batch) => batch.offset >= fromOffset)
    const count = batches.reduce((total, batch) => total + batch.readings.length, 0)
    const columns = createColumns(count)
    const seriesNumbers = new Uint32Array(count)
    const newSeries: { deviceId: string; point: string }[] = []
    const ends: { offset: number; end: number }[] = []
    let index = 0
    let offsetBefore = 0
    for (const { offset, readings } of batches) {
      assert(offset > offsetBefore, 'Batches are given in the order of their offsets.')
      offsetBefore = offset
      for (const reading of readings) {
        columns.observedAtMs[index] = reading.observedAtMs
        columns.arrivedAtMs[index] = reading.arrivedAtMs
        columns.values[index] = Number(reading.value)
        columns.flags[index] = packFlags(reading)
        seriesNumbers[index] = this.#numberOf(reading.deviceId, reading.point, newSeries)
        index += 1
      }
      ends.push({ offset, end: index })
    }
    return { newSeries, batches: ends, columns, seriesNumbers }
  }

  #numberOf(
    deviceId: string,
    point: string,
    newSeries: { deviceId: string; point: string }[],
  ): number {
    let numbers = this.#numbersOfDevice.get(deviceId)
    if (numbers === undefined) {
      numbers = new Map()
      this.#numbersOfDevice.set(deviceId, numbers)
    }
    let number = numbers.get(point)
    if (number === undefined) {
      number = this.#seriesCount
      this.#seriesCount += 1
      numbers.set(point, number)
      newSeries.push({ deviceId, point })
    }
    return number
  }
}
