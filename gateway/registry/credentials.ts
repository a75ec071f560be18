import type { Clock } from '#alerting/clock.ts'
import type { Database } from '../database/open.ts'

/**
 * Tokens of devices: 256 random bits, stored as SHA-256, checked in memory and in constant time.
 */
export class DeviceCredentials {
  constructor(_options: { readonly database: Database; readonly clock: Clock }) {}

  /** Loads the hashes into memory. */
  async start(): Promise<void> {
    throw new Error('being built')
  }
  /** Never waits and never touches the disk. An unknown device takes the same time. */
  verify(_deviceId: string, _token: string): boolean {
    throw new Error('being built')
  }
  /** A new token, shown this once; the old one stops working and `onRevoke` is told. `not_found`. */
  async rotate(_deviceId: string): Promise<string> {
    throw new Error('being built')
  }
  async revoke(_deviceId: string): Promise<void> {
    throw new Error('being built')
  }
  /** The credential of this device no longer opens its live sessions: drop them. */
  onRevoke(_listener: (deviceId: string) => void): () => void {
    throw new Error('being built')
  }
}
