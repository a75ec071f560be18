import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CodedError } from '#alerting/errors.ts'
import type { ReadingBatch } from '#alerting/reading.ts'
import { SimulatedClock } from '#alerting/simulated-clock.ts'
import { TIME_SERIES_LIMITS } from '#config/limits.ts'
import type { JournalStatus } from '../journal/journal.ts'
import { aReading } from './time-series.suite.ts'
import { TimeSeriesWriter, type WritableStore } from './writer.ts'

const NOW_MS = Date.UTC(2026, 10, 23, 8)
const { writeAgeMsMax, readingsPerWriteMax, retryDelayMsMin, retryDelayMsMax, releaseIntervalMs } =
  TIME_SERIES_LIMITS

function aBatch(offset: number, { readings = 1, arrivedAtMs = NOW_MS } = {}): ReadingBatch {
  return {
    offset,
    readings: Array.from({ length: readings }, (_, index) =>
      aReading({ observedAtMs: arrivedAtMs - 5 + index, arrivedAtMs, value: offset }),
    ),
  }
}

/** A journal in memory: what is appended can be followed, and what is released can be seen. */
class FakeJournal {
  readonly released: number[] = []
  #batches: readonly ReadingBatch[] = []
  #firstOffset = 1
  #appended = Promise.withResolvers<void>()
  #isEnded = false

  append(...batches: readonly ReadingBatch[]): void {
    this.#batches = [...this.#batches, ...batches]
    this.#appended.resolve()
    this.#appended = Promise.withResolvers()
  }

  dropBefore(offset: number): void {
    this.#firstOffset = offset
    this.#batches = this.#batches.filter((batch) => batch.offset >= offset)
  }

  end(): void {
    this.#isEnded = true
    this.#appended.resolve()
  }

  release(_consumer: 'engine' | 'timeseries', offset: number): void {
    this.released.push(offset)
  }

  status(): JournalStatus {
    return {
      state: 'ok',
      reason: null,
      firstOffset: this.#firstOffset,
      nextOffset: (this.#batches.at(-1)?.offset ?? this.#firstOffset - 1) + 1,
      pendingReadings: 0,
      bytes: 0,
      consumers: { engine: 1, timeseries: 1 },
      damage: [],
    }
  }

  async *follow(offset: number, { signal }: { readonly signal: AbortSignal }) {
    if (offset < this.#firstOffset) throw new RangeError(`Offset ${offset} is no longer kept.`)
    let next = offset
    while (!signal.aborted) {
      const batch = this.#batches.find((each) => each.offset >= next)
      if (batch !== undefined) {
        next = batch.offset + 1
        yield batch
      } else if (this.#isEnded) return
      else await Promise.race([this.#appended.promise, aborted(signal)])
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** A store that does as it is told: refuse, take only part, forget what was not durable. */
class FakeStore implements WritableStore {
  readonly writes: (readonly number[])[] = []
  taken: number[] = []
  refusal: CodedError | null = null
  takesBeforeRefusing = 0
  isDurableAtOnce = true
  durable = 1
  hold: Promise<void> = Promise.resolve()

  nextOffset(): number {
    return (this.taken.at(-1) ?? this.durable - 1) + 1
  }

  durableOffset(): number {
    return this.isDurableAtOnce ? this.nextOffset() : this.durable
  }

  loseMemory(): void {
    this.taken = this.taken.filter((offset) => offset < this.durable)
  }

  async write(batches: readonly ReadingBatch[]): Promise<void> {
    this.writes.push(batches.map((batch) => batch.offset))
    await this.hold
    for (const { offset } of batches) {
      if (this.refusal !== null && this.takesBeforeRefusing === 0) throw this.refusal
      if (this.refusal !== null) this.takesBeforeRefusing -= 1
      if (offset >= this.nextOffset()) this.taken.push(offset)
    }
  }
}

const AWAY = new CodedError('timeseries_unavailable', 'The store is away.', {
  details: { reason: 'unreachable', said: 'ECONNREFUSED' },
})

function setUp() {
  const clock = new SimulatedClock(NOW_MS)
  const journal = new FakeJournal()
  const store = new FakeStore()
  const writer = new TimeSeriesWriter({ journal, store, clock, random: () => 0 })
  return { clock, journal, store, writer }
}

describe('TimeSeriesWriter', () => {
  test('writes what is journaled once it is old enough, not before', async () => {
    const { clock, journal, store, writer } = setUp()
    writer.start()
    journal.append(aBatch(1), aBatch(2))
    await clock.advanceBy(writeAgeMsMax - 1)
    expect(store.writes).toEqual([])
    await clock.advanceBy(1)
    expect(store.writes).toEqual([[1, 2]])
    await writer.stop()
  })

  test('writes at once when there is enough', async () => {
    const { clock, journal, store, writer } = setUp()
    journal.append(aBatch(1, { readings: readingsPerWriteMax }), aBatch(2))
    writer.start()
    await clock.advanceBy(0)
    expect(store.writes).toEqual([[1]])
    await writer.stop()
  })

  test('begins where the store is', async () => {
    const { clock, journal, store, writer } = setUp()
    journal.append(aBatch(1), aBatch(2), aBatch(3))
    store.durable = 3
    writer.start()
    await clock.advanceBy(writeAgeMsMax)
    expect(store.writes).toEqual([[3]])
    await writer.stop()
  })

  test('begins where the journal does when the store asks for what was let go', async () => {
    const { clock, journal, store, writer } = setUp()
    journal.append(aBatch(7), aBatch(8))
    journal.dropBefore(7)
    writer.start()
    await clock.advanceBy(writeAgeMsMax)
    expect(store.writes).toEqual([[7, 8]])
    await writer.stop()
  })

  test('tells the journal how far the store is: at the start, after a write, and by and by', async () => {
    const { clock, journal, store, writer } = setUp()
    store.isDurableAtOnce = false
    journal.append(aBatch(1), aBatch(2))
    writer.start()
    expect(journal.released).toEqual([1])
    await clock.advanceBy(writeAgeMsMax)
    expect(journal.released).toEqual([1])
    store.durable = 3
    await clock.advanceBy(releaseIntervalMs)
    expect(journal.released).toEqual([1, 3])
    await clock.advanceBy(releaseIntervalMs * 3)
    expect(journal.released).toEqual([1, 3])
    await writer.stop()
  })

  test('repeats a refused write for ever, each time after a longer wait, and loses nothing', async () => {
    const { clock, journal, store, writer } = setUp()
    store.refusal = AWAY
    journal.append(aBatch(1), aBatch(2))
    writer.start()
    await clock.advanceBy(writeAgeMsMax)
    const refusedAfterMs: number[] = []
    for (let attempt = 0; attempt < 9; attempt++) {
      const startedAtMs = clock.nowMs()
      const before = store.writes.length
      while (store.writes.length === before) await clock.advanceTo(nextOf(clock))
      refusedAfterMs.push(clock.nowMs() - startedAtMs - writeAgeMsMax)
    }
    const doubled = refusedAfterMs.map((_, attempt) =>
      Math.min(retryDelayMsMax, retryDelayMsMin * 2 ** attempt),
    )
    expect(refusedAfterMs).toEqual(doubled)
    expect(writer.status()).toEqual({
      state: 'retrying',
      refusal: { kind: 'unreachable', said: 'ECONNREFUSED' },
      retryingSinceMs: NOW_MS + writeAgeMsMax,
      backlog: { batches: 2, readings: 2, ageMs: clock.nowMs() - NOW_MS },
    })
    expect(journal.released).toEqual([1])
    store.refusal = null
    await clock.advanceBy(retryDelayMsMax + writeAgeMsMax)
    expect(store.taken).toEqual([1, 2])
    expect(writer.status()).toMatchObject({
      state: 'ok',
      refusal: null,
      backlog: { batches: 0, readings: 0, ageMs: 0 },
    })
    await writer.stop()
  })

  test('shortens a wait by chance, by up to a half', async () => {
    const clock = new SimulatedClock(NOW_MS)
    const journal = new FakeJournal()
    const store = new FakeStore()
    store.refusal = AWAY
    const writer = new TimeSeriesWriter({ journal, store, clock, random: () => 0.999 })
    journal.append(aBatch(1, { readings: readingsPerWriteMax }))
    writer.start()
    await clock.advanceBy(retryDelayMsMin * 0.5)
    expect(store.writes).toHaveLength(1)
    await clock.advanceBy(retryDelayMsMin * 0.01)
    expect(store.writes).toHaveLength(2)
    await writer.stop()
  })

  test('goes on from where the store says it is after taking half of a write', async () => {
    const { clock, journal, store, writer } = setUp()
    store.refusal = AWAY
    store.takesBeforeRefusing = 2
    journal.append(aBatch(1), aBatch(2), aBatch(3))
    writer.start()
    await clock.advanceBy(writeAgeMsMax)
    store.refusal = null
    await clock.advanceBy(retryDelayMsMin + writeAgeMsMax)
    expect(store.writes).toEqual([[1, 2, 3], [3]])
    await writer.stop()
  })

  test('gives again what a store had only in memory when it was lost', async () => {
    const { clock, journal, store, writer } = setUp()
    store.isDurableAtOnce = false
    journal.append(aBatch(1), aBatch(2))
    writer.start()
    await clock.advanceBy(writeAgeMsMax)
    store.durable = 2
    store.loseMemory()
    store.refusal = AWAY
    journal.append(aBatch(3))
    await clock.advanceBy(writeAgeMsMax)
    store.refusal = null
    await clock.advanceBy(retryDelayMsMin + writeAgeMsMax)
    expect(store.writes).toEqual([[1, 2], [3], [2, 3]])
    expect(store.taken).toEqual([1, 2, 3])
    await writer.stop()
  })

  test('tells listeners when the store goes away and when it is back', async () => {
    const { clock, journal, store, writer } = setUp()
    const states: string[] = []
    writer.onStateChange(({ state }) => states.push(state))
    store.refusal = AWAY
    journal.append(aBatch(1))
    writer.start()
    await clock.advanceBy(10_000)
    store.refusal = null
    await clock.advanceBy(retryDelayMsMax)
    await writer.stop()
    expect(states).toEqual(['ok', 'retrying', 'ok', 'stopped'])
  })

  test('counts what waits by the usual size of a batch', async () => {
    const { clock, journal, store, writer } = setUp()
    journal.append(aBatch(1, { readings: readingsPerWriteMax }))
    writer.start()
    await clock.advanceBy(0)
    const held = Promise.withResolvers<void>()
    store.hold = held.promise
    const more = Array.from({ length: 9 }, (_, index) =>
      aBatch(index + 2, { readings: readingsPerWriteMax }),
    )
    journal.append(...more)
    await clock.advanceBy(60_000)
    expect(writer.status().backlog).toEqual({
      batches: 9,
      readings: 9 * readingsPerWriteMax,
      ageMs: 60_000,
    })
    held.resolve()
    await writer.stop()
  })

  test('gathers the next while a write is under way, no more than one, and writes it then', async () => {
    const { clock, journal, store, writer } = setUp()
    const held = Promise.withResolvers<void>()
    store.hold = held.promise
    const half = readingsPerWriteMax / 2
    journal.append(...[1, 2, 3, 4, 5, 6].map((offset) => aBatch(offset, { readings: half })))
    writer.start()
    await clock.advanceBy(60_000)
    expect(store.writes).toEqual([[1, 2]])
    expect(writer.status().backlog).toMatchObject({ batches: 6, readings: 3 * readingsPerWriteMax })
    held.resolve()
    await clock.advanceBy(0)
    expect(store.writes).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ])
    await writer.stop()
  })

  test('of a failed write gives again also what was gathered meanwhile', async () => {
    const { clock, journal, store, writer } = setUp()
    const held = Promise.withResolvers<void>()
    store.hold = held.promise
    journal.append(aBatch(1, { readings: readingsPerWriteMax }), aBatch(2), aBatch(3))
    writer.start()
    await clock.advanceBy(writeAgeMsMax)
    store.refusal = AWAY
    held.resolve()
    await clock.advanceBy(1)
    store.refusal = null
    await clock.advanceBy(retryDelayMsMin + writeAgeMsMax)
    expect(store.writes).toEqual([[1], [1], [2, 3]])
    expect(store.taken).toEqual([1, 2, 3])
    await writer.stop()
  })

  test('stops after the write under way and leaves nothing waiting', async () => {
    const { clock, journal, store, writer } = setUp()
    const held = Promise.withResolvers<void>()
    store.hold = held.promise
    journal.append(aBatch(1), aBatch(2))
    writer.start()
    await clock.advanceBy(writeAgeMsMax)
    let isStopped = false
    const stopped = writer.stop().then(() => {
      isStopped = true
    })
    await clock.advanceBy(60_000)
    expect(isStopped).toBe(false)
    held.resolve()
    await stopped
    expect(journal.released).toEqual([1, 3])
    expect(clock.waiting).toBe(0)
    expect(writer.status().state).toBe('stopped')
  })

  test('stops while it waits to try again', async () => {
    const { clock, journal, store, writer } = setUp()
    store.refusal = AWAY
    journal.append(aBatch(1))
    writer.start()
    await clock.advanceBy(writeAgeMsMax + 1)
    await writer.stop()
    expect(clock.waiting).toBe(0)
  })

  test('writes what it has when the journal ends', async () => {
    const { clock, journal, store, writer } = setUp()
    journal.append(aBatch(1))
    writer.start()
    await clock.advanceBy(1)
    journal.end()
    await clock.advanceBy(1)
    expect(store.taken).toEqual([1])
    await writer.stop()
  })

  test('brings every batch in once and in order, whatever the store refuses and forgets', async () => {
    const trouble = fc.constantFrom('none', 'refuses', 'takes one', 'loses memory', 'durable')
    await fc.assert(
      fc.asyncProperty(fc.array(trouble, { maxLength: 25 }), async (troubles) => {
        const { clock, journal, store, writer } = setUp()
        store.isDurableAtOnce = false
        writer.start()
        let offset = 0
        for (const each of troubles) {
          offset += 1
          journal.append(aBatch(offset))
          store.refusal = each === 'none' || each === 'durable' ? null : AWAY
          store.takesBeforeRefusing = each === 'takes one' ? 1 : 0
          if (each === 'durable') store.durable = store.nextOffset()
          if (each === 'loses memory') store.loseMemory()
          await clock.advanceBy(retryDelayMsMin)
        }
        store.refusal = null
        await clock.advanceBy(2 * retryDelayMsMax)
        await writer.stop()
        expect(store.taken).toEqual(Array.from({ length: offset }, (_, index) => index + 1))
        expect(journal.released.every((released) => released <= store.durable)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })
})

function nextOf(clock: SimulatedClock): number {
  return clock.nextWakeAtMs() ?? Number.NaN
}
