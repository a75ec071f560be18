import type { Duty } from '#config/duties.ts'
import type { WatchedSource } from '../watching/watched-source.ts'

/** One duty of one source, in the order of the list: by its day, then by source and duty. */
export interface Line {
  readonly source: WatchedSource
  readonly duty: Duty
  readonly dueAtMs: number
}

export type LineKey = readonly [dueAtMs: number, sourceId: string, dutyId: string]

export function keyOf({ dueAtMs, source, duty }: Line): LineKey {
  return [dueAtMs, source.id, duty.id]
}

/** Keeps the first `limit` lines behind a key of what it is offered, in order. */
export class FirstLines {
  readonly #limit: number
  readonly #after: LineKey | null
  readonly #lines: Line[] = []

  constructor(limit: number, after: LineKey | null) {
    this.#limit = limit
    this.#after = after
  }

  get lines(): readonly Line[] {
    return this.#lines
  }

  offer(line: Line): void {
    if (this.#after !== null && compare(line, this.#after) <= 0) return
    const last = this.#lines[this.#limit - 1]
    if (last !== undefined && compare(line, keyOf(last)) >= 0) return
    this.#lines.splice(this.#placeOf(line), 0, line)
    if (this.#lines.length > this.#limit) this.#lines.pop()
  }

  #placeOf(line: Line): number {
    let low = 0
    let high = this.#lines.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const there = this.#lines[middle]
      if (there !== undefined && compare(line, keyOf(there)) > 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

function compare(line: Line, [dueAtMs, sourceId, dutyId]: LineKey): number {
  if (line.dueAtMs !== dueAtMs) return line.dueAtMs - dueAtMs
  if (line.source.id !== sourceId) return line.source.id < sourceId ? -1 : 1
  if (line.duty.id === dutyId) return 0
  return line.duty.id < dutyId ? -1 : 1
}
