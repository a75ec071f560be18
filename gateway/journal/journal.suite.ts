import { afterEach, describe, expect, test } from 'vitest'
import type { DeviceId, Reading, ReadingBatch } from '#alerting/reading.ts'
import { JOURNAL_LIMITS } from '#config/limits.ts'
import { JOURNAL_CONSUMERS, type Journal } from './journal.ts'

/** A place on disk where journals can be opened one after the other. */
export interface JournalPlace {
  open(): Promise<Journal>
  /** Moves what the journal believes to be now; nothing waits. */
  pass(ms: number): void
  remove(): Promise<void>
}

let serial = 0

/** A reading that no other is equal to. */
export function aReading(overrides: Partial<Reading> = {}): Reading {
  serial += 1
  return {
    deviceId: `gas-${serial % 7}` as DeviceId,
    point: 'lel',
    observedAtMs: 1_795_430_400_000 + serial,
    arrivedAtMs: 1_795_430_400_000 + serial,
    value: serial,
    quality: 'good',
    marks: 0,
    ...overrides,
  }
}

export function readings(count: number): Reading[] {
  return Array.from({ length: count }, () => aReading())
}

/** Batches from `offset` until they hold `count` readings. */
export async function take(journal: Journal, offset: number, count: number) {
  const abort = new AbortController()
  const batches: ReadingBatch[] = []
  let taken = 0
  for await (const batch of journal.follow(offset, { signal: abort.signal })) {
    batches.push(batch)
    taken += batch.readings.length
    if (taken >= count) abort.abort()
  }
  return batches
}

function plain({ offset, readings }: ReadingBatch) {
  return { offset, readings }
}

export function readingsOf(batches: readonly ReadingBatch[]): Reading[] {
  return batches.flatMap((batch) => batch.readings)
}

export function releaseAll(journal: Journal, offset: number): void {
  for (const consumer of JOURNAL_CONSUMERS) journal.release(consumer, offset)
}

/** What every journal must do, whatever it is made of. */
export function journalContract(name: string, createPlace: () => Promise<JournalPlace>): void {
  const places: JournalPlace[] = []
  const place = async () => {
    const created = await createPlace()
    places.push(created)
    return created
  }

  describe(name, () => {
    afterEach(async () => {
      for (const created of places.splice(0)) await created.remove()
    })

    test('followers get what was appended, in order, live and after a restart', async () => {
      const here = await place()
      const all = readings(40)
      const journal = await here.open()
      const live = take(journal, 1, 40)
      for (const reading of all.slice(0, 20)) await journal.append([reading])
      await Promise.all(all.slice(20).map((reading) => journal.append([reading])))
      expect(readingsOf(await live)).toEqual(all)
      await journal.stop()

      const reopened = await here.open()
      const batches = await take(reopened, 1, 40)
      expect(readingsOf(batches)).toEqual(all)
      expect(batches.map(({ offset }) => offset)).toEqual(batches.map((_, i) => i + 1))
      expect(reopened.status()).toMatchObject({
        firstOffset: 1,
        nextOffset: batches.length + 1,
        state: 'ok',
        damage: [],
      })
    })

    test('a follower that begins on disk goes on live without a gap', async () => {
      const here = await place()
      const all = readings(60)
      const before = await here.open()
      for (const reading of all.slice(0, 30)) await before.append([reading])
      await before.stop()

      const journal = await here.open()
      const followers = [1, 1, 11].map((offset) => take(journal, offset, 60 - offset + 1))
      for (const reading of all.slice(30)) await journal.append([reading])
      const taken = await Promise.all(followers)
      expect(taken.map(readingsOf)).toEqual([all, all, all.slice(10)])
    })

    test('readings of one call stay together, calls stay in order', async () => {
      const journal = await (await place()).open()
      const calls = Array.from({ length: 200 }, (_, i) => readings(1 + (i % 5)))
      const done: number[] = []
      await Promise.all(calls.map((call, i) => journal.append(call).then(() => void done.push(i))))
      expect(done).toEqual(calls.map((_, i) => i))
      const batches = await take(journal, 1, calls.flat().length)
      expect(readingsOf(batches)).toEqual(calls.flat())
      const batchOf = new Map(
        batches.flatMap(({ offset, readings: held }) =>
          held.map((reading): [unknown, number] => [reading.value, offset]),
        ),
      )
      for (const call of calls) {
        expect(new Set(call.map(({ value }) => batchOf.get(value))).size).toBe(1)
      }
    })

    test('a slow follower does not hold up the journal, and gets all in the end', async () => {
      const journal = await (await place()).open()
      const abort = new AbortController()
      const slow = journal.follow(1, { signal: abort.signal })[Symbol.asyncIterator]()
      const all = readings(JOURNAL_LIMITS.recentBatchesMax + 60)
      await journal.append(all.slice(0, 1))
      const first = await slow.next()
      for (const reading of all.slice(1)) await journal.append([reading])
      const rest = readingsOf(await take(journal, 2, all.length - 1))
      expect(rest).toEqual(all.slice(1))
      const seen = [...(first.value?.readings ?? [])]
      while (seen.length < all.length) seen.push(...((await slow.next()).value?.readings ?? []))
      abort.abort()
      expect(seen).toEqual(all)
    })

    test('a follower that waits ends with its signal, all of them with the stop', async () => {
      const journal = await (await place()).open()
      const abort = new AbortController()
      const aborted = countUntil(journal, abort.signal)
      const stopped = countUntil(journal, new AbortController().signal)
      abort.abort()
      expect(await aborted).toBe(0)
      await journal.stop()
      expect(await stopped).toBe(0)
    })

    test('an append of nothing is acknowledged and makes no batch', async () => {
      const journal = await (await place()).open()
      await journal.append([])
      expect(journal.status().nextOffset).toBe(1)
    })

    test('stop commits what was appended; later appends are refused', async () => {
      const here = await place()
      const journal = await here.open()
      const all = readings(500)
      const appended = all.map((reading) => journal.append([reading]))
      await journal.stop()
      await Promise.all(appended)
      await expect(journal.append(readings(1))).rejects.toMatchObject({ code: 'journal_stopped' })
      const reopened = await here.open()
      expect(readingsOf(await take(reopened, 1, 500))).toEqual(all)
    })

    test('nothing is deleted until all consumers have passed it and its time is over', async () => {
      const here = await place()
      const journal = await here.open()
      for (const reading of readings(10)) await journal.append([reading])
      here.pass(JOURNAL_LIMITS.tailKeptMs + 1)
      journal.release('timeseries', 9)
      await journal.append(readings(1))
      expect(journal.status().firstOffset).toBe(1)
      journal.release('engine', 5)
      while (journal.status().firstOffset < 5) await journal.append(readings(1))
      expect(journal.status().firstOffset).toBe(5)
      expect(() => journal.follow(4, { signal: new AbortController().signal })).toThrow()
      expect((await take(journal, 5, 1))[0]?.offset).toBe(5)
    })

    test('offsets go on after everything was deleted and the journal restarted', async () => {
      const here = await place()
      const journal = await here.open()
      for (const reading of readings(5)) await journal.append([reading])
      here.pass(JOURNAL_LIMITS.tailKeptMs + 1)
      releaseAll(journal, 6)
      while (journal.status().firstOffset < 5) await journal.append(readings(1))
      const { nextOffset } = journal.status()
      await journal.stop()
      expect((await here.open()).status().nextOffset).toBe(nextOffset)
    })

    test('a consumer ahead of the end means a lost tail: no offset is given twice', async () => {
      const here = await place()
      const journal = await here.open()
      releaseAll(journal, 100)
      const mine = readings(1)
      await journal.append(mine)
      expect((await take(journal, 100, 1)).map(plain)).toEqual([{ offset: 100, readings: mine }])
      await journal.stop()
      expect(journal.status().damage).toMatchObject([
        { kind: 'missing_batches', fromOffset: 1, toOffset: 99 },
      ])
      const reopened = await here.open()
      expect((await take(reopened, 1, 1)).map(plain)).toEqual([{ offset: 100, readings: mine }])
      expect(reopened.status().damage).toEqual([])
    })

    test('the watermark waits for what is pending or not yet handed over', async () => {
      const journal = await (await place()).open()
      const nowMs = 1_900_000_000_000
      expect(journal.watermarkMs(nowMs)).toBe(nowMs)
      const [first, second] = [aReading(), aReading()]
      const appended = journal.append([first, second])
      expect(journal.watermarkMs(nowMs)).toBe(first.arrivedAtMs)
      expect(journal.watermarkMs(first.arrivedAtMs - 5)).toBe(first.arrivedAtMs - 5)
      await appended
      expect(journal.watermarkMs(nowMs)).toBe(nowMs)
      expect(journal.watermarkMs(nowMs, 1)).toBe(first.arrivedAtMs)
      expect(journal.watermarkMs(nowMs, 2)).toBe(nowMs)
    })

    test('the watermark of a consumer far behind is 0: it cannot be told', async () => {
      const here = await place()
      const before = await here.open()
      await before.append(readings(1))
      await before.stop()
      expect((await here.open()).watermarkMs(1_900_000_000_000, 1)).toBe(0)
    })

    test('the tail gives the newest batches, in order', async () => {
      const here = await place()
      const journal = await here.open()
      const all = readings(25)
      for (const reading of all) await journal.append([reading])
      await journal.stop()
      expect(readingsOf(await (await here.open()).tail())).toEqual(all)
    })
  })
}

async function countUntil(journal: Journal, signal: AbortSignal): Promise<number> {
  let batches = 0
  for await (const _ of journal.follow(1, { signal })) batches += 1
  return batches
}
