import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Channel, NotificationDto } from '#gateway/contract.ts'
import { RobotReceiver, type RobotReceiverKind } from '../receivers/robot-receiver.ts'
import { startGateway, type TestDevice, type TestGateway } from './app-harness.ts'
import { send } from './device-client.ts'

const ALARMS = 60
const label = (name: string) => ({ zh: name, en: name })
/** Twelve are red, in between the others. */
const isRed = (index: number) => index % 5 === 2
const KINDS: readonly RobotReceiverKind[] = ['dingtalk', 'wecom', 'feishu']

/** Check 9 of alarm management. */
describe('robots of chat groups', () => {
  let gateway: TestGateway
  const devices: TestDevice[] = []
  const robots = KINDS.map((kind) => ({
    kind,
    receiver: new RobotReceiver({ kind, secret: 'SECdemo' }),
  }))

  const addRobot = async (kind: RobotReceiverKind, url: string, secret: string | null) =>
    await gateway.api.post<Channel>('/channels', {
      kind,
      name: kind,
      config: { url, mentionAll: true, ...(kind === 'wecom' ? {} : { secret }) },
    })
  const listed = (channelId: string) =>
    gateway.api.list<NotificationDto>(`/notifications?channelId=${channelId}`)
  const level = (index: number) => (isRed(index) ? 95 : 80)

  beforeAll(async () => {
    for (const { receiver } of robots) await receiver.start()
    gateway = await startGateway()
    const { site } = await gateway.addSite()
    await gateway.api.post('/rules', {
      id: 'check-level',
      name: label('液位'),
      profileIds: ['tank'],
      point: 'level',
      condition: {
        kind: 'limit',
        direction: 'high',
        deadband: 1,
        setpoints: [
          { setpoint: 75, grade: 3, label: label('high') },
          { setpoint: 92, grade: 1, label: label('highest') },
        ],
      },
      reason: 'check 9',
    })
    for (let index = 0; index < ALARMS; index += 1) {
      const number = String(index).padStart(2, '0')
      devices.push(
        await gateway.addDevice({ id: `tank-${number}-`, profileId: 'tank', siteId: site.id }),
      )
    }
  })
  afterAll(async () => {
    await gateway?.close()
    for (const { receiver } of robots) await receiver.stop()
  })

  test('a test message arrives, and no answer shows the key of the robot', async () => {
    for (const { kind, receiver } of robots) {
      const channel = await addRobot(kind, receiver.url, 'SECdemo')
      expect(JSON.stringify(channel)).not.toMatch(/demo-token|demo-key|demo-hook|SECdemo/)
      await gateway.api.post(`/channels/${channel.id}/test`)
      await expect.poll(() => receiver.messages.length).toBe(1)
      expect(receiver.messages[0]?.text).toContain('测试消息')
    }
  })

  test('a wrong secret is a failure that says why, whatever the status', async () => {
    const [dingtalk] = robots
    if (dingtalk === undefined) throw new Error('there is no robot')
    const channel = await addRobot('dingtalk', dingtalk.receiver.url, 'SECother')
    await gateway.api.post(`/channels/${channel.id}/test`)
    await expect.poll(async () => (await listed(channel.id))[0]?.lastReason).toBe('auth')
    expect((await listed(channel.id))[0]?.state).toBe('pending')
    await gateway.api.delete(`/channels/${channel.id}`)
  })

  test('9: sixty alarms in a minute are at most twenty messages, with every red one named, also over a kill', async () => {
    for (const [index, device] of devices.slice(0, 30).entries()) {
      await send(gateway, device, [{ values: { level: level(index) } }])
    }
    await expect.poll(() => robots.every(({ receiver }) => receiver.messages.length > 2)).toBe(true)
    await gateway.kill()
    gateway.start()
    await gateway.ready()
    for (const [index, device] of devices.entries()) {
      if (index < 30) continue
      await send(gateway, device, [{ values: { level: level(index) } }])
    }
    const red = devices.filter((_, index) => isRed(index)).map(({ id }) => id)
    for (const { receiver } of robots) {
      await expect
        .poll(() => red.filter((id) => !receiver.messages.some(({ text }) => text.includes(id))), {
          timeout: 60_000,
          interval: 250,
        })
        .toEqual([])
    }
    const channels = await gateway.api.list<Channel>('/channels')
    for (const { id } of channels) {
      // What has not gone yet waits for its turn; nothing has been given up.
      const states = (await listed(id)).map(({ state }) => state)
      expect(states).not.toContain('dead')
    }
    for (const { receiver } of robots) {
      const refusals = receiver.answers.filter(({ code }) => ![0, 310000].includes(code))
      expect(refusals).toEqual([])
      for (const { atMs } of receiver.answers) {
        const minute = receiver.answers.filter(
          (one) => one.atMs >= atMs && one.atMs < atMs + 60_000,
        )
        expect(minute.length).toBeLessThanOrEqual(20)
      }
      const calls = receiver.messages.filter(({ callsEverybody }) => callsEverybody)
      expect(calls.length).toBeGreaterThan(0)
    }
  })
})
