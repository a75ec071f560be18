import { DEVICE_MODELS, type ProfileId } from './devices/models.ts'
import { SimulatedDevice } from './devices/simulated-device.ts'
import { createRandom } from './seeded-random.ts'

export interface FleetMember {
  readonly deviceId: string
  readonly token: string
  readonly profileId: ProfileId
  readonly siteId: string
}

const TICK_MS = 1_000
/** The members take turns within a tick, so that neither side sees them all in one instant. */
const TURNS = 10

/** Many simulated devices in one process, driven by one timer. */
export class SimulatedFleet {
  readonly #brokerUrl: string
  readonly #devices = new Map<string, { member: FleetMember; device: SimulatedDevice }>()
  readonly #onTick: (nowMs: number) => void
  #timer: NodeJS.Timeout | null = null
  #turn = 0

  constructor(options: {
    readonly brokerUrl: string
    readonly members: readonly FleetMember[]
    readonly seed: string
    /** Called before the devices are sampled, e.g. to advance a scenario. */
    readonly onTick?: (nowMs: number) => void
  }) {
    this.#brokerUrl = options.brokerUrl
    this.#onTick = options.onTick ?? (() => undefined)
    for (const member of options.members) {
      const random = createRandom(`${options.seed}/${member.deviceId}`)
      const model = DEVICE_MODELS[member.profileId](random.fork('model'))
      const { deviceId, token } = member
      const brokerUrl = this.#brokerUrl
      const device = new SimulatedDevice({ deviceId, token, brokerUrl, model, random })
      this.#devices.set(deviceId, { member, device })
    }
  }

  get members(): readonly FleetMember[] {
    return [...this.#devices.values()].map(({ member }) => member)
  }

  get connectedCount(): number {
    return [...this.#devices.values()].filter(({ device }) => device.isConnected).length
  }

  device(deviceId: string): SimulatedDevice {
    const found = this.#devices.get(deviceId)
    if (found === undefined) throw new Error(`no simulated device ${deviceId}`)
    return found.device
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#takeTurn(), TICK_MS / TURNS)
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    await Promise.all([...this.#devices.values()].map(({ device }) => device.stop()))
  }

  #takeTurn(): void {
    const nowMs = Date.now()
    this.#onTick(nowMs)
    let index = 0
    for (const { device } of this.#devices.values()) {
      if (index % TURNS === this.#turn) device.tick(nowMs)
      index += 1
    }
    this.#turn = (this.#turn + 1) % TURNS
  }
}
