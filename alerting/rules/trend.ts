import { RULE_LIMITS } from '#config/limits.ts'

/**
 * Points of a trend, oldest first, one a slot of the window: [instant, value, readings in it], the
 * means of the readings that fell into the slot.
 */
export type TrendPoint = readonly [atMs: number, value: number, readings: number]

export interface Trend {
  /** Median slope of all pairs (Theil–Sen), per ms. */
  readonly slope: number
  /** The trend's value at the instant of the newest point. */
  readonly level: number
  /** |Kendall's τ|: pairs that follow the trend minus those that go against it, as a share of all. */
  readonly quality: number
}

/** Adds a reading to the slot it belongs to. A time before the newest point counts as that point's. */
export function addToTrend(
  points: readonly TrendPoint[],
  {
    atMs,
    value,
    slotMs,
  }: { readonly atMs: number; readonly value: number; readonly slotMs: number },
): readonly TrendPoint[] {
  const last = points.at(-1)
  if (last === undefined || Math.floor(last[0] / slotMs) < Math.floor(atMs / slotMs)) {
    return [...points, [atMs, value, 1]]
  }
  const [lastAtMs, mean, readings] = last
  const inOrderMs = Math.max(atMs, lastAtMs)
  const merged: TrendPoint = [
    lastAtMs + (inOrderMs - lastAtMs) / (readings + 1),
    mean + (value - mean) / (readings + 1),
    readings + 1,
  ]
  return points.with(-1, merged)
}

/** The points younger than that; the very array that was given when all are. */
export function youngerThan(points: readonly TrendPoint[], atMs: number): readonly TrendPoint[] {
  const first = points[0]
  return first === undefined || first[0] > atMs ? points : points.filter(([at]) => at > atMs)
}

function columns(count: number) {
  return {
    instants: new Float64Array(count),
    values: new Float64Array(count),
    levels: new Float64Array(count),
    slopes: new Float64Array((count * (count - 1)) / 2),
  }
}

/** A window's slots, the one that is just leaving and the one that has just begun. */
const POINTS_USUAL = RULE_LIMITS.windowSlots + 2
/** Written and read within one call, which waits for nothing: making them anew took a third of its time. */
const SCRATCH = columns(POINTS_USUAL)

/**
 * Theil–Sen over the points; at least two of different instants. Worked out for every slot of every
 * trend that is watched, and hundreds of thousands of times by a back-test: hence plain columns of
 * numbers, no tuples taken apart in the loop over all pairs.
 */
export function trendOf(points: readonly TrendPoint[]): Trend {
  const count = points.length
  const { instants, values, levels, slopes } = count <= POINTS_USUAL ? SCRATCH : columns(count)
  for (let index = 0; index < count; index += 1) {
    const point = points[index] as TrendPoint
    instants[index] = point[0]
    values[index] = point[1]
  }
  let pairs = 0
  let follows = 0
  for (let later = 1; later < count; later += 1) {
    const laterAtMs = instants[later] as number
    const laterValue = values[later] as number
    for (let earlier = 0; earlier < later; earlier += 1) {
      const rise = laterValue - (values[earlier] as number)
      slopes[pairs] = rise / (laterAtMs - (instants[earlier] as number))
      pairs += 1
      if (rise > 0) follows += 1
      else if (rise < 0) follows -= 1
    }
  }
  const slope = medianOf(slopes, pairs)
  const newestAtMs = instants[count - 1] as number
  for (let index = 0; index < count; index += 1) {
    levels[index] = (values[index] as number) + slope * (newestAtMs - (instants[index] as number))
  }
  return { slope, level: medianOf(levels, count), quality: Math.abs(follows) / pairs }
}

/** The median of the first `count`; of an even number the mean of the two in the middle. Reorders the figures. */
export function medianOf(figures: Float64Array, count: number = figures.length): number {
  const middle = count >> 1
  select(figures, { low: 0, high: count - 1, place: middle })
  const upper = figures[middle] as number
  if (count % 2 === 1) return upper
  let lower = Number.NEGATIVE_INFINITY
  for (let index = 0; index < middle; index += 1) {
    const figure = figures[index] as number
    if (figure > lower) lower = figure
  }
  return (lower + upper) / 2
}

/** So many figures are cheaper to sort out than to take a sample of. */
const SAMPLED_FROM = 200

/**
 * Brings the figure to the place that it has in order; smaller ones stand before it afterwards. By Floyd and
 * Rivest (1975): a sample says where the figure lies, so that two passes over all of them are enough.
 */
function select(
  figures: Float64Array,
  bounds: { readonly low: number; readonly high: number; readonly place: number },
): void {
  const { place } = bounds
  let { low, high } = bounds
  while (low < high) {
    if (high - low > SAMPLED_FROM) select(figures, sampleAround(low, high, place))
    const pivot = figures[place] as number
    let left = low
    let right = high
    while (left <= right) {
      while ((figures[left] as number) < pivot) left += 1
      while ((figures[right] as number) > pivot) right -= 1
      if (left > right) break
      const swapped = figures[left] as number
      figures[left] = figures[right] as number
      figures[right] = swapped
      left += 1
      right -= 1
    }
    if (place <= right) high = right
    else if (place >= left) low = left
    else return
  }
}

/** A stretch around the place that holds, sorted out, a pivot very near to what is looked for. */
function sampleAround(low: number, high: number, place: number) {
  const count = high - low + 1
  const rank = place - low + 1
  const log = Math.log(count)
  const size = 0.5 * Math.exp((2 * log) / 3)
  const side = rank < count / 2 ? -1 : 1
  const spread = 0.5 * Math.sqrt((log * size * (count - size)) / count) * side
  return {
    low: Math.max(low, Math.floor(place - (rank * size) / count + spread)),
    high: Math.min(high, Math.floor(place + ((count - rank) * size) / count + spread)),
    place,
  }
}
