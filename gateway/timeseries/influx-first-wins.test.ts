import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Reading } from '#alerting/reading.ts'
import { FirstWins } from './influx-first-wins.ts'
import type { SeriesName, SeriesSpan } from './influx-server.ts'
import { aReading } from './time-series.suite.ts'

/** Keeps the last value of a series and a time, as InfluxDB does. */
class LastWinsServer {
  readonly values = new Map<string, Map<number, number>>()
  questions = 0

  write(readings: readonly Reading[]): void {
    for (const { deviceId, point, observedAtMs, value } of readings) {
      const key = `${deviceId}/${point}`
      const series = this.values.get(key) ?? new Map<number, number>()
      this.values.set(key, series.set(observedAtMs, Number(value)))
    }
  }

  newestTimes(series: readonly SeriesName[]): Promise<readonly (number | null)[]> {
    this.questions += series.length
    return Promise.resolve(
      series.map((each) => {
        const times = this.#timesOf(each)
        return times.length === 0 ? null : Math.max(...times)
      }),
    )
  }

  storedTimes(spans: readonly SeriesSpan[]): Promise<readonly (readonly number[])[]> {
    this.questions += spans.length
    return Promise.resolve(
      spans.map((span) =>
        this.#timesOf(span).filter((atMs) => atMs >= span.fromMs && atMs <= span.toMs),
      ),
    )
  }

  #timesOf({ deviceId, point }: SeriesName): readonly number[] {
    return [...(this.values.get(`${deviceId}/${point}`)?.keys() ?? [])]
  }
}

/** A write that succeeds; one whose acknowledgement is lost and that is made again; a restart. */
type Step =
  | { readonly kind: 'write' | 'write twice'; readonly readings: readonly Reading[] }
  | { readonly kind: 'restart' }

const reading = fc
  .record({
    device: fc.integer({ min: 1, max: 2 }),
    minute: fc.integer({ min: 0, max: 6 }),
    value: fc.integer({ min: 0, max: 1000 }),
  })
  .map(({ device, minute, value }) =>
    aReading({ deviceId: `gas-${device}`, observedAtMs: minute * 70_000, value }),
  )

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('write' as const, 'write twice' as const),
    readings: fc.array(reading, { maxLength: 6 }),
  }),
  fc.constant({ kind: 'restart' as const }),
)

describe('FirstWins', () => {
  test('makes the first value of a series and a time stay, over lost answers and restarts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const server = new LastWinsServer()
        const expected = new Map<string, number>()
        let firstWins = new FirstWins(server)
        for (const each of steps) {
          if (each.kind === 'restart') {
            firstWins = new FirstWins(server)
            continue
          }
          for (const { deviceId, observedAtMs, value } of each.readings) {
            const key = `${deviceId}/lel ${observedAtMs}`
            if (!expected.has(key)) expected.set(key, Number(value))
          }
          if (each.kind === 'write twice')
            server.write((await firstWins.select(each.readings)).news)
          const { news, remember } = await firstWins.select(each.readings)
          server.write(news)
          remember(new Set())
        }
        const stored = [...server.values].flatMap(([series, values]) =>
          [...values].map(([atMs, value]) => [`${series} ${atMs}`, value] as const),
        )
        expect(new Map(stored)).toEqual(expected)
      }),
    )
  })

  test('asks once about a series, and then only about what is not newer than all before', async () => {
    const server = new LastWinsServer()
    const firstWins = new FirstWins(server)
    const write = async (...readings: readonly Reading[]) => {
      const { news, remember } = await firstWins.select(readings)
      server.write(news)
      remember(new Set())
    }
    for (let second = 0; second < 100; second += 1) await write(aReading({ observedAtMs: second }))
    expect(server.questions).toBe(1)
    await write(aReading({ observedAtMs: 50 }), aReading({ observedAtMs: 100 }))
    expect(server.questions).toBe(2)
  })
})
