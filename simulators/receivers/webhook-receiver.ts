import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { type Answer, parseAnswerScript } from './answer-script.ts'
import { closeServer, listenOnLoopback, readBody } from './local-server.ts'

export interface WebhookAttempt {
  readonly atMs: number
  readonly timestampHeader: string
  /** Whether the signature was right. A wrong one is answered 401. */
  readonly verified: boolean
  readonly answer: Answer
  readonly body: string
}

/** All requests that came under one `webhook-id`. */
export interface WebhookLedgerEntry {
  readonly id: string
  readonly type: string
  readonly data: unknown
  readonly attempts: readonly WebhookAttempt[]
  /** Verified and answered 2xx at least once. */
  readonly delivered: boolean
}

const BODY_BYTES_MAX = 1024 * 1024

/**
 * A receiver of Standard Webhooks as somebody else would write it, with the reference library: checks
 * each signature, keeps a ledger by `webhook-id`, and answers by a script so that every kind of bad
 * receiver can be played. A request with a wrong signature never counts as delivered.
 */
export class WebhookReceiver {
  readonly #server: Server
  readonly #webhook: Webhook
  readonly #entries = new Map<string, { type: string; data: unknown; attempts: WebhookAttempt[] }>()
  readonly #nowMs: () => number
  #nextAnswer: () => Answer
  #unsigned = 0
  #port = 0

  constructor(options: {
    readonly secret: string
    readonly nowMs?: () => number
    /** A script (see `parseAnswerScript`) or a function asked once a request. */
    readonly answers?: string | (() => Answer)
  }) {
    this.#webhook = new Webhook(options.secret)
    this.#nowMs = options.nowMs ?? Date.now
    this.#nextAnswer = toAnswers(options.answers ?? '', this.#nowMs)
    this.#server = createServer((request, response) => {
      // A request that breaks off is a fault we provoke; there is nobody left to answer.
      this.#handle(request, response).catch(() => response.destroy())
    })
  }

  async start(port = 0): Promise<void> {
    this.#port = await listenOnLoopback(this.#server, port)
  }

  async stop(): Promise<void> {
    await closeServer(this.#server)
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hook`
  }

  /** Requests without a usable `webhook-id`. */
  get unsigned(): number {
    return this.#unsigned
  }

  /** From now on answers by another script. */
  answerBy(answers: string | (() => Answer)): void {
    this.#nextAnswer = toAnswers(answers, this.#nowMs)
  }

  /** In the order of each id's first attempt. */
  ledger(): readonly WebhookLedgerEntry[] {
    return [...this.#entries].map(([id, entry]) => ({
      id,
      ...entry,
      delivered: entry.attempts.some(
        ({ verified, answer }) =>
          verified && answer.kind === 'status' && answer.status >= 200 && answer.status < 300,
      ),
    }))
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, BODY_BYTES_MAX)
    const id = request.headers['webhook-id']
    if (request.method !== 'POST' || body === null || typeof id !== 'string') {
      this.#unsigned += 1
      response.writeHead(400).end()
      return
    }
    const verified = this.#verify(body, request)
    const answer: Answer = verified ? this.#nextAnswer() : { kind: 'status', status: 401 }
    this.#record(id, body, {
      atMs: this.#nowMs(),
      timestampHeader: String(request.headers['webhook-timestamp']),
      verified,
      answer,
      body,
    })
    give(answer, request, response)
  }

  #verify(body: string, request: IncomingMessage): boolean {
    const header = (name: string) => String(request.headers[name] ?? '')
    try {
      this.#webhook.verify(body, {
        'webhook-id': header('webhook-id'),
        'webhook-timestamp': header('webhook-timestamp'),
        'webhook-signature': header('webhook-signature'),
      })
      return true
    } catch {
      return false
    }
  }

  #record(id: string, body: string, attempt: WebhookAttempt): void {
    const known = this.#entries.get(id)
    if (known !== undefined) {
      known.attempts.push(attempt)
      return
    }
    const { type, data } = parseEnvelope(body)
    this.#entries.set(id, { type, data, attempts: [attempt] })
  }
}

function toAnswers(answers: string | (() => Answer), nowMs: () => number): () => Answer {
  return typeof answers === 'string' ? parseAnswerScript(answers, nowMs) : answers
}

function parseEnvelope(body: string): { type: string; data: unknown } {
  try {
    const { type, data } = JSON.parse(body)
    return { type: String(type), data }
  } catch {
    return { type: 'not JSON', data: null }
  }
}

function give(answer: Answer, request: IncomingMessage, response: ServerResponse): void {
  switch (answer.kind) {
    case 'status': {
      const headers = answer.retryAfter === undefined ? {} : { 'retry-after': answer.retryAfter }
      response.writeHead(answer.status, headers).end()
      return
    }
    case 'hang':
      return
    case 'reset':
      request.socket.resetAndDestroy()
      return
    case 'half':
      request.socket.write('HTTP/1.1 200 OK\r\nContent-Le', () => request.socket.resetAndDestroy())
      return
    case 'endless':
      response.writeHead(200)
      pour(response)
      return
    case 'redirect':
      response.writeHead(302, { location: answer.location }).end()
      return
    default:
      answer satisfies never
  }
}

/** Writes for as long as the other side reads. */
function pour(response: ServerResponse): void {
  const chunk = Buffer.alloc(16 * 1024, 'x')
  const more = () => {
    if (!response.destroyed) response.write(chunk, () => setImmediate(more))
  }
  more()
}
