import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { type DeviceId, MARK, type Reading } from '#alerting/reading.ts'
import { columnsOf } from '#alerting/reading-columns.ts'
import { SimulatedClock } from '#alerting/simulated-clock.ts'
import type { DeviceEvent } from '../contract.ts'
import type { LatestReading } from '../timeseries/time-series.ts'
import { DevicePresence } from './device-presence.ts'

const T0 = Date.UTC(2026, 0, 1)
const SILENT_AFTER_MS = { slow: 60_000, quick: 5_000 } as const

let clock: SimulatedClock
let presence: DevicePresence
let events: DeviceEvent[]

beforeEach(() => {
  clock = new SimulatedClock(T0)
  events = []
  presence = new DevicePresence({
    clock,
    silentAfterMsOf: (id) =>
      id.startsWith('gone') ? null : SILENT_AFTER_MS[id.startsWith('q') ? 'quick' : 'slow'],
  })
  presence.onChange((event) => events.push(event))
})

function aReading(deviceId: string, overrides: Partial<Reading> = {}): Reading {
  return {
    deviceId: deviceId as DeviceId,
    point: 'lel',
    observedAtMs: clock.nowMs(),
    arrivedAtMs: clock.nowMs(),
    value: 1,
    quality: 'good',
    marks: MARK.none,
    ...overrides,
  }
}

function aLatest(deviceId: string, arrivedAtMs: number): LatestReading {
  return { ...aReading(deviceId), observedAtMs: arrivedAtMs, arrivedAtMs }
}

const statusOf = (id: string) => presence.statusOf(id).status

describe('DevicePresence', () => {
  it('has never seen who was never heard, connected or not', () => {
    presence.connected('a')
    expect(presence.statusOf('a')).toEqual({
      status: 'never-seen',
      lastSeenAtMs: null,
      connected: true,
    })
    presence.disconnected('a')
    expect(presence.statusOf('a').connected).toBe(false)
  })

  it('falls silent when its own silence is over, not before, and comes back with a reading', async () => {
    presence.hear(columnsOf({ offset: 1, readings: [aReading('slow-1'), aReading('q-1')] }))
    await clock.advanceBy(4_999)
    expect([statusOf('q-1'), statusOf('slow-1')]).toEqual(['online', 'online'])
    await clock.advanceBy(1)
    expect([statusOf('q-1'), statusOf('slow-1')]).toEqual(['silent', 'online'])
    presence.hear(columnsOf({ offset: 1, readings: [aReading('q-1')] }))
    expect(statusOf('q-1')).toBe('online')
    expect(events.map((event) => [event.deviceId, event.status])).toEqual([
      ['slow-1', 'online'],
      ['q-1', 'online'],
      ['q-1', 'silent'],
      ['q-1', 'online'],
    ])
    expect(events[2]?.at).toBe(new Date(T0 + 5_000).toISOString())
  })

  it.each([
    // readings of the points, in order | status
    [[{ point: 'fault', value: true }], 'fault'],
    [[{ point: 'fault', value: 1 }], 'fault'],
    [
      [
        { point: 'fault', value: true },
        { point: 'fault', value: false },
      ],
      'online',
    ],
    [[{ quality: 'calibrating' }], 'calibrating'],
    [[{ quality: 'calibrating' }, { quality: 'good' }], 'online'],
    [[{ quality: 'calibrating' }, { point: 'battery', quality: 'good' }], 'calibrating'],
    [[{ point: 'fault', value: true, quality: 'calibrating' }], 'calibrating'],
    [[{ point: 'fault', value: true }, { quality: 'calibrating' }], 'calibrating'],
    [[{ point: 'fault', value: true, marks: MARK.outOfOrder }], 'online'],
    [[{ quality: 'calibrating', marks: MARK.outOfOrder }], 'online'],
    [[{ quality: 'bad' }], 'online'],
  ] as const)('after %j is %s', (readings, expected) => {
    presence.hear(
      columnsOf({ offset: 1, readings: readings.map((overrides) => aReading('a', overrides)) }),
    )
    expect(statusOf('a')).toBe(expected)
  })

  it('goes on after a restart with what was left of each silence, and keeps who was silent', async () => {
    const stoppedAtMs = T0 - 3_600_000
    presence.restore([
      aLatest('slow-1', stoppedAtMs),
      aLatest('slow-2', stoppedAtMs - 50_000),
      aLatest('slow-3', stoppedAtMs - 60_000),
      aLatest('gone-1', stoppedAtMs),
    ])
    expect([statusOf('slow-1'), statusOf('slow-2'), statusOf('slow-3')]).toEqual([
      'online',
      'online',
      'silent',
    ])
    await clock.advanceBy(10_000)
    expect([statusOf('slow-1'), statusOf('slow-2')]).toEqual(['online', 'silent'])
    await clock.advanceBy(50_000)
    expect(statusOf('slow-1')).toBe('silent')
    expect(presence.statusOf('slow-1').lastSeenAtMs).toBe(stoppedAtMs)
  })

  it('forgets a removed device and leaves no timer after a stop', async () => {
    presence.hear(columnsOf({ offset: 1, readings: [aReading('q-1'), aReading('q-2')] }))
    presence.forget('q-1')
    expect(statusOf('q-1')).toBe('never-seen')
    presence.stop()
    expect(clock.waiting).toBe(0)
  })

  it('agrees at every instant with a device judged by itself', async () => {
    const step = fc.record({
      id: fc.constantFrom('q-1', 'q-2', 'slow-1', 'slow-2'),
      waitMs: fc.integer({ min: 0, max: 9_000 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const local = new SimulatedClock(T0)
        const judged = new DevicePresence({
          clock: local,
          silentAfterMsOf: (id) => SILENT_AFTER_MS[id.startsWith('q') ? 'quick' : 'slow'],
        })
        const heardAtMs = new Map<string, number>()
        for (const { id, waitMs } of steps) {
          await local.advanceBy(waitMs)
          judged.hear(
            columnsOf({ offset: 1, readings: [{ ...aReading(id), arrivedAtMs: local.nowMs() }] }),
          )
          heardAtMs.set(id, local.nowMs())
          for (const [other, atMs] of heardAtMs) {
            const silentAfterMs = SILENT_AFTER_MS[other.startsWith('q') ? 'quick' : 'slow']
            const expected = local.nowMs() - atMs >= silentAfterMs ? 'silent' : 'online'
            expect(judged.statusOf(other).status).toBe(expected)
          }
        }
        judged.stop()
        expect(local.waiting).toBe(0)
      }),
      { numRuns: 60 },
    )
  })
})
