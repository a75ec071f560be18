import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { connectAsync } from 'mqtt'
import { Server as LiveServer } from 'socket.io'
import { io } from 'socket.io-client'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createWebSocketStream, WebSocket } from 'ws'
import {
  connectBytes,
  device,
  publishBytes,
  RawClient,
  startBroker,
  tokenOf,
} from './broker-harness.suite.ts'
import { attachWebSocket } from './websocket.ts'

/** An HTTP server as the gateway has it: Socket.IO is attached as well. */
async function startServer(options: { messageBytesMax?: number } = {}) {
  const test = await startBroker()
  const server = createServer((_request, response) => response.end('page'))
  const detach = attachWebSocket(server, test.broker, options)
  const live = new LiveServer(server, { transports: ['websocket'] })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  onTestFinished(async () => {
    detach()
    await live.close()
  })
  return { ...test, webPort: port, live, detach }
}

async function openSocket(port: number, protocol = 'mqtt', path = '/mqtt'): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocol)
  await once(socket, 'open')
  return socket
}

describe('MQTT over WebSocket', () => {
  test('works with mqtt.js as it comes', async () => {
    const { webPort, received, broker } = await startServer()
    const client = await connectAsync(`ws://127.0.0.1:${webPort}/mqtt`, {
      username: 'd1',
      password: tokenOf('d1'),
      protocolVersion: 4,
    })
    await client.subscribeAsync('devices/d1/commands/#', { qos: 1 })
    const heard = new Promise<string>((resolve) => client.once('message', resolve))
    await client.publishAsync('devices/d1/readings', '{"lel":1}', { qos: 1 })
    await broker.publishToDevice(device('d1'), 'devices/d1/commands/c', Buffer.from('x'))
    expect(await heard).toBe('devices/d1/commands/c')
    await client.endAsync()
    expect(received.items).toHaveLength(1)
  })

  test('takes packets split over messages, and several in one', async () => {
    const { webPort } = await startServer()
    const socket = await openSocket(webPort)
    const client = new RawClient(createWebSocketStream(socket))
    const bytes = Buffer.concat([
      connectBytes('d1'),
      publishBytes('devices/d1/readings', 'a', { messageId: 1 }),
      publishBytes('devices/d1/readings', 'b', { messageId: 2 }),
    ])
    socket.send(bytes.subarray(0, 5))
    socket.send(bytes.subarray(5))
    expect(await client.next()).toMatchObject({ cmd: 'connack' })
    expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 1 })
    expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 2 })
  })

  test('leaves Socket.IO and other paths of the same server alone', async () => {
    const { webPort, live } = await startServer()
    live.on('connection', (socket) => socket.emit('hello', 1))
    const browser = io(`http://127.0.0.1:${webPort}`, { transports: ['websocket'] })
    onTestFinished(() => void browser.close())
    expect(await once(browser as never, 'hello')).toEqual([1])
    expect(await (await fetch(`http://127.0.0.1:${webPort}/mqtt`)).text()).toBe('page')
  })

  test.each([
    ['a text message [MQTT-6.0.0-1]', (socket: WebSocket) => socket.send('hello')],
    ['a message that is too large', (socket: WebSocket) => socket.send(Buffer.alloc(2_000))],
  ])('is closed on %s', async (_, send) => {
    const { webPort } = await startServer({ messageBytesMax: 1_000 })
    const socket = await openSocket(webPort)
    const closed = once(socket, 'close')
    send(socket)
    await closed
  })

  test.each([
    ['another subprotocol', ['Sec-WebSocket-Protocol: chat']],
    ['no subprotocol [MQTT-6.0.0-3]', []],
  ])('refuses %s', async (_, headers) => {
    const { webPort } = await startServer()
    const socket = connect({ port: webPort, host: '127.0.0.1' })
    const lines = [
      'GET /mqtt HTTP/1.1',
      'Host: vigil',
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Version: 13',
      ...headers,
    ]
    socket.write(`${lines.join('\r\n')}\r\n\r\n`)
    const [answer] = await once(socket, 'data')
    expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /)
    await once(socket, 'close')
  })

  test('has the same limits before log-in', async () => {
    const { webPort, broker } = await startServer()
    const socket = await openSocket(webPort)
    socket.send(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]))
    await once(socket, 'close')
    expect(broker.status().closed.protocol_violation).toBe(1)
  })
})
