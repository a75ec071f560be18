import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type {
  ApiToken,
  Channel,
  DeviceWithCredential,
  Organization,
  ReadingsAnswer,
  Site,
  StoredReadingDto,
} from '#gateway/contract.ts'
import { ApiClient } from '../api-client.ts'
import { GatewayProcess } from '../gateway-process.ts'
import type { SmsSink } from '../receivers/sms-sink.ts'
import { LiveRecorder } from './live-recorder.ts'

export const ADMIN_PASSWORD = 'correct horse battery'

export interface TestDevice {
  readonly id: string
  readonly token: string
}

/** How many raw readings one answer may hold. */
const READINGS_PER_ANSWER_MAX = 20_000

/**
 * A whole gateway for a test: a process of its own on free ports, its data in a folder of its own, an
 * administrator's API client. It can be killed and started again on the same data and the same
 * ports. Whoever starts one closes it: `await using`, or `close()` in `afterAll`.
 */
export class TestGateway implements AsyncDisposable {
  readonly dataFolder: string
  #settings: Readonly<Record<string, string>>
  readonly #ownsFolder: boolean
  #process: GatewayProcess
  #api: ApiClient | null = null
  #token = ''
  #ports: { readonly http: number; readonly mqtt: number } | null = null

  constructor(options: {
    readonly dataFolder: string
    readonly ownsFolder: boolean
    readonly settings: Readonly<Record<string, string>>
  }) {
    this.dataFolder = options.dataFolder
    this.#ownsFolder = options.ownsFolder
    this.#settings = options.settings
    this.#process = this.#spawn()
  }

  /** As administrator, by a token that outlives restarts. */
  get api(): ApiClient {
    if (this.#api === null) throw new Error('the gateway is not ready yet')
    return this.#api
  }

  get httpUrl(): string {
    return `http://127.0.0.1:${this.#known().http}`
  }

  get mqttPort(): number {
    return this.#known().mqtt
  }

  get process(): GatewayProcess {
    return this.#process
  }

  /** Waits until it listens; the first time, opens the administrator's access. */
  async ready(): Promise<void> {
    await this.#process.ready()
    this.#ports = { http: this.#process.httpPort, mqtt: this.#process.mqttPort }
    if (this.#api !== null) return
    const session = await this.logIn('admin', ADMIN_PASSWORD)
    const { token } = await session.post<ApiToken>('/tokens', {
      name: 'test',
      scopes: ['administer', 'operate', 'read', 'ingest'],
    })
    this.#token = token ?? ''
    this.#api = new ApiClient(this.httpUrl, { authorization: `Bearer ${this.#token}` })
  }

  async logIn(username: string, password: string): Promise<ApiClient> {
    const client = new ApiClient(this.httpUrl)
    await client.logIn(username, password)
    return client
  }

  /** kill -9; returns when the kernel has taken it away. */
  async kill(): Promise<void> {
    this.#process.kill()
    await this.#process.exited
  }

  /** Starts it again on the same data and ports, with `changes` of its settings; `ready()` tells when it listens. */
  start(changes: Readonly<Record<string, string>> = {}): void {
    this.#settings = { ...this.#settings, ...changes }
    this.#process = this.#spawn()
  }

  async stop() {
    return await this.#process.stop()
  }

  async close(): Promise<void> {
    await this.kill()
    if (this.#ownsFolder) await rm(this.dataFolder, { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async openLive(client?: ApiClient): Promise<LiveRecorder> {
    return await LiveRecorder.open(
      this.httpUrl,
      client === undefined ? { token: this.#token } : { headers: { ...client.headers } },
    )
  }

  /** An enterprise with one site. */
  async addSite(name = '测试企业'): Promise<{ organization: Organization; site: Site }> {
    const organization = await this.api.post<Organization>('/organizations', { name })
    const site = await this.api.post<Site>('/sites', {
      name: `${name}厂区`,
      organizationId: organization.id,
    })
    return { organization, site }
  }

  async addDevice(device: {
    readonly id: string
    readonly profileId: string
    readonly siteId: string
    readonly attachedTo?: string
  }): Promise<TestDevice> {
    const created = await this.api.post<DeviceWithCredential>('/devices', {
      ...device,
      name: device.id,
    })
    return { id: created.id, token: created.credential.token }
  }

  async addSmsChannel(sink: SmsSink, phones: readonly string[]): Promise<Channel> {
    return await this.api.post<Channel>('/channels', {
      kind: 'sms',
      name: 'test SMS',
      config: { url: sink.url, phones },
    })
  }

  async addWebhookChannel(url: string, secret: string): Promise<Channel> {
    return await this.api.post<Channel>('/channels', {
      kind: 'webhook',
      name: 'test webhook',
      config: { url, secret },
    })
  }

  /** Raw readings of one point, in order of time; refuses to be cut short. */
  async readings(
    deviceId: string,
    point: string,
    span: { readonly fromMs: number; readonly toMs: number } = {
      fromMs: Date.now() - 3_600_000,
      toMs: Date.now() + 60_000,
    },
  ): Promise<readonly StoredReadingDto[]> {
    const query = `point=${point}&from=${span.fromMs}&to=${span.toMs}&limit=${READINGS_PER_ANSWER_MAX}`
    const answer = await this.api.get<ReadingsAnswer>(`/devices/${deviceId}/readings?${query}`)
    if (answer.truncated) throw new Error(`more than one answer holds: ${deviceId} ${point}`)
    return answer.items.filter((item) => 'quality' in item)
  }

  #known() {
    if (this.#ports === null) throw new Error('the gateway is not ready yet')
    return this.#ports
  }

  #spawn(): GatewayProcess {
    return GatewayProcess.spawn({
      VIGIL_DATA_DIR: this.dataFolder,
      VIGIL_HOST: '127.0.0.1',
      VIGIL_HTTP_PORT: String(this.#ports?.http ?? 0),
      VIGIL_MQTT_PORT: String(this.#ports?.mqtt ?? 0),
      VIGIL_ADMIN_PASSWORD: ADMIN_PASSWORD,
      VIGIL_ALLOW_PRIVATE_RECEIVERS: 'true',
      VIGIL_LOG_LEVEL: 'info',
      ...this.#settings,
    })
  }
}

/** Starts a gateway and waits until it listens. `dataFolder`: an existing folder, which then stays. */
export async function startGateway(
  options: {
    readonly settings?: Readonly<Record<string, string>>
    readonly dataFolder?: string
  } = {},
): Promise<TestGateway> {
  const gateway = new TestGateway({
    dataFolder: options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'vigil-test-'))),
    ownsFolder: options.dataFolder === undefined,
    settings: options.settings ?? {},
  })
  try {
    await gateway.ready()
  } catch (error) {
    await gateway.close()
    throw error
  }
  return gateway
}
