import { describe, expect, test } from 'vitest'
import {
  connectBytes,
  packetBytes,
  publishBytes,
  RawClient,
  startBroker,
  subscribeBytes,
  text,
  tokenOf,
} from './broker-harness.suite.ts'

/** Goal: what MQTT 3.1.1 demands of a server, byte by byte. Each row is a new connection. */

const ILL_FORMED = {
  'an overlong encoding': [0xc0, 0x80],
  'a surrogate': [0xed, 0xa0, 0x80],
  'a stray continuation byte': [0x61, 0x80],
  'a cut sequence': [0xe4, 0xb8],
  'beyond U+10FFFF': [0xf4, 0x90, 0x80, 0x80],
}

interface ConnectParts {
  readonly name?: Buffer
  readonly level?: number
  readonly flags?: number
  readonly rest?: readonly Buffer[]
}

const CREDENTIAL = [text('d1'), text(tokenOf('d1'))]

function connect({ name = text('MQTT'), level = 4, flags = 0xc2, rest }: ConnectParts): Buffer {
  const fields = rest ?? [text('c1'), ...CREDENTIAL]
  return packetBytes(0x10, Buffer.concat([name, Buffer.from([level, flags, 0, 60]), ...fields]))
}

const will = (topic: Buffer, flags = 0xc6) =>
  connect({ flags, rest: [text('c1'), topic, text('gone'), ...CREDENTIAL] })

describe('the first packet', () => {
  test.each<[string, Buffer, number | 'closed']>([
    ['a plain CONNECT', connect({}), 0],
    ['MQTT 3.1', connect({ name: text('MQIsdp'), level: 3 }), 0],
    ['a name that is not a protocol [MQTT-3.1.2-1]', connect({ name: text('HTTP') }), 'closed'],
    ['the name in lower case', connect({ name: text('mqtt') }), 'closed'],
    ['MQTT 5 [MQTT-3.1.2-2]', connect({ level: 5 }), 1],
    ['an unknown level', connect({ level: 6 }), 1],
    ['level 3 under the name of 3.1.1', connect({ level: 3 }), 1],
    ['a bridge’s private bit', connect({ level: 0x84 }), 1],
    ['the reserved connect flag [MQTT-3.1.2-3]', connect({ flags: 0xc3 }), 'closed'],
    ['will QoS 3 [MQTT-3.1.2-14]', will(text('devices/d1/readings'), 0xde), 'closed'],
    ['will QoS without will [MQTT-3.1.2-13]', connect({ flags: 0xca }), 'closed'],
    ['will retain without will [MQTT-3.1.2-15]', connect({ flags: 0xe2 }), 'closed'],
    [
      'a password without user name [MQTT-3.1.2-22]',
      connect({ flags: 0x42, rest: [text('c1'), text('secret')] }),
      'closed',
    ],
    [
      'flags of the fixed header [MQTT-2.2.2-2]',
      packetBytes(0x11, connect({}).subarray(2)),
      'closed',
    ],
    [
      'an empty id to be kept [MQTT-3.1.3-8]',
      connect({ flags: 0xc0, rest: [text(''), ...CREDENTIAL] }),
      2,
    ],
    [
      'an empty id of a clean session [MQTT-3.1.3-6]',
      connect({ rest: [text(''), ...CREDENTIAL] }),
      0,
    ],
    [
      'an empty id in MQTT 3.1',
      connect({ name: text('MQIsdp'), level: 3, rest: [text(''), ...CREDENTIAL] }),
      2,
    ],
    ['an id of 64 characters', connect({ rest: [text('x'.repeat(64)), ...CREDENTIAL] }), 0],
    ['an id of 65 characters', connect({ rest: [text('x'.repeat(65)), ...CREDENTIAL] }), 2],
    ['an id with a line feed', connect({ rest: [text('a\nb'), ...CREDENTIAL] }), 2],
    ['an id with U+FFFD', connect({ rest: [text('a\ufffd'), ...CREDENTIAL] }), 2],
    ['the id __proto__', connect({ rest: [text('__proto__'), ...CREDENTIAL] }), 0],
    ['the id constructor', connect({ rest: [text('constructor'), ...CREDENTIAL] }), 0],
    ['an id with slashes', connect({ rest: [text('d2/../c1'), ...CREDENTIAL] }), 0],
    ['an id in Chinese', connect({ rest: [text('设备一号'), ...CREDENTIAL] }), 0],
    ['U+0000 in the id [MQTT-1.5.3-2]', connect({ rest: [text('a\0'), ...CREDENTIAL] }), 'closed'],
    ['U+0000 in the user name', connect({ rest: [text('c1'), text('d1\0'), text('x')] }), 'closed'],
    ['bytes left over', connect({ rest: [text('c1'), ...CREDENTIAL, text('more')] }), 'closed'],
    ['a missing field', connect({ rest: [text('c1'), text('d1')] }), 'closed'],
    ['a will on a wildcard', will(text('a/#')), 'closed'],
    ['a will on +', will(text('+/b')), 'closed'],
    ['a will on nothing', will(text('')), 'closed'],
    ['a will on $SYS', will(text('$SYS/broker')), 5],
    ['a will with U+0000', will(text('a\0b')), 'closed'],
    ['not a CONNECT [MQTT-3.1.0-1]', publishBytes('devices/d1/readings', '1'), 'closed'],
    ['a ping', Buffer.from([0xc0, 0]), 'closed'],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: vigil\r\n\r\n'), 'closed'],
    ['a length of five bytes', Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0x01]), 'closed'],
    ...Object.entries(ILL_FORMED).flatMap(([what, bytes]): [string, Buffer, 'closed'][] => [
      [
        `${what} in the id [MQTT-1.5.3-1]`,
        connect({ rest: [text(bytes), ...CREDENTIAL] }),
        'closed',
      ],
      [
        `${what} in the user name`,
        connect({ rest: [text('c'), text(bytes), text('x')] }),
        'closed',
      ],
      [`${what} in the will topic`, will(text(bytes)), 'closed'],
    ]),
  ])('%s', async (_, bytes, expected) => {
    const { port } = await startBroker()
    const client = await RawClient.open(port)
    client.send(bytes)
    const answer = await client.next()
    if (expected === 'closed') expect(answer).toBe('closed')
    else expect(answer).toMatchObject({ cmd: 'connack', returnCode: expected })
    // [MQTT-3.2.2-4], [MQTT-3.2.2-5]
    if (typeof expected === 'number' && expected > 0) {
      expect(answer).toMatchObject({ sessionPresent: false })
      expect(await client.next()).toBe('closed')
    }
  })
})

const OWN = 'devices/d1/commands'

describe('a later packet that ends the connection', () => {
  test.each<[string, Buffer | number[]]>([
    ['a second CONNECT [MQTT-3.1.0-2]', connectBytes('d1')],
    ['CONNACK', [0x20, 2, 0, 0]],
    ['SUBACK', [0x90, 3, 0, 1, 0]],
    ['UNSUBACK', [0xb0, 2, 0, 1]],
    ['PINGRESP', [0xd0, 0]],
    ['packet type 0', [0x00, 0]],
    ['packet type 15', [0xf0, 0]],
    ['PUBLISH at QoS 3 [MQTT-3.3.1-4]', packetBytes(0x36, [0, 1, 97, 0, 1])],
    ['PUBLISH with DUP at QoS 0 [MQTT-3.3.1-2]', packetBytes(0x38, [0, 1, 97])],
    ['PUBLISH with packet identifier 0 [MQTT-2.3.1-1]', packetBytes(0x32, [0, 1, 97, 0, 0])],
    ['PUBLISH without topic [MQTT-4.7.3-1]', packetBytes(0x30, [0, 0, 97])],
    ['PUBLISH to + [MQTT-3.3.2-2]', publishBytes('devices/+/readings', '1')],
    ['PUBLISH to #', publishBytes('devices/#', '1')],
    ['PUBLISH with U+0000', packetBytes(0x30, text('a\0b'))],
    ['PUBLISH shorter than its topic', packetBytes(0x30, [0, 9, 97])],
    ['PUBLISH without room for an identifier', packetBytes(0x32, [0, 1, 97, 0])],
    ['PUBLISH of nothing', [0x30, 0]],
    ...Object.entries(ILL_FORMED).flatMap(([what, bytes]): [string, Buffer][] => [
      [`PUBLISH with ${what}`, packetBytes(0x30, text(bytes))],
      [
        `SUBSCRIBE with ${what}`,
        packetBytes(0x82, Buffer.concat([Buffer.from([0, 1]), text(bytes), Buffer.from([0])])),
      ],
      [
        `UNSUBSCRIBE with ${what}`,
        packetBytes(0xa2, Buffer.concat([Buffer.from([0, 1]), text(bytes)])),
      ],
    ]),
    ['PUBACK with flags [MQTT-2.2.2-2]', [0x41, 2, 0, 1]],
    ['PUBACK with identifier 0', [0x40, 2, 0, 0]],
    ['PUBACK without identifier', [0x40, 0]],
    ['PUBREL without its flag [MQTT-3.6.1-1]', [0x60, 2, 0, 1]],
    ['PUBREC with bytes left over', [0x50, 3, 0, 1, 0]],
    ['SUBSCRIBE without its flag [MQTT-3.8.1-1]', [0x80, 6, 0, 1, 0, 1, 97, 0]],
    ['SUBSCRIBE with identifier 0', packetBytes(0x82, [0, 0, 0, 1, 97, 0])],
    ['SUBSCRIBE without filter [MQTT-3.8.3-3]', packetBytes(0x82, [0, 1])],
    ['SUBSCRIBE at QoS 3 [MQTT-3.8.3-4]', packetBytes(0x82, [0, 1, 0, 1, 97, 3])],
    ['SUBSCRIBE with reserved bits', packetBytes(0x82, [0, 1, 0, 1, 97, 0x10])],
    ['SUBSCRIBE without QoS', packetBytes(0x82, [0, 1, 0, 1, 97])],
    ['SUBSCRIBE to nothing [MQTT-4.7.3-1]', packetBytes(0x82, [0, 1, 0, 0, 0])],
    ['SUBSCRIBE to a+ [MQTT-4.7.1-3]', subscribeBytes([`${OWN}/a+`])],
    ['SUBSCRIBE to a# [MQTT-4.7.1-2]', subscribeBytes([`${OWN}/a#`])],
    ['SUBSCRIBE to #/a [MQTT-4.7.1-2]', subscribeBytes([`${OWN}/#/a`])],
    ['UNSUBSCRIBE without its flag [MQTT-3.10.1-1]', [0xa0, 5, 0, 1, 0, 1, 97]],
    ['UNSUBSCRIBE with identifier 0', packetBytes(0xa2, [0, 0, 0, 1, 97])],
    ['UNSUBSCRIBE without filter [MQTT-3.10.3-2]', packetBytes(0xa2, [0, 1])],
    ['PINGREQ with flags', [0xc1, 0]],
    ['PINGREQ with a body', [0xc0, 1, 0]],
    ['DISCONNECT with flags [MQTT-3.14.1-1]', [0xe1, 0]],
    ['a length of five bytes', [0x30, 0xff, 0xff, 0xff, 0xff, 0x01]],
  ])('%s', async (_, bytes) => {
    const { port, broker, received } = await startBroker()
    const client = await RawClient.login(port, 'd1')
    client.send(bytes)
    expect(await client.next()).toBe('closed')
    expect(received.items).toEqual([])
    expect(broker.status().closed.protocol_violation).toBe(1)
  })
})

describe('SUBSCRIBE', () => {
  test.each<[string, string[], number[]]>([
    ['its commands', [`${OWN}/#`, `${OWN}/+`, `${OWN}/c1`, OWN], [1, 1, 1, 1]],
    ['another device’s', ['devices/d2/commands/#'], [0x80]],
    ['everybody’s', ['devices/+/commands/#', '#', '+/+/+/+', '/#'], [0x80, 0x80, 0x80, 0x80]],
    [
      'the broker’s',
      ['$SYS/#', '$SYS/+/new/clients', '$share/g/devices/d1/commands/#'],
      [0x80, 0x80, 0x80],
    ],
    ['more of its own than commands', ['devices/d1/#', 'devices/d1/readings'], [0x80, 0x80]],
    ['the same twice', [`${OWN}/a`, `${OWN}/a`, 'x'], [1, 1, 0x80]],
    ['a long one', [`${OWN}/${'x'.repeat(300)}`, `${OWN}/${'a/'.repeat(10)}`], [0x80, 0x80]],
    ['__proto__', ['__proto__', `${OWN}/__proto__`], [0x80, 1]],
  ])('to %s is answered filter by filter', async (_, filters, granted) => {
    const { port } = await startBroker()
    const client = await RawClient.login(port, 'd1')
    client.send(subscribeBytes(filters, { messageId: 77 }))
    expect(await client.next()).toMatchObject({ cmd: 'suback', messageId: 77, granted })
    expect(await client.ping()).toMatchObject({ cmd: 'pingresp' })
  })

  test('grants the QoS that was asked for [MQTT-3.9.3-2]', async () => {
    const { port } = await startBroker()
    const client = await RawClient.login(port, 'd1')
    for (const qos of [0, 1, 2] as const) {
      client.send(subscribeBytes([`${OWN}/#`], { qos }))
      expect(await client.next()).toMatchObject({ granted: [qos] })
    }
  })

  test('UNSUBSCRIBE is answered whether there was a subscription or not [MQTT-3.10.4-5]', async () => {
    const { port } = await startBroker()
    const client = await RawClient.login(port, 'd1')
    client.send(packetBytes(0xa2, Buffer.concat([Buffer.from([3, 9]), text(`${OWN}/#`)])))
    expect(await client.next()).toMatchObject({ cmd: 'unsuback', messageId: 0x0309 })
  })
})

describe('the connection', () => {
  test('may send more right behind its CONNECT', async () => {
    const { port, received } = await startBroker()
    const client = await RawClient.open(port)
    client.send(
      Buffer.concat([
        connectBytes('d1'),
        subscribeBytes([`${OWN}/#`]),
        publishBytes('devices/d1/readings', '1', { messageId: 2 }),
        Buffer.from([0xc0, 0]),
      ]),
    )
    const answers = [
      await client.next(),
      await client.next(),
      await client.next(),
      await client.next(),
    ]
    expect(answers[0]).toMatchObject({ cmd: 'connack', returnCode: 0 })
    const others = answers.slice(1).map((it) => (it === 'closed' ? it : it.cmd))
    expect(others.toSorted()).toEqual(['pingresp', 'puback', 'suback'])
    expect(received.items).toHaveLength(1)
  })

  test('may say all it has to say in one breath and hang up', async () => {
    const { port, received, disconnected } = await startBroker()
    const client = await RawClient.open(port)
    const will = { topic: 'devices/d1/readings', payload: Buffer.from('w'), qos: 0, retain: false }
    client.stream.end(
      Buffer.concat([
        connectBytes('d1', { will: { ...will, qos: 0 } }),
        publishBytes('devices/d1/readings', '1', { qos: 0 }),
        publishBytes('devices/d1/readings', '2', { qos: 1 }),
        Buffer.from([0xe0, 0]),
      ]),
    )
    await disconnected.count(1)
    expect(received.items.map((it) => it.payload.toString())).toEqual(['1', '2'])
    expect(disconnected.items).toMatchObject([{ reason: 'disconnected' }])
  })

  test('is cut up by the network in any way', async () => {
    const { port, received } = await startBroker()
    const client = await RawClient.open(port)
    const bytes = Buffer.concat([
      connectBytes('d1'),
      publishBytes('devices/d1/readings', '{"lel":1}', { messageId: 2 }),
    ])
    for (const byte of bytes) {
      client.send([byte])
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await client.next()).toMatchObject({ cmd: 'connack' })
    expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 2 })
    expect(received.items[0]?.payload.toString()).toBe('{"lel":1}')
  })

  test('ends on DISCONNECT [MQTT-3.14.4-1], with what was sent before it received', async () => {
    const { port, received, disconnected } = await startBroker()
    const client = await RawClient.login(port, 'd1')
    client.send(Buffer.concat([publishBytes('devices/d1/readings', '1'), Buffer.from([0xe0, 0])]))
    await client.closed()
    expect(received.items).toHaveLength(1)
    expect(await disconnected.count(1)).toEqual([
      { deviceId: 'd1', reason: 'disconnected', connectionsLeft: 0 },
    ])
  })

  test.each([
    [1, 2_500],
    [60, 90_500],
    [0, 600_500],
    [65_535, 5_400_500],
  ])('of keep alive %i s ends after %i ms of silence, not before', async (keepalive, afterMs) => {
    const { port, clock, broker } = await startBroker()
    const client = await RawClient.login(port, 'd1', { keepalive })
    clock.advance(afterMs - 1_000)
    await client.ping()
    clock.advance(afterMs - 1_500)
    expect(await client.ping()).toMatchObject({ cmd: 'pingresp' })
    clock.advance(afterMs)
    expect(await client.next()).toBe('closed')
    expect(broker.status().closed.keep_alive_expired).toBe(1)
  })
})
