import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { type IClusterConfig, InfluxDB, type IPoolOptions, type ISchemaOptions } from 'influx'
import type { Clock } from '#alerting/clock.ts'
import { INFLUX_LIMITS } from '#config/limits.ts'
import { type AnswerPart, answerParts, textOf } from './influx-answer.ts'
import type { InfluxFailure } from './influx-errors.ts'

export interface InfluxV1Address {
  readonly protocol: 'http' | 'https'
  readonly host: string
  readonly port: number
  readonly database: string
  readonly username: string | null
  readonly password: string | null
  /** PEM of the authority that signed the server's certificate; null: those the system trusts. */
  readonly ca?: string | null
}

/** What happened to one request on the wire. */
interface Exchange {
  request: ClientRequest | null
  status: number | null
  retryAfter: string | undefined
  text: string
  readonly broken: PromiseWithResolvers<never>
}

export class InfluxV1Failure extends Error implements InfluxFailure {
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

/** A request that the package cannot make; `path` begins at the server's root. */
interface OwnRequest {
  readonly path: string
  readonly accept: string
  readonly type: string
  readonly body: string | Buffer
}

/** An agent as Node's HTTP client uses it: every request passes through `addRequest`. */
interface RequestGate {
  addRequest(request: ClientRequest, ...rest: unknown[]): void
}

/**
 * The package `influx`, held to what the gateway needs of it. By itself it repeats requests and bans a
 * host that failed; it forgets status, `Retry-After` and text of an answer from 500 on; and it waits for
 * ever when a connection breaks off within an answer. So it gets an agent that sees its requests, no
 * repeats, no ban, and an end to every wait.
 */
export class InfluxV1Client {
  readonly #client: InfluxDB
  readonly #agent: HttpAgent
  readonly #clock: Clock
  readonly #password: string | null
  readonly #address: InfluxV1Address
  readonly #open = new Set<Exchange>()
  /** The exchange whose request is being made: the package makes it before it returns. */
  #begun: Exchange | null = null

  constructor(
    address: InfluxV1Address,
    { clock, schema }: { readonly clock: Clock; readonly schema: readonly ISchemaOptions[] },
  ) {
    this.#clock = clock
    const { protocol, host, port, database, username, password, ca } = address
    this.#password = password
    this.#address = address
    const agentOptions = { keepAlive: true, maxSockets: INFLUX_LIMITS.connectionsMax }
    this.#agent =
      protocol === 'https'
        ? new HttpsAgent({ ...agentOptions, ...(typeof ca === 'string' ? { ca } : {}) })
        : new HttpAgent(agentOptions)
    this.#watch(this.#agent as unknown as RequestGate)
    const config: IClusterConfig = {
      database,
      // The package makes an address of it, and takes it apart again.
      hosts: [
        {
          protocol,
          host: host.includes(':') ? `[${host}]` : host,
          port,
          options: { agent: this.#agent },
        },
      ],
      pool: POOL,
      schema: [...schema],
    }
    // Without a name the package would send one of its own; null keeps it from that.
    this.#client = new InfluxDB(Object.assign(config, { username, password }))
  }

  /** `ask` makes exactly one request, at once. Rejects with `InfluxV1Failure`. */
  async call<Answer>(
    ask: (client: InfluxDB) => Promise<Answer>,
    durationMsMax: number,
  ): Promise<Answer> {
    const exchange: Exchange = {
      request: null,
      status: null,
      retryAfter: undefined,
      text: '',
      broken: Promise.withResolvers<never>(),
    }
    let isTimeout = false
    const cancelDeadline = this.#clock.wakeAt(this.#clock.nowMs() + durationMsMax, () => {
      isTimeout = true
      exchange.broken.reject(new Error(`no answer within ${durationMsMax} ms`))
    })
    this.#open.add(exchange)
    try {
      this.#begun = exchange
      const answer = ask(this.#client)
      this.#begun = null
      return await Promise.race([answer, exchange.broken.promise])
    } catch (error) {
      exchange.request?.destroy()
      const { status, retryAfter } = exchange
      const reason = this.#withoutPassword((error as Error).message)
      if (status === null || isTimeout) {
        throw new InfluxV1Failure({ status: null, text: reason, isTimeout })
      }
      // Below 300 it is the package that does not like the answer.
      throw new InfluxV1Failure({
        status,
        text: status < 300 ? reason : this.#withoutPassword(exchange.text),
        retryAfter,
      })
    } finally {
      this.#begun = null
      this.#open.delete(exchange)
      cancelDeadline()
    }
  }

  /**
   * A query of which the answer is taken part by part while it comes, as the package cannot. Rejects as
   * `call`, when some parts may have been taken.
   */
  async ask(
    form: Readonly<Record<string, string>>,
    take: (part: AnswerPart) => void,
  ): Promise<void> {
    const chunked = { chunked: 'true', chunk_size: String(INFLUX_LIMITS.rowsPerAnswerPart) }
    const question = {
      path: '/query',
      accept: 'application/x-msgpack',
      type: 'application/x-www-form-urlencoded',
      body: new URLSearchParams({ ...form, ...chunked }).toString(),
    }
    const answered = async () => {
      for await (const part of answerParts(await this.#request(question))) take(part)
    }
    await this.call(answered, INFLUX_LIMITS.queryDurationMsMax)
  }

  /** Lines that are encoded already, which the package cannot be given. Rejects as `call`. */
  async lines(
    parameters: Readonly<Record<string, string>>,
    body: Buffer,
    durationMsMax: number,
  ): Promise<void> {
    const path = `/write?${new URLSearchParams(parameters)}`
    const write = { path, accept: '*/*', type: 'text/plain; charset=utf-8', body }
    await this.call(async () => {
      await textOf(await this.#request(write))
    }, durationMsMax)
  }

  /** Resolves when the answer begins, and only when it is one: what is refused is thrown as it was said. */
  #request({ path, accept, type, body }: OwnRequest): Promise<IncomingMessage> {
    const { protocol, host, port, username, password } = this.#address
    const credentials = Buffer.from(`${username}:${password ?? ''}`).toString('base64')
    const request = (protocol === 'https' ? httpsRequest : httpRequest)({
      agent: this.#agent,
      hostname: host,
      port,
      path,
      method: 'POST',
      headers: {
        accept,
        'content-type': type,
        ...(username === null ? {} : { authorization: `Basic ${credentials}` }),
      },
    })
    return new Promise((resolve, reject) => {
      request.once('error', reject)
      request.once('response', (response) => {
        if ((response.statusCode ?? 500) < 300) resolve(response)
        else textOf(response).then((text) => reject(new Error(text)), reject)
      })
      request.end(body)
    })
  }

  close(): void {
    for (const { broken } of this.#open) broken.reject(new Error('the gateway is stopping'))
    this.#agent.destroy()
  }

  #withoutPassword(text: string): string {
    return this.#password === null || this.#password === ''
      ? text
      : text.replaceAll(this.#password, '[secret]')
  }

  #watch(agent: RequestGate): void {
    const addRequest = agent.addRequest
    agent.addRequest = (request, ...rest) => {
      if (this.#begun !== null) follow(request, this.#begun)
      addRequest.call(agent, request, ...rest)
    }
  }
}

const NO_BACKOFF = {
  getDelay: () => 0,
  next: () => NO_BACKOFF,
  reset: () => NO_BACKOFF,
}

const POOL: IPoolOptions = {
  maxRetries: 0,
  backoff: NO_BACKOFF,
  // Ours is the deadline that counts; theirs only has to be later.
  requestTimeout: 2 * INFLUX_LIMITS.deleteDurationMsMax,
}

const TEXT_LENGTH_MAX = 64 * 1024

function follow(request: ClientRequest, exchange: Exchange): void {
  exchange.request = request
  request.once('response', (response) => {
    const { statusCode, headers } = response
    exchange.status = statusCode ?? null
    exchange.retryAfter = headers['retry-after']
    if (statusCode !== undefined && statusCode >= 300) {
      response.on('data', (chunk: string | Buffer) => {
        if (exchange.text.length < TEXT_LENGTH_MAX) exchange.text += chunk.toString()
      })
    }
    response.once('close', () => {
      if (response.complete) return
      // Half an answer is none.
      exchange.status = null
      exchange.broken.reject(new Error('the connection broke off within the answer'))
    })
  })
}
