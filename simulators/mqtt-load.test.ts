import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { Aedes } from 'aedes'
import { expect, onTestFinished, test } from 'vitest'
import { LoadDevice, MqttLoad } from './acceptance/mqtt-load.ts'
import { FaultyLink } from './faulty-link.ts'

/** A bare broker that keeps what it has acknowledged, behind a link that can be cut. */
async function aBroker() {
  const kept = new Map<string, { ts: number; values: { level: number } }[]>()
  const broker = await Aedes.createBroker({
    authorizePublish: (client, packet, done) => {
      const id = client?.id ?? ''
      kept.set(id, [...(kept.get(id) ?? []), JSON.parse(packet.payload.toString())])
      done(null)
    },
  })
  const server = createServer((socket) => broker.handle(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const link = new FaultyLink({ port: (server.address() as AddressInfo).port })
  await link.start()
  onTestFinished(async () => {
    await link.stop()
    await new Promise<void>((done) => broker.close(() => done()))
    await new Promise<void>((done) => server.close(() => done()))
  })
  return { kept, link }
}

function aLoad(port: number, count: number, readingsPerSecond: number) {
  const devices = Array.from({ length: count }, (_, index) => {
    const device = new LoadDevice({
      deviceId: `d${index}`,
      token: 't',
      point: 'level',
      port,
      inFlightMax: 8,
    })
    let value = 0
    const nextValue = () => {
      value += 1
      return value
    }
    return { device, nextValue }
  })
  const load = new MqttLoad({ devices, readingsPerSecond })
  onTestFinished(() => load.stop())
  return load
}

test('offers at its rate over all connections and keeps the ledger in order', async () => {
  const { kept, link } = await aBroker()
  const load = aLoad(link.port, 10, 500)
  load.start()
  await expect.poll(() => load.acknowledged).toBeGreaterThan(500)
  // Between two of its steps it is behind its rate, by as long as the step is late.
  await expect.poll(() => load.offeredPerSecond).toBeGreaterThan(450)
  expect(load.offeredPerSecond).toBeLessThan(520)
  load.stopOffering()
  await expect.poll(() => load.pending).toBe(0)
  for (const { deviceId, acknowledged } of load.devices) {
    const received = kept.get(deviceId)?.map(({ ts, values }) => ({ ts, value: values.level }))
    expect(received).toEqual(acknowledged)
    expect(acknowledged.every(({ value }, index) => value === index + 1)).toBe(true)
  }
})

test('what was under way when the line was cut is sent again, first and in order', async () => {
  const { kept, link } = await aBroker()
  const load = aLoad(link.port, 4, 400)
  load.start()
  for (let cut = 0; cut < 5; cut += 1) {
    const before = load.acknowledged
    await expect.poll(() => load.connected).toBe(4)
    await expect.poll(() => load.acknowledged).toBeGreaterThan(before + 40)
    link.cut()
    await expect.poll(() => load.connected).toBe(0)
    link.heal()
  }
  load.stopOffering()
  await expect.poll(() => load.pending).toBe(0)
  for (const { deviceId, acknowledged, reconnects } of load.devices) {
    expect(reconnects).toBeGreaterThanOrEqual(5)
    expect(acknowledged.every(({ value }, index) => value === index + 1)).toBe(true)
    const received = new Set(kept.get(deviceId)?.map(({ ts }) => ts))
    expect(acknowledged.every(({ ts }) => received.has(ts))).toBe(true)
  }
})
