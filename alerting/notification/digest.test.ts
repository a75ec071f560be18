import { describe, expect, test } from 'vitest'
import type { AlarmId } from '../alarms/alarm.ts'
import { anSms, aWebhook } from '../builders.suite.ts'
import type { Grade } from '../rules/alarm-rule.ts'
import { SimulatedClock } from '../simulated-clock.ts'
import { digestOf, holdBack } from './digest.ts'
import { DigestKeeper, type DigestStore } from './digest-keeper.ts'
import type { SmsPayload } from './messages-to.ts'
import type { OutboxEntry } from './outbox.ts'

const PERIOD_MS = 60_000
const START_MS = 100 * PERIOD_MS
const SMS = anSms()
const WEBHOOK = aWebhook()
const QUIET = { startsAbove: 10, floodOf: () => ({ recent: 0, sinceMs: null }) }
const FLOODED = { startsAbove: 10, floodOf: () => ({ recent: 20, sinceMs: START_MS }) }

function message(index: number, more: Partial<OutboxEntry> = {}): OutboxEntry {
  const values = {
    place: '潮信化工 一号厂区',
    device: `探头 ${index}`,
    kind: '可燃气体泄漏',
    value: '30 %LEL',
    setpoint: '25 %LEL',
    grade: '黄色',
    time: '11-23 16:00:00',
    phone: '138',
    text: `m${index}`,
  }
  const payload: SmsPayload = { phone: '138', text: values.text, values }
  return {
    id: `msg_${index}`,
    channelId: SMS.id,
    type: 'alarm.raised',
    alarmId: `alm_${index}` as AlarmId,
    grade: 3,
    payload,
    createdAtMs: START_MS + index,
    ...more,
  }
}

const many = (count: number) => Array.from({ length: count }, (_, index) => message(index))
const channels = [SMS, WEBHOOK]

describe('holdBack', () => {
  const held = (entries: readonly OutboxEntry[], flooding: typeof QUIET | typeof FLOODED) =>
    holdBack(entries, { channels, flooding, untilMs: 1 }).filter((one) => one.notBeforeMs === 1)

  test('lets everything go while there is no flood', () => {
    expect(held(many(10), QUIET)).toEqual([])
  })

  test('begins within the commit that makes the flood', () => {
    expect(held(many(13), QUIET).map(({ id }) => id)).toEqual(['msg_10', 'msg_11', 'msg_12'])
  })

  test('holds messages to people in a flood, but red ones and those to machines never', () => {
    const entries = [message(1), message(2, { grade: 1 }), message(3, { channelId: WEBHOOK.id })]
    expect(held(entries, FLOODED).map(({ id }) => id)).toEqual(['msg_1'])
  })

  test('leaves nothing out and changes nothing else', () => {
    const entries = many(30)
    const after = holdBack(entries, { channels, flooding: FLOODED, untilMs: 1 })
    expect(after.map(({ notBeforeMs: _, ...rest }) => rest)).toEqual(entries)
  })
})

describe('digestOf', () => {
  test('says how many of which grade, and what came first', () => {
    const grades: readonly Grade[] = [3, 2, 3]
    const digest = digestOf(
      grades.map((grade, index) => message(index, { grade })),
      'zh',
    )
    const { text, phone } = digest.payload as SmsPayload
    expect(text).toContain('3 条新报警（橙色 1，黄色 2）')
    expect(text).toContain('首发：潮信化工 一号厂区 探头 0，可燃气体泄漏')
    expect([digest.grade, digest.alarmId, phone]).toEqual([2, 'alm_0', '138'])
  })

  test('is the same message when it is made again', () => {
    expect(digestOf(many(3), 'en').id).toBe(digestOf(many(3).reverse(), 'en').id)
  })
})

class FakeDigestStore implements DigestStore {
  readonly waiting: OutboxEntry[] = []
  readonly sent: OutboxEntry[] = []

  async held(untilMs: number): Promise<readonly OutboxEntry[]> {
    await Promise.resolve()
    return this.waiting.filter(({ notBeforeMs = 0 }) => notBeforeMs <= untilMs)
  }

  async replace(ids: readonly string[], digest: OutboxEntry): Promise<void> {
    await Promise.resolve()
    const left = this.waiting.filter(({ id }) => !ids.includes(id))
    this.waiting.splice(0, this.waiting.length, ...left)
    this.sent.push(digest)
  }
}

describe('DigestKeeper', () => {
  const settled = () => new Promise((resolve) => setImmediate(resolve))

  function aKeeper(store = new FakeDigestStore()) {
    const clock = new SimulatedClock(START_MS + 1)
    const keeper = new DigestKeeper({
      clock,
      store,
      channels: () => channels,
      periodMs: PERIOD_MS,
      onDigest: () => undefined,
      onFailure: (error) => {
        throw error
      },
    })
    keeper.start(FLOODED)
    return { clock, keeper, store }
  }

  test('makes one digest a number at the end of the period', async () => {
    const { clock, keeper, store } = aKeeper()
    store.waiting.push(...keeper.holdBack(many(40)))
    await clock.advanceBy(PERIOD_MS - 2)
    await settled()
    expect(store.sent).toEqual([])
    await clock.advanceBy(1)
    await settled()
    expect(store.waiting).toEqual([])
    expect(store.sent.map(({ payload }) => (payload as SmsPayload).text)).toEqual([
      expect.stringContaining('40'),
    ])
    await keeper.stop()
    expect(clock.waiting).toBe(0)
  })

  test('leaves one message alone as it is: it goes out by itself soon after', async () => {
    const { clock, keeper, store } = aKeeper()
    store.waiting.push(...keeper.holdBack(many(1)))
    await clock.advanceBy(PERIOD_MS)
    await settled()
    expect(store.sent).toEqual([])
    expect(store.waiting[0]?.notBeforeMs).toBe(START_MS + PERIOD_MS + 5_000)
    await keeper.stop()
  })

  test('after a restart makes the digest of what was held before', async () => {
    const store = new FakeDigestStore()
    store.waiting.push(...many(3).map((entry) => ({ ...entry, notBeforeMs: START_MS + 5_000 })))
    const { clock, keeper } = aKeeper(store)
    await clock.advanceBy(PERIOD_MS)
    await settled()
    expect(store.sent).toHaveLength(1)
    await keeper.stop()
  })
})
