import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { FaultyLink } from './faulty-link.ts'

/** An echo behind a faulty link. */
async function anEcho() {
  const server = createServer((socket) => socket.on('error', () => socket.destroy()).pipe(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const link = new FaultyLink({ port: (server.address() as AddressInfo).port })
  await link.start()
  onTestFinished(async () => {
    await link.stop()
    server.close()
  })
  const open = () => {
    const socket = connect(link.port, '127.0.0.1')
    const received: string[] = []
    socket.on('data', (chunk) => received.push(chunk.toString()))
    socket.on('error', () => socket.destroy())
    onTestFinished(() => void socket.destroy())
    return { socket, received }
  }
  return { link, open }
}

test('passes bytes both ways while healthy', async () => {
  const { open } = await anEcho()
  const { socket, received } = open()
  socket.write('hello')
  await expect.poll(() => received.join('')).toBe('hello')
})

test('a cut resets what is open and refuses what comes, until healed', async () => {
  const { link, open } = await anEcho()
  const { socket } = open()
  link.cut()
  await expect.poll(() => socket.closed).toBe(true)
  const refused = open()
  await expect.poll(() => refused.socket.closed).toBe(true)
  link.heal()
  const again = open()
  again.socket.write('x')
  await expect.poll(() => again.received.join('')).toBe('x')
})

test('a black hole keeps the connection and passes nothing until healed', async () => {
  const { link, open } = await anEcho()
  const { socket, received } = open()
  await expect.poll(() => link.openConnections).toBe(1)
  link.blackHole()
  socket.write('held')
  await expect(once(socket, 'data', { signal: AbortSignal.timeout(200) })).rejects.toThrow('abort')
  expect(socket.destroyed).toBe(false)
  link.heal()
  await expect.poll(() => received.join('')).toBe('held')
})

test('latency holds every chunk back, each way', async () => {
  const { link, open } = await anEcho()
  const { socket, received } = open()
  link.slowDown(60)
  const sentAtMs = performance.now()
  socket.write('slow')
  await expect.poll(() => received.join(''), { interval: 5 }).toBe('slow')
  expect(performance.now() - sentAtMs).toBeGreaterThanOrEqual(115)
})
