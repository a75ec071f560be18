import { describe, expect } from 'vitest'
import { OUTBOX_LIMITS } from '#config/limits.ts'
import { type ChannelDraft, channelDraft } from '../contract.ts'
import { ChannelBook } from './channels.ts'
import { presentChannel } from './presentation.ts'
import { test as registryTest } from './registry.suite.ts'

const test = registryTest.extend<{ readonly channels: ChannelBook }>({
  channels: async ({ database, clock, district }, use) => {
    const organizationExists = (id: string) => district.organization(id) !== null
    const channels = new ChannelBook({ database, clock, organizationExists })
    await channels.start()
    await use(channels)
  },
})

function aWebhook(overrides: Record<string, unknown> = {}): ChannelDraft {
  const draft = { kind: 'webhook', name: '值班', config: { url: 'https://example.com/hook' } }
  return channelDraft.parse({ ...draft, ...overrides })
}

function anSms(overrides: Record<string, unknown> = {}): ChannelDraft {
  return channelDraft.parse({
    kind: 'sms',
    name: '短信',
    config: {
      url: 'https://sms.example.com/send?appKey=k-123&region=fj',
      headers: { authorization: 'Bearer s3cret', 'content-type': 'application/json' },
      phones: ['13800000000'],
    },
    ...overrides,
  })
}

describe('ChannelBook', () => {
  test('makes a webhook’s secret when there is none, and tells it this once', async ({
    channels,
  }) => {
    const { channel, secret } = await channels.create(aWebhook())
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(channel.config.secret).toBe(secret)
    expect(JSON.stringify(presentChannel(channel))).not.toContain('whsec_')
    const own = `whsec_${'A'.repeat(44)}`
    const given = aWebhook({ config: { url: 'https://example.com/hook', secret: own } })
    expect((await channels.create(given)).secret).toBeNull()
  })

  test('shows no secret of an SMS gateway', async ({ channels }) => {
    const { channel, secret } = await channels.create(anSms())
    expect(secret).toBeNull()
    expect(presentChannel(channel)).toMatchObject({
      kind: 'sms',
      enabled: true,
      gradeMax: 3,
      config: {
        url: 'https://sms.example.com/send?appKey=***&region=fj',
        headers: { authorization: '***', 'content-type': '***' },
        phones: ['13800000000'],
      },
    })
  })

  test('what is sent back as it was shown keeps its secret', async ({ channels }) => {
    const { channel } = await channels.create(anSms())
    const shown = presentChannel(channel).config
    const patched = await channels.patch(channel.id, {
      name: '新名字',
      config: { ...shown, phones: ['13900000000'] },
    })
    expect(patched).toEqual({
      ...channel,
      name: '新名字',
      config: { ...channel.config, phones: ['13900000000'] },
    })
    const renewed = await channels.patch(channel.id, {
      config: { headers: { authorization: '***', 'x-new': 'plain' } },
    })
    expect(renewed.config.headers).toEqual({ authorization: 'Bearer s3cret', 'x-new': 'plain' })
  })

  test('a webhook keeps its secret through a patch, and can be given another', async ({
    channels,
  }) => {
    const { channel, secret } = await channels.create(aWebhook())
    const moved = await channels.patch(channel.id, { config: { url: 'https://example.com/new' } })
    expect(moved.config).toEqual({ url: 'https://example.com/new', secret })
    const own = `whsec_${'B'.repeat(44)}`
    expect((await channels.patch(channel.id, { config: { secret: own } })).config.secret).toBe(own)
  })

  test('refuses a patch that leaves no channel that works', async ({ channels }) => {
    const { channel } = await channels.create(anSms())
    const patch = channels.patch(channel.id, { config: { phones: [] } })
    await expect(patch).rejects.toMatchObject({
      code: 'invalid_request',
      details: { issues: [{ path: 'config.phones' }] },
    })
    expect(channels.channel(channel.id)).toEqual(channel)
  })

  test('survives a restart', async ({ channels, database, clock }) => {
    await channels.create(anSms({ organizationId: 'town-1', gradeMax: 2, enabled: false }))
    await clock.advanceBy(1)
    await channels.create(aWebhook())
    const again = new ChannelBook({ database, clock, organizationExists: () => true })
    await again.start()
    expect(again.all()).toEqual(channels.all())
  })

  test('gives alerting what it routes by, as it is now', async ({ channels }) => {
    const told: string[] = []
    channels.onChange((id) => told.push(id))
    const { channel } = await channels.create(anSms({ id: 'sms', organizationId: 'town-1' }))
    expect(channels.notificationChannels()).toEqual([
      {
        id: 'sms',
        kind: 'sms',
        enabled: true,
        gradeMax: 3,
        organizationId: 'town-1',
        config: channel.config,
      },
    ])
    await channels.patch('sms', { enabled: false })
    expect(channels.notificationChannel('sms')?.enabled).toBe(false)
    await channels.remove('sms')
    expect(channels.notificationChannels()).toEqual([])
    expect(channels.channel('sms')).toBeNull()
    expect(told).toEqual(['sms', 'sms', 'sms'])
  })

  test('lists those of what may be seen', async ({ channels }) => {
    await channels.create(anSms({ id: 'everywhere' }))
    await channels.create(anSms({ id: 'town', organizationId: 'town-1' }))
    const list = (organizationIds: ReadonlySet<string> | null) =>
      channels.list({ organizationIds, limit: 9 }).items.map((channel) => channel.id)
    expect(list(null)).toEqual(['everywhere', 'town'])
    expect(list(new Set(['town-1']))).toEqual(['town'])
    expect(list(new Set(['town-2']))).toEqual([])
  })

  test('refuses a taken id, an unknown organization, and more than are told', async ({
    channels,
  }) => {
    await channels.create(aWebhook({ id: 'hook' }))
    const refused = (draft: ChannelDraft, code: string) =>
      expect(channels.create(draft)).rejects.toMatchObject({ code })
    await refused(aWebhook({ id: 'hook' }), 'already_exists')
    await refused(aWebhook({ organizationId: 'nowhere' }), 'organization_unknown')
    await expect(channels.remove('nothing')).rejects.toMatchObject({ code: 'not_found' })
    for (let count = 1; count < OUTBOX_LIMITS.channelsMax; count += 1) {
      await channels.create(aWebhook())
    }
    await refused(aWebhook(), 'too_many')
  })
})
