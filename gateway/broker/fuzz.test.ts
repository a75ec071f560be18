import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { createRandom, type SeededRandom } from '#simulators/seeded-random.ts'
import { measureMs, processorMsOf } from '../processor-time.suite.ts'
import {
  connectBytes,
  packetBytes,
  publishBytes,
  RawClient,
  startBroker,
  subscribeBytes,
  untilTrue,
} from './broker-harness.suite.ts'

/**
 * Goal: no bytes end the process, hold the event loop, or leave anything behind. Method: valid
 * conversations are damaged at random, from a seed, and sent beside a healthy connection.
 */
const INPUTS = 4_000
const TOGETHER = 50
/** Against a measure of work from the same run, in processor time. */
const PING_RATIO_MAX = 25
const SEED = 'broker 2026-11-23'

function conversationsOf(deviceId: string): readonly (readonly Buffer[])[] {
  const own = `devices/${deviceId}/readings`
  const will = { topic: own, payload: Buffer.from('x'), qos: 1 as const, retain: false }
  const filters = [`devices/${deviceId}/commands/#`, 'a/+/b', '#']
  return [
    [connectBytes(deviceId), publishBytes(own, '{"lel":1}'), Buffer.from([0xc0, 0])],
    [connectBytes(deviceId, { clean: false }), subscribeBytes(filters), subscribeBytes(filters)],
    [
      connectBytes(deviceId, { will }),
      publishBytes(own, 'x', { qos: 2, messageId: 3 }),
      packetBytes(0x62, [0, 3]),
    ],
    [connectBytes(deviceId), ...[0x40, 0x50, 0x70].map((type) => packetBytes(type, [0, 1]))],
    [connectBytes(deviceId), publishBytes(own, Buffer.alloc(5_000, '{')), Buffer.from([0xe0, 0])],
    [connectBytes(deviceId, { password: Buffer.from('wrong') }), publishBytes(own, '1')],
  ]
}

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

function anInput(deviceId: string, random: SeededRandom): Buffer {
  if (random.integer(0, 19) === 0) return noise(random, 200)
  const conversation = random.pick(conversationsOf(deviceId))
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
    limits: {
      takeoversPerMinuteMax: 1_000_000,
      // Every conversation must come to its end by itself, not by a deadline.
      connectDurationMsMax: 1e12,
      idleDurationMsMax: 1e12,
      loginFailureDelayMsMin: 0,
    },
  })
  const random = createRandom(SEED)
  const healthy = await RawClient.login(port, 'd1', { keepalive: 0 })
  let slowestMs = 0
  for (let sent = 0; sent < INPUTS; sent += TOGETHER) {
    let open = TOGETHER
    for (let n = 0; n < TOGETHER; n += 1)
      void send(port, anInput(`d${n + 2}`, random)).then(() => (open -= 1))
    const heldMs = await processorMsOf(async () => {
      expect(await healthy.ping()).toMatchObject({ cmd: 'pingresp' })
    })
    slowestMs = Math.max(slowestMs, heldMs)
    await untilTrue(() => {
      // A refused log-in is answered at the next step of time.
      clock.advance(250)
      return open === 0
    })
  }
  expect(slowestMs / (await measureMs())).toBeLessThan(PING_RATIO_MAX)

  const before = received.items.length
  healthy.send(publishBytes('devices/d1/readings', 'still here', { messageId: 9 }))
  expect(await healthy.next()).toMatchObject({ cmd: 'puback', messageId: 9 })
  expect(received.items).toHaveLength(before + 1)
  await untilTrue(() => broker.status().connections === 1)
  expect(broker.status()).toMatchObject({
    connectionsBeforeLogin: 0,
    inFlightInbound: 0,
    inFlightInboundBytes: 0,
    hookFailures: 0,
    closed: { broker_error: 0, keep_alive_expired: 0 },
  })
  // The damage has met more than the door.
  expect(broker.status().loginsAccepted).toBeGreaterThan(INPUTS / 4)
})
