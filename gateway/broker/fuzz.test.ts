import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { createRandom, type SeededRandom } from '#simulators/seeded-random.ts'
import {
  connectBytes,
  packetBytes,
  publishBytes,
  RawClient,
  startBroker,
  subscribeBytes,
} from './broker-harness.suite.ts'

/**
 * Goal: no bytes end the process, hold the event loop, or leave anything behind. Method: valid
 * conversations are damaged at random, from a seed, and sent beside a healthy connection.
 */
const INPUTS = 4_000
const TOGETHER = 50
const PING_MS_MAX = 500
const SEED = 'broker 2026-11-23'

const OWN = 'devices/d2/readings'

const CONVERSATIONS: readonly (readonly Buffer[])[] = [
  [connectBytes('d2'), publishBytes(OWN, '{"lel":1}'), Buffer.from([0xc0, 0])],
  [connectBytes('d2', { clean: false }), subscribeBytes(['devices/d2/commands/#', 'a/+/b', '#'])],
  [connectBytes('d2'), publishBytes(OWN, 'x', { qos: 2, messageId: 3 }), packetBytes(0x62, [0, 3])],
  [
    connectBytes('d2'),
    packetBytes(0x40, [0, 1]),
    packetBytes(0x50, [0, 1]),
    packetBytes(0x70, [0, 1]),
  ],
  [
    connectBytes('d2', { will: { topic: OWN, payload: Buffer.from('x'), qos: 1, retain: false } }),
    publishBytes(OWN, Buffer.alloc(5_000, '{')),
    Buffer.from([0xe0, 0]),
  ],
  [connectBytes('d2', { password: Buffer.from('wrong') }), publishBytes(OWN, '1')],
]

function damage(bytes: Buffer, random: SeededRandom): Buffer {
  const damaged = Buffer.from(bytes)
  const at = random.integer(0, Math.max(0, damaged.length - 1))
  switch (random.integer(0, 6)) {
    case 0:
      damaged[at] = (damaged[at] ?? 0) ^ (1 << random.integer(0, 7))
      return damaged
    case 1:
      damaged[at] = random.integer(0, 255)
      return damaged
    case 2:
      return damaged.subarray(0, at)
    case 3:
      return Buffer.concat([damaged.subarray(0, at), noise(random, 40), damaged.subarray(at)])
    case 4:
      return Buffer.concat([damaged.subarray(0, at), damaged.subarray(at + random.integer(1, 9))])
    case 5:
      // The remaining length, where a parser believes what it is told.
      damaged[1] = random.integer(0, 255)
      return damaged
    default:
      return Buffer.concat([damaged, damaged])
  }
}

function noise(random: SeededRandom, bytesMax: number): Buffer {
  return Buffer.from([...Array(random.integer(1, bytesMax))].map(() => random.integer(0, 255)))
}

function anInput(random: SeededRandom): Buffer {
  if (random.integer(0, 19) === 0) return noise(random, 200)
  const conversation = random.pick(CONVERSATIONS)
  // Half of the time the log-in is left alone, so that the damage meets what lies behind it.
  const from = random.integer(0, 1)
  return Buffer.concat(
    conversation.map((packet, index) =>
      index >= from && random.integer(0, 1) === 0 ? damage(packet, random) : packet,
    ),
  )
}

async function send(port: number, bytes: Buffer): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('error', () => undefined)
  socket.resume()
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.end(bytes)
  await closed
}

test(`${INPUTS} damaged conversations are survived, and a healthy device does not notice`, async () => {
  const { port, broker, received, clock } = await startBroker({
    limits: { takeoversPerMinuteMax: 1_000_000 },
  })
  const random = createRandom(SEED)
  const healthy = await RawClient.login(port, 'd1', { keepalive: 0 })
  let slowestMs = 0
  for (let sent = 0; sent < INPUTS; sent += TOGETHER) {
    const inputs = [...Array(TOGETHER)].map(() => send(port, anInput(random)))
    const sentAt = performance.now()
    expect(await healthy.ping()).toMatchObject({ cmd: 'pingresp' })
    slowestMs = Math.max(slowestMs, performance.now() - sentAt)
    // Refused log-ins are waiting for their answer.
    const isOver = Promise.all(inputs).then(() => true)
    while (!(await Promise.race([isOver, healthy.ping().then(() => false)]))) clock.advance(1_000)
  }
  expect(slowestMs).toBeLessThan(PING_MS_MAX)

  const before = received.items.length
  healthy.send(publishBytes('devices/d1/readings', 'still here', { messageId: 9 }))
  let answer = await healthy.next()
  while (answer !== 'closed' && answer.cmd === 'pingresp') answer = await healthy.next()
  expect(answer).toMatchObject({ cmd: 'puback', messageId: 9 })
  expect(received.items).toHaveLength(before + 1)

  clock.advance(20_000)
  await healthy.ping()
  while (broker.status().connections > 1) await new Promise((resolve) => setImmediate(resolve))
  expect(broker.status()).toMatchObject({
    connections: 1,
    connectionsBeforeLogin: 0,
    inFlightInbound: 0,
    inFlightInboundBytes: 0,
    hookFailures: 0,
  })
  expect(broker.status().closed.broker_error).toBe(0)
})
