import { describe, expect, it } from 'vitest'
import { anAnnunciation, LOAD_SETTINGS } from './builders.suite.ts'
import {
  type AnsweredAnnunciation,
  PerformanceMeter,
  type PerformanceOptions,
} from './performance.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const OPTIONS: PerformanceOptions = {
  fromMs: 0,
  toMs: DAY_MS,
  flood: LOAD_SETTINGS.flood,
  badActors: { chatteringTimes: 3, chatteringWithinMs: 60_000, fleetingMs: 10_000 },
  busyHourAlarms: 30,
  pathOf: (id) => ['district', id],
}

function at(atMs: number, more: Partial<AnsweredAnnunciation> = {}): AnsweredAnnunciation {
  const { acknowledgedAtMs = null, returnedAtMs = null, ...rest } = more
  return { ...anAnnunciation(`a${atMs}`, atMs, rest), acknowledgedAtMs, returnedAtMs }
}

function measured(...annunciations: readonly AnsweredAnnunciation[]) {
  const meter = new PerformanceMeter(OPTIONS)
  // In portions, as they come from a database.
  for (const annunciation of annunciations) meter.add([annunciation])
  return meter.result()
}

const many = (
  count: number,
  everyMs: number,
  startMs = 0,
  more: Partial<AnsweredAnnunciation> = {},
) => Array.from({ length: count }, (_, index) => at(startMs + index * everyMs, more))

describe('PerformanceMeter', () => {
  it('has nothing to say of a quiet day, and says it in numbers', () => {
    expect(measured()).toMatchObject({
      total: 0,
      peak: null,
      top: [],
      flood: { count: 0, share: 0 },
    })
    expect(measured().perTenMinutes).toHaveLength(144)
  })

  it('counts by ten minutes, and finds the peak', () => {
    const { perTenMinutes, peak } = measured(
      ...many(3, MINUTE_MS),
      ...many(5, 1_000, 30 * MINUTE_MS),
    )
    expect(perTenMinutes.slice(0, 5)).toEqual([3, 0, 0, 5, 0])
    expect(peak).toEqual({ count: 5, atMs: 30 * MINUTE_MS })
  })

  it('counts eleven in ten minutes as one flood, from the eleventh until fewer than five are left', () => {
    const { flood, busyTenMinutesShare } = measured(...many(11, 1_000, 60 * MINUTE_MS))
    expect(flood.count).toBe(1)
    // From 10 s to 606 s after the first.
    expect(flood.share).toBeCloseTo(596_000 / DAY_MS, 9)
    expect(busyTenMinutesShare).toBeCloseTo(1 / 144)
  })

  it('counts a flood that lasts until the end up to the end', () => {
    const { flood } = measured(...many(20, 1_000, DAY_MS - 20_000))
    expect(flood.share).toBeCloseTo(10_000 / DAY_MS, 9)
  })

  it('finds hours with more than thirty', () => {
    expect(measured(...many(30, MINUTE_MS)).busyHoursShare).toBe(0)
    expect(measured(...many(31, MINUTE_MS)).busyHoursShare).toBeCloseTo(1 / 24)
  })

  it('ranks causes with their share and the running total', () => {
    const { top } = measured(
      ...many(6, MINUTE_MS, 0, { deviceId: 'often' }),
      ...many(3, MINUTE_MS, 1, { deviceId: 'less' }),
      at(2, { deviceId: 'once' }),
    )
    expect(
      top.map(({ deviceId, count, share, runningShare }) => [deviceId, count, share, runningShare]),
    ).toEqual([
      ['often', 6, 0.6, 0.6],
      ['less', 3, 0.3, 0.9],
      ['once', 1, 0.1, 1],
    ])
  })

  it('calls three within a minute chattering, not three in more than one', () => {
    const same = { deviceId: 'd' }
    expect(measured(...many(3, 29_999, 0, same)).chattering).toMatchObject([
      { deviceId: 'd', count: 1 },
    ])
    expect(measured(...many(3, 30_000, 0, same)).chattering).toEqual([])
    expect(measured(...many(3, 1_000)).chattering).toEqual([])
  })

  it('calls what is gone in less than ten seconds fleeting', () => {
    const { fleeting } = measured(
      at(0, { deviceId: 'quick', returnedAtMs: 9_999 }),
      at(1, { deviceId: 'slow', returnedAtMs: 10_001 }),
      at(2, { deviceId: 'stands' }),
    )
    expect(fleeting.map(({ deviceId }) => deviceId)).toEqual(['quick'])
  })

  it('tells how long answers take, by grade, enterprise and what is above it', () => {
    const answered = (after: number, more: Partial<AnsweredAnnunciation> = {}) =>
      at(0, { acknowledgedAtMs: after, grade: 2, ...more })
    const { responseByGrade, responseByOrganization } = measured(
      ...Array.from({ length: 20 }, (_, index) => answered((index + 1) * 1_000)),
      answered(90_000, { grade: 3, organizationId: 'paint' }),
      at(0, { grade: 2 }),
    )
    expect(responseByGrade[2]).toEqual({
      answered: 20,
      unanswered: 1,
      medianMs: 10_000,
      p95Ms: 19_000,
    })
    expect(responseByGrade[1]).toEqual({ answered: 0, unanswered: 0, medianMs: null, p95Ms: null })
    expect(responseByOrganization.get('paint')).toMatchObject({ answered: 1, medianMs: 90_000 })
    expect(responseByOrganization.get('district')).toMatchObject({ answered: 21, unanswered: 1 })
  })

  it('counts drills and what is put aside apart, and in no figure', () => {
    const result = measured(
      ...many(20, 1_000, 0, { drill: true }),
      ...many(20, 1_000, 0, { isHidden: true }),
    )
    expect(result).toMatchObject({ total: 0, drills: 20, hidden: 20, flood: { count: 0 }, top: [] })
  })

  it('mixes grades', () => {
    expect(measured(at(0, { grade: 1 }), at(1, { grade: 4 }), at(2, { grade: 4 })).byGrade).toEqual(
      {
        1: 1,
        2: 0,
        3: 0,
        4: 2,
      },
    )
  })
})
