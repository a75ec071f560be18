import { readFileSync } from 'node:fs'
import { startGateway, type TestDevice } from '../simulators/acceptance/app-harness.ts'
import { Publisher, READINGS_PER_MESSAGE } from './publisher.ts'

/**
 * How long the gateway takes from the start of its process to `ready` with so many readings on disk, all
 * sent to it over MQTT before, and what memory it then holds with 150 devices registered.
 *
 *   node bench/start-up.ts [readings] [starts]
 */
const READINGS = Number(process.argv[2] ?? 10_000_000)
const STARTS = Number(process.argv[3] ?? 5)
const DEVICES = 150
const IN_FLIGHT = 100
const KIB_PER_MIB = 1024
const SETTLE_MS = 5_000

await using gateway = await startGateway({ settings: { VIGIL_LOG_LEVEL: 'warn' } })
const siteId = (await gateway.addSite()).site.id
const devices: TestDevice[] = []
for (let n = 0; n < DEVICES; n += 1) {
  devices.push(await gateway.addDevice({ id: `d${n}`, profileId: 'gas-combustible', siteId }))
}

const publishers: Publisher[] = []
for (const device of devices) {
  publishers.push(await Publisher.open(gateway.mqttPort, device, IN_FLIGHT))
}
for (const publisher of publishers) publisher.start()
const sent = () => publishers.reduce((sum, { acknowledged }) => sum + acknowledged, 0)
while (sent() * READINGS_PER_MESSAGE < READINGS) await pause(200)
for (const publisher of publishers) publisher.stop()
console.log(`${(sent() * READINGS_PER_MESSAGE).toLocaleString('en')} readings acknowledged`)
await gateway.stop()

const readyMs: number[] = []
const residentMib: number[] = []
for (let n = 0; n < STARTS; n += 1) {
  const beganAt = performance.now()
  gateway.start()
  await gateway.ready()
  readyMs.push(performance.now() - beganAt)
  await pause(SETTLE_MS)
  residentMib.push(residentMibOf(gateway.process.pid))
  await gateway.stop()
}
console.log('| | min | median | max |')
console.log('| --- | --- | --- | --- |')
console.log(`| start to ready, ms | ${spread(readyMs)} |`)
console.log(`| resident memory after ${SETTLE_MS / 1000} s, MiB | ${spread(residentMib)} |`)

function spread(values: readonly number[]): string {
  const sorted = values.toSorted((left, right) => left - right)
  const [min, median, max] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)]
  return [min, median, max].map((value) => Math.round(value ?? Number.NaN)).join(' | ')
}

function residentMibOf(pid: number): number {
  const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kib) / KIB_PER_MIB
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs))
}
