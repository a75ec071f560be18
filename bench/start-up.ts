import { startGateway } from '../simulators/acceptance/app-harness.ts'
import { effortOf, pause } from './effort.ts'
import { OURS, tellFigure, tellRemark } from './figure.ts'
import { acknowledgedBy, openPublishers } from './load/acknowledged-rate.ts'
import { addFleet } from './load/gateway-fleet.ts'
import { USUAL_PAYLOAD } from './load/payload.ts'
import { residentBytesOf } from './processes.ts'

/**
 * How long the gateway takes from the start of its process to `ready` with ten million readings on disk, all
 * sent to it over MQTT before, and what memory it then holds, beside itself with no readings.
 */
const DEVICES = 150
const IN_FLIGHT = 100
const SETTLE_MS = 5_000
const MIB = 1024 * 1024

const { rounds, isQuick } = effortOf({ rounds: 5, seconds: 1 })
const READINGS = isQuick ? 500_000 : 10_000_000

await using gateway = await startGateway({ settings: { VIGIL_LOG_LEVEL: 'warn' } })
await using empty = await startGateway({ settings: { VIGIL_LOG_LEVEL: 'warn' } })
const fleet = await addFleet(gateway, DEVICES)
await addFleet(empty, DEVICES)
await fill()
await gateway.stop()
await empty.stop()

const columns = [
  { who: OURS, gateway, readyMs: [] as number[], residentMib: [] as number[] },
  { who: 'without readings', gateway: empty, readyMs: [] as number[], residentMib: [] as number[] },
]
for (let round = 0; round < rounds; round += 1) {
  for (const { gateway: one, readyMs, residentMib } of columns) {
    const beganAt = performance.now()
    one.start()
    await one.ready()
    readyMs.push(performance.now() - beganAt)
    await pause(SETTLE_MS)
    residentMib.push(residentBytesOf(one.process.pid) / MIB)
    await one.stop()
  }
}
tellFigure({
  ...{ name: 'start to ready', unit: 'ms', better: 'less' },
  columns: columns.map(({ who, readyMs }) => ({ who, rounds: readyMs })),
})
tellFigure({
  ...{ name: `memory ${SETTLE_MS / 1_000} s later`, unit: 'MiB', better: 'less' },
  columns: columns.map(({ who, residentMib }) => ({ who, rounds: residentMib })),
})

async function fill(): Promise<void> {
  const publishers = await openPublishers(gateway.mqttPort, fleet, USUAL_PAYLOAD)
  for (const publisher of publishers) publisher.keepInFlight(IN_FLIGHT)
  const sent = () => acknowledgedBy(publishers) * USUAL_PAYLOAD.readings
  while (sent() < READINGS) await pause(100)
  for (const publisher of publishers) publisher.stop()
  tellRemark(`${sent().toLocaleString('en')} readings of ${DEVICES} devices were acknowledged.`)
}
