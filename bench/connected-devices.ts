import { once } from 'node:events'
import type { Socket } from 'node:net'
import { startGateway } from '../simulators/acceptance/app-harness.ts'
import { effortOf, pause } from './effort.ts'
import { OURS, tellFigure, tellRemark } from './figure.ts'
import type { LoadMember } from './load/acknowledged-rate.ts'
import { addFleet } from './load/gateway-fleet.ts'
import { openSession } from './load/publisher.ts'
import { startAedes } from './peers/brokers.ts'
import { residentBytesOf } from './processes.ts'

/**
 * What a connected device costs of memory that says nothing: resident bytes after so many have
 * connected, less those before, by device; beside bare aedes with the same connections. That they are
 * registered is paid before.
 */
const OPENED_AT_ONCE = 50
/** The system gives back or takes what it is about to. */
const REST_MS = 3_000

async function bytesEach(
  server: { readonly port: number; readonly pid: number },
  members: readonly LoadMember[],
): Promise<number> {
  const before = residentBytesOf(server.pid)
  const sockets: Socket[] = []
  for (let from = 0; from < members.length; from += OPENED_AT_ONCE) {
    const some = members.slice(from, from + OPENED_AT_ONCE)
    sockets.push(...(await Promise.all(some.map(({ device }) => openSession(server.port, device)))))
  }
  await pause(REST_MS)
  const after = residentBytesOf(server.pid)
  for (const socket of sockets) {
    const closed = once(socket, 'close')
    socket.destroy()
    await closed
  }
  return (after - before) / members.length
}

async function run(): Promise<void> {
  const { rounds, isQuick } = effortOf({ rounds: 3, seconds: 1 })
  const count = isQuick ? 500 : 10_000
  const [ours, theirs]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round += 1) {
    // Each round with servers of its own: memory that was used once is used again.
    await using gateway = await startGateway({ settings: { VIGIL_LOG_LEVEL: 'warn' } })
    const members = await addFleet(gateway, count)
    ours.push(await bytesEach({ port: gateway.mqttPort, pid: gateway.process.pid }, members))
    const aedes = await startAedes()
    theirs.push(await bytesEach(aedes, members))
    await aedes.stop()
  }
  tellRemark(`${count.toLocaleString('en')} devices, connected and silent.`)
  tellFigure({
    ...{ name: 'Memory of a connected device', unit: 'bytes', better: 'less' },
    limits: [{ peer: 'bare aedes', is: 'at most', bound: 1.2 }],
    columns: [
      { who: OURS, rounds: ours },
      { who: 'bare aedes', rounds: theirs },
    ],
  })
}

await run()
