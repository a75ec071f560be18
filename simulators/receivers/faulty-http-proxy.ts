import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { closeServer, listenOnLoopback } from './local-server.ts'

/** What becomes of one request on its way. */
export type HttpFault =
  | { readonly kind: 'pass' }
  /** Passed on, and the answer held back. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Answered here; the server never sees it. */
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly body?: string
      readonly headers?: Readonly<Record<string, string>>
    }
  /** The connection is reset before the server sees it. */
  | { readonly kind: 'reset' }
  /** The server does it, and the connection is reset instead of an answer. */
  | { readonly kind: 'reset-after' }
  /** The server does it; of the answer come the head and half of the body. */
  | { readonly kind: 'half' }
  /** Never answered. */
  | { readonly kind: 'hang' }

export interface ProxiedRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** As it was sent, packed or not. */
  readonly body: Buffer
}

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Stands between a client and an HTTP server, and spoils requests as it is told. */
export class FaultyHttpProxy {
  readonly #server: Server
  readonly #targetPort: () => number
  #port = 0
  /** Asked once a request. */
  fault: (request: ProxiedRequest) => HttpFault = () => ({ kind: 'pass' })

  constructor(targetPort: () => number) {
    this.#targetPort = targetPort
    this.#server = createServer((request, response) => {
      // A target that is away is a reset for the client, as it would be without us.
      this.#handle(request, response).catch(() => request.socket.resetAndDestroy())
    })
  }

  async start(): Promise<void> {
    this.#port = await listenOnLoopback(this.#server, 0)
  }

  async stop(): Promise<void> {
    await closeServer(this.#server)
  }

  get port(): number {
    return this.#port
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request)
    const { method = 'GET', url = '/', headers: sentHeaders } = request
    const fault = this.fault({ method, path: url, headers: sentHeaders, body })
    switch (fault.kind) {
      case 'answer':
        response.writeHead(fault.status, fault.headers).end(fault.body ?? '')
        return
      case 'reset':
        request.socket.resetAndDestroy()
        return
      case 'hang':
        return
      case 'reset-after':
        await this.#forward(request, body)
        request.socket.resetAndDestroy()
        return
      case 'half': {
        const answer = await this.#forward(request, body)
        const text = answer.body.length > 1 ? answer.body : Buffer.from('{}')
        response.writeHead(answer.status === 204 ? 200 : answer.status, {
          'content-type': answer.headers['content-type'] ?? 'application/json',
          'content-length': text.length,
        })
        response.write(text.subarray(0, text.length >> 1), () => request.socket.resetAndDestroy())
        return
      }
      case 'slow':
      case 'pass': {
        const { status, headers, body: answer } = await this.#forward(request, body)
        if (fault.kind === 'slow') await sleep(fault.delayMs)
        response.writeHead(status, withoutFraming(headers)).end(answer)
        return
      }
      default:
        fault satisfies never
    }
  }

  #forward(request: IncomingMessage, body: Buffer): Promise<Answer> {
    const { method, url, headers } = request
    return new Promise((resolve, reject) => {
      const forwarded = httpRequest(
        {
          host: '127.0.0.1',
          port: this.#targetPort(),
          method,
          path: url,
          headers: { ...withoutFraming(headers), 'content-length': body.length },
          agent: false,
        },
        (answer) => {
          bodyOf(answer).then(
            (text) =>
              resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: text }),
            reject,
          )
        },
      )
      forwarded.on('error', reject)
      forwarded.end(body)
    })
  }
}

/** Both sides frame for themselves. */
function withoutFraming(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { connection: _, 'transfer-encoding': __, 'content-length': ___, ...rest } = headers
  return rest
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  return Buffer.concat(chunks)
}
