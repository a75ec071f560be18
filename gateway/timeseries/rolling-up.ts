import { isBlockDamaged } from './block-codec.ts'
import { type BlockFile, dayOf, type StoreRow, startOfDay } from './block-file.ts'
import { BucketFold } from './bucket-fold.ts'
import { HOUR_MS, MINUTE_MS } from './buckets.ts'
import { ByteSink } from './byte-sink.ts'
import { runOf } from './merging.ts'
import { decodeRollups, encodeRollups } from './rollup-codec.ts'
import type { SeriesDay } from './rollup-table.ts'
import { mergeRuns } from './run-merge.ts'
import { type Coverage, type Span, without } from './source-plan.ts'
import type { Bucket } from './time-series.ts'

const DAYS_PER_STEP = 64

interface MadeDay {
  readonly readings: number
  readonly minutes: Uint8Array
  readonly hours: Uint8Array
}

const WHAT = { minute: 'minutes', hour: 'hours' } as const

/**
 * Makes roll-ups of sealed blocks, a series and a day at a step, and reads them. A day is made when it is
 * over and again when readings came for it later. What the readings are forgotten of stays as it was made.
 */
export class RollingUp {
  readonly #file: BlockFile
  readonly #sink = new ByteSink()
  #isUnderWay = false
  #made = 0

  constructor(file: BlockFile) {
    this.#file = file
  }

  get isUnderWay(): boolean {
    return this.#isUnderWay
  }

  /** How many days of a series were made since the start. */
  get made(): number {
    return this.#made
  }

  /** Steps go on until nothing is due. */
  begin(): void {
    this.#isUnderWay = true
  }

  /** Some days, until about `readings` were read; one transaction. */
  step(forgottenBeforeMs: number, readings: number): void {
    const puts: (() => void)[] = []
    let read = 0
    for (const due of this.#file.rollups.due(DAYS_PER_STEP)) {
      if (read >= readings) break
      const made = this.#make(due, forgottenBeforeMs)
      read += made?.readings ?? 0
      puts.push(() => {
        if (made === null) this.#file.rollups.markDamaged(due)
        else this.#file.rollups.put(due, made)
      })
    }
    this.#file.transact(() => {
      for (const put of puts) put()
    })
    this.#made += puts.length
    this.#isUnderWay = puts.length > 0
  }

  /** Where roll-ups are as the readings are, within the span. Readings in memory are in none yet. */
  coverage(
    seriesId: number,
    { fromMs, toMs }: Span,
    { store, hotDays }: { readonly store: StoreRow; readonly hotDays: readonly number[] },
  ): Coverage {
    const firstDay = dayOf(fromMs)
    const lastDay = Math.min(dayOf(toMs), store.rolledBeforeDay - 1)
    const unmade = this.#file.rollups.unmadeDays(seriesId, firstDay, lastDay)
    // What is gone of a day is only in its roll-ups, whatever else came for that day.
    const goneMs = Math.ceil(store.forgottenBeforeMs / HOUR_MS) * HOUR_MS
    const gaps = [...unmade, ...hotDays].map((day) => ({
      fromMs: Math.max(startOfDay(day), goneMs),
      toMs: startOfDay(day + 1),
    }))
    return {
      rolled: without({ fromMs: startOfDay(firstDay), toMs: startOfDay(lastDay + 1) }, gaps),
      goneBefore: {
        raw: store.forgottenBeforeMs,
        minute: store.minutesGoneBeforeMs,
        hour: store.hoursGoneBeforeMs,
      },
    }
  }

  /** Buckets of one resolution that begin in the span. */
  *read(
    seriesId: number,
    resolution: 'minute' | 'hour',
    { fromMs, toMs }: Span,
  ): Generator<Bucket> {
    const days = { seriesId, fromDay: dayOf(fromMs), toDay: dayOf(toMs - 1) }
    for (const bytes of this.#file.rollups.read(WHAT[resolution], days)) {
      for (const bucket of decodeRollups(bytes)) {
        if (bucket.startMs >= fromMs && bucket.startMs < toMs) yield bucket
      }
    }
  }

  /** Null when a block of the day cannot be read. */
  #make(due: SeriesDay, forgottenBeforeMs: number): MadeDay | null {
    try {
      return this.#fold(due, forgottenBeforeMs)
    } catch (error) {
      if (!isBlockDamaged(error)) throw error
      return null
    }
  }

  #fold(due: SeriesDay, forgottenBeforeMs: number): MadeDay {
    const day = { fromMs: startOfDay(due.day), toMs: startOfDay(due.day + 1) }
    const minutes = new BucketFold({ everyMs: MINUTE_MS })
    const hours = new BucketFold({ everyMs: HOUR_MS })
    const runs = this.#file
      .heads(due.seriesId, day.fromMs, day.toMs)
      .map((head) => runOf(this.#file, head))
    const fromMs = Math.max(day.fromMs, forgottenBeforeMs)
    let readings = 0
    for (const slice of mergeRuns(runs, { fromMs, toMs: day.toMs })) {
      readings += slice.end - slice.start
      minutes.add(slice)
      hours.add(slice)
    }
    const kept = (what: 'minute' | 'hour') =>
      forgottenBeforeMs <= day.fromMs
        ? []
        : [...this.read(due.seriesId, what, { fromMs: day.fromMs, toMs: forgottenBeforeMs })]
    const whole = (buckets: readonly Bucket[]) =>
      buckets.filter(({ startMs }) => startMs >= forgottenBeforeMs)
    return {
      readings,
      minutes: encodeRollups([...kept('minute'), ...whole(minutes.finish())], this.#sink),
      hours: encodeRollups([...kept('hour'), ...whole(hours.finish())], this.#sink),
    }
  }
}
