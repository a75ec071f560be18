import { once } from 'node:events'
import type { Socket } from 'node:net'
import { generate } from 'mqtt-packet'
import type { TestGateway } from '../../simulators/acceptance/app-harness.ts'
import type { LiveRecorder } from '../../simulators/acceptance/live-recorder.ts'
import { pause } from '../effort.ts'
import { openSession } from './publisher.ts'

export const SETPOINT = 50
const POLL_MS = 20
const SETTLED_MS_MAX = 120_000

/**
 * Knows when a gateway is through with all it has acknowledged. Judged: an alarm of a reading sent after
 * the others has come, for readings are judged in the order of the journal. Stored: nothing is waiting for
 * the time series.
 */
export class Settling {
  readonly #gateway: TestGateway
  readonly #live: LiveRecorder
  readonly #socket: Socket
  #crossings = 0

  private constructor(gateway: TestGateway, live: LiveRecorder, socket: Socket) {
    this.#gateway = gateway
    this.#live = live
    this.#socket = socket
  }

  static async open(gateway: TestGateway): Promise<Settling> {
    const siteId = (await gateway.addSite('probe')).site.id
    const probe = await gateway.addDevice({ id: 'probe', profileId: 'tank', siteId })
    await addProbeRule(gateway)
    return new Settling(
      gateway,
      await gateway.openLive(),
      await openSession(gateway.mqttPort, probe),
    )
  }

  /** Milliseconds from the PUBLISH of a reading that crosses a set-point to its alarm at a dashboard. */
  async alarmMs(): Promise<number> {
    const value = this.#crossings % 2 === 0 ? SETPOINT + 10 : SETPOINT - 10
    this.#crossings += 1
    const before = this.#live.alarms.length
    const publishedAt = performance.now()
    publishLevel(this.#socket, 'probe', value)
    const { arrivedAt } = await this.#live.until(
      'the alarm',
      () => this.#live.alarms[before],
      SETTLED_MS_MAX,
    )
    return arrivedAt - publishedAt
  }

  /** Resolves with the milliseconds from now until everything is judged, and until it is stored too. */
  async settled(): Promise<{ readonly judgedMs: number; readonly storedMs: number }> {
    const beganAt = performance.now()
    await this.alarmMs()
    const judgedMs = performance.now() - beganAt
    while ((await this.instrument('vigil_time_series_backlog_readings')) > 0) await pause(POLL_MS)
    return { judgedMs, storedMs: Math.max(judgedMs, performance.now() - beganAt) }
  }

  /** A number of `/metrics`; of one with labels the sum. */
  async instrument(name: string): Promise<number> {
    const answer = await fetch(`${this.#gateway.httpUrl}/metrics`, {
      headers: { ...this.#gateway.api.headers },
    })
    const lines = (await answer.text()).split('\n')
    const values = lines.filter(
      (line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`),
    )
    if (values.length === 0) throw new Error(`/metrics has no ${name}`)
    return values.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
  }

  async close(): Promise<void> {
    this.#live.close()
    const closed = once(this.#socket, 'close')
    this.#socket.destroy()
    await closed
  }
}

/** A reading of a tank, of now. */
export function publishLevel(socket: Socket, deviceId: string, level: number): void {
  socket.write(
    generate({
      cmd: 'publish',
      topic: `devices/${deviceId}/readings`,
      payload: JSON.stringify({ ts: Date.now(), values: { level } }),
      qos: 1,
      messageId: 1,
      retain: false,
      dup: false,
    }),
  )
}

/** For the device `probe` only: high above `SETPOINT`, without delay. */
export async function addProbeRule(gateway: TestGateway): Promise<void> {
  await gateway.api.post('/rules', {
    id: 'bench-probe',
    name: { zh: '测量', en: 'probe of the bench' },
    profileIds: ['tank'],
    deviceIds: ['probe'],
    point: 'level',
    condition: {
      kind: 'limit',
      direction: 'high',
      deadband: 0,
      setpoints: [{ setpoint: SETPOINT, grade: 3, label: { zh: '高', en: 'high' } }],
    },
  })
}
