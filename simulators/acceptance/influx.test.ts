import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ApiClient } from '../api-client.ts'
import { Influxd } from '../receivers/influxd.ts'
import { startGateway, type TestDevice, type TestGateway } from './app-harness.ts'
import { lacks } from './requirements.ts'

describe.skipIf(lacks('influxd'))('a gateway whose readings go to InfluxDB 1.6.7', () => {
  const influxd = new Influxd()
  let gateway: TestGateway
  let tank: TestDevice
  let level = 0
  const startMs = Date.now() - 600_000

  beforeAll(async () => {
    await influxd.start()
    const settings = { VIGIL_TIMESERIES_URL: `influxdb1://127.0.0.1:${influxd.port}/plant` }
    gateway = await startGateway({ settings })
    const { site } = await gateway.addSite()
    tank = await gateway.addDevice({ id: 'tank-1', profileId: 'tank', siteId: site.id })
  })
  afterAll(async () => {
    await gateway?.close()
    await influxd.stop()
  })

  /** Some readings, one a second; the answer means that they are on disk. */
  const send = async (count: number) => {
    const samples = Array.from({ length: count }, () => {
      level += 1
      return { ts: startMs + level * 1_000, values: { level } }
    })
    const device = new ApiClient(gateway.httpUrl, { authorization: `Bearer ${tank.token}` })
    await device.post(`/devices/${tank.id}/readings`, samples)
  }
  const stored = async () =>
    (await gateway.readings(tank.id, 'level')).map(
      ({ ts, value }) => (ts - startMs) / 1000 - Number(value),
    )
  const expectAllStoredOnce = () =>
    expect.poll(stored, { timeout: 40_000 }).toEqual(Array.from({ length: level }, () => 0))

  test('stores and shows what devices send', async () => {
    await send(20)
    await expectAllStoredOnce()
    const [count] = await influxd.ask('SELECT count(arrived_at_ms) FROM vigil.vigil_readings', {
      database: 'plant',
    })
    expect(count?.[1]).toBe(20)
  })

  test('takes readings while InfluxDB is killed, also over a kill of its own, and stores each once', async () => {
    await influxd.kill()
    await send(20)
    await gateway.kill()
    gateway.start()
    await gateway.ready()
    await send(20)
    await influxd.start()
    await expectAllStoredOnce()
    const [count] = await influxd.ask('SELECT count(arrived_at_ms) FROM vigil.vigil_readings', {
      database: 'plant',
    })
    expect(count?.[1]).toBe(60)
  })
})
