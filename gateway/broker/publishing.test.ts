import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { device, Heard, publishBytes, RawClient, startBroker } from './broker-harness.suite.ts'
import type { ReceivedMessage } from './broker-options.ts'

const TOPIC = 'devices/d1/readings'

/** A store that settles messages when and as the test says. */
function openEnded() {
  const heard = new Heard<{ message: string; keep: () => void; fail: () => void }>()
  const publishReceived = (message: ReceivedMessage) =>
    new Promise<void>((resolve, reject) => {
      heard.add({
        message: message.payload.toString(),
        keep: resolve,
        fail: () => reject(new Error('disk')),
      })
    })
  return { waiting: heard.items, heard, publishReceived }
}

describe('PUBACK', () => {
  test('follows when the message is durable; until then pings are answered', async () => {
    const store = openEnded()
    const { port, broker } = await startBroker({ publishReceived: store.publishReceived })
    const client = await RawClient.login(port, 'd1')
    client.send(publishBytes(TOPIC, '{"lel":1}', { messageId: 7 }))
    expect(await client.ping()).toMatchObject({ cmd: 'pingresp' })
    expect(broker.status()).toMatchObject({ inFlightInbound: 1, publishesAcknowledged: 0 })
    store.waiting[0]?.keep()
    expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 7 })
    expect(broker.status()).toMatchObject({ inFlightInbound: 0, publishesAcknowledged: 1 })
  })

  test('comes in the order of the messages, whatever the order of the store', async () => {
    const store = openEnded()
    const { port } = await startBroker({ publishReceived: store.publishReceived })
    const client = await RawClient.login(port, 'd1')
    const order = fc.sample(fc.shuffledSubarray([...Array(50).keys()], { minLength: 50 }), {
      numRuns: 1,
      seed: 4,
    })[0]
    client.send(
      Buffer.concat(
        [...Array(50).keys()].map((n) => publishBytes(TOPIC, `${n}`, { messageId: n + 1 })),
      ),
    )
    await client.ping()
    expect(store.waiting.map((it) => it.message)).toEqual([...Array(50).keys()].map(String))
    for (const index of order ?? []) {
      store.waiting[index]?.keep()
      await Promise.resolve()
    }
    for (let messageId = 1; messageId <= 50; messageId += 1) {
      expect(await client.next()).toMatchObject({ cmd: 'puback', messageId })
    }
  })

  test('is not given when the store fails: those before are acknowledged, then the line is closed', async () => {
    const store = openEnded()
    const { port, broker } = await startBroker({ publishReceived: store.publishReceived })
    const client = await RawClient.login(port, 'd1')
    for (const messageId of [1, 2, 3]) client.send(publishBytes(TOPIC, '1', { messageId }))
    await client.ping()
    store.waiting[2]?.keep()
    store.waiting[1]?.fail()
    store.waiting[0]?.keep()
    expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 1 })
    expect(await client.next()).toBe('closed')
    expect(broker.status()).toMatchObject({ publishesFailed: 1, closed: { store_failed: 1 } })
  })

  test('is not given when the store fails: what the device sends after it is not read any more', async () => {
    const first: ((error: unknown) => void)[] = []
    let refused = 0
    const { port } = await startBroker({
      take(_message, settled) {
        if (first.length === 0) first.push(settled)
        else {
          refused += 1
          settled(new Error('full'))
        }
      },
    })
    const client = await RawClient.login(port, 'd1')
    const many = Array.from({ length: 500 }, (_, n) =>
      publishBytes(TOPIC, '1', { messageId: n + 1 }),
    )
    client.send(Buffer.concat(many))
    await expect.poll(() => refused).toBe(1)
    first[0]?.(null)
    expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 1 })
    expect(await client.next()).toBe('closed')
    expect(refused).toBe(1)
  })

  test('is not given when the callback throws instead of rejecting', async () => {
    const { port } = await startBroker({
      publishReceived: () => {
        throw new Error('a bug')
      },
    })
    const client = await RawClient.login(port, 'd1')
    client.send(publishBytes(TOPIC, '1'))
    expect(await client.next()).toBe('closed')
  })

  test('of what one commit settles leaves in one write', async () => {
    const store = openEnded()
    const { port } = await startBroker({ publishReceived: store.publishReceived })
    const client = await RawClient.login(port, 'd1')
    for (let messageId = 1; messageId <= 100; messageId += 1) {
      client.send(publishBytes(TOPIC, '1', { messageId }))
    }
    await client.ping()
    const chunks: number[] = []
    client.stream.on('data', (chunk: Buffer) => chunks.push(chunk.length))
    for (const { keep } of store.waiting) keep()
    for (let messageId = 1; messageId <= 100; messageId += 1) await client.next()
    expect(chunks).toEqual([400])
  })
})

test('devices wait, and none is refused, while too much of all has not settled', async () => {
  const store = openEnded()
  const backlog = () => store.waiting.length / 10
  const { port, broker } = await startBroker({ publishReceived: store.publishReceived, backlog })
  const client = await RawClient.login(port, 'd1')
  const many = Array.from({ length: 60 }, (_, n) =>
    publishBytes(TOPIC, `${n}`, { messageId: n + 1 }),
  )
  client.send(Buffer.concat(many))
  // The eleventh finds ten before it.
  await expect.poll(() => store.waiting.length).toBe(11)
  const settle = (count: number) => {
    for (const { keep } of store.waiting.splice(0, count)) keep()
  }
  settle(5)
  for (let messageId = 1; messageId <= 5; messageId += 1) {
    expect(await client.next()).toMatchObject({ cmd: 'puback', messageId })
  }
  expect(store.waiting).toHaveLength(6)
  for (let messageId = 6; messageId <= 60; messageId += 1) {
    settle(1)
    expect(await client.next()).toMatchObject({ cmd: 'puback', messageId })
    expect(store.waiting.length).toBeLessThanOrEqual(11)
  }
  expect(broker.status()).toMatchObject({ publishesFailed: 0, inFlightInbound: 0 })
})

test('a QoS 0 message is received, and its loss closes nothing', async () => {
  const store = openEnded()
  const { port } = await startBroker({ publishReceived: store.publishReceived })
  const client = await RawClient.login(port, 'd1')
  client.send(publishBytes(TOPIC, 'x', { qos: 0 }))
  await client.ping()
  store.waiting[0]?.fail()
  expect(await client.ping()).toMatchObject({ cmd: 'pingresp' })
})

test('what arrives carries the device, the topic, the payload and the time of arrival', async () => {
  const { port, received, clock } = await startBroker()
  const client = await RawClient.login(port, 'd1')
  client.send(publishBytes('devices/d1/commands/c-1/reply', '{"ok":true}'))
  client.send(publishBytes(TOPIC, Buffer.alloc(0), { messageId: 2 }))
  expect(await received.count(2)).toEqual([
    {
      deviceId: 'd1',
      topicName: 'devices/d1/commands/c-1/reply',
      payload: Buffer.from('{"ok":true}'),
      arrivedAtMs: clock.nowMs(),
      isWill: false,
    },
    expect.objectContaining({ topicName: TOPIC, payload: Buffer.alloc(0) }),
  ])
})

describe('QoS 2', () => {
  test('is taken once, however often it is sent before PUBREL', async () => {
    const { port, received } = await startBroker()
    const client = await RawClient.login(port, 'd1')
    for (const dup of [false, true, true]) {
      client.send(publishBytes(TOPIC, '1', { qos: 2, messageId: 9, dup }))
      expect(await client.next()).toMatchObject({ cmd: 'pubrec', messageId: 9 })
    }
    client.send([0x62, 2, 0, 9])
    expect(await client.next()).toMatchObject({ cmd: 'pubcomp', messageId: 9 })
    expect(received.items).toHaveLength(1)
    client.send(publishBytes(TOPIC, '2', { qos: 2, messageId: 9 }))
    expect(await client.next()).toMatchObject({ cmd: 'pubrec', messageId: 9 })
    expect(received.items).toHaveLength(2)
  })

  test('is remembered over a reconnect of a kept session [MQTT-4.3.3-2]', async () => {
    const { port, received } = await startBroker()
    const first = await RawClient.login(port, 'd1', { clean: false })
    first.send(publishBytes(TOPIC, '1', { qos: 2, messageId: 9 }))
    await first.next()
    first.stream.destroy()
    const second = await RawClient.login(port, 'd1', { clean: false })
    second.send(publishBytes(TOPIC, '1', { qos: 2, messageId: 9, dup: true }))
    expect(await second.next()).toMatchObject({ cmd: 'pubrec', messageId: 9 })
    expect(received.items).toHaveLength(1)
  })

  test('a PUBREL for an unknown identifier is answered', async () => {
    const { port } = await startBroker()
    const client = await RawClient.login(port, 'd1')
    client.send([0x62, 2, 0, 42])
    expect(await client.next()).toMatchObject({ cmd: 'pubcomp', messageId: 42 })
  })

  test('so many without PUBREL close the connection', async () => {
    const { port } = await startBroker({ limits: { inFlightQos2Max: 5 } })
    const client = await RawClient.login(port, 'd1')
    for (let messageId = 1; messageId <= 6; messageId += 1) {
      client.send(publishBytes(TOPIC, '1', { qos: 2, messageId }))
    }
    await client.closed()
  })
})

describe('a message that is put aside', () => {
  test.each([
    ['another device', 'devices/d2/readings', {}, 'foreign_topic'],
    ['another device’s reply', 'devices/d2/commands/c/reply', {}, 'foreign_topic'],
    ['nobody', 'devices/d1/status', {}, 'unknown_topic'],
    ['an empty level', 'devices/d1/commands//reply', {}, 'unknown_topic'],
    ['a command to itself', 'devices/d1/commands/c', {}, 'unknown_topic'],
    ['its id in another case', 'devices/D1/readings', {}, 'foreign_topic'],
    ['the broker', '$SYS/broker', {}, 'reserved_topic'],
    ['many levels', '/'.repeat(5_000), {}, 'topic_too_long'],
    ['a replacement character', 'devices/d1/read\ufffdngs', {}, 'unknown_topic'],
    ['its own topic, retained', TOPIC, { retain: true }, 'retained'],
  ] as const)('for %s is acknowledged and shown', async (_, topic, options, reason) => {
    const { port, refused, received } = await startBroker()
    const client = await RawClient.login(port, 'd1')
    client.send(publishBytes(topic, 'x', { messageId: 5, ...options }))
    expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 5 })
    expect(refused.items).toMatchObject([{ deviceId: 'd1', reason }])
    expect(refused.items[0]?.topicName.length).toBeLessThanOrEqual(256)
    expect(received.items).toEqual([])
    expect(await client.ping()).toMatchObject({ cmd: 'pingresp' })
  })

  test('at QoS 2 goes through the whole exchange', async () => {
    const { port, refused } = await startBroker()
    const client = await RawClient.login(port, 'd1')
    client.send(publishBytes('nowhere', 'x', { qos: 2, messageId: 3 }))
    expect(await client.next()).toMatchObject({ cmd: 'pubrec', messageId: 3 })
    client.send([0x62, 2, 0, 3])
    expect(await client.next()).toMatchObject({ cmd: 'pubcomp', messageId: 3 })
    expect(refused.items).toHaveLength(1)
  })

  test('for being too large is read past, and the next one is taken', async () => {
    const { port, refused, received } = await startBroker()
    const client = await RawClient.login(port, 'd1')
    client.send(publishBytes(TOPIC, Buffer.alloc(1024 * 1024, 'a'), { messageId: 5 }))
    client.send(publishBytes(TOPIC, '1', { messageId: 6 }))
    expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 5 })
    expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 6 })
    expect(refused.items).toMatchObject([{ reason: 'payload_too_large', topicName: TOPIC }])
    expect(refused.items[0]?.payload.length).toBeLessThan(8 * 1024)
    expect(received.items).toHaveLength(1)
  })

  test('too often closes the connection; next minute it may come again', async () => {
    const { port, clock, broker } = await startBroker({
      limits: { refusedPublishesPerMinuteMax: 10 },
    })
    const client = await RawClient.login(port, 'd1', { keepalive: 600 })
    for (let n = 0; n < 10; n += 1) client.send(publishBytes('nowhere', 'x', { qos: 0 }))
    await client.ping()
    clock.advance(60_000)
    client.send(publishBytes('nowhere', 'x', { qos: 0 }))
    expect(await client.ping()).toMatchObject({ cmd: 'pingresp' })
    for (let n = 0; n < 10; n += 1) client.send(publishBytes('nowhere', 'x', { qos: 0 }))
    await client.closed()
    expect(broker.status().closed.refused_too_often).toBe(1)
  })

  test('does no harm when the callback throws', async () => {
    const { port, broker } = await startBroker({
      publishRefused: () => {
        throw new Error('a bug')
      },
    })
    const client = await RawClient.login(port, 'd1')
    client.send(publishBytes('nowhere', 'x', { messageId: 5 }))
    expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 5 })
    expect(broker.status().hookFailures).toBe(1)
  })
})

describe('a store that stands still', () => {
  test('stops the reading of a device at its limit, and goes on by itself', async () => {
    const store = openEnded()
    const { port } = await startBroker({
      publishReceived: store.publishReceived,
      limits: { inFlightInboundMax: 10 },
    })
    const client = await RawClient.login(port, 'd1')
    const bytes = [...Array(25).keys()].map((n) =>
      publishBytes(TOPIC, `${n}`, { messageId: n + 1 }),
    )
    client.send(Buffer.concat(bytes))
    const other = await RawClient.login(port, 'd2')
    expect(await other.ping()).toMatchObject({ cmd: 'pingresp' })
    expect(store.waiting).toHaveLength(10)
    for (let messageId = 1; messageId <= 25; messageId += 1) {
      store.waiting[messageId - 1]?.keep()
      expect(await client.next()).toMatchObject({ cmd: 'puback', messageId })
    }
  })

  test('stops all readings at the limit of all, and goes on by itself', async () => {
    const store = openEnded()
    const { port } = await startBroker({
      publishReceived: store.publishReceived,
      limits: { inFlightInboundBytesTotalMax: 100 },
    })
    const [one, two] = [await RawClient.login(port, 'd1'), await RawClient.login(port, 'd2')]
    one.send(publishBytes(TOPIC, 'a'.repeat(100), { messageId: 1 }))
    await store.heard.count(1)
    two.send(publishBytes('devices/d2/readings', 'b', { messageId: 2 }))
    const three = await RawClient.login(port, 'd3')
    expect(store.waiting).toHaveLength(1)
    store.waiting[0]?.keep()
    expect(await two.ping()).toMatchObject({ cmd: 'pingresp' })
    expect(await three.ping()).toMatchObject({ cmd: 'pingresp' })
    expect(store.waiting.map((it) => it.message)).toEqual(['a'.repeat(100), 'b'])
  })

  test('does not make a device look silent that is not being read', async () => {
    const store = openEnded()
    const { port, clock, broker } = await startBroker({
      publishReceived: store.publishReceived,
      limits: { inFlightInboundMax: 1 },
    })
    const client = await RawClient.login(port, 'd1', { keepalive: 10 })
    client.send(publishBytes(TOPIC, '1'))
    await store.heard.count(1)
    client.send([0xc0, 0])
    clock.advance(120_000)
    expect(broker.isConnected(device('d1'))).toBe(true)
    store.waiting[0]?.keep()
    const answers = [await client.next(), await client.next()]
    expect(answers).toContainEqual(expect.objectContaining({ cmd: 'puback' }))
    expect(answers).toContainEqual(expect.objectContaining({ cmd: 'pingresp' }))
  })
})

test('stopping waits for what is on its way to the disk, acknowledges it, and then closes', async () => {
  const store = openEnded()
  const { port, broker } = await startBroker({ publishReceived: store.publishReceived })
  const client = await RawClient.login(port, 'd1')
  client.send(publishBytes(TOPIC, '1', { messageId: 3 }))
  await client.ping()
  const stopped = broker.stop()
  store.waiting[0]?.keep()
  expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 3 })
  expect(await Promise.all([client.next(), stopped])).toEqual(['closed', undefined])
})
