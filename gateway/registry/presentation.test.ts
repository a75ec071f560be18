import { describe, expect } from 'vitest'
import type { OutboxRecord } from '#alerting/notification/outbox.ts'
import * as contract from '../contract.ts'
import { aMessage, anAlarm, anEntry, START_MS } from '../database/builders.suite.ts'
import {
  presentAlarm,
  presentDevice,
  presentNotification,
  presentOrganization,
  presentProfile,
  presentRejectedMessage,
  presentRule,
  presentSite,
  presentTimelineEntry,
} from './presentation.ts'
import { aRule, PROFILES, test } from './registry.suite.ts'
import type { ChannelRow } from './types.ts'

const START = '2026-11-23T08:00:00.000Z'
const own = { id: 'a', deviceId: 'gas-1', siteId: 'site-1', organizationId: 'plant-1' }

const sms: ChannelRow = {
  id: 'sms-1',
  kind: 'sms',
  name: '短信',
  enabled: true,
  gradeMax: 3,
  organizationId: null,
  config: { phones: ['13800000000', '13900000000'], url: 'https://sms.example.com' },
  createdAtMs: START_MS,
}
const webhook: ChannelRow = {
  ...sms,
  kind: 'webhook',
  config: { url: 'https://user:pass@example.com:8443/hook?token=s3cret' },
}

function aRecord(payload: unknown, overrides: Partial<OutboxRecord> = {}): OutboxRecord {
  return {
    ...aMessage('msg_1', { payload }),
    state: 'pending',
    attempts: 2,
    nextAttemptAtMs: START_MS + 5_000,
    leasedUntilMs: null,
    lastReason: 'timeout',
    lastDetail: 'no answer in 15 s',
    settledAtMs: null,
    ...overrides,
  }
}

describe('presentation', () => {
  test('an alarm carries the names of its place', ({ district }) => {
    const shown = presentAlarm(anAlarm({ ...own, acknowledgedAtMs: START_MS }), district, {
      incidentId: 'inc_1',
      ordinal: 2,
    })
    expect(contract.alarm.strict().parse(shown)).toMatchObject({
      deviceName: '探头 1',
      siteName: '罐区 1',
      organizationName: '一号化工',
      territory: ['台商投资区', '东园镇'],
      raisedAt: START,
      acknowledgedAt: START,
      returnedAt: null,
      incident: { id: 'inc_1', ordinal: 2 },
    })
  })

  test('an alarm of what was removed stays readable by the ids', ({ registry }) => {
    const shown = presentAlarm(anAlarm(own), registry, null)
    expect(shown).toMatchObject({ deviceName: 'gas-1', siteName: 'site-1', territory: [] })
  })

  test('everything else fits the contract', ({ district }) => {
    const [organization] = district.listOrganizations({ organizationIds: null, limit: 1 }).items
    const site = district.site('site-1')
    const device = district.device('gas-1')
    if (organization === undefined || site === null || device === null) throw new Error('missing')
    const presence = {
      status: 'online',
      lastSeenAtMs: START_MS,
      connected: true,
      rejectedMessages: 2,
    } as const
    contract.organization.strict().parse(presentOrganization(organization))
    contract.site.strict().parse(presentSite(site))
    const shown = contract.device.strict().parse(presentDevice(device, presence, district))
    expect(shown).toMatchObject({ organizationId: 'plant-1', lastSeenAt: START, connected: true })
    for (const profile of PROFILES) contract.profile.strict().parse(presentProfile(profile))
    contract.timelineEntry.strict().parse(presentTimelineEntry(anEntry('a', { note: '看' })))
    contract.rule.parse(
      presentRule({
        rule: { ...aRule(), version: 3 },
        builtIn: true,
        safety: false,
        updatedAtMs: START_MS,
        updatedBy: 'lin',
        reason: '',
        origin: 'edited',
        approvedBy: null,
        lookBack: null,
      }),
    )
    const rejected = presentRejectedMessage({
      id: 1,
      deviceId: 'gas-1',
      receivedAtMs: START_MS,
      topic: 't',
      reason: 'malformed_json',
      detail: '',
      payload: new Uint8Array([0xff, 0x00]),
      payloadBytes: 2,
    })
    expect(contract.rejectedMessage.strict().parse(rejected).payload).toBe('/wA=')
  })

  const alarm = { title: { zh: '可燃气体一级报警', en: 'x' }, deviceName: '探头 1' }
  //  payload                                    channel   summary
  test.for<readonly [unknown, ChannelRow | null, string]>([
    [{ text: '【安哨】报警' }, sms, '13800000000, 13900000000: 【安哨】报警'],
    [{ text: '报警', phone: '13800000000' }, sms, '13800000000: 报警'],
    [
      { type: 'alarm.raised', data: alarm },
      webhook,
      'example.com:8443: alarm.raised · 可燃气体一级报警 · 探头 1',
    ],
    [{ type: 'alarm.raised', data: alarm }, null, 'alarm.raised · 可燃气体一级报警 · 探头 1'],
    [null, webhook, 'example.com:8443: alarm.raised'],
    ['?', null, 'alarm.raised'],
  ])('sums up %j', ([payload, channel, summary]) => {
    const shown = contract.notification
      .strict()
      .parse(presentNotification(aRecord(payload), channel))
    expect(shown.summary).toBe(summary)
    expect(JSON.stringify(shown)).not.toContain('s3cret')
  })

  test('a message has a next attempt only while it waits', () => {
    const waiting = presentNotification(aRecord(null), sms)
    expect(waiting).toMatchObject({
      channelName: '短信',
      nextAttemptAt: '2026-11-23T08:00:05.000Z',
    })
    const dead = aRecord(null, { state: 'dead', settledAtMs: START_MS })
    expect(presentNotification(dead, null)).toMatchObject({
      channelName: 'sms-1',
      nextAttemptAt: null,
      settledAt: START,
    })
  })
})
