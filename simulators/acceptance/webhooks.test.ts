import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OUTBOX_LIMITS } from '#config/limits.ts'
import type { AlarmDto, Channel, NotificationDto } from '#gateway/contract.ts'
import { ApiClient } from '../api-client.ts'
import { WebhookReceiver } from '../receivers/webhook-receiver.ts'
import { startGateway, type TestDevice, type TestGateway } from './app-harness.ts'
import { clockAheadBy } from './shifted-clock.ts'

/**
 * Row 44 of the fault matrix: receivers that fail in every way. Each message comes in the end, under one id with one body,
 * and a bad receiver delays no other.
 */
const SECRET = `whsec_${Buffer.alloc(32, 3).toString('base64')}`

describe('webhooks to receivers of every kind', () => {
  let gateway: TestGateway
  let detector: TestDevice
  const receivers: WebhookReceiver[] = []

  const aReceiver = async (answers: string) => {
    const receiver = new WebhookReceiver({ secret: SECRET, answers })
    await receiver.start()
    receivers.push(receiver)
    const { id } = await gateway.addWebhookChannel(receiver.url, SECRET)
    return { receiver, channelId: id }
  }
  const publish = (lel: number) =>
    new ApiClient(gateway.httpUrl, { authorization: `Bearer ${detector.token}` }).post(
      `/devices/${detector.id}/readings`,
      { values: { lel } },
    )
  const listed = (channelId: string) =>
    gateway.api.list<NotificationDto>(`/notifications?channelId=${channelId}`)
  const removeChannel = (channelId: string) => gateway.api.delete(`/channels/${channelId}`)

  beforeAll(async () => {
    gateway = await startGateway()
    const { site } = await gateway.addSite()
    const profileId = 'gas-combustible'
    detector = await gateway.addDevice({ id: 'gas-1', profileId, siteId: site.id })
  })
  afterAll(async () => {
    await gateway?.close()
    for (const receiver of receivers) await receiver.stop()
  })

  test('a message is signed, and tells the alarm', async () => {
    const { receiver, channelId } = await aReceiver('')
    await publish(30)
    await expect.poll(() => receiver.ledger().length).toBe(1)
    const [entry] = receiver.ledger()
    expect(entry).toMatchObject({
      type: 'alarm.raised',
      data: { deviceId: 'gas-1', grade: 3, state: 'unacknowledged', value: 30 },
      delivered: true,
    })
    expect(entry?.id).toMatch(/^msg_/)
    await removeChannel(channelId)
  })

  test('a receiver that hangs delays no other', async () => {
    const hanging = await aReceiver('hang*50')
    const healthy = await aReceiver('')
    const publishedAtMs = Date.now()
    await publish(60)
    await expect.poll(() => healthy.receiver.ledger().length).toBe(1)
    const deliveredAtMs = healthy.receiver.ledger()[0]?.attempts[0]?.atMs ?? Number.NaN
    // Had it waited for the one that hangs, it would have waited as long as an attempt may take.
    expect(deliveredAtMs - publishedAtMs).toBeLessThan(OUTBOX_LIMITS.attemptDurationMsMax)
    await removeChannel(hanging.channelId)
    await removeChannel(healthy.channelId)
  })

  test('after a failure of any kind it comes, with one id and one body', async () => {
    const failures = ['500', '503', 'reset', 'half', '429:7', '429date:7']
    const channels = await Promise.all(failures.map(aReceiver))
    for (const { channelId } of channels) await gateway.api.post(`/channels/${channelId}/test`)
    for (const [index, { receiver, channelId }] of channels.entries()) {
      const failure = failures[index] ?? ''
      await expect
        .poll(() => receiver.ledger()[0]?.delivered ?? false, { timeout: 30_000, interval: 200 })
        .toBe(true)
      const [entry, ...others] = receiver.ledger()
      expect(others).toEqual([])
      const [first, second] = entry?.attempts ?? []
      expect(entry?.attempts).toHaveLength(2)
      expect([first?.verified, second?.verified]).toEqual([true, true])
      expect(second?.body).toBe(first?.body)
      const waitedMs = (second?.atMs ?? 0) - (first?.atMs ?? 0)
      expect(waitedMs, failure).toBeGreaterThanOrEqual(failure.startsWith('429') ? 6_000 : 1_000)
      await expect.poll(async () => (await listed(channelId))[0]?.state).toBe('delivered')
      await removeChannel(channelId)
    }
  })

  test('410 Gone switches the channel off and says so; switched on again, the dead letter can be sent', async () => {
    const { receiver, channelId } = await aReceiver('410')
    await gateway.api.post(`/channels/${channelId}/test`)
    await expect.poll(async () => (await listed(channelId))[0]?.state).toBe('dead')
    const [dead] = await listed(channelId)
    expect(dead).toMatchObject({ attempts: 1, lastReason: 'client' })
    const isEnabled = async () => (await gateway.api.get<Channel>(`/channels/${channelId}`)).enabled
    await expect.poll(isEnabled).toBe(false)
    const failing = async () => {
      const alarms = await gateway.api.list<AlarmDto>('/alarms?deviceId=gateway&state=open')
      return alarms.filter(
        ({ ruleId, point }) => ruleId.endsWith('-failing') && point === channelId,
      )
    }
    await expect.poll(async () => (await failing()).length).toBe(1)
    await publish(60)
    await gateway.api.patch(`/channels/${channelId}`, { enabled: true })
    await gateway.api.post(`/notifications/${dead?.id}/send-again`)
    await expect.poll(() => receiver.ledger()[0]?.delivered).toBe(true)
    expect(receiver.ledger()).toHaveLength(1)
    await removeChannel(channelId)
  })

  test('retries go on after a kill, with the same id and a signature of their own time', async () => {
    const { receiver, channelId } = await aReceiver('500')
    await gateway.api.post(`/channels/${channelId}/test`)
    await expect.poll(() => receiver.ledger()[0]?.attempts.length).toBe(1)
    await gateway.kill()
    // Meanwhile the machine's clock was set: receivers allow five minutes.
    gateway.start(clockAheadBy(4 * 60_000))
    await gateway.ready()
    // What became overdue in those minutes is told as well.
    const tests = () => receiver.ledger().filter(({ type }) => type === 'test')
    await expect
      .poll(() => tests()[0]?.delivered ?? false, { timeout: 40_000, interval: 200 })
      .toBe(true)
    const [entry, ...others] = tests()
    expect(others).toEqual([])
    const attempts = entry?.attempts ?? []
    expect(attempts.map(({ verified }) => verified)).toEqual([true, true])
    expect(new Set(attempts.map(({ body }) => body)).size).toBe(1)
    const [before, after] = attempts.map(({ timestampHeader }) => Number(timestampHeader))
    expect((after ?? 0) - (before ?? 0)).toBeGreaterThanOrEqual(4 * 60)
    await removeChannel(channelId)
  })

  test('a redirect is not followed', async () => {
    const trap = await aReceiver('')
    const { receiver, channelId } = await aReceiver(`redirect:${trap.receiver.url}`)
    await gateway.api.post(`/channels/${channelId}/test`)
    await expect.poll(() => receiver.ledger().length).toBe(1)
    await expect.poll(async () => (await listed(channelId))[0]?.attempts).toBeGreaterThan(0)
    expect(trap.receiver.ledger()).toEqual([])
    await removeChannel(channelId)
    await removeChannel(trap.channelId)
  })

  test('an answer without end is cut off', async () => {
    const { receiver, channelId } = await aReceiver('endless')
    await gateway.api.post(`/channels/${channelId}/test`)
    await expect.poll(() => receiver.ledger().length).toBe(1)
    await expect
      .poll(async () => (await listed(channelId))[0]?.attempts, { timeout: 20_000 })
      .toBeGreaterThan(0)
    await removeChannel(channelId)
  })
})
