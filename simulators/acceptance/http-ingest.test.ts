import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Device, RejectedMessage } from '#gateway/contract.ts'
import { ApiClient, type ApiProblem, type Page } from '../api-client.ts'
import { startGateway, type TestDevice, type TestGateway } from './app-harness.ts'

describe('readings over HTTP', () => {
  let gateway: TestGateway
  let tank: TestDevice
  let other: TestDevice

  beforeAll(async () => {
    gateway = await startGateway()
    const { site } = await gateway.addSite()
    tank = await gateway.addDevice({ id: 'tank-1', profileId: 'tank', siteId: site.id })
    other = await gateway.addDevice({ id: 'tank-2', profileId: 'tank', siteId: site.id })
  })
  afterAll(() => gateway?.close())

  const as = (device: TestDevice) =>
    new ApiClient(gateway.httpUrl, { authorization: `Bearer ${device.token}` })
  const send = (body: unknown, device = tank) =>
    as(device).post(`/devices/${tank.id}/readings`, body)

  test('are stored as they were sent, one or many', async () => {
    const ts = Date.now() - 5_000
    await send({ ts, values: { level: 41.5 } })
    await send([
      { ts: ts + 1_000, values: { level: 41.6 } },
      { ts: ts + 2_000, values: { level: 41.7, temperature: 20 } },
    ])
    await expect
      .poll(async () =>
        (await gateway.readings(tank.id, 'level')).map(({ ts, value }) => ({ ts, value })),
      )
      .toEqual([
        { ts, value: 41.5 },
        { ts: ts + 1_000, value: 41.6 },
        { ts: ts + 2_000, value: 41.7 },
      ])
  })

  test('202 means on disk: a kill right after it loses nothing', async () => {
    const ts = Date.now()
    await send({ ts, values: { pressure: 7.25 } })
    await gateway.kill()
    gateway.start()
    await gateway.ready()
    await expect
      .poll(async () => (await gateway.readings(tank.id, 'pressure')).map(({ value }) => value))
      .toEqual([7.25])
  })

  test('the same reading twice is one reading', async () => {
    const ts = Date.now()
    await send({ ts, values: { temperature: 21.5 } })
    await send({ ts, values: { temperature: 21.5 } })
    await send({ ts: ts + 1, values: { temperature: 22 } })
    await expect
      .poll(async () => {
        const readings = await gateway.readings(tank.id, 'temperature')
        return readings.filter((reading) => reading.ts >= ts).map(({ value }) => value)
      })
      .toEqual([21.5, 22])
  })

  test('need the token of that device', async () => {
    await expect(send({ values: { level: 1 } }, other)).rejects.toMatchObject({ status: 403 })
    await expect(
      send({ values: { level: 1 } }, { id: tank.id, token: 'wrong' }),
    ).rejects.toMatchObject({ status: 401 })
  })

  test('that cannot be used are told and counted', async () => {
    const rejectedBefore = (await gateway.api.get<Device>(`/devices/${tank.id}`)).rejectedMessages
    const told = await send({ values: { bogus: 1 } }).then(
      () => null,
      (error: unknown) => error,
    )
    if (told !== null) expect((told as ApiProblem).status).toBeLessThan(500)
    await expect
      .poll(async () => (await gateway.api.get<Device>(`/devices/${tank.id}`)).rejectedMessages)
      .toBe(rejectedBefore + 1)
    const inbox = await gateway.api.get<Page<RejectedMessage>>(`/devices/${tank.id}/rejected`)
    expect(inbox.items[0]?.reason).not.toBe('')
  })
})
