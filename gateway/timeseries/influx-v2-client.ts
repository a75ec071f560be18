import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { HttpError, InfluxDB, type ParameterizedQuery } from '@influxdata/influxdb-client'
import type { Clock } from '#alerting/clock.ts'
import { INFLUX_LIMITS } from '#config/limits.ts'
import { errorOf, type InfluxFailure, statementError } from './influx-errors.ts'
import { FluxFailure, type FluxRow, rowsOf } from './influx-flux.ts'

export interface InfluxV2Address {
  readonly protocol: 'http' | 'https'
  readonly host: string
  readonly port: number
  readonly organization: string
  readonly bucket: string
  readonly token: string | null
  /** PEM of the authority that signed the server's certificate; null: those the system trusts. */
  readonly ca?: string | null
}

interface Exchange {
  readonly method: string
  readonly path: string
  readonly body?: string | object
  readonly headers?: Readonly<Record<string, string>>
  readonly gzipThreshold?: number
  readonly durationMsMax: number
}

export interface InfluxV2Answer {
  readonly status: number
  readonly body: unknown
}

/**
 * Requests to InfluxDB 2 through the transport of its client, each made once and with an end to its
 * wait. The client's own write buffer is left aside: it counts a partial success (201) as a success,
 * loses lines when a batch of it fails in the background, and reads `Retry-After` as milliseconds.
 */
export class InfluxV2Client {
  readonly #client: InfluxDB
  readonly #agent: HttpAgent
  readonly #clock: Clock
  readonly #organization: string
  readonly #token: string | null
  readonly #open = new Set<AbortController>()

  constructor(address: InfluxV2Address, clock: Clock) {
    const { protocol, host, port, organization, token, ca } = address
    this.#clock = clock
    this.#organization = organization
    this.#token = token
    const agentOptions = { keepAlive: true, maxSockets: INFLUX_LIMITS.connectionsMax }
    this.#agent =
      protocol === 'https'
        ? new HttpsAgent({ ...agentOptions, ...(typeof ca === 'string' ? { ca } : {}) })
        : new HttpAgent(agentOptions)
    this.#client = new InfluxDB({
      url: `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`,
      ...(token === null ? {} : { token }),
      // Ours is the deadline that counts; theirs only has to be later.
      timeout: 2 * INFLUX_LIMITS.deleteDurationMsMax,
      transportOptions: { agent: this.#agent },
    })
  }

  /** A path under `/api/v2`; parameters go by `URLSearchParams`. Rejects with `InfluxV2Failure`. */
  async send({
    method,
    path,
    body,
    headers,
    gzipThreshold,
    durationMsMax,
  }: Exchange): Promise<InfluxV2Answer> {
    const abort = new AbortController()
    let isTimeout = false
    const cancelDeadline = this.#clock.wakeAt(this.#clock.nowMs() + durationMsMax, () => {
      isTimeout = true
      abort.abort()
    })
    this.#open.add(abort)
    let status = 0
    try {
      const answer: unknown = await this.#client.transport.request(
        path,
        body,
        {
          method,
          headers: { ...headers },
          signal: abort.signal,
          ...(gzipThreshold === undefined ? {} : { gzipThreshold }),
        },
        (_, statusCode) => {
          status = statusCode ?? 0
        },
      )
      return { status, body: answer }
    } catch (error) {
      throw this.#failureOf(error, isTimeout ? durationMsMax : null)
    } finally {
      this.#open.delete(abort)
      cancelDeadline()
    }
  }

  /** As `send`; rejects with `CodedError`. */
  async call(exchange: Exchange): Promise<InfluxV2Answer> {
    try {
      return await this.send(exchange)
    } catch (error) {
      if (!(error instanceof InfluxV2Failure)) throw error
      throw errorOf(error, this.#clock.nowMs())
    }
  }

  async query(
    query: ParameterizedQuery,
    durationMsMax: number = INFLUX_LIMITS.queryDurationMsMax,
  ): Promise<readonly FluxRow[]> {
    const { body } = await this.call({
      method: 'POST',
      path: `/api/v2/query?${new URLSearchParams({ org: this.#organization })}`,
      body: {
        query: query.toString(),
        type: 'flux',
        dialect: { annotations: ['datatype', 'group', 'default'], delimiter: ',', header: true },
      },
      headers: { accept: 'application/csv' },
      durationMsMax,
    })
    try {
      return rowsOf(String(body))
    } catch (error) {
      if (error instanceof FluxFailure) throw statementError(this.#withoutToken(error.message))
      throw error
    }
  }

  close(): void {
    for (const abort of this.#open) abort.abort()
    this.#agent.destroy()
  }

  #failureOf(error: unknown, timeoutMs: number | null): InfluxV2Failure {
    if (timeoutMs !== null) {
      const text = `no answer within ${timeoutMs} ms`
      return new InfluxV2Failure({ status: null, text, isTimeout: true })
    }
    const text = this.#withoutToken((error as Error).message)
    if (!(error instanceof HttpError)) return new InfluxV2Failure({ status: null, text })
    const retryAfter = error.headers?.['retry-after']
    return new InfluxV2Failure({
      status: error.statusCode,
      text: this.#withoutToken(error.body ?? ''),
      retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
    })
  }

  #withoutToken(text: string): string {
    return this.#token === null || this.#token === ''
      ? text
      : text.replaceAll(this.#token, '[secret]')
  }
}

export class InfluxV2Failure extends Error implements InfluxFailure {
  readonly status: number | null
  readonly text: string
  readonly retryAfter: string | undefined
  readonly isTimeout: boolean

  constructor({ status, text, retryAfter, isTimeout }: InfluxFailure) {
    super(text)
    this.status = status
    this.text = text
    this.retryAfter = retryAfter
    this.isTimeout = isTimeout ?? false
  }
}
