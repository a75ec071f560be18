import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect as connectTls } from 'node:tls'
import { describe, expect, test } from 'vitest'
import {
  connectBytes,
  device,
  publishBytes,
  RawClient,
  startBroker,
  subscribeBytes,
  tokenOf,
  untilTrue,
} from './broker-harness.suite.ts'

describe('a wrong credential', () => {
  test.each([
    ['an unknown user', { username: 'x1', password: Buffer.from('x') }, 4],
    ['a wrong password', { username: 'd1', password: Buffer.from('x') }, 4],
    ['another device’s password', { username: 'd1', password: Buffer.from(tokenOf('d2')) }, 4],
    ['no password', { username: 'd1', password: undefined }, 5],
    ['nothing at all', { username: undefined, password: undefined }, 5],
  ] as const)('(%s) is answered, late', async (_, credential, returnCode) => {
    const { port, clock, broker } = await startBroker()
    const client = await RawClient.open(port)
    client.send(connectBytes('d1', credential as never))
    await untilTrue(() => broker.status().loginsRefused === 1)
    clock.advance(250)
    expect(await client.next()).toMatchObject({ cmd: 'connack', returnCode })
    expect(await client.next()).toBe('closed')
  })

  test('waits longer each time, and a right one not at all', async () => {
    const { port, clock, broker } = await startBroker()
    for (const delayMs of [250, 500, 1_000, 2_000, 4_000, 8_000, 8_000]) {
      const client = await RawClient.open(port)
      const refused = broker.status().closed.login_refused
      client.send(connectBytes('d1', { password: Buffer.from('guess') }))
      const before = broker.status().loginsRefused
      await untilTrue(() => broker.status().loginsRefused === before + 1)
      clock.advance(delayMs - 250)
      expect(broker.status().closed.login_refused).toBe(refused)
      await RawClient.login(port, 'd1')
      clock.advance(250)
      expect(await client.next()).toMatchObject({ cmd: 'connack', returnCode: 4 })
    }
  })

  test('is looked at ten times a minute, and the device itself still gets in', async () => {
    const { port, clock, broker, lookedAt } = await startBroker()
    await RawClient.login(port, 'd1')
    for (let n = 1; n <= 40; n += 1) {
      const guess = await RawClient.open(port)
      guess.send(connectBytes('d1', { password: Buffer.from(`guess ${n}`) }))
      await untilTrue(() => broker.status().loginsRefused === n)
    }
    expect(lookedAt).toHaveLength(11)
    expect(broker.status().loginsRefusedUnseen).toBe(30)
    await RawClient.login(port, 'd1')
    await RawClient.login(port, 'd2')
    clock.advance(60_000)
    const guess = await RawClient.open(port)
    guess.send(connectBytes('d1', { password: Buffer.from('guess') }))
    await untilTrue(() => broker.status().loginsRefused === 41)
    expect(lookedAt).toHaveLength(14)
  })
})

describe('before log-in', () => {
  test('a CONNECT is declared larger than it may be: closed at once', async () => {
    const { port, broker } = await startBroker()
    const client = await RawClient.open(port)
    client.send([0x10, 0xff, 0xff, 0xff, 0x7f])
    expect(await client.next()).toBe('closed')
    expect(broker.status().closed.protocol_violation).toBe(1)
  })

  test('a CONNECT that does not end is cut off after eight seconds', async () => {
    const { port, clock, broker } = await startBroker()
    const client = await RawClient.open(port)
    client.send(connectBytes('d1').subarray(0, 20))
    await untilTrue(() => broker.status().connectionsBeforeLogin === 1)
    clock.advance(7_500)
    expect(broker.status().connectionsBeforeLogin).toBe(1)
    clock.advance(500)
    expect(await client.next()).toBe('closed')
    expect(broker.status().closed.connect_timeout).toBe(1)
  })

  test('an answer about the credential that does not come is not waited for', async () => {
    let isAsked = false
    const { port, clock } = await startBroker({
      access: {
        authenticate: () => {
          isAsked = true
          return new Promise(() => undefined)
        },
        authenticateCertificate: async () => null,
      },
    })
    const client = await RawClient.open(port)
    client.send(connectBytes('d1'))
    await untilTrue(() => isAsked)
    clock.advance(5_500)
    expect(await client.next()).toMatchObject({ cmd: 'connack', returnCode: 3 })
    expect(await client.next()).toBe('closed')
  })

  test.each([
    ['rejects', async () => Promise.reject(new Error('database'))],
    [
      'throws',
      () => {
        throw new Error('a bug')
      },
    ],
  ])('an authentication that %s is answered 3, and the broker goes on', async (_, authenticate) => {
    const { port, broker } = await startBroker({
      access: { authenticate, authenticateCertificate: async () => null },
    })
    const client = await RawClient.open(port)
    client.send(connectBytes('d1'))
    expect(await client.next()).toMatchObject({ cmd: 'connack', returnCode: 3 })
    expect(broker.status().hookFailures).toBe(1)
  })

  test('silent sockets make room, so that devices get in', async () => {
    const { port, broker, clock } = await startBroker({
      limits: { connectionsPerAddressBeforeLoginMax: 20, connectionsMax: 100 },
    })
    const first = await RawClient.open(port)
    for (let n = 1; n < 30; n += 1) await RawClient.open(port)
    await untilTrue(() => broker.status().connectionsBeforeLogin === 30)
    clock.advance(750)
    await RawClient.login(port, 'd1')
    expect(broker.status().connectionsBeforeLogin).toBe(30)
    clock.advance(250)
    expect(await first.next()).toBe('closed')
    expect(broker.status()).toMatchObject({
      connections: 1,
      connectionsBeforeLogin: 20,
      closed: { evicted: 10 },
    })
  })

  test('in all there are no more than so many', async () => {
    const { port, broker, clock } = await startBroker({ limits: { connectionsBeforeLoginMax: 5 } })
    for (let n = 0; n < 12; n += 1) await RawClient.open(port)
    await untilTrue(() => broker.status().connectionsAccepted === 12)
    clock.advance(1_000)
    expect(broker.status().connectionsBeforeLogin).toBe(5)
  })

  test('a fleet that comes back at once gets in', async () => {
    const { port, broker } = await startBroker({
      limits: { connectionsPerAddressBeforeLoginMax: 10, connectionsBeforeLoginMax: 10 },
    })
    const clients = await Promise.all([...Array(200)].map(() => RawClient.open(port)))
    for (const [n, client] of clients.entries()) client.send(connectBytes(`d${n}`))
    for (const client of clients) expect(await client.next()).toMatchObject({ returnCode: 0 })
    expect(broker.status()).toMatchObject({ connections: 200, closed: { evicted: 0 } })
  })
})

describe('connections of one device', () => {
  test('the same client id takes its own session over', async () => {
    const { port, disconnected, broker } = await startBroker()
    const first = await RawClient.login(port, 'd1')
    const second = await RawClient.login(port, 'd1')
    expect(await first.next()).toBe('closed')
    expect(await second.ping()).toMatchObject({ cmd: 'pingresp' })
    expect(disconnected.items).toEqual([
      { deviceId: 'd1', reason: 'taken_over', connectionsLeft: 1 },
    ])
    expect(broker.status()).toMatchObject({ connections: 1, takeovers: 1 })
  })

  test('many at the same time with one client id leave exactly one', async () => {
    const { port, broker } = await startBroker({ limits: { takeoversPerMinuteMax: 1_000 } })
    const clients = await Promise.all([...Array(30)].map(() => RawClient.open(port)))
    for (const [index, client] of clients.entries()) {
      client.send(connectBytes('d1', { clean: index % 2 === 0 }))
      if (index % 3 === 0) client.stream.destroy()
    }
    await untilTrue(
      () =>
        broker.status().connectionsBeforeLogin === 0 &&
        broker.status().connectionsAccepted === 30 &&
        broker.status().connections <= 1,
    )
    const last = await RawClient.login(port, 'd1')
    expect(await last.ping()).toMatchObject({ cmd: 'pingresp' })
    expect(broker.status()).toMatchObject({ connections: 1, devicesConnected: 1 })
  })

  test('another device with the same client id is another session', async () => {
    const { port } = await startBroker()
    const first = await RawClient.login(port, 'd1', { clientId: 'c' })
    const second = await RawClient.login(port, 'd2', { clientId: 'c' })
    const third = await RawClient.login(port, 'd2', { clientId: 'd1/c' })
    for (const client of [first, second, third]) {
      expect(await client.ping()).toMatchObject({ cmd: 'pingresp' })
    }
  })

  test('without a client id each is its own', async () => {
    const { port, broker } = await startBroker()
    await RawClient.login(port, 'd1', { clientId: '' })
    await RawClient.login(port, 'd1', { clientId: '' })
    expect(broker.status().connections).toBe(2)
  })

  test('too many close the one that was silent longest', async () => {
    const { port, clock, broker } = await startBroker({ limits: { connectionsPerDeviceMax: 3 } })
    const clients: RawClient[] = []
    for (const clientId of ['a', 'b', 'c']) {
      clients.push(await RawClient.login(port, 'd1', { clientId }))
      clock.advance(1_000)
    }
    await clients[0]?.ping()
    await RawClient.login(port, 'd1', { clientId: 'd' })
    expect(await clients[1]?.next()).toBe('closed')
    expect(broker.status()).toMatchObject({ connections: 3, closed: { too_many_connections: 1 } })
  })

  test('over the limit of all, log-in is answered 3', async () => {
    const { port } = await startBroker({ limits: { connectionsMax: 2 } })
    await RawClient.login(port, 'd1')
    await RawClient.login(port, 'd2')
    const client = await RawClient.open(port)
    client.send(connectBytes('d3'))
    expect(await client.next()).toMatchObject({ cmd: 'connack', returnCode: 3 })
  })

  test('two peers that use one identity are slowed down and reported', async () => {
    const { port, clock, contested, broker } = await startBroker({
      limits: { takeoversPerMinuteMax: 3 },
    })
    for (let n = 0; n < 4; n += 1) await RawClient.login(port, 'd1')
    expect(contested.items).toEqual([])
    const client = await RawClient.open(port)
    client.send(connectBytes('d1'))
    await contested.count(1)
    expect(contested.items).toEqual([{ deviceId: 'd1', remoteAddresses: ['127.0.0.1'] }])
    await untilTrue(() => broker.status().closed.taken_over === 4)
    clock.advance(4_750)
    expect(client.stream.readableLength).toBe(0)
    clock.advance(250)
    expect(await client.next()).toMatchObject({ cmd: 'connack', returnCode: 0 })
  })

  test('are ended when its credential is revoked, and nobody else’s', async () => {
    const { port, broker, disconnected } = await startBroker()
    const [one, two, other] = [
      await RawClient.login(port, 'd1', { clientId: 'a' }),
      await RawClient.login(port, 'd1', { clientId: 'b' }),
      await RawClient.login(port, 'd2'),
    ]
    expect(broker.isConnected(device('d1'))).toBe(true)
    broker.disconnectDevice(device('d1'), 'credential_revoked')
    expect(await one.next()).toBe('closed')
    expect(await two.next()).toBe('closed')
    expect(await other.ping()).toMatchObject({ cmd: 'pingresp' })
    expect(broker.isConnected(device('d1'))).toBe(false)
    expect(disconnected.items.map((it) => it.connectionsLeft)).toEqual([1, 0])
  })
})

test('a callback that throws on connecting or leaving does no harm', async () => {
  const fails = () => {
    throw new Error('a bug')
  }
  const { port, broker } = await startBroker({ deviceConnected: fails, deviceDisconnected: fails })
  const client = await RawClient.login(port, 'd1')
  client.send(publishBytes('devices/d1/readings', '1'))
  expect(await client.next()).toMatchObject({ cmd: 'puback' })
  client.send([0xe0, 0])
  await client.closed()
  expect(broker.status().hookFailures).toBe(2)
})

describe('a will', () => {
  const willOf = (topic: string, retain = false) => ({
    will: { topic, payload: Buffer.from('{"fault":true}'), qos: 1 as const, retain },
  })

  test('on its own topic is published when the connection is lost', async () => {
    const { port, received } = await startBroker()
    const client = await RawClient.login(port, 'd1', willOf('devices/d1/readings'))
    client.stream.destroy()
    expect(await received.count(1)).toMatchObject([
      { deviceId: 'd1', topicName: 'devices/d1/readings', isWill: true },
    ])
  })

  test.each([
    ['the device says DISCONNECT [MQTT-3.14.4-3]', (client: RawClient) => client.send([0xe0, 0])],
    ['we stop', (_: RawClient, stop: () => void) => stop()],
  ])('is dropped when %s', async (_, end) => {
    const { port, received, broker } = await startBroker()
    const client = await RawClient.login(port, 'd1', willOf('devices/d1/readings'))
    end(client, () => void broker.stop())
    await client.closed()
    expect(received.items).toEqual([])
  })

  test('of a connection that is taken over comes before anything of the new one', async () => {
    const { port, received } = await startBroker()
    await RawClient.login(port, 'd1', willOf('devices/d1/readings'))
    const second = await RawClient.open(port)
    second.send(Buffer.concat([connectBytes('d1'), publishBytes('devices/d1/readings', '2')]))
    expect((await received.count(2)).map((it) => it.isWill)).toEqual([true, false])
  })

  test.each([
    ['another device’s topic', willOf('devices/d2/readings'), 'foreign_will'],
    ['nobody’s topic', willOf('status/d1'), 'foreign_will'],
    ['its own topic, retained', willOf('devices/d1/readings', true), 'retained_will'],
  ])('on %s is shown, never published, and keeps nobody out', async (_, packet, reason) => {
    const { port, received, refused, disconnected } = await startBroker()
    const client = await RawClient.login(port, 'd1', packet)
    client.stream.destroy()
    await disconnected.count(1)
    expect(refused.items).toMatchObject([{ deviceId: 'd1', reason }])
    expect(received.items).toEqual([])
  })
})

describe('MQTT over TLS', () => {
  const pem = (name: string) => readFileSync(new URL(`testdata/${name}`, import.meta.url))
  const tls = { cert: pem('server.crt'), key: pem('server.key'), clientCa: pem('authority.crt') }

  async function openTls(port: number, name: string | null): Promise<RawClient> {
    const socket = connectTls({
      port,
      host: '127.0.0.1',
      ca: pem('authority.crt'),
      ...(name === null ? {} : { cert: pem(`${name}.crt`), key: pem(`${name}.key`) }),
    })
    await once(socket, 'secureConnect')
    return new RawClient(socket)
  }

  test.each<[string, string | null, { username?: string; password?: Buffer }, number]>([
    ['its certificate alone', 'd1', {}, 0],
    ['its certificate and user name', 'd1', { username: 'd1' }, 0],
    ['its certificate and another user name', 'd1', { username: 'd2' }, 5],
    [
      'its certificate and another device’s password',
      'd1',
      { username: 'd2', password: Buffer.from(tokenOf('d2')) },
      5,
    ],
    ['a certificate that is no device’s', 'outsider', {}, 5],
    ['a certificate of another authority', 'stranger-d1', {}, 5],
    ['an expired certificate', 'expired-d1', {}, 5],
    [
      'no certificate, a password',
      null,
      { username: 'd1', password: Buffer.from(tokenOf('d1')) },
      0,
    ],
    ['neither', null, {}, 5],
  ])('with %s', async (_, name, credential, returnCode) => {
    const { tlsPort, clock, broker, connected } = await startBroker({ tls })
    const client = await openTls(tlsPort, name)
    client.send(
      connectBytes('d1', { username: undefined, password: undefined, ...credential } as never),
    )
    if (returnCode > 0) {
      await untilTrue(() => broker.status().loginsRefused === 1)
      clock.advance(250)
    }
    expect(await client.next()).toMatchObject({ cmd: 'connack', returnCode })
    if (returnCode === 0) expect(await connected.count(1)).toMatchObject([{ deviceId: 'd1' }])
  })

  test('does not hold up stopping with handshakes that never end', async () => {
    const { tlsPort, broker } = await startBroker({ tls })
    const client = await RawClient.open(tlsPort)
    client.send([0x16])
    await broker.stop()
    expect(await client.next()).toBe('closed')
  })

  test('carries readings and subscriptions as TCP does', async () => {
    const { tlsPort, received } = await startBroker({ tls })
    const client = await openTls(tlsPort, 'd1')
    client.send(connectBytes('d1', { username: undefined, password: undefined } as never))
    await client.next()
    client.send(subscribeBytes(['devices/d1/commands/#']))
    expect(await client.next()).toMatchObject({ cmd: 'suback' })
    client.send(publishBytes('devices/d1/readings', '1'))
    expect(await client.next()).toMatchObject({ cmd: 'puback' })
    expect(received.items).toHaveLength(1)
  })
})
