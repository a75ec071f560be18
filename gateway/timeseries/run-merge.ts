import type { BlockSummary } from './block-codec.ts'
import { type Columns, lowerBound } from './columns.ts'

/**
 * Sorted runs of one series (sealed blocks, the hot tail) read as one. A run is opened when the
 * merge reaches it and forgotten when it is through, so that memory holds what overlaps in time
 * and no more. Where several runs have the same time, the lowest `age` wins: it was written first.
 */
export interface Run {
  /** Order of writing. Runs of one age never share a time. */
  readonly age: number
  readonly firstAtMs: number
  readonly lastAtMs: number
  /** Lets a run that stands alone be taken as a whole, unopened. */
  readonly summary?: BlockSummary
  open(): Columns
}

/** `columns[start, end)`, always rising; read from the back when the merge descends. */
export interface Slice {
  readonly columns: Columns
  readonly start: number
  readonly end: number
}

export interface MergeRequest {
  readonly fromMs: number
  readonly toMs: number
  readonly descending?: boolean
  /** True when the summary of a run that lies alone inside the range serves instead of its readings. */
  readonly takeWhole?: (summary: BlockSummary) => boolean
}

/** A run that is open: `next` is the index of its next reading, `stop` one past its last in that direction. */
interface Cursor {
  readonly age: number
  readonly columns: Columns
  next: number
  readonly stop: number
}

export function* mergeRuns(runs: readonly Run[], request: MergeRequest): Generator<Slice> {
  const sign = request.descending === true ? -1 : 1
  const edgeOf = (run: Run | undefined) => {
    if (run === undefined) return Number.POSITIVE_INFINITY
    return sign === 1 ? run.firstAtMs : -run.lastAtMs
  }
  const keyOf = (cursor: Cursor) => sign * (cursor.columns.observedAtMs[cursor.next] ?? 0)
  const waiting = runs
    .filter((run) => run.firstAtMs < request.toMs && run.lastAtMs >= request.fromMs)
    .sort((a, b) => edgeOf(b) - edgeOf(a))
  let open: Cursor[] = []
  let lastKey = Number.NEGATIVE_INFINITY
  while (open.length > 0 || waiting.length > 0) {
    const nearest = open.reduce((least, cursor) => Math.min(least, keyOf(cursor)), Infinity)
    const next = waiting.at(-1)
    if (next !== undefined && edgeOf(next) <= nearest) {
      waiting.pop()
      if (open.length === 0 && mayTakeWhole(next, waiting, request, lastKey)) continue
      const cursor = openRun(next, request, sign)
      if (cursor.next !== cursor.stop) open.push(cursor)
      continue
    }
    const cursor = first(open, keyOf)
    if (keyOf(cursor) === lastKey) cursor.next += sign
    else {
      const others = open.filter((other) => other !== cursor)
      const bound = others.reduce((least, other) => Math.min(least, keyOf(other)), edgeOf(next))
      const slice = sliceBefore(cursor, bound, sign)
      lastKey = sign * (slice.columns.observedAtMs[sign === 1 ? slice.end - 1 : slice.start] ?? 0)
      yield slice
    }
    if (cursor.next === cursor.stop) open = open.filter((other) => other !== cursor)
  }
}

function mayTakeWhole(
  run: Run,
  waiting: readonly Run[],
  request: MergeRequest,
  lastKey: number,
): boolean {
  if (run.summary === undefined || request.takeWhole === undefined) return false
  const next = waiting.at(-1)
  const isAlone = run.firstAtMs > lastKey && (next === undefined || run.lastAtMs < next.firstAtMs)
  const isInside = run.firstAtMs >= request.fromMs && run.lastAtMs < request.toMs
  return isAlone && isInside && request.takeWhole(run.summary)
}

function openRun(run: Run, request: MergeRequest, sign: number): Cursor {
  const columns = run.open()
  const from = lowerBound(columns.observedAtMs, request.fromMs)
  const to = lowerBound(columns.observedAtMs, request.toMs, from)
  return sign === 1
    ? { age: run.age, columns, next: from, stop: to }
    : { age: run.age, columns, next: to - 1, stop: from - 1 }
}

function first(open: readonly Cursor[], keyOf: (cursor: Cursor) => number): Cursor {
  return open.reduce((best, cursor) => {
    const difference = keyOf(cursor) - keyOf(best)
    return difference < 0 || (difference === 0 && cursor.age < best.age) ? cursor : best
  })
}

/** What the cursor has before `bound`, at least one reading; the cursor moves behind it. */
function sliceBefore(cursor: Cursor, bound: number, sign: number): Slice {
  const { columns, next, stop } = cursor
  if (sign === 1) {
    const end = Math.max(next + 1, lowerBound(columns.observedAtMs, bound, next, stop))
    cursor.next = end
    return { columns, start: next, end }
  }
  // Descending, `bound` is the negated time that the slice must stay above.
  let start = lowerBound(columns.observedAtMs, -bound, stop + 1, next + 1)
  if (columns.observedAtMs[start] === -bound) start += 1
  start = Math.min(start, next)
  cursor.next = start - 1
  return { columns, start, end: next + 1 }
}
