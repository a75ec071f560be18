import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { z } from 'zod'
import { closeServer, listenOnLoopback, readBody } from './local-server.ts'

export type RobotReceiverKind = 'dingtalk' | 'wecom' | 'feishu'

export interface RobotAnswer {
  readonly atMs: number
  readonly code: number
  /** What the group would read; empty when it was refused. */
  readonly text: string
  readonly callsEverybody: boolean
}

/** As the vendors' guides have them; not tried against their services. */
const MANNERS = {
  dingtalk: {
    perMinute: 20,
    deafMs: 600_000,
    tooOften: [130101, 'send too fast, exceed 20 times per minute'],
  },
  wecom: { perMinute: 20, deafMs: 0, tooOften: [45009, 'api freq out of limit'] },
  feishu: { perMinute: 100, deafMs: 0, tooOften: [11232, 'frequency limited'] },
} as const
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const BODY_BYTES_MAX = 20_000
const WECOM_TEXT_BYTES_MAX = 2_048
const WECOM_MARKDOWN_BYTES_MAX = 4_096

const dingtalkBody = z.object({
  msgtype: z.literal('markdown'),
  markdown: z.object({ title: z.string().min(1), text: z.string().min(1) }),
  at: z.object({ isAtAll: z.boolean() }).optional(),
})
const wecomBody = z.discriminatedUnion('msgtype', [
  z.object({
    msgtype: z.literal('text'),
    text: z.object({ content: z.string().min(1), mentioned_list: z.array(z.string()).optional() }),
  }),
  z.object({ msgtype: z.literal('markdown'), markdown: z.object({ content: z.string().min(1) }) }),
])
const feishuBody = z.object({
  timestamp: z.string().optional(),
  sign: z.string().optional(),
  msg_type: z.literal('interactive'),
  card: z.object({
    header: z.object({ title: z.object({ content: z.string() }) }),
    elements: z.array(z.object({ tag: z.literal('markdown'), content: z.string() })),
  }),
})

interface Said {
  readonly text: string
  readonly callsEverybody: boolean
}

/**
 * Stands in for the robot of a chat group and refuses as the real one does: always HTTP 200, with a code in the body. It
 * checks signature, form and length, and after so many messages in a minute it refuses (DingTalk for ten minutes).
 */
export class RobotReceiver {
  readonly #kind: RobotReceiverKind
  readonly #secret: string | null
  readonly #nowMs: () => number
  readonly #server: Server
  readonly #answers: RobotAnswer[] = []
  #deafUntilMs = 0
  #port = 0

  constructor(options: {
    readonly kind: RobotReceiverKind
    readonly secret?: string
    readonly nowMs?: () => number
  }) {
    this.#kind = options.kind
    this.#secret = options.secret ?? null
    this.#nowMs = options.nowMs ?? Date.now
    this.#server = createServer((request, response) => {
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
    const paths = {
      dingtalk: '/robot/send?access_token=demo-token',
      wecom: '/cgi-bin/webhook/send?key=demo-key',
      feishu: '/open-apis/bot/v2/hook/demo-hook',
    }
    return `http://127.0.0.1:${this.#port}${paths[this.#kind]}`
  }

  /** Every request, also those that were refused. */
  get answers(): readonly RobotAnswer[] {
    return this.#answers
  }

  /** What the group has read. */
  get messages(): readonly RobotAnswer[] {
    return this.#answers.filter(({ code }) => code === 0)
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, BODY_BYTES_MAX)
    const atMs = this.#nowMs()
    const { code, said } = this.#judge(request, body, atMs)
    const text = code === 0 ? said : null
    this.#answers.push({
      atMs,
      code,
      text: text?.text ?? '',
      callsEverybody: text?.callsEverybody ?? false,
    })
    const words = code === 0 ? 'ok' : this.#wordsOf(code)
    const answer =
      this.#kind === 'feishu' ? { code, msg: words, data: {} } : { errcode: code, errmsg: words }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  }

  #judge(
    request: IncomingMessage,
    body: string | null,
    atMs: number,
  ): { readonly code: number; readonly said: Said | null } {
    const refused = (code: number) => ({ code, said: null })
    const manners = MANNERS[this.#kind]
    if (atMs < this.#deafUntilMs) return refused(manners.tooOften[0])
    const lately = this.messages.filter((one) => one.atMs > atMs - MINUTE_MS).length
    if (lately >= manners.perMinute) {
      this.#deafUntilMs = atMs + manners.deafMs
      return refused(manners.tooOften[0])
    }
    const json = parsed(body)
    if (!this.#isSigned(request, json, atMs))
      return refused(this.#kind === 'feishu' ? 19021 : 310000)
    const said = this.#read(json)
    return said === null ? refused(this.#kind === 'feishu' ? 9499 : 40035) : { code: 0, said }
  }

  #isSigned(request: IncomingMessage, json: unknown, atMs: number): boolean {
    const secret = this.#secret
    if (secret === null || this.#kind === 'wecom') return true
    if (this.#kind === 'dingtalk') {
      const query = new URL(request.url ?? '/', 'http://robot').searchParams
      const timestamp = query.get('timestamp') ?? ''
      const sign = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64')
      return Math.abs(Number(timestamp) - atMs) < HOUR_MS && query.get('sign') === sign
    }
    const { data } = feishuBody.safeParse(json)
    const key = `${data?.timestamp ?? ''}\n${secret}`
    const isTimely = Math.abs(Number(data?.timestamp) * 1_000 - atMs) < HOUR_MS
    return isTimely && data?.sign === createHmac('sha256', key).update('').digest('base64')
  }

  #read(json: unknown): Said | null {
    switch (this.#kind) {
      case 'dingtalk': {
        const { data } = dingtalkBody.safeParse(json)
        if (data === undefined) return null
        return { text: data.markdown.text, callsEverybody: data.at?.isAtAll ?? false }
      }
      case 'wecom': {
        const { data } = wecomBody.safeParse(json)
        if (data === undefined) return null
        const isText = data.msgtype === 'text'
        const text = isText ? data.text.content : data.markdown.content
        const bytesMax = isText ? WECOM_TEXT_BYTES_MAX : WECOM_MARKDOWN_BYTES_MAX
        if (Buffer.byteLength(text) > bytesMax) return null
        return { text, callsEverybody: isText && data.text.mentioned_list?.[0] === '@all' }
      }
      case 'feishu': {
        const { data } = feishuBody.safeParse(json)
        if (data === undefined) return null
        const content = data.card.elements.map((element) => element.content).join('\n')
        const text = `${data.card.header.title.content}\n${content}`
        return { text, callsEverybody: content.includes('<at id=all></at>') }
      }
      default:
        return this.#kind satisfies never
    }
  }

  #wordsOf(code: number): string {
    const [tooOften, words] = MANNERS[this.#kind].tooOften
    if (code === tooOften) return words
    return code === 19021 || code === 310000 ? 'sign not match' : 'invalid parameter'
  }
}

function parsed(body: string | null): unknown {
  try {
    return JSON.parse(body ?? '')
  } catch {
    // No JSON: refused as a form that is not known.
    return null
  }
}
