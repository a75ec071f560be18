import type { Aggregate, Bucket } from './time-series.ts'

export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

/** What a bucket shows of itself; null when nothing entered it. */
export function bucketValue(bucket: Bucket, fn: Aggregate): number | null {
  switch (fn) {
    case 'mean':
      return bucket.usable === 0 ? null : bucket.sum / bucket.usable
    case 'min':
      return bucket.min
    case 'max':
      return bucket.max
    case 'last':
      return bucket.last
    case 'count':
      return bucket.total
    default:
      return fn satisfies never
  }
}

/** Buckets in order of time, where several may begin at one instant, made into one each. */
export function joinBuckets(buckets: Iterable<Bucket>): readonly Bucket[] {
  const joined: Bucket[] = []
  for (const bucket of buckets) {
    const before = joined.at(-1)
    if (before?.startMs === bucket.startMs) joined[joined.length - 1] = together(before, bucket)
    else joined.push(bucket)
  }
  return joined
}

/** `later` holds what was observed after all of `earlier`. */
function together(earlier: Bucket, later: Bucket): Bucket {
  return {
    startMs: earlier.startMs,
    total: earlier.total + later.total,
    usable: earlier.usable + later.usable,
    sum: earlier.sum + later.sum,
    min: lesser(earlier.min, later.min),
    max: greater(earlier.max, later.max),
    last: later.last ?? earlier.last,
  }
}

function lesser(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b)
}

function greater(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b)
}
