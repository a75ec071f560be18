import { describe, expect } from 'vitest'
import { type DeviceId, MARK, type Reading } from '#alerting/reading.ts'
import { HISTORY_LIMITS } from '#config/limits.ts'
import { DAY_MS, MINUTE_MS } from '../timeseries/buckets.ts'
import { type District, START_MS, test } from './http-server.suite.ts'

function reading(secondsAgo: number, value: number, over: Partial<Reading> = {}): Reading {
  return {
    deviceId: 'gas-a' as DeviceId,
    point: 'lel',
    observedAtMs: START_MS - secondsAgo * 1_000,
    arrivedAtMs: START_MS,
    value,
    quality: 'good',
    marks: MARK.none,
    ...over,
  }
}

async function fill(district: District, readings: readonly Reading[]): Promise<void> {
  const offset = district.timeSeries.nextOffset()
  await district.timeSeries.write([{ offset, readings }])
}

const url = '/api/v1/readings/history'

describe('history', () => {
  test('shows readings as they came for a short range, several points at once', async ({
    district,
  }) => {
    const bad = reading(2, 9, { quality: 'bad' })
    await fill(district, [reading(3, 1), bad, reading(2, 20, { point: 'battery' })])
    const call = await district.as('viewer-a')
    const answer = await call('GET', `${url}?series=gas-a/lel&series=gas-a/battery&series=none/lel`)
    const { series, from, to } = answer.json()
    expect(to - from).toBe(3_600_000)
    expect(series).toHaveLength(2)
    expect(series[0]).toMatchObject({
      deviceId: 'gas-a',
      point: 'lel',
      unit: '%LEL',
      everyMs: null,
    })
    const shown = series[0].readings.map((item: { value: number; quality: string }) => [
      item.value,
      item.quality,
    ])
    expect(shown).toEqual([
      [1, 'good'],
      [9, 'bad'],
    ])
    expect(series[1]).toMatchObject({ point: 'battery', readings: [{ value: 20 }] })
  })

  test('a chart of 30 days asks for no more buckets than a screen has, and says from what', async ({
    district,
  }) => {
    const quarters = Array.from({ length: 30 * 96 }, (_, index) => reading(index * 900, index))
    await fill(district, quarters.toReversed())
    await district.timeSeries.rollUp(START_MS)
    const call = await district.as('viewer-a')
    const month = `series=gas-a/lel&from=${START_MS - 30 * DAY_MS}`
    for (const [query, max] of [
      [month, HISTORY_LIMITS.bucketsPerSeriesDefault],
      [`${month}&buckets=2000`, HISTORY_LIMITS.bucketsPerSeriesMax],
    ] as const) {
      const [series] = (await call('GET', `${url}?${query}`)).json().series
      expect(series.buckets.length).toBeLessThanOrEqual(max)
      expect(series.buckets.length).toBeGreaterThan(max / 3)
      expect(series.sources.map(({ resolution }: { resolution: string }) => resolution)).toContain(
        query === month ? 'hour' : 'minute',
      )
    }
    const wide = await call('GET', `${url}?${month}&every=1m`)
    expect([wide.statusCode, wide.json()]).toMatchObject([
      422,
      { code: 'timeseries_question_too_large' },
    ])
    expect(wide.json().detail).toContain('at most 2000')
  })

  test('buckets tell how many readings were not usable, and gaps are left out', async ({
    district,
  }) => {
    await fill(district, [
      reading(600, 1),
      reading(599, 99, { quality: 'bad' }),
      reading(5, 7, { quality: 'calibrating' }),
    ])
    const call = await district.as('viewer-a')
    const answer = await call('GET', `${url}?series=gas-a/lel&every=5m`)
    expect(answer.json().series[0].buckets).toEqual([
      { ts: START_MS - 10 * MINUTE_MS, total: 2, usable: 1, mean: 1, min: 1, max: 1, last: 1 },
      {
        ts: START_MS - 5 * MINUTE_MS,
        total: 1,
        usable: 0,
        mean: null,
        min: null,
        max: null,
        last: null,
      },
    ])
  })

  test('takes wider buckets where only roll-ups are left', async ({ district }) => {
    const old = Array.from({ length: 100 }, (_, index) => reading(40 * 86_400 + index, index))
    await fill(district, old.toReversed())
    await district.timeSeries.retain({ raw: START_MS - 30 * DAY_MS, minute: 0, hour: 0 })
    const call = await district.as('viewer-a')
    const to = START_MS - 40 * DAY_MS + 60_000
    const answer = await call('GET', `${url}?series=gas-a/lel&from=${to - 600_000}&to=${to}`)
    const [series] = answer.json().series
    expect(series.everyMs).toBe(MINUTE_MS)
    const total = series.buckets.reduce((sum: number, one: { total: number }) => sum + one.total, 0)
    expect(total).toBe(100)
  })

  test.for([
    ['', 'series'],
    ['series=gas-a', 'series.0'],
    ['series=gas-a/lel&every=1week', 'every'],
    ['series=gas-a/lel&buckets=2001', 'buckets'],
  ] as const)('%s is refused at %s', async ([query, path], { shared }) => {
    const call = await shared.as('viewer-a')
    const answer = await call('GET', `${url}?${query}`)
    expect(answer.json()).toMatchObject({ code: 'invalid_request', issues: [{ path }] })
  })

  test('more points or days than one chart holds are refused with the limit', async ({
    shared,
  }) => {
    const call = await shared.as('viewer-a')
    const many = Array.from(
      { length: HISTORY_LIMITS.seriesMax + 1 },
      (_, i) => `series=gas-a/p${i}`,
    )
    for (const query of [many.join('&'), `series=gas-a/lel&from=0`]) {
      const answer = await call('GET', `${url}?${query}`)
      expect(answer.json()).toMatchObject({ status: 422, code: 'timeseries_question_too_large' })
      expect(answer.json().detail).toMatch(/at most \d+/)
    }
  })
})

describe('exports', () => {
  const exported = '/api/v1/readings/export'

  test('hold every reading, with times of the zone asked for and nothing that runs', async ({
    district,
  }) => {
    const count = HISTORY_LIMITS.exportRowsPerPage + 7
    const readings = Array.from({ length: count }, (_, index) => reading(count - index, index))
    await fill(district, [...readings, reading(1, -1, { quality: 'bad', point: '=1+1' })])
    const call = await district.as('viewer-a')
    const query = `series=gas-a/lel&series=${encodeURIComponent('gas-a/=1+1')}`
    const range = `from=${START_MS - DAY_MS}&timeZone=Asia/Shanghai&language=en`
    const answer = await call('GET', `${exported}?${query}&${range}`)
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(answer.headers['content-disposition']).toMatch(/filename="vigil-readings-.*\.csv"/)
    const lines = answer.body.replace('\ufeff', '').trim().split(/\r?\n/)
    expect(lines).toHaveLength(1 + count + 1)
    expect(lines[0]).toContain('Time (Asia/Shanghai)')
    const local = new Date(START_MS - 1_000 + 8 * 3_600_000)
    const told = local.toISOString().replace('T', ' ').slice(0, 23)
    expect(lines[count]).toContain(`${told},${count - 1},good`)
    expect(lines.at(-1)).toContain("'=1+1")
    expect(lines.at(-1)).toContain('bad')
  })

  test('come as a workbook and in buckets too', async ({ district }) => {
    await fill(district, [reading(90, 1), reading(30, 3)])
    const call = await district.as('viewer-a')
    const book = await call('GET', `${exported}?series=gas-a/lel&format=xlsx`)
    expect(book.rawPayload.subarray(0, 2).toString()).toBe('PK')
    const csv = await call('GET', `${exported}?series=gas-a/lel&every=1m&language=zh`)
    const lines = csv.body.trim().split(/\r?\n/)
    expect(lines).toHaveLength(3)
    expect(lines[0]).toContain('不可用个数')
    expect(lines[2]).toMatch(/,3,3,3,3,1,0$/)
  })

  test('refuse a range and a zone that they do not know', async ({ shared }) => {
    const call = await shared.as('viewer-a')
    const long = await call('GET', `${exported}?series=gas-a/lel&from=${START_MS - 401 * DAY_MS}`)
    expect(long.json()).toMatchObject({ code: 'timeseries_question_too_large' })
    const zone = await call('GET', `${exported}?series=gas-a/lel&timeZone=Mars/Base`)
    expect(zone.json()).toMatchObject({ code: 'invalid_request', issues: [{ path: 'timeZone' }] })
  })
})
