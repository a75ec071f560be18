import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LIVE_LIMITS } from '#config/limits.ts'
import type { AlarmDetail } from '#gateway/contract.ts'
import { ApiClient } from '../api-client.ts'
import { startGateway, type TestDevice, type TestGateway } from './app-harness.ts'
import type { LiveRecorder } from './live-recorder.ts'

/** Two people look at the same alarm; what one does, the other sees within a second. */
describe('two dashboards', () => {
  let gateway: TestGateway
  let detector: TestDevice
  let hers: LiveRecorder
  let his: LiveRecorder
  let she: ApiClient

  beforeAll(async () => {
    gateway = await startGateway()
    const { organization, site } = await gateway.addSite()
    detector = await gateway.addDevice({
      id: 'gas-1',
      profileId: 'gas-combustible',
      siteId: site.id,
    })
    const password = 'long enough a password'
    for (const username of ['she', 'he']) {
      await gateway.api.post('/users', {
        username,
        displayName: username,
        password,
        role: 'operator',
        organizationId: organization.id,
      })
    }
    she = await gateway.logIn('she', password)
    hers = await gateway.openLive(she)
    his = await gateway.openLive(await gateway.logIn('he', password))
  })

  afterAll(async () => {
    hers?.close()
    his?.close()
    await gateway?.close()
  })

  const publish = (values: object) =>
    new ApiClient(gateway.httpUrl, { authorization: `Bearer ${detector.token}` }).post(
      `/devices/${detector.id}/readings`,
      { values },
    )
  const alarmId = () => his.alarms[0]?.event.id ?? ''

  test('both see the alarm appear', async () => {
    await publish({ fault: true })
    await hers.alarm('the alarm', ({ state }) => state === 'unacknowledged')
    await his.alarm('the alarm', ({ state }) => state === 'unacknowledged')
  })

  test.each([
    { verb: 'comments', body: { note: '正在查看' }, shows: 'commented' },
    { verb: 'acknowledge', body: {}, shows: 'acknowledged' },
    { verb: 'shelve', body: { note: '检修', durationMs: 60_000 }, shows: 'shelved' },
    { verb: 'unshelve', body: {}, shows: 'unshelved' },
  ] as const)('her "$verb" is on his screen at once', async ({ verb, body, shows }) => {
    const revision = his.alarms.at(-1)?.event.revision ?? 0
    const pushedAt = performance.now()
    await she.post(`/alarms/${alarmId()}/${verb}`, body)
    const { arrivedAt } = await his.until('the change', () =>
      his.alarms.find(({ event }) => event.revision > revision),
    )
    // A second on a machine that has the time; a screen that had to ask would wait for a heartbeat at least.
    expect(arrivedAt - pushedAt).toBeLessThan(LIVE_LIMITS.heartbeatIntervalMs)
    const { timeline } = await gateway.api.get<AlarmDetail>(`/alarms/${alarmId()}`)
    expect(timeline.at(-1)).toMatchObject({ kind: shows, actor: 'she' })
  })

  test('neither sees what belongs to another enterprise', async () => {
    const { site } = await gateway.addSite('别的企业')
    const foreign = await gateway.addDevice({
      id: 'gas-2',
      profileId: 'gas-combustible',
      siteId: site.id,
    })
    const admins = await gateway.openLive()
    const before = his.alarms.length
    await new ApiClient(gateway.httpUrl, { authorization: `Bearer ${foreign.token}` }).post(
      '/devices/gas-2/readings',
      { values: { fault: true } },
    )
    await admins.alarm('the foreign alarm', ({ deviceId }) => deviceId === 'gas-2')
    // A round trip of her own comes after it in the feed: had it been sent, it would be here.
    await she.post(`/alarms/${alarmId()}/comments`, { note: '之后' })
    await his.until('the later event', () => his.alarms.length > before)
    admins.close()
    expect(his.alarms.every(({ event }) => event.deviceId === 'gas-1')).toBe(true)
    await expect(she.get('/devices/gas-2')).rejects.toMatchObject({ status: 404 })
  })
})
