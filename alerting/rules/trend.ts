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
  return [...points.slice(0, -1), merged]
}

/** Theil–Sen over the points; at least two of different instants. */
export function trendOf(points: readonly TrendPoint[]): Trend {
  const slopes = new Float64Array((points.length * (points.length - 1)) / 2)
  let pairs = 0
  let follows = 0
  for (let later = 1; later < points.length; later += 1) {
    const [laterAtMs, laterValue] = at(points, later)
    for (let earlier = 0; earlier < later; earlier += 1) {
      const [earlierAtMs, earlierValue] = at(points, earlier)
      const rise = laterValue - earlierValue
      slopes[pairs] = rise / (laterAtMs - earlierAtMs)
      pairs += 1
      follows += Math.sign(rise)
    }
  }
  const slope = medianOf(slopes)
  const newestAtMs = at(points, points.length - 1)[0]
  const levels = Float64Array.from(points, ([atMs, value]) => value + slope * (newestAtMs - atMs))
  return { slope, level: medianOf(levels), quality: Math.abs(follows) / pairs }
}

function at(points: readonly TrendPoint[], index: number): TrendPoint {
  return points[index] as TrendPoint
}

/** The median; of an even number the mean of the two in the middle. Reorders the figures. */
export function medianOf(figures: Float64Array): number {
  const middle = figures.length >> 1
  const upper = select(figures, middle)
  if (figures.length % 2 === 1) return upper
  let lower = Number.NEGATIVE_INFINITY
  for (let index = 0; index < middle; index += 1) lower = Math.max(lower, figures[index] as number)
  return (lower + upper) / 2
}

/** The figure at that place in order (Hoare's quickselect); smaller ones stand before it afterwards. */
function select(figures: Float64Array, place: number): number {
  let low = 0
  let high = figures.length - 1
  while (low < high) {
    const pivot = figures[(low + high) >> 1] as number
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
    else break
  }
  return figures[place] as number
}
