import { connectAsync } from 'mqtt'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Device } from '#gateway/contract.ts'
import { FaultyLink } from '../faulty-link.ts'
import { startGateway, type TestGateway } from './app-harness.ts'
import { verifyReadings } from './crash-comparison.ts'
import { LoadDevice, MqttLoad } from './mqtt-load.ts'

const KEEP_ALIVE_SECONDS = 4
/** A fact that is waited for may take this long on a slow machine. */
const WAIT_MS_MAX = 60_000

/** Lines that break, and a gateway that is stopped in order: rows 3, 41 and 42 of the fault matrix. */
describe('links', () => {
  let gateway: TestGateway
  let siteId: string

  beforeAll(async () => {
    gateway = await startGateway()
    siteId = (await gateway.addSite()).site.id
  })
  afterAll(() => gateway?.close())

  async function aLoad(name: string, port: number, connections: number, perSecond: number) {
    const devices = []
    for (let index = 0; index < connections; index += 1) {
      const { id, token } = await gateway.addDevice({
        id: `${name}-${index}`,
        profileId: 'tank',
        siteId,
      })
      let count = 0
      const nextValue = () => {
        count += 1
        return 30 + (count % 40)
      }
      const device = new LoadDevice({ deviceId: id, token, point: 'level', port, inFlightMax: 20 })
      devices.push({ device, nextValue })
    }
    const load = new MqttLoad({ devices, readingsPerSecond: perSecond })
    onTestFinished(() => load.stop())
    return load
  }

  async function aLink() {
    const link = new FaultyLink({ port: gateway.mqttPort })
    await link.start()
    onTestFinished(() => link.stop())
    return link
  }

  test('connections that are cut again and again lose nothing and double nothing', async () => {
    const link = await aLink()
    const load = await aLoad('cut', link.port, 20, 200)
    load.start()
    for (let cut = 0; cut < 10; cut += 1) {
      const before = load.acknowledged
      await expect
        .poll(() => load.acknowledged, { timeout: WAIT_MS_MAX })
        .toBeGreaterThan(before + 100)
      link.cut()
      await expect.poll(() => load.connected, { timeout: WAIT_MS_MAX }).toBe(0)
      link.heal()
    }
    load.stopOffering()
    await expect.poll(() => load.pending, { timeout: WAIT_MS_MAX }).toBe(0)
    expect(await verifyReadings(gateway, load, 'level')).toEqual([])
  })

  test('a half-open connection is found, and its device is shown as not connected', async () => {
    const link = await aLink()
    const { id, token } = await gateway.addDevice({
      id: 'half-open',
      profileId: 'gas-combustible',
      siteId,
    })
    const device = await connectAsync({
      host: '127.0.0.1',
      port: link.port,
      clientId: id,
      username: id,
      password: token,
      keepalive: KEEP_ALIVE_SECONDS,
      reconnectPeriod: 0,
    })
    device.on('error', () => undefined)
    onTestFinished(() => void device.end(true))
    const isConnected = async () => (await gateway.api.get<Device>(`/devices/${id}`)).connected
    await expect.poll(isConnected, { timeout: WAIT_MS_MAX }).toBe(true)
    link.blackHole()
    // 1.5 times the device's keep-alive, and a little for the broker's own timer.
    await expect.poll(isConnected, { timeout: WAIT_MS_MAX, interval: 500 }).toBe(false)
  })

  test('a hundred devices that come back at once with a backlog are all taken', async () => {
    const link = await aLink()
    const load = await aLoad('storm', link.port, 100, 500)
    load.start()
    await expect.poll(() => load.connected, { timeout: WAIT_MS_MAX }).toBe(100)
    link.cut()
    await expect.poll(() => load.pending, { timeout: WAIT_MS_MAX }).toBeGreaterThan(2_000)
    link.heal()
    load.stopOffering()
    await expect.poll(() => load.pending, { timeout: WAIT_MS_MAX }).toBe(0)
    expect(await verifyReadings(gateway, load, 'level')).toEqual([])
  })

  test('SIGTERM under load ends with code 0 before force is used, and loses nothing that was acknowledged', async () => {
    const load = await aLoad('stop', gateway.mqttPort, 20, 400)
    load.start()
    await expect.poll(() => load.acknowledged, { timeout: WAIT_MS_MAX }).toBeGreaterThan(500)
    // One that takes longer than its ten seconds is ended by force: then there is a signal.
    expect(await gateway.stop()).toEqual({ code: 0, signal: null })
    gateway.start()
    await gateway.ready()
    load.stopOffering()
    await expect.poll(() => load.pending, { timeout: WAIT_MS_MAX }).toBe(0)
    expect(await verifyReadings(gateway, load, 'level')).toEqual([])
  })
})
