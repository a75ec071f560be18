import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { AlarmDto } from '#gateway/contract.ts'
import { ApiClient, ApiProblem } from './api-client.ts'
import { DemoState } from './demo/demo-state.ts'
import { GRADE_NAMES, openLiveFeed, tellFirstAlarms } from './demo/first-alarms.ts'
import { isPortFree } from './demo/ports.ts'
import { DEMO_ACCOUNTS, provisionDistrict } from './demo/provisioning.ts'
import { ScenarioRotation } from './demo/scenario-rotation.ts'
import { type FleetMember, SimulatedFleet } from './fleet.ts'
import { GatewayProcess } from './gateway-process.ts'
import { SmsSink } from './receivers/sms-sink.ts'
import { loadScenarios } from './scenarios/scenario.ts'
import { createRandom } from './seeded-random.ts'

/**
 * `npm run demo`: a gateway in a process of its own, a made-up district provisioned over the HTTP API,
 * 150 devices over MQTT, and a gas leak at once. Everything listens on 127.0.0.1 only.
 *
 * Parts are started in the order in which they need each other and stopped in the opposite order. The
 * demonstration ends with code 0 when it is stopped by a person and with 1 when a part failed.
 */

/** Another folder and port are for tests that run beside a demonstration. */
const DATA_FOLDER =
  process.env.DEMO_DATA_DIR ?? fileURLToPath(new URL('../.data/demo', import.meta.url))
const OUTLINE_FILE = fileURLToPath(new URL('./demo/outline.geojson', import.meta.url))
const SMS_SINK_PORT = Number(process.env.DEMO_SMS_PORT ?? 8090)
/** Gas leak first; then what looks different from it. */
const ROTATION = [
  'gas-leak',
  'leakage-current',
  'smouldering-fire',
  'tank-overfill',
  'network-drop',
  'sensor-dying',
]
/** Detectors settle after switching on, so that the leak begins from a quiet line. */
const LEAK_AFTER_MS = 8_000
const PROMISED_MS = 60_000
/** A request may fail a moment before the end of its server is known. */
const GATEWAY_END_MS = 500

class Demo {
  readonly #startedAtMs = performance.now()
  readonly #stops: (() => Promise<unknown>)[] = []
  /** What everybody came to see. */
  readonly #awaited = new Set<3 | 2 | 1 | 4 | 'sms'>([3, 2, 'sms'])
  #gateway: GatewayProcess | null = null
  #stopping: Promise<never> | null = null

  async run(): Promise<void> {
    const ports = await this.#choosePorts()
    const state = await DemoState.load(DATA_FOLDER)
    const adminPassword = state.passwordOf('admin')
    await state.save()
    const sink = await this.#startSink()
    const gateway = await this.#startGateway({ ...ports, adminPassword })
    const api = await this.#logIn(gateway, adminPassword)
    this.say('making the district: 4 towns, 20 enterprises, 150 devices …')
    const { members, created } = await provisionDistrict({ api, state, smsUrl: sink.url })
    this.say(created === 0 ? 'the district is there from last time' : `made ${created} things`)
    this.#watch(api, sink)
    await this.#startFleet(gateway, members, await devicesWithOpenAlarms(api))
    this.#tellAddresses({ gateway, sink, state })
    setTimeout(() => this.#checkPromise(), PROMISED_MS - this.#elapsedMs()).unref()
  }

  /** A line with the seconds since the start. */
  say(text: string): void {
    const seconds = String(Math.round(this.#elapsedMs() / 1000)).padStart(3)
    process.stdout.write(`[${seconds} s] ${text}\n`)
  }

  /** Called when a step failed. When the gateway is the reason, its own end tells it better. */
  async fail(error: unknown): Promise<void> {
    const isGatewayGone =
      this.#gateway !== null &&
      (await Promise.race([this.#gateway.exited, wait(GATEWAY_END_MS, null)])) !== null
    if (!isGatewayGone) report(error)
    await this.stop(1)
  }

  get isStopping(): boolean {
    return this.#stopping !== null
  }

  /** Stops what was started, last first, and ends the process. The first reason counts. */
  async stop(exitCode: number): Promise<void> {
    this.#stopping ??= this.#stopAll(exitCode)
    await this.#stopping
  }

  async #stopAll(exitCode: number): Promise<never> {
    this.say('stopping …')
    for (const stop of this.#stops.toReversed()) await stop()
    this.say('stopped')
    process.exit(exitCode)
  }

  #elapsedMs(): number {
    return performance.now() - this.#startedAtMs
  }

  async #choosePorts() {
    const http = process.env.VIGIL_HTTP_PORT ?? '8080'
    const mqtt = process.env.VIGIL_MQTT_PORT ?? '1883'
    for (const [variable, port] of [
      ['VIGIL_HTTP_PORT', http],
      ['VIGIL_MQTT_PORT', mqtt],
    ] as const) {
      if (/^\d{1,5}$/.test(port) && !(await isPortFree(Number(port)))) {
        throw new PlainError(
          `port ${port} is used by another program (perhaps a demonstration that still runs).\n` +
            `Stop that program, or choose another port: ${variable}=${Number(port) + 10_000} npm run demo`,
        )
      }
    }
    return { http, mqtt }
  }

  async #startSink(): Promise<SmsSink> {
    const sink = new SmsSink()
    await sink.start((await isPortFree(SMS_SINK_PORT)) ? SMS_SINK_PORT : 0)
    this.#stops.push(() => sink.stop())
    return sink
  }

  async #startGateway(options: { http: string; mqtt: string; adminPassword: string }) {
    this.say('starting the gateway …')
    const logPath = join(DATA_FOLDER, 'gateway.log')
    const log = createWriteStream(logPath)
    const gateway = GatewayProcess.spawn(
      {
        VIGIL_DATA_DIR: DATA_FOLDER,
        VIGIL_HOST: '127.0.0.1',
        VIGIL_HTTP_PORT: options.http,
        VIGIL_MQTT_PORT: options.mqtt,
        VIGIL_ADMIN_PASSWORD: options.adminPassword,
        VIGIL_ALLOW_PRIVATE_RECEIVERS: 'true',
        VIGIL_MAP_OUTLINE_FILE: OUTLINE_FILE,
        // Every few minutes, so that there is something to play back.
        VIGIL_RISK_SNAPSHOT_MINUTES: '5',
      },
      (line) => log.write(`${line}\n`),
    )
    this.#stops.push(() => gateway.stop())
    await gateway.ready()
    gateway.exited.then(({ code, signal }) => {
      if (this.isStopping) return
      this.say(`the gateway has ended (${code ?? signal}). Its last lines (all in ${logPath}):`)
      process.stdout.write(`${gateway.lastLines.slice(-15).join('\n')}\n`)
      return this.stop(1)
    }, report)
    this.#gateway = gateway
    this.say(`the gateway is ready (process ${gateway.pid})`)
    return gateway
  }

  async #logIn(gateway: GatewayProcess, password: string): Promise<ApiClient> {
    const api = new ApiClient(gateway.httpUrl)
    try {
      await api.logIn('admin', password)
    } catch (error) {
      if (!(error instanceof ApiProblem && error.status === 401)) throw error
      throw new PlainError(
        `the gateway's data in ${DATA_FOLDER} have another admin password.\n` +
          'Remove that folder to start the demonstration afresh.',
      )
    }
    return api
  }

  #watch(api: ApiClient, sink: SmsSink): void {
    const live = openLiveFeed(api)
    this.#stops.push(async () => live.close())
    tellFirstAlarms(live, (alarm) => {
      this.#awaited.delete(alarm.grade)
      const seconds = Math.round(this.#elapsedMs() / 1000)
      const { title, organizationName, deviceName, value, unit } = alarm
      this.say(
        `first ${GRADE_NAMES[alarm.grade]} alarm after ${seconds} s: ${title.zh} · ` +
          `${organizationName} · ${deviceName} · ${value} ${unit ?? ''}`.trimEnd(),
      )
    })
    const off = sink.onMessage(({ phone, text }) => {
      off()
      this.#awaited.delete('sms')
      this.say(`first SMS, to ${phone}: ${text}`)
    })
  }

  async #startFleet(
    gateway: GatewayProcess,
    members: readonly FleetMember[],
    busy: ReadonlySet<string>,
  ): Promise<void> {
    const all = await loadScenarios()
    const scenarios = ROTATION.flatMap((id) => all.filter((scenario) => scenario.id === id))
    const rotation = new ScenarioRotation({
      scenarios,
      actors: members,
      random: createRandom(`rotation ${Date.now()}`),
      onStart: ({ title }) => this.say(`scenario: ${title.zh} (${title.en})`),
      onStep: ({ step, actor }) => {
        if (step.says) this.say(`  ${actor.deviceId}: ${step.says.zh} (${step.says.en})`)
      },
    })
    const fleet = new SimulatedFleet({
      brokerUrl: `mqtt://127.0.0.1:${gateway.mqttPort}`,
      members,
      seed: 'demo',
      onTick: (nowMs) => rotation.tick(nowMs),
    })
    this.#stops.push(() => fleet.stop())
    fleet.start()
    this.say(`${members.length} devices switched on`)
    const quiet = members.filter(({ deviceId }) => !busy.has(deviceId))
    rotation.begin(fleet, quiet, Date.now() + LEAK_AFTER_MS)
  }

  #tellAddresses(parts: { gateway: GatewayProcess; sink: SmsSink; state: DemoState }): void {
    const { gateway, sink, state } = parts
    const accounts = [
      { username: 'admin', what: 'administrator' },
      ...DEMO_ACCOUNTS.map(({ username, what }) => ({ username, what })),
    ]
    const rows = accounts.map(
      ({ username, what }) =>
        `    ${username.padEnd(10)} ${state.passwordOf(username).padEnd(16)} ${what}`,
    )
    process.stdout.write(
      [
        '',
        `  dashboard  ${gateway.httpUrl}/`,
        `  SMS sink   ${sink.url}`,
        `  MQTT       mqtt://127.0.0.1:${gateway.mqttPort}`,
        '  accounts',
        ...rows,
        '',
        `  Ctrl-C stops everything; the data stay in ${DATA_FOLDER}`,
        '',
        '',
      ].join('\n'),
    )
  }

  #checkPromise(): void {
    if (this.#awaited.size === 0) return
    const missing = [...this.#awaited].map((what) => (what === 'sms' ? 'SMS' : GRADE_NAMES[what]))
    this.say(`still waiting for: ${missing.join(', ')}. This machine may be too busy.`)
  }
}

/** Alarms of an earlier start that nobody has ended: a leak there would be no news. */
async function devicesWithOpenAlarms(api: ApiClient): Promise<ReadonlySet<string>> {
  const open = await api.list<AlarmDto>('/alarms?state=open')
  return new Set(open.map(({ deviceId }) => deviceId))
}

/** A mistake or a circumstance that a person can put right: told in words, without a stack. */
class PlainError extends Error {}

function report(error: unknown): void {
  const text = error instanceof PlainError ? error.message : (error as Error).stack
  process.stderr.write(`The demonstration cannot go on: ${text}\n`)
}

const demo = new Demo()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // A person who asks twice does not want to wait.
  process.on(signal, () => (demo.isStopping ? process.exit(1) : demo.stop(0).catch(report)))
}
try {
  await demo.run()
} catch (error) {
  await demo.fail(error)
}
