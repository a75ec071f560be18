import type { AlarmId } from '../alarms/alarm.ts'
import type { Annunciation } from './annunciation.ts'

interface Ahead {
  readonly order: number
  readonly annunciation: Annunciation
  /** The alarm has ended meanwhile. */
  isOver: boolean
}

/** Annunciations that have overtaken conditions which came before them, by their place in the order of the engine. */
export class AheadOfTurn {
  readonly #waiting: Ahead[] = []

  /** Mostly behind the last one. */
  add(order: number, annunciation: Annunciation): void {
    let index = this.#waiting.length
    while (index > 0 && (this.#waiting[index - 1]?.order ?? 0) > order) index -= 1
    this.#waiting.splice(index, 0, { order, annunciation, isOver: false })
  }

  ended(alarmId: AlarmId): void {
    for (const ahead of this.#waiting) {
      if (ahead.annunciation.alarmId === alarmId) ahead.isOver = true
    }
  }

  /** Those before which everything is applied now, in order. */
  takeBefore(order: number): readonly Readonly<Ahead>[] {
    const end = this.#waiting.findIndex((one) => one.order >= order)
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end)
  }
}
