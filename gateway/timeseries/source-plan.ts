import { HOUR_MS, MINUTE_MS } from './buckets.ts'
import type { Horizons, Resolution, SourceStretch } from './time-series.ts'

export interface Span {
  readonly fromMs: number
  /** Not in it any more. */
  readonly toMs: number
}

/** What is there of one series. */
export interface Coverage {
  /** Where roll-ups are complete, in order of time, apart from each other; ends are full hours. */
  readonly rolled: readonly Span[]
  /** What was observed before is gone in this resolution. */
  readonly goneBefore: Horizons
}

const LENGTH_MS = { minute: MINUTE_MS, hour: HOUR_MS } as const
type RollupResolution = keyof typeof LENGTH_MS

/** Roll-ups that fit into buckets of `everyMs`, the coarsest first. */
function fitting(everyMs: number): readonly RollupResolution[] {
  return (['hour', 'minute'] as const).filter((name) => everyMs % LENGTH_MS[name] === 0)
}

/**
 * Cuts a range into stretches, each to be answered from the coarsest resolution that serves: full hours
 * from hours, full minutes at their edges from minutes, what is left from the readings. Where no roll-ups
 * are, readings serve. Where readings are gone, the ends of the range move outward to full roll-ups.
 */
export function planSources(
  question: Span & { readonly everyMs: number },
  coverage: Coverage,
): readonly SourceStretch[] {
  const resolutions = fitting(question.everyMs)
  const { fromMs, toMs } = widened(question, coverage, resolutions)
  const stretches: SourceStretch[] = []
  let atMs = fromMs
  for (const rolled of coverage.rolled) {
    const startMs = Math.max(atMs, rolled.fromMs)
    const endMs = Math.min(toMs, rolled.toMs)
    if (startMs >= endMs) continue
    append(stretches, 'raw', { fromMs: atMs, toMs: startMs })
    cover({ fromMs: startMs, toMs: endMs }, resolutions, stretches)
    atMs = endMs
  }
  append(stretches, 'raw', { fromMs: atMs, toMs })
  return stretches
}

/** What is left of a span; the gaps come in any order and may overlap. */
export function without(span: Span, gaps: readonly Span[]): readonly Span[] {
  const left: Span[] = []
  let atMs = span.fromMs
  for (const gap of gaps.toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (gap.fromMs >= gap.toMs) continue
    if (gap.fromMs > atMs) left.push({ fromMs: atMs, toMs: Math.min(gap.fromMs, span.toMs) })
    atMs = Math.max(atMs, gap.toMs)
    if (atMs >= span.toMs) return left.filter(({ fromMs, toMs }) => fromMs < toMs)
  }
  if (atMs < span.toMs) left.push({ fromMs: atMs, toMs: span.toMs })
  return left
}

function cover(
  { fromMs, toMs }: Span,
  [coarsest, ...finer]: readonly RollupResolution[],
  stretches: SourceStretch[],
): void {
  if (coarsest === undefined) {
    append(stretches, 'raw', { fromMs, toMs })
    return
  }
  const lengthMs = LENGTH_MS[coarsest]
  const innerFromMs = Math.ceil(fromMs / lengthMs) * lengthMs
  const innerToMs = Math.floor(toMs / lengthMs) * lengthMs
  if (innerFromMs >= innerToMs) {
    cover({ fromMs, toMs }, finer, stretches)
    return
  }
  if (fromMs < innerFromMs) cover({ fromMs, toMs: innerFromMs }, finer, stretches)
  append(stretches, coarsest, { fromMs: innerFromMs, toMs: innerToMs })
  if (innerToMs < toMs) cover({ fromMs: innerToMs, toMs }, finer, stretches)
}

function append(stretches: SourceStretch[], resolution: Resolution, { fromMs, toMs }: Span): void {
  if (fromMs >= toMs) return
  const before = stretches.at(-1)
  if (before?.resolution === resolution && before.toMs === fromMs) {
    stretches[stretches.length - 1] = { ...before, toMs }
  } else stretches.push({ resolution, fromMs, toMs })
}

function widened(
  { fromMs, toMs }: Span,
  { goneBefore }: Coverage,
  resolutions: readonly RollupResolution[],
): Span {
  /** The length of the finest roll-up that is still there at an instant whose readings are gone. */
  const lengthAt = (atMs: number) => {
    if (atMs >= goneBefore.raw) return 1
    const kept = resolutions.findLast((name) => atMs >= goneBefore[name])
    return kept === undefined ? 1 : LENGTH_MS[kept]
  }
  const [first, last] = [lengthAt(fromMs), lengthAt(toMs)]
  return { fromMs: Math.floor(fromMs / first) * first, toMs: Math.ceil(toMs / last) * last }
}
