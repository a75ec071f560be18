import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CodedError } from '#alerting/errors.ts'
import { type DeviceId, MARK, type Reading } from '#alerting/reading.ts'
import { ColumnBatch, ColumnBuilder, type DeviceReadings } from '#alerting/reading-columns.ts'
import { SimulatedClock } from '#alerting/simulated-clock.ts'
import { REJECTED_INBOX_LIMITS } from '#config/limits.ts'
import type { Depositor } from '../depositor.ts'
import type { PointDefinition } from '../registry/types.ts'
import { createIngest } from './pipeline.ts'
import { RejectedInbox, type RejectedMessage } from './rejected-inbox.ts'

const NOON = Date.UTC(2026, 10, 23, 12)
const DEVICE = 'gas-1' as DeviceId

/** A journal whose disk is the test: each append waits until it is let go. */
class HeldJournal {
  readonly onDisk: Reading[] = []
  isFull = false
  #waiting: {
    readonly readings: readonly Reading[]
    readonly settle: () => void
    readonly refuse: () => void
  }[] = []
  #isHeld = false

  deposit(view: DeviceReadings, depositor: Depositor, ticket: number): void {
    if (this.isFull) throw new CodedError('journal_full', 'full')
    const columns = new ColumnBuilder(view.length)
    columns.appendOf(view)
    const { readings } = new ColumnBatch(1, columns.columns())
    const settle = () => {
      this.onDisk.push(...readings)
      depositor.settled(ticket, null)
    }
    const refuse = () => depositor.settled(ticket, new CodedError('journal_stopped', 'stopped'))
    if (this.#isHeld) this.#waiting.push({ readings, settle, refuse })
    else queueMicrotask(settle)
  }

  hold(): void {
    this.#isHeld = true
  }

  /** As at the stop: what waits is refused, and nothing is taken after it. */
  end(): void {
    this.isFull = true
    for (const { refuse } of this.#waiting.splice(0)) refuse()
  }

  letGo(): void {
    this.#isHeld = false
    for (const { settle } of this.#waiting.splice(0)) settle()
  }
}

const point = (name: string, kind: 'number' | 'boolean', max = 100): [string, PointDefinition] => [
  name,
  {
    name,
    label: { zh: name, en: name },
    kind,
    unit: null,
    range: kind === 'number' ? { min: 0, max } : null,
    primary: false,
  },
]

function setUp() {
  const clock = new SimulatedClock(NOON)
  const journal = new HeldJournal()
  const stored: RejectedMessage[] = []
  const disk = { refuses: false }
  const store = {
    add: async (messages: readonly RejectedMessage[]) => {
      if (disk.refuses) throw new Error('no space')
      stored.push(...messages)
    },
  }
  const inbox = new RejectedInbox({ store, clock, logger: { error: () => undefined } })
  const points = new Map([point('lel', 'number'), point('co', 'number'), point('fault', 'boolean')])
  const registered = new Map<string, ReadonlyMap<string, PointDefinition>>([[DEVICE, points]])
  const directory = { revision: 0, pointsOf: (id: string) => registered.get(id) ?? null }
  const register = (id: string, its: ReadonlyMap<string, PointDefinition> | null) => {
    if (its === null) registered.delete(id)
    else registered.set(id, its)
    directory.revision += 1
  }
  const ingest = createIngest({ journal, directory, inbox })
  const send = (payload: unknown, overrides: { deviceId?: DeviceId; topicName?: string } = {}) =>
    ingest.accept({
      deviceId: DEVICE,
      topicName: `devices/${overrides.deviceId ?? DEVICE}/readings`,
      payload: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
      arrivedAtMs: clock.nowMs(),
      ...overrides,
    })
  return { clock, journal, stored, disk, inbox, ingest, send, register }
}

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending')
  await new Promise(setImmediate)
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending
}

describe('ingest', () => {
  test('a reading carries both times, its quality and its marks', async () => {
    const { journal, send } = setUp()
    const summary = await send({
      ts: NOON - 100,
      values: { lel: 3.2, fault: 1 },
      quality: { fault: 'bad' },
    })
    expect(summary).toEqual({ accepted: 2, duplicates: 0, rejected: [] })
    const times = {
      deviceId: DEVICE,
      observedAtMs: NOON - 100,
      arrivedAtMs: NOON,
      marks: MARK.none,
    }
    expect(journal.onDisk).toEqual([
      { ...times, point: 'lel', value: 3.2, quality: 'good' },
      { ...times, point: 'fault', value: true, quality: 'bad' },
    ])
  })

  // biome-ignore format: a table is read by its columns
  test.for([
    // values                         | taken                   | not taken
    [{ lel: 150 },                      'lel=150/uncertain',      ''],
    [{ lel: -1, co: 100 },              'lel=-1/uncertain co=100/good', ''],
    [{ fault: 0 },                      'fault=false/good',       ''],
    [{ fault: 1 },                      'fault=true/good',        ''],
    [{ fault: 2, lel: 1 },              'lel=1/good',             'wrong_value_kind'],
    [{ lel: true, co: 1 },              'co=1/good',              'wrong_value_kind'],
    [{ nitrogen: 1, lel: 1 },           'lel=1/good',             'unknown_point'],
    [{ constructor: 1, toString: 2 },   '',                       'unknown_point unknown_point'],
  ] as const)('%o', async ([values, taken, reasons]) => {
    const { journal, send } = setUp()
    const summary = await send({ values })
    const readings = journal.onDisk.map((reading) => `${reading.point}=${reading.value}/${reading.quality}`)
    expect(readings.join(' ')).toBe(taken)
    expect(summary.rejected.map(({ reason }) => reason).join(' ')).toBe(reasons)
  })

  test('what a device measures, and whether it is one, is known anew after each change', async () => {
    const { send, register } = setUp()
    // The same text each time, often enough for its form to be learnt.
    const reasonsOf = async (count: number) => {
      const reasons = new Set<string>()
      for (let n = 0; n < count; n += 1) {
        const { rejected } = await send('{"values":{"lel":1,"co":2}}')
        reasons.add(rejected.map(({ reason }) => reason).join(' '))
      }
      return [...reasons]
    }
    expect(await reasonsOf(20)).toEqual([''])
    register(DEVICE, new Map([point('lel', 'number')]))
    expect(await reasonsOf(3)).toEqual(['unknown_point'])
    register(DEVICE, null)
    expect(await reasonsOf(3)).toEqual(['unknown_device'])
    register(DEVICE, new Map([point('lel', 'number'), point('co', 'number')]))
    expect(await reasonsOf(3)).toEqual([''])
  })

  // biome-ignore format: a table is read by its columns
  test.for([
    ['devices/gas-2/readings',          DEVICE,                'foreign_topic'],
    ['spBv1.0/town/NDATA/node',         DEVICE,                'unknown_topic'],
    ['devices/gas-9/readings',          'gas-9' as DeviceId,   'unknown_device'],
  ] as const)('%s of %s goes to the inbox as %s', async ([topicName, deviceId, reason]) => {
    const { inbox, ingest, journal, stored } = setUp()
    const payload = Buffer.from('{"lel":1}')
    const summary = await ingest.accept({ deviceId, topicName, payload, arrivedAtMs: NOON })
    expect(summary).toMatchObject({ accepted: 0, rejected: [{ reason }] })
    await inbox.flush()
    expect(journal.onDisk).toEqual([])
    expect(stored).toMatchObject([{ deviceId, topic: topicName, reason, payloadBytes: 9 }])
    expect(inbox.counts().byReason[reason]).toBe(1)
    expect(inbox.countOf(deviceId)).toBe(1)
  })

  test('answers nobody before the disk, and in the order of the calls', async () => {
    const { journal, send } = setUp()
    journal.hold()
    const answers = [1, 2, 3].map((lel) => send({ lel }))
    expect(await isSettled(Promise.race(answers))).toBe(false)
    journal.letGo()
    expect(await Promise.all(answers)).toMatchObject(Array(3).fill({ accepted: 1 }))
    expect(journal.onDisk.map(({ value }) => value)).toEqual([1, 2, 3])
  })

  test('a repeat is answered when its original is on disk, not before', async () => {
    const { ingest, journal, send } = setUp()
    journal.hold()
    const original = send({ ts: NOON, values: { lel: 1 } })
    const repeat = send({ ts: NOON, values: { lel: 1 } })
    expect(await isSettled(Promise.race([original, repeat]))).toBe(false)
    journal.letGo()
    expect(await repeat).toEqual({ accepted: 0, duplicates: 1, rejected: [] })
    expect(journal.onDisk).toHaveLength(1)
    await original
    expect(ingest.counts()).toMatchObject({ accepted: 1, duplicates: 1, messages: 2 })
  })

  test('what the journal refused is not a repeat when it comes again', async () => {
    const { ingest, journal, send } = setUp()
    journal.isFull = true
    const payload = { ts: NOON, values: { lel: 60 } }
    const refused = await Promise.allSettled([send(payload), send(payload)])
    expect(refused).toMatchObject(Array(2).fill({ reason: { code: 'journal_full' } }))
    journal.isFull = false
    expect(await send(payload)).toEqual({ accepted: 1, duplicates: 0, rejected: [] })
    expect(journal.onDisk).toMatchObject([{ value: 60, marks: MARK.none }])
    expect(ingest.counts()).toMatchObject({ accepted: 1, messages: 1 })
  })

  test('a repeat of what the journal refused at its end is not answered as if it were on disk', async () => {
    const { ingest, journal, send } = setUp()
    journal.hold()
    const payload = { ts: NOON, values: { lel: 60 } }
    const [original, repeat] = [send(payload), send(payload)]
    const refused = Promise.allSettled([original, repeat])
    journal.end()
    const after = await Promise.allSettled([send(payload)])
    expect(await refused).toMatchObject(Array(2).fill({ reason: { code: 'journal_stopped' } }))
    expect(after).toMatchObject([{ reason: { code: 'journal_stopped' } }])
    expect(journal.onDisk).toEqual([])
    expect(ingest.counts()).toMatchObject({ accepted: 0, duplicates: 0, messages: 0 })
  })

  test('arrival never decreases along the journal, whatever the broker and the clock say', async () => {
    const step = fc.record({ waitedMs: fc.nat(5_000), passMs: fc.nat(50) })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const { clock, ingest, journal } = setUp()
        for (const { waitedMs, passMs } of steps) {
          await clock.advanceBy(passMs)
          const payload = Buffer.from('{"lel":1}')
          const arrivedAtMs = clock.nowMs() - waitedMs
          const topicName = `devices/${DEVICE}/readings`
          await ingest.accept({ deviceId: DEVICE, topicName, payload, arrivedAtMs })
        }
        const arrivals = journal.onDisk.map(({ arrivedAtMs }) => arrivedAtMs)
        expect(arrivals).toEqual(arrivals.toSorted((a, b) => a - b))
      }),
    )
  })

  test('goes on behind the arrivals of the journal it was seeded with', async () => {
    const { ingest, journal, send } = setUp()
    const reading = {
      deviceId: DEVICE,
      point: 'lel',
      observedAtMs: NOON + 5_000,
      arrivedAtMs: NOON + 5_000,
      value: 1,
      quality: 'good',
      marks: 0,
    } as const
    ingest.seed([{ offset: 1, readings: [reading] }], [])
    await send({ co: 1 })
    expect(journal.onDisk[0]?.arrivedAtMs).toBe(NOON + 5_000)
  })

  test('keeps the head of what was rejected, though its memory is used again', async () => {
    const { inbox, ingest, journal, stored } = setUp()
    journal.hold()
    const payload = Buffer.from(`{"lel":1,"text":"${'x'.repeat(8_000)}"}`)
    const topicName = `devices/${DEVICE}/readings`
    const answer = ingest.accept({ deviceId: DEVICE, topicName, payload, arrivedAtMs: NOON })
    const head = Buffer.from(payload.subarray(0, REJECTED_INBOX_LIMITS.payloadSampleBytesMax))
    const payloadBytes = payload.length
    payload.fill(0)
    journal.letGo()
    expect(await answer).toMatchObject({ accepted: 1, rejected: [{ reason: 'wrong_value_type' }] })
    await inbox.flush()
    expect(stored).toMatchObject([{ reason: 'wrong_value_type', payloadBytes }])
    expect(Buffer.from(stored[0]?.payload ?? []).equals(head)).toBe(true)
  })

  test('one entry in the inbox for each reason, with how many more', async () => {
    const { inbox, send, stored } = setUp()
    await send({ lel: 'x', co: 'y', nitrogen: 1 })
    await inbox.flush()
    expect(stored.map(({ reason, detail }) => [reason, detail])).toEqual([
      ['wrong_value_type', 'lel: The value is the text "x". (and 1 more)'],
      ['unknown_point', 'nitrogen: The profile has no such point.'],
    ])
  })
})

describe('RejectedInbox', () => {
  const aMessage = (deviceId: string): RejectedMessage => ({
    deviceId,
    receivedAtMs: NOON,
    topic: 'devices/x/readings',
    reason: 'malformed_json',
    detail: '',
    payload: new Uint8Array(3),
    payloadBytes: 3,
  })

  test('stores about once a second', async () => {
    const { clock, inbox, stored } = setUp()
    inbox.record(aMessage('a'))
    await clock.advanceBy(REJECTED_INBOX_LIMITS.storeIntervalMs - 1)
    expect(stored).toHaveLength(0)
    await clock.advanceBy(1)
    expect(stored).toHaveLength(1)
  })

  test('one device cannot crowd out the others; what is beyond is counted', async () => {
    const { inbox, stored } = setUp()
    for (let i = 0; i < 3_000; i++) inbox.record(aMessage('noisy'))
    inbox.record(aMessage('quiet'))
    await inbox.flush()
    const { bufferedMessagesPerDeviceMax: kept } = REJECTED_INBOX_LIMITS
    expect(stored).toHaveLength(kept + 1)
    expect(inbox.counts()).toMatchObject({
      byReason: { malformed_json: 3_001 },
      notKept: 3_000 - kept,
    })
  })

  test('a store that refuses is tried again, nothing is lost or doubled', async () => {
    const { clock, disk, inbox, stored } = setUp()
    disk.refuses = true
    inbox.record(aMessage('a'))
    await clock.advanceBy(REJECTED_INBOX_LIMITS.storeIntervalMs)
    inbox.record(aMessage('b'))
    disk.refuses = false
    await clock.advanceBy(REJECTED_INBOX_LIMITS.storeIntervalMs)
    expect(stored.map(({ deviceId }) => deviceId)).toEqual(['a', 'b'])
    await inbox.stop()
    expect(stored).toHaveLength(2)
  })
})
