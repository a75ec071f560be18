import type { DeviceId } from '#alerting/reading.ts'
import type { DeviceConnection } from './device-connection.ts'
import type { MqttLimits } from './limits.ts'

const MINUTE_MS = 60_000

interface Takeovers {
  readonly sinceMs: number
  readonly count: number
  readonly remoteAddresses: readonly string[]
}

export interface Claim {
  /** Held the client id until now and must give way. */
  readonly previous: DeviceConnection | null
  /** The least active of the device's connections, when it has too many. */
  readonly surplus: DeviceConnection | null
  /** Set when this client id is taken over more often than a flaky link explains. */
  readonly contestedBy: readonly string[] | null
}

/** Who is connected: by device, and by session, of which there is one connection at a time. */
export class ConnectionRegistry {
  readonly #limits: MqttLimits
  readonly #all = new Set<DeviceConnection>()
  readonly #bySession = new Map<string, DeviceConnection>()
  readonly #byDevice = new Map<DeviceId, Set<DeviceConnection>>()
  readonly #takeovers = new WeakMap<DeviceConnection, Takeovers>()

  constructor(limits: MqttLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#all.size
  }

  get deviceCount(): number {
    return this.#byDevice.size
  }

  all(): Iterable<DeviceConnection> {
    return this.#all
  }

  ofDevice(deviceId: DeviceId): ReadonlySet<DeviceConnection> {
    return this.#byDevice.get(deviceId) ?? NONE
  }

  bySession(key: string): DeviceConnection | undefined {
    return this.#bySession.get(key)
  }

  /** Enters a connection; from now on the session is its. */
  claim(connection: DeviceConnection, nowMs: number): Claim {
    const previous = this.#bySession.get(connection.sessionKey) ?? null
    this.#bySession.set(connection.sessionKey, connection)
    this.#all.add(connection)
    let same = this.#byDevice.get(connection.deviceId)
    if (same === undefined) {
      same = new Set()
      this.#byDevice.set(connection.deviceId, same)
    }
    const surplus =
      previous === null && same.size >= this.#limits.connectionsPerDeviceMax
        ? leastActive(same)
        : null
    same.add(connection)
    const contestedBy = previous && this.#countTakeover(connection, previous, nowMs)
    return { previous, surplus, contestedBy }
  }

  /** Answers how many connections the device has left. */
  remove(connection: DeviceConnection): number {
    this.#all.delete(connection)
    if (this.#bySession.get(connection.sessionKey) === connection) {
      this.#bySession.delete(connection.sessionKey)
    }
    const same = this.#byDevice.get(connection.deviceId)
    same?.delete(connection)
    if (same?.size === 0) this.#byDevice.delete(connection.deviceId)
    return same?.size ?? 0
  }

  #countTakeover(
    connection: DeviceConnection,
    previous: DeviceConnection,
    nowMs: number,
  ): readonly string[] | null {
    const before = this.#takeovers.get(previous)
    const isNew = before === undefined || nowMs - before.sinceMs >= MINUTE_MS
    const addresses = [connection.info.remoteAddress, previous.info.remoteAddress]
    const takeovers: Takeovers = {
      sinceMs: isNew ? nowMs : before.sinceMs,
      count: isNew ? 1 : before.count + 1,
      remoteAddresses: [...new Set([...addresses, ...(isNew ? [] : before.remoteAddresses)])],
    }
    this.#takeovers.set(connection, takeovers)
    return takeovers.count > this.#limits.takeoversPerMinuteMax ? takeovers.remoteAddresses : null
  }
}

const NONE: ReadonlySet<DeviceConnection> = new Set()

function leastActive(connections: Iterable<DeviceConnection>): DeviceConnection | null {
  let least: DeviceConnection | null = null
  for (const connection of connections) {
    if (least === null || connection.lastActiveMs < least.lastActiveMs) least = connection
  }
  return least
}
