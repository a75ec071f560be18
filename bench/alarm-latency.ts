import { connectAsync, type MqttClient } from 'mqtt'
import { startGateway, type TestGateway } from '#simulators/acceptance/app-harness.ts'
import { LoadDevice, MqttLoad } from '#simulators/acceptance/mqtt-load.ts'
import { addProbeRule, SETPOINT } from './load/settling.ts'

/**
 * How long from the PUBLISH of a reading that crosses a set-point to the `alarm` event on a dashboard: MQTT, journal
 * on disk, rule, alarm on disk, Socket.IO. Measured one crossing after the other, in a quiet gateway and beside a steady
 * load of other devices.
 */
export interface AlarmLatency {
  readonly backgroundPerSecond: number
  readonly samples: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

const WARM_UP_SAMPLES = 50
const BACKGROUND_CONNECTIONS = 50

export async function measureAlarmLatency(options: {
  readonly samples: number
  readonly backgroundPerSecond: readonly number[]
}): Promise<readonly AlarmLatency[]> {
  await using gateway = await startGateway({ settings: { VIGIL_LOG_LEVEL: 'warn' } })
  const siteId = (await gateway.addSite()).site.id
  await addProbeRule(gateway)
  const publisher = await addPublisher(gateway, siteId)
  const background = await addBackground(gateway, siteId)
  const results: AlarmLatency[] = []
  for (const perSecond of options.backgroundPerSecond) {
    const load = new MqttLoad({ devices: background, readingsPerSecond: perSecond })
    if (perSecond > 0) load.start()
    results.push(await measureOne(gateway, publisher, options.samples, perSecond))
    load.stop()
  }
  await publisher.endAsync(true)
  return results
}

async function measureOne(
  gateway: TestGateway,
  publisher: MqttClient,
  samples: number,
  backgroundPerSecond: number,
): Promise<AlarmLatency> {
  const live = await gateway.openLive()
  const latencies: number[] = []
  for (let sample = -WARM_UP_SAMPLES; sample < samples; sample += 1) {
    const crosses = sample % 2 === 0 ? SETPOINT + 10 : SETPOINT - 10
    const before = live.alarms.length
    const publishedAt = performance.now()
    await publisher.publishAsync(
      'devices/probe/readings',
      JSON.stringify({ ts: Date.now(), values: { level: crosses } }),
      { qos: 1 },
    )
    const { arrivedAt } = await live.until('the alarm event', () => live.alarms[before])
    if (sample >= 0) latencies.push(arrivedAt - publishedAt)
  }
  live.close()
  const sorted = latencies.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
  return { backgroundPerSecond, samples, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) }
}

async function addPublisher(gateway: TestGateway, siteId: string): Promise<MqttClient> {
  const { id, token } = await gateway.addDevice({ id: 'probe', profileId: 'tank', siteId })
  return await connectAsync({
    host: '127.0.0.1',
    port: gateway.mqttPort,
    username: id,
    password: token,
  })
}

async function addBackground(gateway: TestGateway, siteId: string) {
  const devices = []
  for (let index = 0; index < BACKGROUND_CONNECTIONS; index += 1) {
    const { id, token } = await gateway.addDevice({
      id: `background-${index}`,
      profileId: 'tank',
      siteId,
    })
    const { mqttPort: port } = gateway
    const device = new LoadDevice({ deviceId: id, token, point: 'level', port, inFlightMax: 50 })
    devices.push({ device, nextValue: () => 30 })
  }
  return devices
}

if (import.meta.main) {
  const results = await measureAlarmLatency({
    samples: 1_000,
    backgroundPerSecond: [0, 500, 2_000],
  })
  for (const { backgroundPerSecond, samples, p50Ms, p99Ms, maxMs } of results) {
    process.stdout.write(
      `publish to alarm event, ${backgroundPerSecond} other readings/s, ${samples} crossings: ` +
        `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, max ${maxMs.toFixed(1)} ms\n`,
    )
  }
}
