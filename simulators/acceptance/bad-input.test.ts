import { connectAsync, type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Device, RejectedMessage } from '#gateway/contract.ts'
import type { Page } from '../api-client.ts'
import { startGateway, type TestDevice, type TestGateway } from './app-harness.ts'
import { LoadDevice, MqttLoad } from './mqtt-load.ts'

const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`

/** Resolves when the broker has ended the connection. */
const closed = (client: MqttClient) =>
  new Promise<void>((done) => client.once('close', () => done()))

/** Payloads that no honest device sends. `keeps`: what of it must be stored all the same. */
const PAYLOADS: readonly { what: string; payload: string | Buffer; keeps?: number }[] = [
  { what: 'an empty payload', payload: '' },
  { what: 'malformed JSON', payload: '{"values": {"lel": 3' },
  { what: 'plain text', payload: 'hello' },
  { what: 'NaN', payload: '{"values": {"lel": NaN}}' },
  { what: 'a number beyond every number', payload: '{"values": {"lel": 1e999}}' },
  { what: 'a text for a number', payload: '{"values": {"lel": "thirty"}}' },
  { what: 'a boolean for a number', payload: '{"values": {"lel": true}}' },
  { what: 'a number for a boolean', payload: '{"values": {"fault": 3}}' },
  { what: 'an object for a value', payload: '{"values": {"lel": {"value": 3}}}' },
  { what: 'values that are a list', payload: '{"values": [3]}' },
  { what: 'a bare number', payload: '42' },
  { what: 'null', payload: 'null' },
  { what: 'a list in a list', payload: '[[{"values": {"lel": 3}}]]' },
  { what: 'a thousand levels of nesting', payload: nested(1_000) },
  { what: 'a deep value', payload: `{"values": {"lel": ${nested(1_000)}}}` },
  { what: 'a __proto__ key', payload: '{"values": {"__proto__": {"polluted": true}}}' },
  { what: 'a constructor key', payload: '{"values": {"constructor": 1}}' },
  { what: 'an unknown point', payload: '{"values": {"bogus": 1}}' },
  { what: 'a point name with a quote', payload: '{"values": {"a\\"; DROP TABLE x; --": 1}}' },
  // A value counts although its time cannot be read: it is kept at its arrival, and the time is told.
  {
    what: 'a time that is a word',
    payload: '{"ts": "yesterday", "values": {"lel": 2.1}}',
    keeps: 2.1,
  },
  { what: 'a time that is a boolean', payload: '{"ts": true, "values": {"lel": 2.2}}', keeps: 2.2 },
  {
    what: 'a month 13',
    payload: '{"ts": "2026-13-45T00:00:00Z", "values": {"lel": 2.3}}',
    keeps: 2.3,
  },
  { what: 'invalid UTF-8', payload: Buffer.from([0x7b, 0xff, 0xfe, 0x22, 0xc0, 0x7d]) },
  { what: 'UTF-16', payload: Buffer.from('{"values": {"lel": 3}}', 'utf16le') },
  {
    what: 'a bad sample beside a good one',
    payload: '[{"values": {"lel": 3.5}}, {"values": {"lel": "x"}}]',
    keeps: 3.5,
  },
  {
    what: 'an unknown point beside a good one',
    payload: '{"values": {"lel": 4.5, "bogus": 1}}',
    keeps: 4.5,
  },
]

/** Times that cannot be: the value is good all the same. */
/** A device that waits this long for its acknowledgement sends again. */
const GIVEN_UP_AFTER_MS = 5_000

const CLOCKS = [
  { what: '1970', ts: 0, value: 5.1 },
  { what: 'seconds for milliseconds', ts: 1_795_430_400, value: 5.2 },
  { what: 'microseconds', ts: 1_795_430_400_000_000, value: 5.3 },
  { what: '2099', ts: Date.UTC(2099, 0, 1), value: 5.4 },
]

describe('bad input', () => {
  let gateway: TestGateway
  let hostile: TestDevice
  let client: MqttClient
  let neighbours: MqttLoad
  let slowestMs = 0

  beforeAll(async () => {
    gateway = await startGateway()
    const { site } = await gateway.addSite()
    const add = (id: string) =>
      gateway.addDevice({ id, profileId: 'gas-combustible', siteId: site.id })
    hostile = await add('hostile')
    const devices = []
    for (let index = 0; index < 5; index += 1) {
      const { id, token } = await add(`healthy-${index}`)
      const device = new LoadDevice({
        deviceId: id,
        token,
        point: 'lel',
        port: gateway.mqttPort,
        inFlightMax: 16,
        onAcknowledged: (latencyMs) => {
          slowestMs = Math.max(slowestMs, latencyMs)
        },
      })
      devices.push({ device, nextValue: () => 3 })
    }
    neighbours = new MqttLoad({ devices, readingsPerSecond: 50 })
    neighbours.start()
    client = await connect('hostile')
  })

  afterAll(async () => {
    neighbours?.stop()
    await client?.endAsync(true)
    await gateway?.close()
  })

  const connect = (clientId: string) =>
    connectAsync({
      host: '127.0.0.1',
      port: gateway.mqttPort,
      username: hostile.id,
      password: hostile.token,
      clientId,
      reconnectPeriod: 0,
    })
  const rejected = async () =>
    (await gateway.api.get<Device>(`/devices/${hostile.id}`)).rejectedMessages
  const newest = async () =>
    (await gateway.api.get<Page<RejectedMessage>>(`/devices/${hostile.id}/rejected`)).items[0]
  const storedValues = async () =>
    (await gateway.readings(hostile.id, 'lel')).map(({ value }) => value)
  const topic = 'devices/hostile/readings'

  test.each(PAYLOADS)('$what is acknowledged, counted and shown with a reason', async (row) => {
    const before = await rejected()
    await client.publishAsync(topic, row.payload, { qos: 1 })
    await expect.poll(rejected).toBeGreaterThan(before)
    const message = await newest()
    expect(message).toMatchObject({ topic, payloadBytes: Buffer.byteLength(row.payload) })
    expect(message?.reason).toMatch(/^[a-z][a-z0-9_]+$/)
    expect(client.connected).toBe(true)
    if (row.keeps !== undefined) await expect.poll(storedValues).toContain(row.keeps)
  })

  test.each(CLOCKS)('a clock that says $what: kept at its arrival, and marked', async (row) => {
    const payload = JSON.stringify({ ts: row.ts, values: { lel: row.value } })
    await client.publishAsync(topic, payload, { qos: 1 })
    await expect
      .poll(async () =>
        (await gateway.readings(hostile.id, 'lel')).find(({ value }) => value === row.value),
      )
      .toMatchObject({ clockSkewed: true })
  })

  test('a payload of 1 MiB is refused, and told', async () => {
    const before = await rejected()
    const sender = await connect('sender')
    const payload = `{"values": {"lel": 3}, "padding": "${'x'.repeat(1024 * 1024)}"}`
    // The broker may take it and reject it, or close this connection: both are told below.
    await Promise.race([sender.publishAsync(topic, payload, { qos: 1 }), closed(sender)]).catch(
      () => undefined,
    )
    await sender.endAsync(true)
    await expect.poll(rejected).toBeGreaterThan(before)
  })

  test('a foreign topic is refused, and told in the inbox of the sender', async () => {
    const before = await rejected()
    const sender = await connect('sender')
    await Promise.race([
      sender.publishAsync('devices/healthy-0/readings', '{"values": {"lel": 99}}', { qos: 1 }),
      closed(sender),
    ]).catch(() => undefined)
    await sender.endAsync(true)
    await expect.poll(rejected).toBeGreaterThan(before)
    const values = await gateway.readings('healthy-0', 'lel')
    expect(values.every(({ value }) => value !== 99)).toBe(true)
  })

  test('an unknown device and a wrong token do not get in', async () => {
    for (const login of [
      { username: 'nobody', password: hostile.token },
      { username: hostile.id, password: 'wrong' },
    ]) {
      const refused = connectAsync({
        host: '127.0.0.1',
        port: gateway.mqttPort,
        reconnectPeriod: 0,
        ...login,
      })
      await expect(refused).rejects.toMatchObject({
        code: expect.toSatisfy((c) => c === 4 || c === 5),
      })
    }
  })

  test('nothing of it was stored but what could be used', async () => {
    const last = 7.75
    await client.publishAsync(topic, JSON.stringify({ values: { lel: last } }), { qos: 1 })
    // Stored in order: when the last one is there, all that were accepted are.
    await expect.poll(storedValues).toContain(last)
    const kept = PAYLOADS.flatMap(({ keeps }) => keeps ?? [])
    const usable = [...kept, ...CLOCKS.map(({ value }) => value), last]
    expect((await storedValues()).toSorted()).toEqual(usable.toSorted())
  })

  test('healthy neighbours did not notice', async () => {
    neighbours.stopOffering()
    await expect.poll(() => neighbours.pending).toBe(0)
    expect(neighbours.acknowledged).toBe(neighbours.offered)
    expect(neighbours.acknowledged).toBeGreaterThan(100)
    expect(neighbours.devices.map(({ reconnects }) => reconnects)).toEqual([0, 0, 0, 0, 0])
    expect(slowestMs).toBeLessThan(GIVEN_UP_AFTER_MS)
    expect(await gateway.api.get('/health/live')).toBeDefined()
  })
})
