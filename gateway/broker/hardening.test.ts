import { once } from 'node:events'
import { connect } from 'node:net'
import type { Packet } from 'mqtt-packet'
import { describe, expect, test } from 'vitest'
import { measureMs, processorMsOf } from '../processor-time.suite.ts'
import {
  connectBytes,
  device,
  packetBytes,
  publishBytes,
  RawClient,
  startBroker,
  subscribeBytes,
  text,
  untilTrue,
} from './broker-harness.suite.ts'

/**
 * Goal: what one peer does is not felt by another. Method: a healthy connection is pinged while the
 * other one misbehaves. What is worked off between a ping and its answer is what the event loop was held for: it
 * must be no more than so many times a measure of work from the same run. The heaviest measures 7 to 14, since
 * one or two reads of a socket may lie between a ping and its answer; what grows with the square of what is sent
 * measures hundreds.
 */
const PING_RATIO_MAX = 50

/** Of all pings meanwhile, the most processor time that went by before the answer, in ms. */
async function slowestPing(healthy: RawClient, whileRunning: Promise<unknown>): Promise<number> {
  let isOver = false
  const over = whileRunning.finally(() => {
    isOver = true
  })
  let slowestMs = 0
  do {
    const heldMs = await processorMsOf(async () => {
      expect(await healthy.ping()).toMatchObject({ cmd: 'pingresp' })
    })
    slowestMs = Math.max(slowestMs, heldMs)
    await new Promise((resolve) => setImmediate(resolve))
  } while (!isOver)
  await over
  return slowestMs
}

describe('a healthy device does not notice', () => {
  test.each<[string, (client: RawClient) => Promise<unknown>]>([
    [
      'a SUBSCRIBE of 4,000 filters in a kept session',
      (client) => {
        const filters = [...Array(4_000).keys()].map((n) => `a/${n}`)
        client.send(subscribeBytes(filters))
        return client.next()
      },
    ],
    [
      'a SUBSCRIBE of 1,400 filters of its own',
      (client) => {
        const filters = [...Array(1_400).keys()].map((n) => `devices/d2/commands/${n}/+/#`)
        client.send(subscribeBytes(filters))
        return client.next()
      },
    ],
    [
      'a topic of 5,000 levels',
      (client) => {
        client.send(publishBytes('a/'.repeat(5_000), 'x'))
        return client.next()
      },
    ],
    [
      '10,000 pings at once',
      async (client) => {
        client.send(Buffer.alloc(20_000, Buffer.from([0xc0, 0])))
        for (let n = 0; n < 10_000; n += 1) await client.next()
      },
    ],
    [
      'a flood of QoS 2 without PUBREL',
      (client) => {
        const flood = [...Array(2_000).keys()].map((n) =>
          publishBytes('devices/d2/readings', 'x', { qos: 2, messageId: n + 1 }),
        )
        client.send(Buffer.concat(flood))
        return client.closed()
      },
    ],
    [
      '10,000 subscriptions and unsubscriptions',
      async (client) => {
        const one = subscribeBytes(['devices/d2/commands/#'])
        client.send(Buffer.concat([...Array(10_000)].map(() => one)))
        for (let n = 0; n < 10_000; n += 1) await client.next()
      },
    ],
  ])('%s', async (_, misbehave) => {
    const { port } = await startBroker()
    const healthy = await RawClient.login(port, 'd1')
    const client = await RawClient.login(port, 'd2', { clean: false })
    const slowestMs = await slowestPing(healthy, misbehave(client))
    expect(slowestMs / (await measureMs())).toBeLessThan(PING_RATIO_MAX)
  })

  test('a subscriber that does not read: it is closed, and others get theirs meanwhile', async () => {
    const { port, broker } = await startBroker()
    const frozen = await RawClient.login(port, 'd2')
    frozen.send(subscribeBytes(['devices/d2/commands/#'], { qos: 0 }))
    await frozen.next()
    frozen.stream.pause()
    const healthy = await RawClient.login(port, 'd1')
    healthy.send(subscribeBytes(['devices/d1/commands/#']))
    await healthy.next()

    const payload = Buffer.alloc(64 * 1024)
    let sent = 0
    let slowestMs = 0
    while (broker.isConnected(device('d2'))) {
      await broker.publishToDevice(device('d2'), 'devices/d2/commands/c', payload)
      sent += 1
      expect(sent).toBeLessThan(1_000)
      if (sent % 10 > 0) continue
      const heldMs = await processorMsOf(async () => {
        await broker.publishToDevice(device('d1'), 'devices/d1/commands/c', Buffer.from('x'))
        expect(await healthy.next()).toMatchObject({ cmd: 'publish' })
      })
      slowestMs = Math.max(slowestMs, heldMs)
    }
    expect(slowestMs / (await measureMs())).toBeLessThan(PING_RATIO_MAX)
    expect(broker.status().closed.slow_reader).toBe(1)
  })

  test('a publisher that does not read its acknowledgements: it is not read either', async () => {
    const { port, broker } = await startBroker()
    const healthy = await RawClient.login(port, 'd1')
    const deaf = connect({ port, host: '127.0.0.1' })
    await once(deaf, 'connect')
    deaf.pause()
    deaf.on('error', () => undefined)
    deaf.write(connectBytes('d2'))
    const burst = Buffer.concat(
      [...Array(2_000)].map(() => publishBytes('devices/d2/readings', '')),
    )
    let isRead = true
    for (let n = 0; n < 2_000 && isRead; n += 1) {
      if (!deaf.write(burst)) {
        const before = broker.status().publishesReceived
        for (let turn = 0; turn < 20; turn += 1) await healthy.ping()
        isRead = broker.status().publishesReceived > before
      }
    }
    expect(isRead).toBe(false)
    const slowestMs = await slowestPing(healthy, Promise.resolve())
    expect(slowestMs / (await measureMs())).toBeLessThan(PING_RATIO_MAX)
    deaf.destroy()
  })
})

describe('a burst waits its turn, whatever it is of', () => {
  const BURST = 2_000
  const own = 'devices/d1/readings'
  const bursts: readonly (readonly [string, (messageId: number) => Buffer, string | null])[] = [
    [
      'SUBSCRIBE',
      (messageId) => subscribeBytes(['devices/d1/commands/#'], { messageId }),
      'suback',
    ],
    [
      'UNSUBSCRIBE',
      (messageId) => packetBytes(0xa2, Buffer.concat([identifier(messageId), text('a')])),
      'unsuback',
    ],
    ['PINGREQ', () => Buffer.from([0xc0, 0]), 'pingresp'],
    ['PUBACK', (messageId) => packetBytes(0x40, identifier(messageId)), null],
    ['PUBREL', (messageId) => packetBytes(0x62, identifier(messageId)), 'pubcomp'],
    [
      'a PUBLISH that is refused',
      (messageId) => publishBytes(own, '', { messageId, retain: true }),
      'puback',
    ],
    [
      'a PUBLISH that is known already',
      () => publishBytes(own, '', { qos: 2, dup: true }),
      'pubrec',
    ],
  ]
  test.each(bursts)('%s', async (_, packet, answer) => {
    const { port, received } = await startBroker({ limits: { inboundPerTurnMax: 10 } })
    const [greedy, other] = [await RawClient.login(port, 'd1'), await RawClient.login(port, 'd2')]
    // Taken once; the bursts of it after that are not.
    greedy.send(publishBytes(own, 'first', { qos: 2 }))
    expect(await greedy.next()).toMatchObject({ cmd: 'pubrec' })
    const ids = Array.from({ length: BURST }, (_, index) => index + 2)
    greedy.send(Buffer.concat([...ids.map(packet), publishBytes(own, 'last', { messageId: 1 })]))
    other.send(publishBytes('devices/d2/readings', 'alarm'))
    const heard = (await received.count(3)).map(({ payload }) => payload.toString())
    expect(heard).toEqual(['first', 'alarm', 'last'])
    // In the order in which it was sent, and none is left out.
    const answers: Packet[] = []
    for (const _ of answer === null ? [] : ids) {
      const packet = await greedy.next()
      if (packet !== 'closed') answers.push(packet)
    }
    expect(new Set(answers.map(({ cmd }) => cmd))).toEqual(new Set(answer === null ? [] : [answer]))
    if (answer === 'suback' || answer === 'unsuback') {
      expect(answers.map(({ messageId }) => messageId)).toEqual(ids)
    }
    expect(await greedy.next()).toMatchObject({ cmd: 'puback', messageId: 1 })
  })

  function identifier(messageId: number): Buffer {
    return Buffer.from([messageId >> 8, messageId & 0xff])
  }
})

describe('memory is not given for the asking', () => {
  test('a PUBLISH declared beyond the limit is closed at its header', async () => {
    const { port, broker } = await startBroker()
    const client = await RawClient.login(port, 'd1')
    client.send([0x32, 0xff, 0xff, 0xff, 0x7f])
    expect(await client.next()).toBe('closed')
    expect(broker.status().closed.protocol_violation).toBe(1)
  })

  test.each([
    ['SUBSCRIBE', 0x82],
    ['UNSUBSCRIBE', 0xa2],
    ['PUBACK', 0x40],
    ['PINGREQ', 0xc0],
    ['DISCONNECT', 0xe0],
    ['CONNECT', 0x10],
  ])('a %s declared larger than it may be is closed at its header', async (_, firstByte) => {
    const { port } = await startBroker()
    const client = await RawClient.login(port, 'd1')
    client.send([firstByte, 0x81, 0x80, 0x04])
    expect(await client.next()).toBe('closed')
  })

  test('of a large PUBLISH that is read past, nothing but its head is kept', async () => {
    const { port, refused } = await startBroker()
    const client = await RawClient.login(port, 'd1')
    client.send(publishBytes('devices/d1/readings', Buffer.alloc(3 * 1024 * 1024)))
    expect(await client.next()).toMatchObject({ cmd: 'puback' })
    expect(refused.items[0]?.payload.length).toBeLessThan(5_000)
  })
})

describe('fifty devices on each other’s topics', () => {
  test('reach nothing but their own', async () => {
    const { port, received, refused, broker } = await startBroker({
      limits: { refusedPublishesPerMinuteMax: 1_000 },
    })
    const ids = [...Array(50).keys()].map((n) => `d${n}`)
    const clients = await Promise.all(ids.map((id) => RawClient.login(port, id, { keepalive: 0 })))
    for (const client of clients) {
      client.send(subscribeBytes(ids.slice(0, 25).map((id) => `devices/${id}/commands/#`)))
      client.send(subscribeBytes(ids.slice(25).map((id) => `devices/${id}/commands/#`)))
      const granted = await grantedBy(client)
      expect(granted).toBe(1)
      client.send(
        Buffer.concat(ids.map((id) => publishBytes(`devices/${id}/readings`, 'x', { qos: 0 }))),
      )
      await client.ping()
    }
    expect(received.items).toHaveLength(50)
    expect(received.items.every((it) => it.topicName === `devices/${it.deviceId}/readings`)).toBe(
      true,
    )
    expect(refused.items).toHaveLength(50 * 49)
    for (const [index, id] of ids.entries()) {
      await broker.publishToDevice(device(id), `devices/${id}/commands/c`, Buffer.from(id))
      expect(await clients[index]?.next()).toMatchObject({
        cmd: 'publish',
        payload: Buffer.from(id),
      })
    }
    for (const client of clients) expect(await client.ping()).toMatchObject({ cmd: 'pingresp' })
  })
})

async function grantedBy(client: RawClient): Promise<number> {
  let granted = 0
  for (let n = 0; n < 2; n += 1) {
    const suback = await client.next()
    if (suback === 'closed' || suback.cmd !== 'suback') throw new Error('no SUBACK')
    granted += suback.granted.filter((code) => code !== 0x80).length
  }
  return granted
}

describe('time that was not ours', () => {
  test('a clock set a day ahead ends no connection and no session', async () => {
    const { port, broker, clock } = await startBroker()
    const client = await RawClient.login(port, 'd1', { clean: false, keepalive: 10 })
    const away = await RawClient.login(port, 'd2', { clean: false })
    away.send([0xe0, 0])
    await away.closed()
    await untilTrue(() => broker.status().sessionsAway > 0)
    clock.jump(24 * 3_600_000)
    expect(await client.ping()).toMatchObject({ cmd: 'pingresp' })
    expect(broker.status().sessionsAway).toBe(1)
  })
})
