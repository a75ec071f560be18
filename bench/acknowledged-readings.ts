import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { startGateway, type TestDevice } from '../simulators/acceptance/app-harness.ts'
import { Publisher } from './publisher.ts'

/**
 * Messages of readings acknowledged a second by the whole gateway — on disk, judged, on their way to
 * the time series — beside bare aedes, which keeps nothing, in the same run. Raw sockets, packets
 * encoded beforehand, each with a time of its own; the two take turns, round after round.
 *
 *   node bench/acknowledged-readings.ts [seconds a measurement] [rounds]
 */
const SECONDS = Number(process.argv[2] ?? 5)
const ROUNDS = Number(process.argv[3] ?? 3)
const WARM_UP_MS = 1_000

interface Load {
  readonly connections: number
  readonly inFlight: number
}

const LOADS: readonly Load[] = [
  { connections: 1, inFlight: 1 },
  { connections: 1, inFlight: 1_000 },
  { connections: 100, inFlight: 50 },
  { connections: 1_000, inFlight: 1 },
  { connections: 1_000, inFlight: 10 },
]
const DEVICES = Math.max(...LOADS.map(({ connections }) => connections))

async function measure(port: number, devices: readonly TestDevice[], load: Load): Promise<number> {
  const publishers: Publisher[] = []
  for (const device of devices.slice(0, load.connections)) {
    publishers.push(await Publisher.open(port, device, load.inFlight))
  }
  for (const publisher of publishers) publisher.start()
  const total = () => publishers.reduce((sum, { acknowledged }) => sum + acknowledged, 0)
  await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS))
  const [before, beganAt] = [total(), performance.now()]
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1_000))
  const perSecond = (total() - before) / ((performance.now() - beganAt) / 1_000)
  for (const publisher of publishers) publisher.stop()
  return perSecond
}

async function startAedes(): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const child = fork(new URL('broker-acknowledge-host.ts', import.meta.url), ['aedes', '0'])
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return { child, port }
}

const number = (value: number) => Math.round(value).toLocaleString('en')
const median = (values: readonly number[]) =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN
const describe = (rates: readonly number[]) =>
  `${number(median(rates))} (${number(Math.min(...rates))}–${number(Math.max(...rates))})`

async function run(): Promise<void> {
  await using gateway = await startGateway({ settings: { VIGIL_LOG_LEVEL: 'warn' } })
  const siteId = (await gateway.addSite()).site.id
  const devices: TestDevice[] = []
  for (let n = 0; n < DEVICES; n += 1) {
    devices.push(await gateway.addDevice({ id: `d${n}`, profileId: 'gas-combustible', siteId }))
  }
  const aedes = await startAedes()
  console.log('| connections × in flight | vigil | bare aedes | ratio |')
  console.log('| --- | --- | --- | --- |')
  for (const load of LOADS) {
    const [ours, theirs]: [number[], number[]] = [[], []]
    for (let round = 0; round < ROUNDS; round += 1) {
      ours.push(await measure(gateway.mqttPort, devices, load))
      theirs.push(await measure(aedes.port, devices, load))
    }
    const ratio = (median(ours) / median(theirs)).toFixed(2)
    const { connections, inFlight } = load
    console.log(
      `| ${connections} × ${inFlight} | ${describe(ours)} | ${describe(theirs)} | ${ratio} |`,
    )
  }
  aedes.child.disconnect()
}

await run()
