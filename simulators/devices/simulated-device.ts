import { connect, type MqttClient } from 'mqtt'
import type { SeededRandom } from '../seeded-random.ts'
import type { DeviceModel, Values } from './device-model.ts'
import { type Influence, Influences } from './influence.ts'
import { ReadingOutbox } from './reading-outbox.ts'

export interface SimulatedDeviceOptions {
  readonly deviceId: string
  readonly token: string
  /** e.g. `mqtt://127.0.0.1:1883`. */
  readonly brokerUrl: string
  readonly model: DeviceModel
  readonly random: SeededRandom
}

/** How many buffered samples travel in one payload after the line was broken. */
const SAMPLES_PER_PAYLOAD_MAX = 50
const RECONNECT_MS = 2_000
const CONNECT_MS_MAX = 10_000
const KEEP_ALIVE_SECONDS = 30

/**
 * A device on the network: samples its model, reports on its interval or when a value has moved, and
 * keeps every reading until the gateway has acknowledged it (QoS 1). One payload is under way at a
 * time, so readings arrive in the order they were made, also after the line was broken for a while.
 *
 * It is either on the line (a client that reconnects by itself) or off it (`silence`, `link-drop`: the
 * socket is dropped without a DISCONNECT); `tick` compares what should be with what is.
 */
export class SimulatedDevice {
  readonly deviceId: string
  readonly profileId: string
  readonly influences = new Influences()
  readonly #options: SimulatedDeviceOptions
  readonly #outbox = new ReadingOutbox()
  #client: MqttClient | null = null
  #sending = false
  #lastReport: { atMs: number; values: Values } | null = null
  #nextReportAtMs = 0
  #acknowledgedSamples = 0
  #lastError: string | null = null

  constructor(options: SimulatedDeviceOptions) {
    this.#options = options
    this.deviceId = options.deviceId
    this.profileId = options.model.profileId
  }

  get isConnected(): boolean {
    return this.#client?.connected ?? false
  }

  /** Samples measured and not acknowledged. */
  get backlog(): number {
    return this.#outbox.size
  }

  get acknowledgedSamples(): number {
    return this.#acknowledgedSamples
  }

  /** Why the last attempt to connect failed. */
  get lastError(): string | null {
    return this.#lastError
  }

  affect(influence: Influence, atMs: number): void {
    this.influences.add(influence, atMs)
  }

  /** Called about once a second, in order of time. */
  tick(nowMs: number): void {
    const isDead = this.influences.isUnder('silence', nowMs)
    const isCutOff = this.influences.isUnder('link-drop', nowMs)
    if (isDead || isCutOff) this.#leave()
    else this.#join()
    if (isDead) return
    const values = this.#options.model.sample(nowMs, this.influences)
    if (this.#isWorthReporting(values, nowMs)) {
      this.#outbox.add({ ts: nowMs, values })
      this.#lastReport = { atMs: nowMs, values }
      const { reportEveryMs } = this.#options.model
      this.#nextReportAtMs = nowMs + reportEveryMs * this.#options.random.between(0.9, 1.1)
    }
    this.#send()
  }

  /** Says goodbye as a device does that is switched off in order. */
  async stop(): Promise<void> {
    const client = this.#client
    this.#client = null
    if (client !== null) await client.endAsync(!client.connected)
  }

  #isWorthReporting(values: Values, nowMs: number): boolean {
    const last = this.#lastReport
    if (last === null || nowMs >= this.#nextReportAtMs) return true
    return Object.entries(values).some(([point, value]) => {
      const before = last.values[point]
      if (typeof value === 'boolean') return value !== before
      const delta = this.#options.model.reportDeltas[point]
      return delta !== undefined && typeof before === 'number' && Math.abs(value - before) >= delta
    })
  }

  #join(): void {
    if (this.#client !== null) return
    const client = connect(this.#options.brokerUrl, {
      username: this.#options.deviceId,
      password: this.#options.token,
      clientId: this.#options.deviceId,
      clean: true,
      keepalive: KEEP_ALIVE_SECONDS,
      connectTimeout: CONNECT_MS_MAX,
      // Not all at the same instant when the gateway comes back.
      reconnectPeriod: Math.round(RECONNECT_MS * this.#options.random.between(0.7, 1.6)),
    })
    client.on('connect', () => this.#send())
    // The client tries again by itself; the reason is kept for whoever asks why it is not connected.
    client.on('error', (error) => {
      this.#lastError = error.message
    })
    this.#client = client
  }

  #leave(): void {
    const client = this.#client
    if (client === null) return
    this.#client = null
    this.#sending = false
    client.stream.destroy()
    client.end(true)
  }

  #send(): void {
    const client = this.#client
    if (this.#sending || client === null || !client.connected) return
    const samples = this.#outbox.peek(SAMPLES_PER_PAYLOAD_MAX)
    if (samples.length === 0) return
    const payload = JSON.stringify(samples.length === 1 ? samples[0] : samples)
    this.#sending = true
    client.publish(`devices/${this.deviceId}/readings`, payload, { qos: 1 }, (error) => {
      // A client that was left may still answer; what it carried stays in the outbox.
      if (client !== this.#client) return
      this.#sending = false
      if (error) return
      this.#outbox.acknowledged(samples)
      this.#acknowledgedSamples += samples.length
      this.#send()
    })
  }
}
