import { beforeEach, describe, expect, it } from 'vitest'
import { type DeviceId, MARK, type Reading } from '#alerting/reading.ts'
import { SimulatedClock } from '#alerting/simulated-clock.ts'
import type { LiveReading } from '../contract.ts'
import { LiveReadings } from './live-readings.ts'

const T0 = Date.UTC(2026, 0, 1)

class Desk {
  readonly batches: (readonly LiveReading[])[] = []
  showReadings(readings: readonly LiveReading[]): void {
    this.batches.push(readings)
  }
  values(): (number | boolean)[][] {
    return this.batches.map((batch) => batch.map((reading) => reading.value))
  }
}

let clock: SimulatedClock
let readings: LiveReadings

beforeEach(() => {
  clock = new SimulatedClock(T0)
  readings = new LiveReadings({ clock })
})

function aReading(value: number, overrides: Partial<Reading> = {}): Reading {
  return {
    deviceId: 'd1' as DeviceId,
    point: 'lel',
    observedAtMs: clock.nowMs(),
    arrivedAtMs: clock.nowMs(),
    value,
    quality: 'good',
    marks: MARK.none,
    ...overrides,
  }
}

describe('LiveReadings', () => {
  it('shows the first reading at once, then the latest once a second', async () => {
    const desk = new Desk()
    readings.watch(desk, ['d1'])
    for (let tenth = 0; tenth < 25; tenth += 1) {
      readings.hear([aReading(tenth)])
      await clock.advanceBy(100)
    }
    await clock.advanceBy(2_000)
    const values = desk.values().flat()
    expect(values.at(-1)).toBe(24)
    expect(values.length).toBeLessThanOrEqual(4)
    expect(clock.waiting).toBe(0)
  })

  it('batches the points of all watched devices and sends nothing of others', async () => {
    const desk = new Desk()
    readings.watch(desk, ['d1', 'd2'])
    readings.hear([
      aReading(1),
      aReading(2, { point: 'battery' }),
      aReading(3, { deviceId: 'd2' as DeviceId }),
      aReading(4, { deviceId: 'd3' as DeviceId }),
    ])
    await clock.advanceBy(1_000)
    expect(desk.values()).toEqual([[1, 2, 3]])
  })

  it('never shows a reading that is older than one shown', async () => {
    const desk = new Desk()
    readings.watch(desk, ['d1'])
    readings.hear([aReading(5), aReading(4, { marks: MARK.outOfOrder })])
    await clock.advanceBy(1_000)
    expect(desk.values()).toEqual([[5]])
  })

  it('gives each desk what it watches now', async () => {
    const one = new Desk()
    const other = new Desk()
    readings.watch(one, ['d1'])
    readings.watch(other, ['d1'])
    readings.watch(other, ['d2'])
    readings.hear([aReading(1), aReading(2, { deviceId: 'd2' as DeviceId })])
    await clock.advanceBy(1_000)
    expect([one.values(), other.values()]).toEqual([[[1]], [[2]]])
    readings.unwatch(one)
    readings.hear([aReading(3)])
    await clock.advanceBy(1_000)
    expect(one.values()).toEqual([[1]])
    readings.stop()
    expect(clock.waiting).toBe(0)
  })
})
