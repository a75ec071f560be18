import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Health } from '#gateway/contract.ts'
import { startGateway, type TestGateway } from './app-harness.ts'
import { verifyReadings } from './crash-comparison.ts'
import { LoadDevice, MqttLoad } from './mqtt-load.ts'
import { lacks } from './requirements.ts'
import { SmallDisk } from './small-disk.ts'

const MIB = 1024 * 1024
/** How long the disk stays full; the length is the point of the test. */
const FULL_MS = 30_000
const CONNECTIONS = 10

async function aLoad(gateway: TestGateway): Promise<MqttLoad> {
  const { site } = await gateway.addSite()
  const devices = []
  for (let index = 0; index < CONNECTIONS; index += 1) {
    const id = `tank-${index}`
    const { token } = await gateway.addDevice({ id, profileId: 'tank', siteId: site.id })
    const { mqttPort: port } = gateway
    const device = new LoadDevice({ deviceId: id, token, point: 'level', port, inFlightMax: 50 })
    let count = 0
    const nextValue = () => {
      count += 1
      return 30 + (count % 100) / 10
    }
    devices.push({ device, nextValue })
  }
  return new MqttLoad({ devices, readingsPerSecond: 200 })
}

/** Answers also when the gateway is not ready. */
async function health(gateway: TestGateway): Promise<Health> {
  return (await (await fetch(`${gateway.httpUrl}/health/ready`)).json()) as Health
}

describe.skipIf(lacks('tmpfs'))('a full disk', () => {
  test('for 30 s loses nothing that was acknowledged; the gateway says so and goes on by itself', async () => {
    await using disk = await SmallDisk.mount(256 * MIB)
    await using gateway = await startGateway({
      dataFolder: disk.folder,
      settings: { VIGIL_DISK_RESERVE_BYTES: String(32 * MIB) },
    })
    const { pid } = gateway.process
    const live = await gateway.openLive()
    const load = await aLoad(gateway)
    load.start()
    await expect.poll(() => load.acknowledged, { timeout: 20_000 }).toBeGreaterThan(500)
    expect((await health(gateway)).ready).toBe(true)

    await disk.fill()
    const { event: own } = await live.alarm(
      'an alarm of the gateway itself',
      ({ deviceId, state }) => deviceId === 'gateway' && state === 'unacknowledged',
      FULL_MS,
    )
    await expect.poll(async () => (await health(gateway)).ready).toBe(false)
    const stalledAt = load.acknowledged
    await wait(FULL_MS)
    expect(load.acknowledged).toBe(stalledAt)
    expect(load.connected).toBe(CONNECTIONS)

    await disk.free()
    await expect.poll(() => load.acknowledged, { timeout: 30_000 }).toBeGreaterThan(stalledAt)
    load.stopOffering()
    await expect.poll(() => load.pending, { timeout: 60_000 }).toBe(0)
    expect(load.acknowledged).toBe(load.offered)
    await live.until(
      'the return of its own alarm',
      () => live.alarms.find(({ event }) => event.id === own.id && event.returnedAt !== null),
      30_000,
    )
    await expect.poll(async () => (await health(gateway)).ready, { timeout: 30_000 }).toBe(true)
    expect(gateway.process.pid).toBe(pid)
    expect(await verifyReadings(gateway, load, 'level')).toEqual([])
    live.close()
    load.stop()
  }, 240_000)
})
