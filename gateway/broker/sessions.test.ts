import { describe, expect, test } from 'vitest'
import {
  connectBytes,
  device,
  packetBytes,
  RawClient,
  startBroker,
  subscribeBytes,
  text,
  untilTrue,
} from './broker-harness.suite.ts'

const ALL = 'devices/d1/commands/#'
const D1 = device('d1')

async function subscribed(port: number, packet: { clean?: boolean; clientId?: string } = {}) {
  const client = await RawClient.login(port, 'd1', packet)
  client.send(subscribeBytes([ALL]))
  await client.next()
  return client
}

const command = (name: string) => [`devices/d1/commands/${name}`, Buffer.from(name)] as const

/** The broker has noticed that nobody is there. */
async function left(broker: { isConnected(id: typeof D1): boolean }): Promise<void> {
  await untilTrue(() => !broker.isConnected(D1))
}

describe('publishToDevice', () => {
  test('reaches every connection that listens, at the QoS it was granted', async () => {
    const { port, broker } = await startBroker()
    const one = await subscribed(port, { clientId: 'a' })
    const two = await RawClient.login(port, 'd1', { clientId: 'b' })
    two.send(subscribeBytes(['devices/d1/commands/+'], { qos: 0 }))
    await two.next()
    expect(await broker.publishToDevice(D1, ...command('c1'))).toBe('sent')
    expect(await one.next()).toMatchObject({
      cmd: 'publish',
      topic: 'devices/d1/commands/c1',
      payload: Buffer.from('c1'),
      qos: 1,
      retain: false,
      dup: false,
    })
    expect(await two.next()).toMatchObject({ cmd: 'publish', qos: 0 })
  })

  test('reaches a connection once, however many of its filters match', async () => {
    const { port, broker } = await startBroker()
    const client = await RawClient.login(port, 'd1')
    client.send(subscribeBytes([ALL, 'devices/d1/commands/+', 'devices/d1/commands/c1']))
    await client.next()
    await broker.publishToDevice(D1, ...command('c1'))
    expect(await client.next()).toMatchObject({ cmd: 'publish' })
    expect(await client.ping()).toMatchObject({ cmd: 'pingresp' })
  })

  test.each([
    ['nobody is connected', [], 'no_subscriber'],
    ['the device does not listen', ['devices/d1/commands/other'], 'no_subscriber'],
  ] as const)('says so when %s', async (_, filters, outcome) => {
    const { port, broker } = await startBroker()
    if (filters.length > 0) {
      const client = await RawClient.login(port, 'd1')
      client.send(subscribeBytes(filters))
      await client.next()
    }
    expect(await broker.publishToDevice(D1, ...command('c1'))).toBe(outcome)
  })

  test('does not reach a device whose subscription was refused, connected or away', async () => {
    const { port, broker } = await startBroker()
    await subscribed(port)
    const other = await RawClient.login(port, 'd2', { clean: false })
    other.send(subscribeBytes([ALL, '#', 'devices/+/commands/#']))
    await other.next()
    await broker.publishToDevice(D1, ...command('c1'))
    expect(await other.ping()).toMatchObject({ cmd: 'pingresp' })
    other.stream.destroy()
    await untilTrue(() => broker.status().sessionsAway > 0)
    await broker.publishToDevice(D1, ...command('c2'))
    const again = await RawClient.login(port, 'd2', { clean: false })
    expect(await again.ping()).toMatchObject({ cmd: 'pingresp' })
  })

  test('no longer reaches who has unsubscribed', async () => {
    const { port, broker } = await startBroker()
    const client = await subscribed(port)
    client.send(packetBytes(0xa2, Buffer.concat([Buffer.from([0, 2]), text(ALL)])))
    await client.next()
    expect(await broker.publishToDevice(D1, ...command('c1'))).toBe('no_subscriber')
  })
})

describe('a kept session', () => {
  test('says that it was present, also without subscriptions [MQTT-3.2.2-2]', async () => {
    const { port, broker } = await startBroker()
    for (const [clean, sessionPresent] of [
      [true, false],
      [false, false],
      [false, true],
      [true, false],
      [false, false],
    ]) {
      const client = await RawClient.open(port)
      client.send(connectBytes('d1', { clean: clean === true }))
      expect(await client.next()).toMatchObject({ returnCode: 0, sessionPresent })
      client.send([0xe0, 0])
      await client.closed()
      await left(broker)
    }
  })

  test('gets what was sent while it was away, in order, and what it had not acknowledged with DUP', async () => {
    const { port, broker } = await startBroker()
    const first = await subscribed(port, { clean: false })
    await broker.publishToDevice(D1, ...command('c1'))
    const sent = await first.next()
    expect(sent).toMatchObject({ cmd: 'publish', dup: false })
    first.stream.destroy()
    await left(broker)
    expect(await broker.publishToDevice(D1, ...command('c2'))).toBe('queued')
    expect(await broker.publishToDevice(D1, ...command('c3'))).toBe('queued')

    const second = await RawClient.login(port, 'd1', { clean: false })
    const again = [await second.next(), await second.next(), await second.next()]
    expect(again).toMatchObject([
      {
        payload: Buffer.from('c1'),
        dup: true,
        messageId: (sent as { messageId: number }).messageId,
      },
      { payload: Buffer.from('c2'), dup: false },
      { payload: Buffer.from('c3'), dup: false },
    ])
    for (const message of again) {
      const { messageId } = message as { messageId: number }
      second.send([0x40, 2, messageId >> 8, messageId & 0xff])
    }
    await second.ping()
    second.stream.destroy()
    await left(broker)
    const third = await RawClient.login(port, 'd1', { clean: false })
    expect(await third.ping()).toMatchObject({ cmd: 'pingresp' })
    expect(broker.status().offlineQueueBytes).toBe(0)
  })

  test('holds so many messages and no more', async () => {
    const { port, broker } = await startBroker({ limits: { offlineQueueMessagesMax: 3 } })
    const client = await subscribed(port, { clean: false })
    client.stream.destroy()
    await left(broker)
    const outcomes: string[] = []
    for (const name of ['a', 'b', 'c', 'd']) {
      outcomes.push(await broker.publishToDevice(D1, ...command(name)))
    }
    expect(outcomes).toEqual(['queued', 'queued', 'queued', 'queue_full'])
    expect(broker.status().offlineMessagesDropped).toBe(1)
  })

  test('holds no more either while its device is connected and acknowledges nothing', async () => {
    const { port, broker } = await startBroker({ limits: { offlineQueueMessagesMax: 2 } })
    const client = await subscribed(port, { clean: false })
    const outcomes: string[] = []
    for (const name of ['a', 'b', 'c']) {
      outcomes.push(await broker.publishToDevice(D1, ...command(name)))
    }
    expect(outcomes).toEqual(['sent', 'sent', 'queue_full'])
    await client.next()
    await client.next()
    expect(await client.ping()).toMatchObject({ cmd: 'pingresp' })
  })

  test('holds so many bytes, alone and with all others', async () => {
    for (const limits of [{ offlineQueueBytesMax: 2_000 }, { offlineQueueBytesTotalMax: 2_000 }]) {
      const { port, broker } = await startBroker({ limits })
      const client = await subscribed(port, { clean: false })
      client.stream.destroy()
      await left(broker)
      const payload = Buffer.alloc(1_000)
      expect(await broker.publishToDevice(D1, 'devices/d1/commands/c', payload)).toBe('queued')
      expect(await broker.publishToDevice(D1, 'devices/d1/commands/c', payload)).toBe('queue_full')
    }
  })

  test('ends a day after its device left, not before', async () => {
    const { port, broker, clock } = await startBroker({ limits: { sessionExpiryMs: 60_000 } })
    const client = await subscribed(port, { clean: false })
    client.stream.destroy()
    await left(broker)
    await broker.publishToDevice(D1, ...command('c'))
    clock.advance(59_000)
    expect(broker.status().sessionsAway).toBe(1)
    clock.advance(2_000)
    expect(broker.status()).toMatchObject({ sessionsAway: 0, offlineQueueBytes: 0 })
  })

  test('is one of so many a device, and of so many in all; the oldest goes', async () => {
    const { port, broker } = await startBroker({
      limits: { sessionsAwayPerDeviceMax: 2, sessionsAwayMax: 3 },
    })
    for (const [deviceId, clientId] of [
      ['d1', 'a'],
      ['d1', 'b'],
      ['d1', 'c'],
      ['d2', 'a'],
      ['d3', 'a'],
    ] as const) {
      const client = await RawClient.login(port, deviceId, { clean: false, clientId })
      client.send([0xe0, 0])
      await client.closed()
      await untilTrue(() => broker.status().connections === 0)
    }
    expect(broker.status().sessionsAway).toBe(3)
    const present = async (deviceId: string, clientId: string) => {
      const client = await RawClient.open(port)
      client.send(connectBytes(deviceId, { clean: false, clientId }))
      return client.next()
    }
    expect(await present('d1', 'a')).toMatchObject({ sessionPresent: false })
    expect(await present('d1', 'c')).toMatchObject({ sessionPresent: true })
    expect(await present('d3', 'a')).toMatchObject({ sessionPresent: true })
  })

  test('goes with its device when that is deleted', async () => {
    const { port, broker } = await startBroker()
    const client = await subscribed(port, { clean: false })
    broker.disconnectDevice(D1, 'device_deleted')
    await client.closed()
    expect(broker.status().sessionsAway).toBe(0)
    expect(await broker.publishToDevice(D1, ...command('c'))).toBe('no_subscriber')
  })
})
