import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AlarmDetail, AlarmDto } from '#gateway/contract.ts'
import type { Page } from '../api-client.ts'
import { SmsSink } from '../receivers/sms-sink.ts'
import { startGateway, type TestDevice, type TestGateway } from './app-harness.ts'
import type { LiveRecorder } from './live-recorder.ts'
import { mosquittoPub } from './mosquitto.ts'
import { lacks } from './requirements.ts'

/**
 * The way of a reading from a stranger's MQTT client to a person and back: one alarm is raised, rises, returns and is
 * ended by the operator. The steps share one gateway and follow each other.
 */
describe.skipIf(lacks('mosquitto_pub'))('a gas reading becomes an alarm of a person', () => {
  let gateway: TestGateway
  let detector: TestDevice
  let live: LiveRecorder
  const sink = new SmsSink()

  beforeAll(async () => {
    await sink.start()
    gateway = await startGateway()
    const { site } = await gateway.addSite('潮信精细化工')
    detector = await gateway.addDevice({
      id: 'gas-1',
      profileId: 'gas-combustible',
      siteId: site.id,
    })
    await gateway.addSmsChannel(sink, ['10000000001'])
    live = await gateway.openLive()
  })

  afterAll(async () => {
    live?.close()
    await gateway?.close()
    await sink.stop()
  })

  const publish = async (lel: number) => {
    const published = await mosquittoPub(
      gateway.mqttPort,
      detector,
      JSON.stringify({ values: { lel } }),
    )
    expect(published).toEqual({ code: 0, output: '' })
  }
  const openAlarms = async () =>
    (await gateway.api.get<Page<AlarmDto>>(`/alarms?state=open&deviceId=${detector.id}`)).items
  const raised = () => {
    const alarm = live.alarms.find(({ event }) => event.deviceId === detector.id)?.event
    if (alarm === undefined) throw new Error('no alarm was raised')
    return alarm
  }

  test('30 %LEL is a yellow alarm in the live feed, in the API and in an SMS', async () => {
    await publish(30)
    const { event } = await live.alarm('a yellow alarm', (alarm) => alarm.deviceId === detector.id)
    expect(event).toMatchObject({
      grade: 3,
      state: 'unacknowledged',
      point: 'lel',
      value: 30,
      setpoint: 25,
      unit: '%LEL',
    })
    expect(await openAlarms()).toMatchObject([{ id: event.id, grade: 3, state: 'unacknowledged' }])
    await expect.poll(() => sink.messages.length).toBe(1)
    expect(sink.messages[0]?.phone).toBe('10000000001')
    expect(sink.messages[0]?.text).toMatch(/潮信精细化工.*30/s)
  })

  test('60 %LEL after an acknowledgement is orange and unacknowledged again', async () => {
    const { id } = raised()
    await gateway.api.post(`/alarms/${id}/acknowledge`, { note: '已派人查看' })
    await live.alarm('the acknowledgement', ({ state }) => state === 'acknowledged')
    await publish(60)
    const { event } = await live.alarm('an orange alarm', ({ grade }) => grade === 2)
    expect(event).toMatchObject({ id, state: 'unacknowledged', value: 60, setpoint: 50 })
    expect(await openAlarms()).toMatchObject([{ id, grade: 2, state: 'unacknowledged' }])
    await expect.poll(() => sink.messages.length).toBe(2)
    expect(sink.messages[1]?.text).toContain('60')
  })

  test('clean air leaves it latched, after the off-delay', async () => {
    await publish(2)
    const { event } = await live.alarm(
      'the latched alarm',
      ({ state }) => state === 'latched-unacknowledged',
      60_000,
    )
    expect(event).toMatchObject({ id: raised().id, grade: 2 })
    expect(event.returnedAt).not.toBeNull()
    expect(await openAlarms()).toHaveLength(1)
  })

  test('acknowledge and reset end it, and its time line tells the whole story', async () => {
    const { id } = raised()
    await gateway.api.post(`/alarms/${id}/acknowledge`)
    await gateway.api.post(`/alarms/${id}/reset`, { note: '现场已处理' })
    await live.alarm('the end', ({ state }) => state === 'normal')
    expect(await openAlarms()).toEqual([])
    const detail = await gateway.api.get<AlarmDetail>(`/alarms/${id}`)
    expect(detail.timeline.map(({ kind }) => kind)).toEqual([
      'raised',
      'acknowledged',
      'grade-rose',
      'returned',
      'acknowledged',
      'reset',
      'closed',
    ])
    expect(detail.timeline.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(detail.notifications.every(({ state }) => state === 'delivered')).toBe(true)
    expect(sink.messages).toHaveLength(2)
  })
})
