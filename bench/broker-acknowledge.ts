import { effortOf } from './effort.ts'
import { type Column, OURS, tellFigure } from './figure.ts'
import { acknowledgedRate, type Load, type LoadMember } from './load/acknowledged-rate.ts'
import { DeviceClock } from './load/device-clock.ts'
import { USUAL_PAYLOAD } from './load/payload.ts'
import { type PeerBroker, startHosted } from './peers/brokers.ts'
import { cpuSecondsOf, pinApart } from './processes.ts'

/**
 * The broker alone, with nothing behind it, beside aedes as it comes. At one message in flight a
 * connection the system calls of both sides are nearly all there is, so the CPU time of the server
 * stands beside the rate. With a commit time, what has come in is "on disk" that long after the first
 * of it; aedes then waits for it in `authorizePublish`, the one hook before its PUBACK.
 */
const LOADS: readonly Load[] = [
  { connections: 1, inFlight: 1 },
  { connections: 1, inFlight: 200 },
  { connections: 100, inFlight: 1 },
  { connections: 100, inFlight: 50 },
  { connections: 1_000, inFlight: 1 },
  { connections: 1_000, inFlight: 10 },
]
const COMMITS_MS = [0, 5]
const DEVICES = Math.max(...LOADS.map(({ connections }) => connections))

const effort = effortOf({ rounds: 5, seconds: 1 })
const members = Array.from(
  { length: DEVICES },
  (_, n): LoadMember => ({
    device: { id: `d${n}`, token: 'token' },
    clock: DeviceClock.live(),
  }),
)

async function measure(servers: readonly PeerBroker[], load: Load, name: string): Promise<void> {
  const rates = new Map<string, number[]>(servers.map((server) => [server.name, []]))
  const costs = new Map<string, number[]>(servers.map((server) => [server.name, []]))
  for (let round = 0; round < effort.rounds; round += 1) {
    for (const { name: who, port, pid } of servers) {
      const cpu: number[] = []
      const { perSecond, messages } = await acknowledgedRate({
        ...{ port, members, load, form: USUAL_PAYLOAD, seconds: effort.seconds },
        atEdge: () => cpu.push(cpuSecondsOf(pid)),
      })
      rates.get(who)?.push(perSecond)
      costs.get(who)?.push((((cpu[1] ?? 0) - (cpu[0] ?? 0)) * 1_000_000) / messages)
    }
  }
  const columnsOf = (all: ReadonlyMap<string, readonly number[]>): readonly Column[] =>
    [...all].map(([who, rounds]) => ({ who, rounds }))
  tellFigure({ name, unit: 'messages/s', better: 'more', columns: columnsOf(rates) })
  const unit = 'CPU µs a message'
  tellFigure({ name, unit, better: 'less', columns: columnsOf(costs) })
}

for (const commitMs of COMMITS_MS) {
  const servers = [
    await startHosted('broker', { name: OURS, commitMs }),
    await startHosted('aedes', { name: 'bare aedes', commitMs }),
  ]
  pinApart(servers.map(({ pid }) => pid))
  const commit = commitMs === 0 ? '' : `, commit ${commitMs} ms`
  for (const load of LOADS) {
    await measure(servers, load, `${load.connections} × ${load.inFlight}${commit}`)
  }
  for (const server of servers) await server.stop()
}
