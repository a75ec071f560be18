import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { SimulatedClock } from '#alerting/simulated-clock.ts'
import { INFLUX_LIMITS } from '#config/limits.ts'
import { FaultyHttpProxy } from '#simulators/receivers/faulty-http-proxy.ts'
import { InfluxV2Server } from '#simulators/receivers/influx-v2-server.ts'
import { EmbeddedStore } from './embedded-store.ts'
import { InfluxV1Store } from './influx-v1.ts'
import { InfluxV2Store } from './influx-v2.ts'
import { latestAtStart, openTimeSeries } from './open-time-series.ts'
import { aReading, kept } from './time-series.suite.ts'

const NOW_MS = Date.UTC(2026, 10, 23, 8)

async function options(warnings: string[] = []) {
  const dataDir = await mkdtemp(join(tmpdir(), 'vigil-open-'))
  onTestFinished(() => rm(dataDir, { recursive: true }))
  const warn = (_: unknown, message?: string) => {
    warnings.push(message ?? String(_))
  }
  return {
    dataDir,
    clock: new SimulatedClock(NOW_MS),
    logger: { warn, error: warn },
    token: 'token',
    retentionDays: kept(400),
    journal: { firstOffset: 1, nextOffset: 10 },
    onRefusedReadings: () => undefined,
  }
}

test.each([
  ['embedded:', EmbeddedStore],
  ['influxdb1://vigil:pass@127.0.0.1:8086/plant', InfluxV1Store],
  ['influxdb1+https://[::1]/plant', InfluxV1Store],
  ['influxdb2+https://influx.example/acme/gas', InfluxV2Store],
] as const)('%j opens a store of its kind', async (url, Store) => {
  const store = openTimeSeries(url, await options())
  expect(store).toBeInstanceOf(Store)
  await store.stop()
})

test('a wrong address is told without what is in it', async () => {
  const shared = await options()
  const open = () => openTimeSeries('influxdb1://vigil:geheim@influx/', shared)
  expect(open).toThrow(expect.objectContaining({ code: 'timeseries_url_invalid' }))
  expect(open).not.toThrow(/geheim/)
})

test('two gateways in one bucket keep their progress apart, over restarts', async () => {
  const server = new InfluxV2Server({ token: 'token', organization: 'acme', nowMs: () => NOW_MS })
  await server.start()
  onTestFinished(() => server.stop())
  const url = `influxdb2://127.0.0.1:${server.port}/acme/gas`
  const gateways = [await options(), await options()]
  for (const [index, shared] of gateways.entries()) {
    const store = openTimeSeries(url, shared)
    await store.start()
    const readings = [aReading({ deviceId: `gas-${index}` })]
    await store.write([{ offset: index + 4, readings }])
    await store.stop()
  }
  for (const [index, shared] of gateways.entries()) {
    const store = openTimeSeries(url, shared)
    await store.start()
    expect(store.nextOffset()).toBe(index + 5)
    expect(await latestAtStart(store, shared)).toHaveLength(2)
    await store.stop()
  }
})

test('a new journal does not take the progress of the one before for its own', async () => {
  const server = new InfluxV2Server({ token: 'token', organization: 'acme', nowMs: () => NOW_MS })
  await server.start()
  onTestFinished(() => server.stop())
  const url = `influxdb2://127.0.0.1:${server.port}/acme/gas`
  const shared = await options()
  const before = openTimeSeries(url, shared)
  await before.start()
  await before.write([{ offset: 7, readings: [aReading()] }])
  await before.stop()
  // Nobody could reach the server in the first run of the new journal, which got beyond the old one.
  await openTimeSeries(url, { ...shared, journal: { firstOffset: 1, nextOffset: 1 } }).stop()
  const later = openTimeSeries(url, { ...shared, journal: { firstOffset: 1, nextOffset: 20 } })
  await later.start()
  expect(later.nextOffset()).toBe(1)
  await later.stop()
})

test('a server that is away or silent does not keep the gateway from starting', async () => {
  const proxy = new FaultyHttpProxy(() => 1)
  await proxy.start()
  onTestFinished(() => proxy.stop())
  for (const fault of [{ kind: 'reset' }, { kind: 'hang' }] as const) {
    proxy.fault = () => fault
    const warnings: string[] = []
    const shared = await options(warnings)
    const store = openTimeSeries(`influxdb1://127.0.0.1:${proxy.port}/plant`, shared)
    let isStarted = false
    const started = (async () => {
      await store.start()
      expect(await latestAtStart(store, shared)).toEqual([])
      isStarted = true
    })()
    const startsLater = async () => {
      await shared.clock.advanceBy(100)
      return isStarted
    }
    await expect.poll(startsLater, { interval: 1 }).toBe(true)
    await started
    expect(shared.clock.nowMs()).toBeLessThan(NOW_MS + 3 * INFLUX_LIMITS.startDurationMsMax)
    expect(warnings).toHaveLength(2)
    await store.stop()
  }
})
