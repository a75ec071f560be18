import type { Reading } from '#alerting/reading.ts'
import { INFLUX_LIMITS } from '#config/limits.ts'
import { refused } from './influx-errors.ts'
import { chunksOf } from './influx-first-wins.ts'
import { unstorable } from './influx-schema.ts'
import type { InfluxServer } from './influx-server.ts'

/** Readings that will never be in the database, and what it said to them. */
export interface RefusedReadings {
  readonly readings: readonly Reading[]
  readonly reason: string
}

const FIELD_TYPE = /field type conflict/

/**
 * Writes readings in requests of a bounded size, a few at once. A request that is too large is halved. One of which
 * something is refused is halved too, until what was refused is told apart from what was taken: the
 * server tells how many it dropped, not which, and a reading written twice is one reading.
 */
export class InfluxBatch {
  readonly #server: Pick<InfluxServer, 'insert'>
  readonly #refused: RefusedReadings[] = []
  #requests = 0
  #hasFailed = false

  constructor(server: Pick<InfluxServer, 'insert'>) {
    this.#server = server
  }

  /** Resolves when all are stored or told as refused. A rejection leaves some stored. */
  async write(readings: readonly Reading[]): Promise<readonly RefusedReadings[]> {
    const storable = readings.filter((reading) => {
      const reason = unstorable(reading)
      if (reason !== null) this.#refused.push({ readings: [reading], reason })
      return reason === null
    })
    const chunks = chunksOf(storable, INFLUX_LIMITS.readingsPerRequestMax).values()
    const senders = Array.from({ length: INFLUX_LIMITS.writesAtOnceMax }, () => this.#send(chunks))
    // Nothing of a write that failed is under way any more when it is made again.
    const outcomes = await Promise.allSettled(senders)
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
    return this.#refused
  }

  /** One is encoded while the server works on another. No two hold the same series and time. */
  async #send(chunks: Iterator<readonly Reading[]>): Promise<void> {
    for (let next = chunks.next(); next.done !== true && !this.#hasFailed; next = chunks.next()) {
      try {
        await this.#insert(next.value)
      } catch (error) {
        this.#hasFailed = true
        throw error
      }
    }
  }

  async #insert(readings: readonly Reading[]): Promise<void> {
    this.#requests += 1
    if (this.#requests > INFLUX_LIMITS.requestsPerWriteMax) {
      throw refused('client', 'InfluxDB refuses more readings than can be told apart.', {
        status: null,
      })
    }
    const outcome = await this.#server.insert(readings)
    if (outcome.kind === 'stored') return
    const isAll = outcome.kind === 'refused' && outcome.dropped === readings.length
    const reason = outcome.kind === 'refused' ? outcome.reason : 'The reading alone is too large.'
    if (isAll && readings.length >= INFLUX_LIMITS.conflictReadingsMin && FIELD_TYPE.test(reason)) {
      throw refused('schema', `The measurement has fields of other types: ${reason}.`, {
        status: null,
        said: reason,
      })
    }
    if (isAll || readings.length === 1) {
      this.#refused.push({ readings, reason })
      return
    }
    const middle = Math.ceil(readings.length / 2)
    await this.#insert(readings.slice(0, middle))
    await this.#insert(readings.slice(middle))
  }
}
