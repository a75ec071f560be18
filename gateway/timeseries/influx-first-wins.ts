import type { Reading } from '#alerting/reading.ts'
import { INFLUX_LIMITS } from '#config/limits.ts'
import type { InfluxServer, SeriesName, SeriesSpan } from './influx-server.ts'

interface SeriesGroup extends SeriesName {
  readonly key: string
  readonly readings: Reading[]
  newestMs: number
  /** Made when a time comes that is not newer than all before. */
  times: Set<number> | null
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
  readonly #newestMs = new Map<string, number>()

  constructor(server: Pick<InfluxServer, 'newestTimes' | 'storedTimes'>) {
    this.#server = server
  }

  /** Those to be written, in their order. */
  async select(readings: readonly Reading[]): Promise<readonly Reading[]> {
    const groups = groupBySeries(readings)
    await this.#learnNewest(groups)
    const suspects = groups.flatMap((group) => {
      const newestMs = this.#newestMs.get(group.key) ?? Number.NEGATIVE_INFINITY
      return spansOf(group, newestMs)
    })
    const stored = await this.#storedTimes(suspects)
    return groups.flatMap(({ key, readings: ofSeries }) => {
      const times = stored.get(key)
      if (times === undefined) return ofSeries
      return ofSeries.filter(({ observedAtMs }) => !times.has(observedAtMs))
    })
  }

  /** After they were written. */
  remember(readings: readonly Reading[]): void {
    for (const { deviceId, point, observedAtMs } of readings) {
      const key = keyOf(deviceId, point)
      const newestMs = this.#newestMs.get(key)
      if (newestMs === undefined || observedAtMs > newestMs) this.#newestMs.set(key, observedAtMs)
    }
  }

  /** The server may have lost what it had. */
  forget(): void {
    this.#newestMs.clear()
  }

  async #learnNewest(groups: readonly SeriesGroup[]): Promise<void> {
    const unknown = groups.filter(({ key }) => !this.#newestMs.has(key))
    for (const some of chunksOf(unknown, INFLUX_LIMITS.questionsPerRequestMax)) {
      const newest = await this.#server.newestTimes(some)
      for (const [index, { key }] of some.entries()) {
        this.#newestMs.set(key, newest[index] ?? Number.NEGATIVE_INFINITY)
      }
    }
  }

  async #storedTimes(
    spans: readonly (SeriesSpan & { readonly key: string })[],
  ): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
    const stored = new Map<string, Set<number>>()
    for (const some of chunksOf(spans, INFLUX_LIMITS.questionsPerRequestMax)) {
      const answers = await this.#server.storedTimes(some)
      for (const [index, { key }] of some.entries()) {
        const times = stored.get(key) ?? new Set()
        for (const atMs of answers[index] ?? []) times.add(atMs)
        stored.set(key, times)
      }
    }
    return stored
  }
}

/** Of several with one series and time, the first. */
function groupBySeries(readings: readonly Reading[]): readonly SeriesGroup[] {
  const groups = new Map<string, SeriesGroup>()
  for (const reading of readings) {
    const { deviceId, point, observedAtMs } = reading
    const key = keyOf(deviceId, point)
    const group = groups.get(key)
    if (group === undefined) {
      const newestMs = observedAtMs
      groups.set(key, { key, deviceId, point, readings: [reading], newestMs, times: null })
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

/** The times that are not newer than the newest stored, those close together as one span. */
function spansOf(
  { key, deviceId, point, readings }: SeriesGroup,
  newestMs: number,
): readonly (SeriesSpan & { readonly key: string })[] {
  const times = readings.flatMap(({ observedAtMs }) =>
    observedAtMs <= newestMs ? [observedAtMs] : [],
  )
  const spans: { fromMs: number; toMs: number }[] = []
  for (const atMs of times.toSorted((a, b) => a - b)) {
    const last = spans.at(-1)
    if (last !== undefined && atMs - last.toMs <= INFLUX_LIMITS.timesTogetherMs) last.toMs = atMs
    else spans.push({ fromMs: atMs, toMs: atMs })
  }
  return spans.map((span) => ({ key, deviceId, point, ...span }))
}

function keyOf(deviceId: string, point: string): string {
  return `${deviceId}\u0000${point}`
}

export function chunksOf<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}
