import { startGateway } from '../simulators/acceptance/app-harness.ts'
import { effortOf } from './effort.ts'
import { OURS, tellFigure } from './figure.ts'
import { acknowledgedRate } from './load/acknowledged-rate.ts'
import { addFleet } from './load/gateway-fleet.ts'
import { PAYLOADS } from './load/payload.ts'
import { Settling } from './load/settling.ts'
import { startAedes } from './peers/brokers.ts'
import { cpuSecondsOf } from './processes.ts'

/** Readings acknowledged a second, and what a million of them cost, with 1, 4 and 16 in a message. */
const LOAD = { connections: 100, inFlight: 50 }

const { rounds, seconds } = effortOf({ rounds: 5, seconds: 2 })
await using gateway = await startGateway({ settings: { VIGIL_LOG_LEVEL: 'warn' } })
const members = await addFleet(gateway, LOAD.connections)
const settling = await Settling.open(gateway)
const aedes = await startAedes()
for (const form of Object.values(PAYLOADS)) {
  const [ours, theirs, cost]: [number[], number[], number[]] = [[], [], []]
  for (let round = 0; round < rounds; round += 1) {
    const load = { members, load: LOAD, form, seconds }
    const before = cpuSecondsOf(gateway.process.pid)
    const { perSecond, messagesOfAll } = await acknowledgedRate({ port: gateway.mqttPort, ...load })
    await settling.settled()
    const cpu = cpuSecondsOf(gateway.process.pid) - before
    ours.push(perSecond * form.readings)
    cost.push((cpu * 1_000_000) / (messagesOfAll * form.readings))
    const ofAedes = await acknowledgedRate({ port: aedes.port, ...load })
    theirs.push(ofAedes.perSecond * form.readings)
  }
  const name = `JSON, ${form.readings} a message, 100 × 50`
  const columns = [
    { who: OURS, rounds: ours },
    { who: aedes.name, rounds: theirs },
  ]
  tellFigure({ name, unit: 'readings acknowledged/s', better: 'more', columns })
  tellFigure({
    ...{ name, unit: 'CPU seconds a million readings, judged and stored', better: 'less' },
    columns: [{ who: OURS, rounds: cost }],
  })
}
await settling.close()
await aedes.stop()
