import { describe, expect, test } from 'vitest'
import { INFLUX_LIMITS } from '#config/limits.ts'
import { HOUR_MS } from './buckets.ts'
import { RollupState } from './influx-rollups.ts'
import { aReading } from './time-series.suite.ts'

const NEVER = Number.NEGATIVE_INFINITY
const GONE = { raw: NEVER, minute: NEVER, hour: NEVER }
const hour = (index: number) => index * HOUR_MS
const late = (index: number, deviceId = 'gas-1') =>
  aReading({ observedAtMs: hour(index) + 1, deviceId })

function rolledTo(index: number): RollupState {
  const state = new RollupState()
  state.advance(hour(index))
  return state
}

const rolledOf = (state: RollupState, deviceId: string) =>
  state.coverage({ deviceId, point: 'lel', fromMs: 0, toMs: hour(10) }, GONE).rolled

describe('RollupState', () => {
  test('knows which hours of which devices are older than their readings', () => {
    const state = rolledTo(5)
    state.mark([late(2), late(7)], NEVER)
    expect(rolledOf(state, 'gas-2')).toEqual([{ fromMs: 0, toMs: hour(5) }])
    expect(rolledOf(state, 'gas-1')).toEqual([
      { fromMs: 0, toMs: hour(2) },
      { fromMs: hour(3), toMs: hour(5) },
    ])
    expect(state.nextStale(hour(5))).toEqual({
      fromMs: hour(2),
      toMs: hour(3),
      deviceIds: ['gas-1'],
    })
    expect(state.nextStale(hour(2.5))).toBeNull()
  })

  test('a reading that comes while its hour is made leaves the hour to be made again', () => {
    const state = rolledTo(5)
    state.mark([late(2)], NEVER)
    const piece = state.nextStale(hour(5))
    if (piece === null) expect.fail()
    const done = state.begin(piece)
    state.mark([late(2)], NEVER)
    done()
    expect(state.nextStale(hour(5))).toEqual(piece)
    state.begin(piece)()
    expect(state.nextStale(hour(5))).toBeNull()

    const fresh = state.begin({ fromMs: hour(5), toMs: hour(6), deviceIds: null })
    state.mark([late(5)], NEVER)
    fresh()
    expect(state.rolledBeforeMs).toBe(hour(6))
    expect(state.nextStale(hour(6))?.fromMs).toBe(hour(5))
  })

  test('is the same after it was written and read', () => {
    const state = rolledTo(5)
    state.mark([late(2), late(2, 'a "b"\n罐')], NEVER)
    const again = new RollupState()
    again.add(state.toText() ?? '')
    expect(again.toText()).toBe(state.toText())
    expect(new RollupState().toText()).toBeNull()
  })

  test('an hour that lost readings is not made again', () => {
    const state = rolledTo(5)
    state.mark([late(1), late(2), late(3)], hour(2) + 1)
    expect(state.nextStale(hour(5))?.fromMs).toBe(hour(3))
    state.forget(hour(3) + 1)
    expect(state.nextStale(hour(5))).toBeNull()
  })

  test('does not grow without end: whole hours instead of devices, then from the oldest on', () => {
    const state = rolledTo(5_000)
    const { staleDevicesMax, staleHoursMax } = INFLUX_LIMITS
    state.mark(
      Array.from({ length: staleDevicesMax + 1 }, (_, index) => late(2, `gas-${index}`)),
      NEVER,
    )
    expect(state.nextStale(hour(5))?.deviceIds).toBeNull()
    state.mark(
      Array.from({ length: staleHoursMax + 1 }, (_, index) => late(3 + index)),
      NEVER,
    )
    expect(state.nextStale(hour(5_000))).toBeNull()
    expect(state.rolledBeforeMs).toBe(hour(2))
  })
})
