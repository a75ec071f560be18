import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { connectAsync, type MqttClient } from 'mqtt'
import type { AlarmDto } from '#gateway/contract.ts'
import type { Page } from '../api-client.ts'
import type { TestGateway } from './app-harness.ts'

const DEVICES = 100
export const RULES = 100
/** All of them, and the red one. */
export const STORM_ALARMS = DEVICES * RULES + 1
const SETPOINT = 50
/** Neither the first nor the last to speak. */
const RED_DEVICE = 'storm-60'
export const FIRST_DEVICE = 'storm-0'

const label = (name: string) => ({ zh: name, en: name })

/** A hundred tanks of one site that a hundred rules watch: each tank that runs full is a hundred alarms, one tank's is red. */
export class AlarmStorm {
  readonly #gateway: TestGateway
  readonly #publishers: readonly { readonly id: string; readonly client: MqttClient }[]

  private constructor(
    gateway: TestGateway,
    publishers: readonly { readonly id: string; readonly client: MqttClient }[],
  ) {
    this.#gateway = gateway
    this.#publishers = publishers
  }

  static async prepare(gateway: TestGateway): Promise<AlarmStorm> {
    const { site } = await gateway.addSite()
    const addRule = (id: string, grade: number, deviceIds?: readonly string[]) =>
      gateway.api.post('/rules', {
        id,
        name: label(id),
        profileIds: ['tank'],
        ...(deviceIds === undefined ? {} : { deviceIds }),
        point: 'level',
        condition: {
          kind: 'limit',
          direction: 'high',
          deadband: 1,
          setpoints: [{ setpoint: SETPOINT, grade, label: label('high') }],
        },
        reason: 'storm',
      })
    for (let number = 0; number < RULES; number += 1) await addRule(`storm-rule-${number}`, 3)
    await addRule('storm-red', 1, [RED_DEVICE])
    const publishers = []
    for (let number = 0; number < DEVICES; number += 1) {
      const id = `storm-${number}`
      const { token } = await gateway.addDevice({ id, profileId: 'tank', siteId: site.id })
      const client = await connectAsync({
        host: '127.0.0.1',
        port: gateway.mqttPort,
        username: id,
        password: token,
        reconnectPeriod: 0,
      })
      publishers.push({ id, client })
    }
    return new AlarmStorm(gateway, publishers)
  }

  /** Resolves when every reading is acknowledged; the one of `FIRST_DEVICE` was before any other was sent. */
  async break(): Promise<void> {
    const [first, ...others] = this.#publishers
    const publish = async ({
      id,
      client,
    }: {
      readonly id: string
      readonly client: MqttClient
    }) => {
      const reading = JSON.stringify({ values: { level: SETPOINT + 10 } })
      await client.publishAsync(`devices/${id}/readings`, reading, { qos: 1 })
    }
    if (first !== undefined) await publish(first)
    await Promise.all(others.map(publish))
  }

  /**
   * As `break`, while somebody else writes to the database: what comes behind the first alarms piles up and is judged
   * in one step, on any machine.
   */
  async breakBehindALock(): Promise<void> {
    const database = new DatabaseSync(join(this.#gateway.dataFolder, 'vigil.db'))
    database.exec('PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE')
    try {
      await this.break()
    } finally {
      database.exec('ROLLBACK')
      database.close()
    }
  }

  /** Tanks are not quite full again: alarms stay, and nothing more is raised. */
  async end(): Promise<void> {
    await Promise.all(this.#publishers.map(({ client }) => client.endAsync(true)))
  }

  /** The open alarms in the order of urgency. */
  async open(): Promise<readonly AlarmDto[]> {
    return await this.#gateway.api.list<AlarmDto>('/alarms?state=open')
  }

  async firstOpen(): Promise<AlarmDto | null> {
    const { items } = await this.#gateway.api.get<Page<AlarmDto>>('/alarms?state=open&limit=1')
    return items[0] ?? null
  }
}

/** Memory of the process in bytes, and the most it ever had. */
export function residentBytes(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const of = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1_024
  return { now: of('VmRSS'), peak: of('VmHWM') }
}
