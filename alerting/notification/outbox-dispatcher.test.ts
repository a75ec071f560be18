import fc from 'fast-check'
import { test as base, describe, expect } from 'vitest'
import { OUTBOX_LIMITS } from '#config/limits.ts'
import { START_MS } from '../builders.suite.ts'
import { SimulatedClock } from '../simulated-clock.ts'
import type { ChannelFact } from './channel-health.ts'
import { FakeOutboxStore } from './fake-outbox-store.ts'
import type { Channel, DeliveryOutcome, OutboxEntry, OutboxRecord } from './outbox.ts'
import { OutboxDispatcher, settledRecord } from './outbox-dispatcher.ts'
import { ATTEMPTS_MAX } from './retry-schedule.ts'

const DELIVERED: DeliveryOutcome = { outcome: 'delivered', detail: 'HTTP 200' }
const DOWN: DeliveryOutcome = { outcome: 'retry', reason: 'unreachable', detail: 'ECONNREFUSED' }
const REFUSED: DeliveryOutcome = { outcome: 'rejected', reason: 'client', detail: 'HTTP 410' }
const DAY_MS = 24 * 3_600_000

/** A channel that answers what it was told to; `hang` makes it answer only when it is broken off. */
class FakeChannel implements Channel {
  readonly attempted: string[] = []
  answer: (entry: OutboxEntry) => DeliveryOutcome = () => DELIVERED
  isHanging = false
  isObedient = true
  active = 0
  activeMax = 0

  async deliver(entry: OutboxEntry, { signal }: { signal: AbortSignal }): Promise<DeliveryOutcome> {
    this.attempted.push(entry.id)
    this.active += 1
    this.activeMax = Math.max(this.active, this.activeMax)
    await Promise.resolve()
    if (this.isHanging) {
      await new Promise<void>((resolve) => {
        if (this.isObedient) signal.addEventListener('abort', () => resolve())
      })
    }
    this.active -= 1
    return this.answer(entry)
  }
}

class Office {
  readonly clock = new SimulatedClock(START_MS)
  readonly store = new FakeOutboxStore()
  readonly channels = new Map<string, FakeChannel>()
  readonly facts: ChannelFact[] = []
  readonly settled: OutboxRecord[] = []
  readonly failures: unknown[] = []
  dispatcher = this.#make()

  #make(): OutboxDispatcher {
    return new OutboxDispatcher({
      store: this.store,
      clock: this.clock,
      channelOf: (id) => this.channels.get(id) ?? null,
      onSettled: (record) => this.settled.push(record),
      onChannelFact: (fact) => this.facts.push(fact),
      onFailure: (error) => this.failures.push(error),
    })
  }

  channel(id: string): FakeChannel {
    const channel = this.channels.get(id) ?? new FakeChannel()
    this.channels.set(id, channel)
    return channel
  }

  async put(...ids: readonly string[]): Promise<void> {
    await this.store.add(ids.map((id) => anEntry(id, { createdAtMs: this.clock.nowMs() })))
    this.dispatcher.wake()
    await this.clock.advanceBy(0)
  }

  record(id: string): OutboxRecord {
    const record = this.store.records.get(id)
    if (record === undefined) throw new Error(`no ${id}`)
    return record
  }

  /** As after kill -9: attempts in hand end nowhere, leases stay. */
  abandon(): void {
    this.dispatcher = this.#make()
    this.dispatcher.start()
  }

  async restart(): Promise<void> {
    await this.dispatcher.stop()
    this.abandon()
    await this.clock.advanceBy(0)
  }
}

/** The channel stands before the dot: `hook.1`. */
function anEntry(id: string, overrides: Partial<OutboxEntry> = {}): OutboxEntry {
  const [channelId = ''] = id.split('.')
  return {
    id,
    channelId,
    type: 'alarm.raised',
    alarmId: null,
    grade: 3,
    payload: {},
    createdAtMs: START_MS,
    ...overrides,
  }
}

const test = base.extend<{ office: Office }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the pattern.
  office: async ({}, use) => {
    const office = new Office()
    office.dispatcher.start()
    await use(office)
    office.store.refuse(false)
    await office.dispatcher.stop()
    expect(office.clock.waiting).toBe(0)
    expect(office.failures).toEqual([])
  },
})

describe('an entry', () => {
  test('is delivered at once and settled', async ({ office }) => {
    office.channel('hook')
    await office.put('hook.1')
    await office.dispatcher.idle()
    expect(office.record('hook.1')).toMatchObject({
      state: 'delivered',
      attempts: 1,
      leasedUntilMs: null,
      lastReason: null,
      lastDetail: 'HTTP 200',
      settledAtMs: START_MS,
    })
    expect(office.settled).toEqual([office.record('hook.1')])
  })

  test('is tried again by the schedule until it is delivered', async ({ office }) => {
    const hook = office.channel('hook')
    hook.answer = () => (hook.attempted.length < 4 ? DOWN : DELIVERED)
    await office.put('hook.1')
    expect(office.record('hook.1')).toMatchObject({
      state: 'pending',
      attempts: 1,
      lastReason: 'unreachable',
    })
    await office.clock.advanceBy(4_000)
    expect(hook.attempted).toHaveLength(1)
    await office.clock.advanceBy(2_000)
    expect(hook.attempted).toHaveLength(2)
    await office.clock.advanceBy(60_000)
    expect(office.record('hook.1')).toMatchObject({ state: 'delivered', attempts: 4 })
  })

  test('is buried after a day of trying, and lives again when a person sends it again', async ({
    office,
  }) => {
    const hook = office.channel('hook')
    hook.answer = () => DOWN
    await office.put('hook.1')
    await office.clock.advanceBy(2 * DAY_MS)
    expect(office.record('hook.1')).toMatchObject({
      state: 'dead',
      attempts: ATTEMPTS_MAX,
      lastReason: 'unreachable',
    })
    expect(hook.attempted).toHaveLength(ATTEMPTS_MAX)
    hook.answer = () => DELIVERED
    await office.store.sendAgain('hook.1', office.clock.nowMs())
    office.dispatcher.wake()
    await office.clock.advanceBy(0)
    expect(office.record('hook.1')).toMatchObject({ state: 'delivered', attempts: 1 })
  })

  test('is buried at once when the receiver refuses for good', async ({ office }) => {
    office.channel('hook').answer = () => REFUSED
    await office.put('hook.1')
    expect(office.record('hook.1')).toMatchObject({
      state: 'dead',
      attempts: 1,
      lastReason: 'client',
      lastDetail: 'HTTP 410',
    })
  })

  test('is not sent before the receiver wishes', async ({ office }) => {
    const hook = office.channel('hook')
    hook.answer = () =>
      ({ ...DOWN, reason: 'rate_limited', retryAfterMs: 120_000 }) as DeliveryOutcome
    await office.put('hook.1')
    await office.clock.advanceBy(119_999)
    expect(hook.attempted).toHaveLength(1)
    await office.clock.advanceBy(1)
    expect(hook.attempted).toHaveLength(2)
  })

  test('of a channel that is gone is buried and says so', async ({ office }) => {
    await office.put('gone.1')
    expect(office.record('gone.1')).toMatchObject({ state: 'dead', lastReason: 'client' })
    expect(office.record('gone.1').lastDetail).toContain('does not exist')
  })

  test('keeps no more of an answer than a person reads', async ({ office }) => {
    office.channel('hook').answer = () => ({ outcome: 'delivered', detail: 'x'.repeat(9_999) })
    await office.put('hook.1')
    expect(office.record('hook.1').lastDetail).toHaveLength(OUTBOX_LIMITS.detailLengthMax)
  })
})

describe('a slow channel', () => {
  test('is broken off after its time, whether it obeys or not', async ({ office }) => {
    for (const [id, isObedient] of [
      ['polite', true],
      ['stubborn', false],
    ] as const) {
      const channel = office.channel(id)
      channel.isHanging = true
      channel.isObedient = isObedient
      await office.put(`${id}.1`)
      await office.clock.advanceBy(OUTBOX_LIMITS.attemptDurationMsMax)
      expect(office.record(`${id}.1`)).toMatchObject({
        state: 'pending',
        attempts: 1,
        lastReason: 'timeout',
      })
    }
  })

  test('does not delay another', async ({ office }) => {
    office.channel('slow').isHanging = true
    office.channel('quick')
    await office.put(...Array.from({ length: 50 }, (_, index) => `slow.${index}`))
    await office.put('quick.1', 'quick.2')
    expect(office.record('quick.1').state).toBe('delivered')
    expect(office.record('quick.2').state).toBe('delivered')
  })

  test('has a few attempts at a time', async ({ office }) => {
    const slow = office.channel('slow')
    await office.put(...Array.from({ length: 20 }, (_, index) => `slow.${index}`))
    await office.dispatcher.idle()
    expect(slow.activeMax).toBe(OUTBOX_LIMITS.concurrentDeliveriesPerChannelMax)
    expect(new Set(slow.attempted).size).toBe(20)
  })
})

test('the most urgent grade goes first', async ({ office }) => {
  const hook = office.channel('hook')
  await office.store.add(
    [4, 3, 2, 1, 4, 1].map((grade, index) => anEntry(`hook.${index}`, { grade: grade as 1 })),
  )
  office.dispatcher.wake()
  await office.dispatcher.idle()
  expect(hook.attempted.slice(0, 4).sort()).toEqual(['hook.1', 'hook.2', 'hook.3', 'hook.5'])
})

describe('idle', () => {
  test('waits for what is being delivered', async ({ office }) => {
    const hook = office.channel('hook')
    hook.isHanging = true
    await office.put('hook.1')
    let isIdle = false
    const idle = office.dispatcher.idle().then(() => {
      isIdle = true
    })
    await office.clock.advanceBy(1_000)
    expect(isIdle).toBe(false)
    hook.isHanging = false
    await office.clock.advanceBy(60_000)
    await idle
  })

  test('does not wait for what is due later', async ({ office }) => {
    office.channel('hook').answer = () => DOWN
    await office.put('hook.1')
    await office.dispatcher.idle()
    expect(office.record('hook.1').state).toBe('pending')
  })

  test('looks again when something came between two questions', async ({ office }) => {
    const { store } = office
    office.channel('hook')
    const nextDueAtMs = store.nextDueAtMs.bind(store)
    store.nextDueAtMs = async () => {
      store.nextDueAtMs = nextDueAtMs
      await store.add([anEntry('hook.1')])
      return await nextDueAtMs()
    }
    office.dispatcher.wake()
    await office.clock.advanceBy(OUTBOX_LIMITS.recheckMs)
    expect(office.record('hook.1').state).toBe('delivered')
  })
})

describe('a stop', () => {
  test('breaks off what is in hand; it is sent after the next start, at no cost', async ({
    office,
  }) => {
    const hook = office.channel('hook')
    hook.isHanging = true
    hook.isObedient = false
    await office.put('hook.1')
    await office.dispatcher.stop()
    expect(office.record('hook.1')).toMatchObject({
      state: 'pending',
      attempts: 0,
      lastReason: 'cancelled',
      nextAttemptAtMs: START_MS,
    })
    hook.isHanging = false
    await office.restart()
    expect(office.record('hook.1')).toMatchObject({ state: 'delivered', attempts: 1 })
  })

  test('does not wait for a database that refuses', async ({ office }) => {
    office.channel('hook').isHanging = true
    await office.put('hook.1')
    office.store.refuse(true)
    await office.dispatcher.stop()
    expect(office.record('hook.1').leasedUntilMs).not.toBeNull()
  })

  test('ends a settling that is being tried again', async ({ office }) => {
    const hook = office.channel('hook')
    hook.answer = () => {
      office.store.refuse(true)
      return DELIVERED
    }
    await office.put('hook.1')
    await office.clock.advanceBy(1_500)
    await office.dispatcher.stop()
  })

  test('does not begin what it has just claimed', async ({ office }) => {
    const hook = office.channel('hook')
    hook.isHanging = true
    hook.isObedient = false
    const { store } = office
    const claim = store.claim.bind(store)
    let stopped: Promise<void> | undefined
    store.claim = async (request) => {
      stopped ??= office.dispatcher.stop()
      return await claim(request)
    }
    await office.put('hook.1')
    await stopped
    expect(office.record('hook.1')).toMatchObject({ attempts: 0, lastReason: 'cancelled' })
  })

  test('starting twice is starting once', async ({ office }) => {
    office.dispatcher.start()
    office.channel('hook')
    await office.put('hook.1')
    expect(office.settled).toHaveLength(1)
  })
})

describe('when the database refuses', () => {
  test('what was delivered is settled when it takes writes again, and not sent twice', async ({
    office,
  }) => {
    const hook = office.channel('hook')
    hook.answer = () => {
      office.store.refuse(hook.attempted.length === 1)
      return DELIVERED
    }
    await office.put('hook.1')
    await office.clock.advanceBy(2 * OUTBOX_LIMITS.leaseMs)
    expect(office.settled).toEqual([])
    office.store.refuse(false)
    await office.clock.advanceBy(OUTBOX_LIMITS.storeRetryMs)
    await office.clock.advanceBy(60_000)
    expect(office.record('hook.1').state).toBe('delivered')
    expect(hook.attempted).toEqual(['hook.1'])
  })

  test('claiming goes on by itself', async ({ office }) => {
    office.channel('hook')
    await office.clock.advanceBy(0)
    office.store.refuse(true)
    office.dispatcher.wake()
    await office.clock.advanceBy(5_000)
    office.store.refuse(false)
    await office.store.add([anEntry('hook.1')])
    await office.clock.advanceBy(OUTBOX_LIMITS.storeRetryMs)
    expect(office.record('hook.1').state).toBe('delivered')
  })
})

describe('a defect', () => {
  const failing = (method: 'claim' | 'settle') => {
    const office = new Office()
    office.store[method] = async () => {
      throw new Error('no such table')
    }
    return office
  }

  test.for(['claim', 'settle'] as const)('in %s is reported', async (method) => {
    const office = failing(method)
    office.channel('hook')
    office.dispatcher.start()
    await office.put('hook.1')
    await office.clock.advanceBy(1)
    expect(office.failures).toHaveLength(1)
    await office.dispatcher.stop()
  })

  test('nobody has to listen', async () => {
    const { store, clock } = new Office()
    const dispatcher = new OutboxDispatcher({
      store,
      clock,
      channelOf: () => null,
      onFailure: () => undefined,
    })
    await store.add([anEntry('hook.1')])
    dispatcher.start()
    await dispatcher.idle()
    await dispatcher.stop()
    expect(store.records.get('hook.1')?.state).toBe('dead')
  })
})

describe('facts about channels', () => {
  test('failing for long, working again: each told once', async ({ office }) => {
    const hook = office.channel('hook')
    hook.answer = () => DOWN
    await office.put('hook.1')
    await office.clock.advanceBy(40_000)
    expect(office.facts).toEqual([])
    await office.clock.advanceBy(600_000)
    expect(office.facts).toEqual([
      {
        channelId: 'hook',
        isFailing: true,
        detail: 'no message has been delivered: unreachable, ECONNREFUSED',
      },
    ])
    hook.answer = () => DELIVERED
    await office.clock.advanceBy(3_600_000)
    await office.put('hook.2')
    expect(office.facts.slice(1)).toEqual([
      { channelId: 'hook', isFailing: false, detail: 'delivers' },
    ])
  })

  test.for([
    ['refuses', false],
    ['is silent', true],
  ] as const)(
    'that a channel which %s owes a red message is told within 30 s; the others have it by then',
    async ([, isHanging], { office }) => {
      const sms = office.channel('sms')
      sms.answer = () => DOWN
      sms.isHanging = isHanging
      const hook = office.channel('hook')
      const createdAtMs = office.clock.nowMs()
      await office.store.add(
        ['sms.1', 'hook.1'].map((id) => anEntry(id, { grade: 1, createdAtMs })),
      )
      office.dispatcher.wake()
      await office.clock.advanceBy(0)
      expect(hook.attempted).toEqual(['hook.1'])
      const failing = () => office.facts.filter((fact) => fact.isFailing)
      await office.clock.advanceBy(10_000)
      expect(failing()).toEqual([])
      await office.clock.advanceBy(20_000)
      expect(failing()).toMatchObject([{ channelId: 'sms' }])
    },
  )

  test('a burial is told at once', async ({ office }) => {
    office.channel('hook').answer = () => REFUSED
    await office.put('hook.1')
    expect(office.facts).toMatchObject([
      { isFailing: true, detail: 'a message was given up: client, HTTP 410' },
    ])
  })

  test('a channel that was removed fails nobody any more', async ({ office }) => {
    office.channel('hook').answer = () => REFUSED
    await office.put('hook.1')
    office.channels.delete('hook')
    await office.put('hook.2')
    expect(office.facts).toMatchObject([
      { isFailing: true },
      { isFailing: false, detail: 'switched off or removed' },
    ])
  })

  test('our own stop is no failure of the channel', async ({ office }) => {
    office.channel('hook').isHanging = true
    await office.put('hook.1')
    await office.dispatcher.stop()
    expect(office.facts).toEqual([])
  })
})

test('an attempt costs one; ours cost nothing', () => {
  const record = { ...anEntry('hook.1'), attempts: 2 } as OutboxRecord
  expect(settledRecord(record, DOWN, 5).attempts).toBe(3)
  const cancelled = { outcome: 'retry', reason: 'cancelled', detail: 'x' } as const
  expect(settledRecord(record, cancelled, 5)).toMatchObject({
    attempts: 2,
    nextAttemptAtMs: 5,
    state: 'pending',
  })
})

test('undelivered entries survive any interleaving of failures, crashes and restarts', async () => {
  const step = fc.constantFrom(
    'put',
    'up',
    'down',
    'hang',
    'full',
    'free',
    'crash',
    'restart',
    'wait',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const office = new Office()
      const hook = office.channel('hook')
      const received = new Set<string>()
      let isUp = true
      hook.answer = ({ id }) => {
        if (!isUp) return DOWN
        received.add(id)
        return DELIVERED
      }
      office.dispatcher.start()
      let count = 0
      for (const does of steps) {
        if (does === 'up' || does === 'down') isUp = does === 'up'
        else if (does === 'hang') hook.isHanging = !hook.isHanging
        else if (does === 'full' || does === 'free') office.store.refuse(does === 'full')
        else if (does === 'crash') office.abandon()
        else if (does === 'restart') await office.restart()
        else if (does === 'put') {
          office.store.refuse(false)
          await office.put(`hook.${count}`)
          count += 1
        }
        await office.clock.advanceBy(7_000)
      }
      isUp = true
      hook.isHanging = false
      office.store.refuse(false)
      await office.clock.advanceBy(DAY_MS)
      expect(received.size).toBe(count)
      for (const { state } of office.store.records.values()) expect(state).toBe('delivered')
      await office.dispatcher.stop()
    }),
    { numRuns: 40 },
  )
})
