import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import { isForeignKeyRefusal } from '../database/disk-guard.ts'
import type { Database } from '../database/open.ts'
import { PlantStore, type StoredCredential } from '../database/plant-store.ts'
import { ChangeListeners } from './change-listeners.ts'
import { hashOfToken, newToken } from './tokens.ts'

/**
 * Tokens of devices: 256 random bits, stored as SHA-256, checked in memory and in constant time, so
 * that ten thousand devices can log in at once after a power cut.
 */
export class DeviceCredentials {
  readonly #store: PlantStore
  readonly #clock: Clock
  readonly #hashes = new Map<string, Uint8Array>()
  /** By the hash in hex: whose it is. */
  readonly #owners = new Map<string, string>()
  readonly #listeners = new ChangeListeners<string>()
  /** What the token of an unknown device is compared with: nobody knows what hashes to it. */
  readonly #nobody = randomBytes(32)

  constructor(options: { readonly database: Database; readonly clock: Clock }) {
    this.#store = new PlantStore(options.database)
    this.#clock = options.clock
  }

  /** Loads the hashes into memory. */
  async start(): Promise<void> {
    for (const credential of await this.#store.loadCredentials()) this.accept(credential)
  }

  /** Never waits and never touches the disk. An unknown device takes the same time. */
  verify(deviceId: string, token: string): boolean {
    const known = this.#hashes.get(deviceId)
    const equal = timingSafeEqual(hashOfToken(token), known ?? this.#nobody)
    return equal && known !== undefined
  }

  /** Whose token this is; null: nobody's. For callers that do not say who they are. */
  deviceOf(token: string): string | null {
    return this.#owners.get(hashOfToken(token).toString('hex')) ?? null
  }

  /** A new token, shown this once; the old one stops working and `onRevoke` is told. `not_found`. */
  async rotate(deviceId: string): Promise<string> {
    const { token, credential } = this.issue(deviceId)
    try {
      await this.#store.storeCredential(credential)
    } catch (error) {
      if (!isForeignKeyRefusal(error)) throw error
      throw new CodedError('not_found', `There is no device ${deviceId}.`, { cause: error })
    }
    this.accept(credential)
    this.#listeners.tell(deviceId)
    return token
  }

  /** The device can no longer log in, until `rotate` gives it a new token. */
  async revoke(deviceId: string): Promise<void> {
    await this.#store.removeCredential(deviceId)
    this.forget(deviceId)
  }

  /** The credential of this device no longer opens its live sessions: drop them. */
  onRevoke(listener: (deviceId: string) => void): () => void {
    return this.#listeners.add(listener)
  }

  /** A new credential that is not in force yet; for whoever stores it together with the device. */
  issue(deviceId: string): { readonly token: string; readonly credential: StoredCredential } {
    const token = newToken()
    const tokenHash = hashOfToken(token)
    return { token, credential: { deviceId, tokenHash, createdAtMs: this.#clock.nowMs() } }
  }

  /** The credential stands on disk: from now on it is the one. */
  accept(credential: StoredCredential): void {
    this.#disown(credential.deviceId)
    this.#hashes.set(credential.deviceId, credential.tokenHash)
    this.#owners.set(Buffer.from(credential.tokenHash).toString('hex'), credential.deviceId)
  }

  /** The credential is gone from the disk. */
  forget(deviceId: string): void {
    this.#disown(deviceId)
    if (this.#hashes.delete(deviceId)) this.#listeners.tell(deviceId)
  }

  #disown(deviceId: string): void {
    const hash = this.#hashes.get(deviceId)
    if (hash !== undefined) this.#owners.delete(Buffer.from(hash).toString('hex'))
  }
}
