import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { z } from 'zod'
import { closeServer, listenOnLoopback, readBody } from './local-server.ts'

export interface SmsMessage {
  readonly id: number
  readonly receivedAt: string
  readonly phone: string
  readonly text: string
}

const MESSAGES_MAX = 500
const BODY_BYTES_MAX = 64 * 1024
const PAGE_FILES: Readonly<Record<string, { file: string; type: string }>> = {
  '/': { file: 'index.html', type: 'text/html; charset=utf-8' },
  '/page.js': { file: 'page.js', type: 'text/javascript; charset=utf-8' },
  '/page.css': { file: 'page.css', type: 'text/css; charset=utf-8' },
}
const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
}

const incoming = z.object({ phone: z.string().min(1).max(40), text: z.string().min(1).max(2_000) })

/**
 * Stands in for an SMS gateway and for the phones behind it: takes `POST {phone, text}` as a plain
 * JSON gateway does, keeps the last messages in memory, and shows them on a page that looks like a
 * phone. `GET /messages` answers them as JSON, `GET /events` streams new ones.
 */
export class SmsSink {
  readonly #server: Server
  readonly #messages: SmsMessage[] = []
  readonly #streams = new Set<ServerResponse>()
  readonly #listeners = new Set<(message: SmsMessage) => void>()
  #nextId = 1
  #port = 0

  constructor() {
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(500)
        response.end(String(error))
      })
    })
  }

  /** `port` 0: any free one. */
  async start(port = 0): Promise<void> {
    this.#port = await listenOnLoopback(this.#server, port)
  }

  async stop(): Promise<void> {
    for (const stream of this.#streams) stream.end()
    await closeServer(this.#server)
  }

  /** Where the page is, and where an SMS channel posts to. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}/`
  }

  /** Oldest first. */
  get messages(): readonly SmsMessage[] {
    return this.#messages
  }

  onMessage(listener: (message: SmsMessage) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://sink')
    if (request.method === 'POST') return await this.#take(request, response)
    if (request.method !== 'GET') return void response.writeHead(405).end()
    if (pathname === '/messages') return this.#answer(response, 200, { items: this.#messages })
    if (pathname === '/events') return this.#stream(response)
    const page = PAGE_FILES[pathname]
    if (page === undefined) return void response.writeHead(404).end()
    const content = await readFile(new URL(`sms-page/${page.file}`, import.meta.url))
    response.writeHead(200, { ...SECURITY_HEADERS, 'content-type': page.type }).end(content)
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, BODY_BYTES_MAX)
    if (body === null) return this.#answer(response, 413, { error: 'too long for an SMS' })
    const parsed = incoming.safeParse(parseJson(body))
    if (!parsed.success) {
      return this.#answer(response, 400, { error: 'expected JSON {"phone", "text"}' })
    }
    const message = {
      id: this.#nextId,
      receivedAt: new Date().toISOString(),
      phone: parsed.data.phone,
      text: parsed.data.text,
    }
    this.#nextId += 1
    this.#messages.push(message)
    if (this.#messages.length > MESSAGES_MAX) this.#messages.shift()
    for (const stream of this.#streams) stream.write(asEvent(message))
    for (const listener of this.#listeners) listener(message)
    this.#answer(response, 200, { ok: true, id: message.id })
  }

  #stream(response: ServerResponse): void {
    response.writeHead(200, { ...SECURITY_HEADERS, 'content-type': 'text/event-stream' })
    response.write(': connected\n\n')
    this.#streams.add(response)
    response.on('close', () => this.#streams.delete(response))
  }

  #answer(response: ServerResponse, status: number, body: unknown): void {
    response
      .writeHead(status, { ...SECURITY_HEADERS, 'content-type': 'application/json' })
      .end(JSON.stringify(body))
  }
}

/** JSON text never holds a bare line break, so one `data:` line is enough. */
function asEvent(message: SmsMessage): string {
  return `id: ${message.id}\ndata: ${JSON.stringify(message)}\n\n`
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
