import type { BaseLogger } from 'pino'
import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import { DATABASE_LIMITS } from '#config/limits.ts'
import type { Ballast } from './ballast.ts'
import { SqliteRefusal } from './worker-protocol.ts'

/** `full`: the disk has no room; `failing`: it refuses. Both end with the next write that succeeds. */
export interface DatabaseStatus {
  readonly state: 'ok' | 'full' | 'failing'
  readonly reason: string | null
  /** The file is damaged, not only refused: stays until a person has acted. */
  readonly isDamaged: boolean
  /** `released`: the disk was full, alarms are written to the room kept back for them. */
  readonly ballast: 'held' | 'released' | 'none'
}

type Fault = 'full' | 'failing'

const FULL = 13
const IO_ERROR = 10
const IO_ERROR_FULL_BELOW_BYTES = 1024 * 1024
/** Primary result codes that speak of the file or the disk, not of the statement. */
const FAILING = new Set([5, 6, 7, 8, IO_ERROR, 11, 14, 15, 26])
const FOREIGN_KEY = 787

/**
 * Stands between the disk and those who write: tells a failing disk from a wrong statement, gives
 * up the ballast on a full one and tries once more, and keeps the state that health shows.
 */
export class DiskGuard {
  readonly #clock: Clock
  readonly #logger: BaseLogger
  readonly #ballast: Ballast | null
  readonly #listeners = new Set<(status: DatabaseStatus) => void>()
  #state: DatabaseStatus['state'] = 'ok'
  #reason: string | null = null
  #damage: string | null = null
  #restoreNotBeforeMs = 0
  #restoring: Promise<void> | null = null

  constructor(options: {
    readonly clock: Clock
    readonly logger: BaseLogger
    readonly ballast: Ballast | null
  }) {
    this.#clock = options.clock
    this.#logger = options.logger
    this.#ballast = options.ballast
  }

  status(): DatabaseStatus {
    return {
      state: this.#state,
      reason: this.#reason,
      isDamaged: this.#damage !== null,
      ballast: this.#ballastState(),
    }
  }

  onStateChange(listener: (status: DatabaseStatus) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Runs a request; with `mayRetry` (a whole transaction) it is made again when the ballast gave room. */
  async attempt<Result>(
    request: () => Promise<Result>,
    { mayRetry }: { readonly mayRetry: boolean },
  ): Promise<Result> {
    try {
      return await request()
    } catch (error) {
      const fault = await this.#faultOf(error)
      if (fault === null) throw error
      const gaveRoom = fault === 'full' && (await this.#releaseBallast())
      if (gaveRoom && mayRetry) return this.attempt(request, { mayRetry: false })
      this.#turn(fault, messageOf(error))
      throw new CodedError('database_unavailable', `The database refused: ${messageOf(error)}`, {
        cause: error,
        hint: fault === 'full' ? 'Free room on the disk of the data folder.' : 'Check the disk.',
        details: { fault },
      })
    }
  }

  /** A write stands on the disk. */
  succeeded(): void {
    if (this.#damage === null) this.#turn('ok', null)
    if (this.#ballastState() === 'released') this.restoreBallast()
  }

  /** The quick check found the file damaged after the start: stays until a person has acted. */
  damaged(reason: string): void {
    this.#damage = reason
    this.#turn('failing', reason)
  }

  /** In the background, when it was not tried a moment ago. */
  restoreBallast(): void {
    const nowMs = this.#clock.nowMs()
    if (this.#ballast === null || this.#restoring !== null || nowMs < this.#restoreNotBeforeMs) {
      return
    }
    this.#restoreNotBeforeMs = nowMs + DATABASE_LIMITS.ballastRestoreIntervalMs
    this.#restoring = this.#restore(this.#ballast)
  }

  /** Waits for what runs in the background. */
  async idle(): Promise<void> {
    await this.#restoring
  }

  async #restore(ballast: Ballast): Promise<void> {
    try {
      if (await ballast.restoreIfRoom()) this.#tell()
    } catch (error) {
      this.#logger.warn({ err: error }, 'the ballast file could not be made')
    } finally {
      this.#restoring = null
    }
  }

  async #releaseBallast(): Promise<boolean> {
    if (this.#ballast === null) return false
    await this.#restoring
    const gaveRoom = await this.#ballast.release()
    this.#restoreNotBeforeMs = this.#clock.nowMs() + DATABASE_LIMITS.ballastRestoreIntervalMs
    if (gaveRoom) {
      this.#logger.error('the disk is full: the ballast is given up, so that alarms can be written')
      this.#tell()
    }
    return gaveRoom
  }

  /** SQLite reports some full disks as I/O errors (shared memory, fsync): the free room tells. */
  async #faultOf(error: unknown): Promise<Fault | null> {
    if (!(error instanceof SqliteRefusal)) return null
    if (error.code === 'database_unavailable') return 'failing'
    if (error.errcode === null) return null
    const primary = error.errcode & 0xff
    if (primary === FULL) return 'full'
    if (!FAILING.has(primary)) return null
    const mayBeFull = primary === IO_ERROR && this.#ballast !== null
    const freeBytes = mayBeFull ? await this.#ballast.freeBytes() : Number.POSITIVE_INFINITY
    return freeBytes < IO_ERROR_FULL_BELOW_BYTES ? 'full' : 'failing'
  }

  #turn(state: DatabaseStatus['state'], reason: string | null): void {
    if (state === this.#state && reason === this.#reason) return
    const changed = state !== this.#state
    this.#state = state
    this.#reason = reason
    if (!changed) return
    if (state === 'ok') this.#logger.info('the database takes writes again')
    else this.#logger.error({ reason }, `the database is ${state}`)
    this.#tell()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener(this.status())
  }

  #ballastState(): DatabaseStatus['ballast'] {
    if (this.#ballast === null) return 'none'
    return this.#ballast.held ? 'held' : 'released'
  }
}

/** Was it refused because something still refers to the row? */
export function isForeignKeyRefusal(error: unknown): boolean {
  return error instanceof SqliteRefusal && error.errcode === FOREIGN_KEY
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
