import type { Reading } from '#alerting/reading.ts'
import { INFLUX_LIMITS } from '#config/limits.ts'
import type { InfluxServer, SeriesName, SeriesSpan } from './influx-server.ts'

interface Series extends SeriesName {
  /** Newest time stored; null: the server was not asked yet. */
  newestMs: number | null
}

/** The readings of one series in one write. */
interface SeriesGroup {
  readonly series: Series
  readonly readings: Reading[]
  newestMs: number
  /** Made when a time comes that is not newer than all before. */
  times: Set<number> | null
}

export interface Selection {
  /** Those to be written, series by series, each in its order. */
  readonly news: readonly Reading[]
  /** To be called after they were written, all but those that were refused. */
  readonly remember: (refused: ReadonlySet<Reading>) => void
}

/**
 * Makes the first reading of a series and a time win in a database where the last one does: what is
 * there already is not written. A reading newer than all of its series costs nothing, because the newest
 * time of each series is remembered; for the others (late, out of order, given again after a crash) the
 * server is asked whether it has one of that time.
 *
 * What this cannot do: when another program writes into the same series, or two gateways share a device,
 * whoever comes second between our question and our write still overwrites.
 */
export class FirstWins {
  readonly #server: Pick<InfluxServer, 'newestTimes' | 'storedTimes'>
  readonly #series = new Map<string, Map<string, Series>>()

  constructor(server: Pick<InfluxServer, 'newestTimes' | 'storedTimes'>) {
    this.#server = server
  }

  async select(readings: readonly Reading[]): Promise<Selection> {
    const groups = this.#groupBySeries(readings)
    await this.#learnNewest(groups)
    const stored = await this.#storedTimes(groups.flatMap(spansOf))
    const news: Reading[] = []
    for (const { series, readings: ofSeries } of groups) {
      const times = stored.get(series)
      for (const reading of ofSeries) {
        if (times === undefined || !times.has(reading.observedAtMs)) news.push(reading)
      }
    }
    return {
      news,
      remember: (refused) => {
        for (const group of groups) remember(group, refused)
      },
    }
  }

  /** The server may have lost what it had. */
  forget(): void {
    this.#series.clear()
  }

  #seriesOf(deviceId: string, point: string): Series {
    let points = this.#series.get(deviceId)
    if (points === undefined) {
      points = new Map()
      this.#series.set(deviceId, points)
    }
    let series = points.get(point)
    if (series === undefined) {
      series = { deviceId, point, newestMs: null }
      points.set(point, series)
    }
    return series
  }

  /** Of several with one series and time, the first. */
  #groupBySeries(readings: readonly Reading[]): readonly SeriesGroup[] {
    const groups = new Map<Series, SeriesGroup>()
    for (const reading of readings) {
      const { observedAtMs } = reading
      const series = this.#seriesOf(reading.deviceId, reading.point)
      const group = groups.get(series)
      if (group === undefined) {
        groups.set(series, { series, readings: [reading], newestMs: observedAtMs, times: null })
      } else if (observedAtMs > group.newestMs) {
        group.readings.push(reading)
        group.newestMs = observedAtMs
        group.times?.add(observedAtMs)
      } else {
        group.times ??= new Set(group.readings.map((earlier) => earlier.observedAtMs))
        if (group.times.has(observedAtMs)) continue
        group.times.add(observedAtMs)
        group.readings.push(reading)
      }
    }
    return [...groups.values()]
  }

  async #learnNewest(groups: readonly SeriesGroup[]): Promise<void> {
    const unknown = groups.flatMap(({ series }) => (series.newestMs === null ? [series] : []))
    for (const some of chunksOf(unknown, INFLUX_LIMITS.questionsPerRequestMax)) {
      const newest = await this.#server.newestTimes(some)
      for (const [index, series] of some.entries()) {
        series.newestMs = newest[index] ?? Number.NEGATIVE_INFINITY
      }
    }
  }

  async #storedTimes(
    spans: readonly (SeriesSpan & { readonly series: Series })[],
  ): Promise<ReadonlyMap<Series, ReadonlySet<number>>> {
    const stored = new Map<Series, Set<number>>()
    for (const some of chunksOf(spans, INFLUX_LIMITS.questionsPerRequestMax)) {
      const answers = await this.#server.storedTimes(some)
      for (const [index, { series }] of some.entries()) {
        const times = stored.get(series) ?? new Set()
        for (const atMs of answers[index] ?? []) times.add(atMs)
        stored.set(series, times)
      }
    }
    return stored
  }
}

function remember(
  { series, readings, newestMs }: SeriesGroup,
  refused: ReadonlySet<Reading>,
): void {
  const newestStoredMs =
    refused.size === 0
      ? newestMs
      : readings.reduce(
          (newest, reading) =>
            refused.has(reading) ? newest : Math.max(newest, reading.observedAtMs),
          Number.NEGATIVE_INFINITY,
        )
  series.newestMs = Math.max(series.newestMs ?? Number.NEGATIVE_INFINITY, newestStoredMs)
}

/** The times that are not newer than the newest stored, those close together as one span. */
function spansOf({
  series,
  readings,
}: SeriesGroup): readonly (SeriesSpan & { readonly series: Series })[] {
  const newestMs = series.newestMs ?? Number.NEGATIVE_INFINITY
  const times: number[] = []
  for (const { observedAtMs } of readings) if (observedAtMs <= newestMs) times.push(observedAtMs)
  const spans: { fromMs: number; toMs: number }[] = []
  for (const atMs of times.sort((a, b) => a - b)) {
    const last = spans.at(-1)
    if (last !== undefined && atMs - last.toMs <= INFLUX_LIMITS.timesTogetherMs) last.toMs = atMs
    else spans.push({ fromMs: atMs, toMs: atMs })
  }
  const { deviceId, point } = series
  return spans.map((span) => ({ series, deviceId, point, ...span }))
}

export function chunksOf<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}
