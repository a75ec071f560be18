import { describe, expect, test } from 'vitest'
import type { Alarm, TimelineEntry } from '../alarms/alarm.ts'
import type { Telling } from '../alarms/alarm-event.ts'
import { updateByCondition } from '../alarms/alarm-update.ts'
import { anSms, aWebhook, PLACE, raised, START_MS } from '../builders.suite.ts'
import type { NotificationChannel } from './notification-channel.ts'
import { CHANNEL_RULE_ID, type Occasion, routeNotifications, testNotifications } from './routing.ts'

const PEOPLE: Telling = { to: 'people', type: 'alarm.raised' }

function anOccasion(
  overrides: Partial<Occasion> & { readonly changes?: Partial<Alarm>; readonly note?: string } = {},
): Occasion {
  const { changes, note, ...rest } = overrides
  const result = updateByCondition(null, raised({ value: 60.2, setpoint: 50, grade: 2 }), {
    place: PLACE,
    unit: '%LEL',
  })
  if (!result.ok) throw new Error(result.refusal)
  const entry = result.step.told[0]?.entry as TimelineEntry
  const alarm = { ...result.step.alarm, ...changes }
  return { alarm, entry: { ...entry, note: note ?? null }, telling: PEOPLE, place: PLACE, ...rest }
}

function toldChannels(occasion: Occasion, channels: readonly NotificationChannel[]) {
  return routeNotifications(occasion, channels).map(({ channelId }) => channelId)
}

describe('who is told', () => {
  test.for([
    ['people: SMS and webhooks', {}, ['hook', 'sms']],
    ['machines: webhooks only', { telling: { to: 'machines', type: 'alarm.returned' } }, ['hook']],
    ['nobody', { telling: { to: 'nobody' } }, []],
    ['of a milder grade than the channel asks for', { changes: { grade: 4 } }, ['hook']],
    [
      'that an SMS gateway is broken: the others',
      { changes: { ruleId: CHANNEL_RULE_ID, point: 'sms' } },
      ['hook'],
    ],
    [
      'that the webhook is broken: the others',
      { changes: { ruleId: CHANNEL_RULE_ID, point: 'hook' } },
      ['sms'],
    ],
  ] as const)('%s', ([, overrides, channels]) => {
    const occasion = anOccasion(overrides as Parameters<typeof anOccasion>[0])
    expect(toldChannels(occasion, [aWebhook(), anSms()])).toEqual(channels)
  })

  test.for([
    [null, true],
    ['works-1', true],
    ['town-1', true],
    ['district', true],
    ['town-2', false],
  ] as const)('a channel of %s: %s', ([organizationId, isTold]) => {
    expect(toldChannels(anOccasion(), [aWebhook({ organizationId })])).toEqual(
      isTold ? ['hook'] : [],
    )
  })

  test('of a device that is gone, its own organization still is', () => {
    const occasion = anOccasion({ place: null })
    const own = aWebhook({ organizationId: 'works-1' })
    const above = aWebhook({ organizationId: 'town-1' })
    expect(toldChannels(occasion, [own, above])).toEqual(['hook'])
  })

  test('a channel that is switched off is not told', () => {
    expect(toldChannels(anOccasion(), [aWebhook({ enabled: false })])).toEqual([])
  })
})

describe('what lies in the outbox', () => {
  test('a webhook: the alarm of the contract with names and what happened', () => {
    const occasion = anOccasion({ note: '试验' })
    const [entry] = routeNotifications(occasion, [aWebhook()])
    expect(entry).toMatchObject({
      id: expect.stringMatching(/^msg_[0-9a-f]{32}$/),
      channelId: 'hook',
      type: 'alarm.raised',
      alarmId: occasion.alarm.id,
      grade: 2,
      createdAtMs: START_MS,
      payload: {
        type: 'alarm.raised',
        timestamp: '2026-11-23T08:00:00.000Z',
        data: {
          id: occasion.alarm.id,
          grade: 2,
          state: 'unacknowledged',
          deviceName: '1号探头',
          siteName: '储罐区',
          organizationName: '东园化工',
          territory: ['台商区', '东园镇'],
          value: 60.2,
          setpoint: 50,
          unit: '%LEL',
          raisedAt: '2026-11-23T08:00:00.000Z',
          acknowledgedAt: null,
          drill: false,
          revision: 1,
          event: { sequence: 1, kind: 'raised', actor: 'system', note: '试验' },
        },
      },
    })
  })

  test('a device that is gone has its id for a name', () => {
    const [entry] = routeNotifications(anOccasion({ place: null }), [aWebhook()])
    expect(entry?.payload).toMatchObject({
      data: { deviceName: 'GD-01', siteName: '', organizationName: '', territory: [] },
    })
  })

  test('an SMS for each phone number, each once', () => {
    const config = { ...anSms().config, phones: ['13800000001', '13800000002', '13800000001'] }
    const entries = routeNotifications(anOccasion(), [anSms({ config } as never)])
    expect(entries.map(({ payload }) => (payload as { phone: string }).phone)).toEqual([
      '13800000001',
      '13800000002',
    ])
    expect(new Set(entries.map(({ id }) => id)).size).toBe(2)
    expect(entries[0]?.payload).toMatchObject({
      text: '【安哨】橙色报警：东园化工 储罐区 1号探头，gas · first，60.2 %LEL（设定值 50 %LEL），11-23 16:00:00',
      values: {
        place: '东园化工 储罐区',
        grade: '橙色',
        time: '11-23 16:00:00',
        phone: '13800000001',
      },
    })
  })

  test('ids are the same when it is decided again, and differ by entry and channel', () => {
    const occasion = anOccasion()
    const idsOf = (one: Occasion) =>
      routeNotifications(one, [aWebhook(), aWebhook({ id: 'other' })]).map(({ id }) => id)
    expect(idsOf(occasion)).toEqual(idsOf(anOccasion()))
    const later = { ...occasion, entry: { ...occasion.entry, sequence: 2 } }
    expect(new Set([...idsOf(occasion), ...idsOf(later)]).size).toBe(4)
  })
})

describe('a test message', () => {
  test('goes to one channel, also one that is switched off', () => {
    const about = { nonce: 'n1', nowMs: START_MS }
    expect(testNotifications(aWebhook({ enabled: false }), about)).toMatchObject([
      {
        type: 'test',
        alarmId: null,
        payload: { type: 'test', timestamp: '2026-11-23T08:00:00.000Z' },
      },
    ])
    const [zh] = testNotifications(anSms(), about)
    expect(zh?.payload).toMatchObject({
      text: '【安哨】测试短信，无需处理。11-23 16:00:00',
      values: { kind: '测试短信' },
    })
    const english = anSms({ config: { ...anSms().config, language: 'en' } } as never)
    const [en] = testNotifications(english, about)
    expect(en?.payload).toMatchObject({
      text: 'Vigil: test message, nothing to do. 11-23 16:00:00',
    })
    expect(en?.id).toBe(zh?.id)
    expect(testNotifications(anSms(), { nonce: 'n2', nowMs: START_MS })[0]?.id).not.toBe(zh?.id)
  })
})
