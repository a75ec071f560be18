import { connectAsync, type IClientOptions } from 'mqtt'
import { expect, test } from 'vitest'
import { device, startBroker, tokenOf } from './broker-harness.suite.ts'

/** Goal: clients as people have them work as they come. */

const credential = (deviceId: string, options: IClientOptions = {}): IClientOptions => ({
  username: deviceId,
  password: tokenOf(deviceId),
  protocolVersion: 4,
  reconnectPeriod: 0,
  ...options,
})

test.each([0, 1, 2] as const)('mqtt.js publishes at QoS %i', async (qos) => {
  const { port, received } = await startBroker()
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, credential('d1'))
  for (const n of [1, 2, 3]) {
    await client.publishAsync('devices/d1/readings', `{"lel":${n}}`, { qos })
  }
  const messages = await received.count(3)
  expect(messages.map((it) => it.payload.toString())).toEqual([
    '{"lel":1}',
    '{"lel":2}',
    '{"lel":3}',
  ])
  await client.endAsync()
})

test('mqtt.js gets a command and replies', async () => {
  const { port, received, broker } = await startBroker()
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, credential('d1'))
  const granted = await client.subscribeAsync('devices/d1/commands/+', { qos: 1 })
  expect(granted).toMatchObject([{ topic: 'devices/d1/commands/+', qos: 1 }])
  const heard = new Promise<string>((resolve) => client.once('message', resolve))
  await broker.publishToDevice(device('d1'), 'devices/d1/commands/7', Buffer.from('{}'))
  const topic = await heard
  await client.publishAsync(`${topic}/reply`, '{"ok":true}', { qos: 1 })
  expect(received.items).toMatchObject([{ topicName: 'devices/d1/commands/7/reply' }])
  await client.endAsync()
})

test('mqtt.js in MQTT 5 is told that the version is not understood', async () => {
  const { port } = await startBroker()
  const options = credential('d1', { protocolVersion: 5, connectTimeout: 2_000 })
  await expect(connectAsync(`mqtt://127.0.0.1:${port}`, options, false)).rejects.toMatchObject({
    code: 1,
  })
})

test('mqtt.js in MQTT 3.1 publishes', async () => {
  const { port, received } = await startBroker()
  const options = credential('d1', { protocolVersion: 3, protocolId: 'MQIsdp', clientId: 'c1' })
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, options)
  await client.publishAsync('devices/d1/readings', '1', { qos: 1 })
  expect(received.items).toHaveLength(1)
  await client.endAsync()
})
