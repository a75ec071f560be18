/**
 * Flood of alarms (ISA-18.2, EEMUA 191): begins when one operator position got more than `startsAbove`
 * in the window, ends when there are fewer than `endsBelow` in it. An operator position is a territory
 * that somebody watches: an organization with all below it, or the whole district (null). An alarm
 * counts for its own organization and every one above it.
 */
export interface FloodSettings {
  readonly windowMs: number
  readonly startsAbove: number
  readonly endsBelow: number
}

export type Position = string | null

export interface FloodState {
  /** Annunciations in the window. */
  readonly recent: number
  /** Since when the position is flooded; null: it is not. */
  readonly sinceMs: number | null
}

export interface FloodChange {
  readonly position: Position
  readonly isFlooded: boolean
  readonly atMs: number
}

interface Window {
  /** Seconds in which there were any, oldest first, and how many. */
  readonly seconds: { atMs: number; count: number }[]
  recent: number
  sinceMs: number | null
}

const RESOLUTION_MS = 1_000

/**
 * Counts per position in steps of a second, so that a storm of ten thousand costs no more memory than
 * ten minutes have seconds. Time only goes forward; `advance` lets floods end when nothing comes.
 */
export class FloodWatch {
  readonly #settings: FloodSettings
  readonly #windows = new Map<Position, Window>()

  constructor(settings: FloodSettings) {
    this.#settings = settings
  }

  /** `positions`: all that the annunciation counts for. Gives the floods that begin with it. */
  hear(atMs: number, positions: readonly Position[]): readonly FloodChange[] {
    return positions.flatMap((position) => {
      const window = this.#windowOf(position)
      const ended = this.#forget(position, window, atMs)
      const second = Math.floor(atMs / RESOLUTION_MS) * RESOLUTION_MS
      const last = window.seconds.at(-1)
      if (last !== undefined && last.atMs >= second) last.count += 1
      else window.seconds.push({ atMs: second, count: 1 })
      window.recent += 1
      if (window.sinceMs !== null || window.recent <= this.#settings.startsAbove) return ended
      window.sinceMs = atMs
      return [...ended, { position, isFlooded: true, atMs }]
    })
  }

  /** Lets time pass. Gives the floods that have ended by then. */
  advance(nowMs: number): readonly FloodChange[] {
    const ended: FloodChange[] = []
    for (const [position, window] of this.#windows) {
      ended.push(...this.#forget(position, window, nowMs))
      if (window.recent === 0 && window.sinceMs === null) this.#windows.delete(position)
    }
    return ended
  }

  stateOf(position: Position): FloodState {
    const window = this.#windows.get(position)
    return { recent: window?.recent ?? 0, sinceMs: window?.sinceMs ?? null }
  }

  isFlooded(position: Position): boolean {
    return this.stateOf(position).sinceMs !== null
  }

  get hasAny(): boolean {
    return this.#windows.size > 0
  }

  #windowOf(position: Position): Window {
    let window = this.#windows.get(position)
    if (window === undefined) {
      window = { seconds: [], recent: 0, sinceMs: null }
      this.#windows.set(position, window)
    }
    return window
  }

  /** A flood ends at the instant at which too few were left, not when somebody looks. */
  #forget(position: Position, window: Window, nowMs: number): readonly FloodChange[] {
    const { windowMs, endsBelow } = this.#settings
    for (let first = window.seconds[0]; first !== undefined; first = window.seconds[0]) {
      const leavesAtMs = first.atMs + windowMs
      if (leavesAtMs > nowMs) return []
      window.seconds.shift()
      window.recent -= first.count
      if (window.sinceMs === null || window.recent >= endsBelow) continue
      window.sinceMs = null
      return [
        { position, isFlooded: false, atMs: leavesAtMs },
        ...this.#forget(position, window, nowMs),
      ]
    }
    return []
  }
}
