import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { Aedes } from 'aedes'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createRandom } from '../seeded-random.ts'
import { CombustibleGasDetector } from './gas-detectors.ts'
import { SimulatedDevice } from './simulated-device.ts'

/** A bare broker that keeps what it has acknowledged; `deaf` brokers take readings and say nothing. */
async function startBroker(options: { port?: number; deaf?: boolean } = {}) {
  const received: { ts: number }[] = []
  const broker = await Aedes.createBroker({
    authenticate: (_client, username, password, done) =>
      done(null, username === 'gas-1' && password?.toString() === 'secret'),
    authorizePublish: (_client, packet, done) => {
      if (options.deaf) return
      const parsed = JSON.parse(packet.payload.toString())
      received.push(...(Array.isArray(parsed) ? parsed : [parsed]))
      done(null)
    },
  })
  const server = createServer((socket) => broker.handle(socket))
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const stop = async () => {
    await new Promise<void>((done) => broker.close(() => done()))
    await new Promise<void>((done) => server.close(() => done()))
  }
  return { port, received, broker, stop }
}

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

let atMs = 0
beforeEach(() => {
  atMs = Date.parse('2026-11-23T12:00:00+08:00')
})

function aDevice(port: number, token = 'secret') {
  const random = createRandom('device')
  const device = new SimulatedDevice({
    deviceId: 'gas-1',
    token,
    brokerUrl: `mqtt://127.0.0.1:${port}`,
    model: new CombustibleGasDetector(random),
    random,
  })
  cleanups.push(() => device.stop())
  return device
}

async function aBroker(options: Parameters<typeof startBroker>[0] = {}) {
  const broker = await startBroker(options)
  cleanups.push(broker.stop)
  return broker
}

/** Ticks a device one second at a time until something holds. */
async function tickUntil(device: SimulatedDevice, holds: () => boolean) {
  await expect
    .poll(
      () => {
        if (!holds()) {
          atMs += 1_000
          device.tick(atMs)
        }
        return holds()
      },
      { interval: 10, timeout: 10_000 },
    )
    .toBe(true)
}

const inOrder = (samples: readonly { ts: number }[]) =>
  samples.every((sample, index) => index === 0 || sample.ts > (samples[index - 1]?.ts ?? 0))

test('reports with its own credential on its interval, not at every tick', async () => {
  const broker = await aBroker()
  const device = aDevice(broker.port)
  await tickUntil(device, () => device.isConnected)
  const before = broker.received.length
  const startMs = atMs
  await tickUntil(device, () => atMs >= startMs + 60_000 && device.backlog === 0)
  const reports = broker.received.length - before
  expect(reports).toBeGreaterThanOrEqual(10)
  expect(reports).toBeLessThanOrEqual(25)
})

test('reports at once when a value moves', async () => {
  const broker = await aBroker()
  const device = aDevice(broker.port)
  await tickUntil(device, () => device.isConnected && device.backlog === 0)
  for (let second = 0; second < 60; second += 1) {
    atMs += 1_000
    device.tick(atMs)
  }
  const before = device.acknowledgedSamples + device.backlog
  device.affect({ kind: 'leak', peak: 60, riseMs: 10_000, holdMs: 0, decayMs: 0 }, atMs)
  for (let second = 0; second < 8; second += 1) {
    atMs += 1_000
    device.tick(atMs)
  }
  expect(device.acknowledgedSamples + device.backlog - before).toBeGreaterThanOrEqual(6)
})

test('readings made while the line is cut arrive afterwards, all and in order', async () => {
  const broker = await aBroker()
  const device = aDevice(broker.port)
  await tickUntil(device, () => broker.received.length > 0)
  device.affect({ kind: 'link-drop', forMs: 300_000 }, atMs)
  const reconnectAtMs = atMs + 300_000
  await tickUntil(device, () => atMs >= reconnectAtMs - 1_000)
  expect(device.isConnected).toBe(false)
  expect(device.backlog).toBeGreaterThan(40)
  await tickUntil(device, () => device.isConnected && device.backlog === 0)
  expect(inOrder(broker.received)).toBe(true)
  expect(broker.received.length).toBe(device.acknowledgedSamples)
})

test('what was not acknowledged is sent again to the gateway that comes back', async () => {
  const deaf = await startBroker({ deaf: true })
  const device = aDevice(deaf.port)
  await tickUntil(device, () => device.isConnected && device.backlog >= 3)
  expect(device.acknowledgedSamples).toBe(0)
  await deaf.stop()
  const broker = await aBroker({ port: deaf.port })
  await tickUntil(device, () => device.backlog === 0)
  expect(broker.received.length).toBe(device.acknowledgedSamples)
  expect(inOrder(broker.received)).toBe(true)
})

test('a device without supply says nothing and measures nothing', async () => {
  const broker = await aBroker()
  const device = aDevice(broker.port)
  await tickUntil(device, () => device.isConnected && device.backlog === 0)
  device.affect({ kind: 'silence', forMs: 60_000 }, atMs)
  const silentFromMs = atMs
  await tickUntil(device, () => atMs >= silentFromMs + 59_000)
  expect(device.isConnected).toBe(false)
  expect(device.backlog).toBe(0)
  await tickUntil(device, () => device.isConnected && device.backlog === 0)
  expect(broker.received.some(({ ts }) => ts > silentFromMs && ts < silentFromMs + 59_000)).toBe(
    false,
  )
})

test('a refused credential is told, and does not end the process', async () => {
  const broker = await aBroker()
  const device = aDevice(broker.port, 'wrong')
  await tickUntil(device, () => device.lastError !== null)
  expect(device.lastError).toContain('Not authorized')
  expect(device.isConnected).toBe(false)
})
