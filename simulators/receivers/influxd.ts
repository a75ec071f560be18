import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface InfluxdOptions {
  /** The HTTP API asks for a user; the first one is made without. */
  readonly auth?: boolean
  /** PEM file that holds certificate and key. */
  readonly tlsFile?: string
  /** Bytes of a request's body; 0 or less: any. */
  readonly bodyBytesMax?: number
}

/**
 * A real InfluxDB 1.x (Debian's `influxdb`) of its own: on loopback, with its data in a temporary
 * folder. It can be killed and started again on the same data and the same port.
 */
export class Influxd {
  readonly #options: InfluxdOptions
  #folder = ''
  #child: ChildProcess | null = null
  #port = 0

  constructor(options: InfluxdOptions = {}) {
    this.#options = options
  }

  get port(): number {
    return this.#port
  }

  get pid(): number {
    return this.#child?.pid ?? -1
  }

  /** Resolves when it listens. */
  async start(): Promise<void> {
    if (this.#folder === '') this.#folder = await mkdtemp(join(tmpdir(), 'vigil-influxd-'))
    const configFile = join(this.#folder, 'influxd.toml')
    await writeFile(configFile, this.#config())
    const child = spawn('influxd', ['run', '-config', configFile], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#child = child
    this.#port = await listeningPort(child)
  }

  /** As a power cut would: nothing is written any more. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
    if (this.#folder !== '') await rm(this.#folder, { recursive: true })
    this.#folder = ''
  }

  /** Asks in InfluxQL, by the HTTP API and not by what is tested. */
  async ask(
    statement: string,
    { database = '', username = '', password = '' } = {},
  ): Promise<readonly unknown[][]> {
    const protocol = this.#options.tlsFile === undefined ? 'http' : 'https'
    const form = new URLSearchParams({ q: statement, db: database, epoch: 'ms' })
    const credentials = Buffer.from(`${username}:${password}`).toString('base64')
    const answer = await fetch(`${protocol}://127.0.0.1:${this.#port}/query`, {
      method: 'POST',
      body: form,
      headers: username === '' ? {} : { authorization: `Basic ${credentials}` },
    })
    const { results, error } = (await answer.json()) as {
      error?: string
      results?: { error?: string; series?: { values?: unknown[][] }[] }[]
    }
    const problem = error ?? results?.find((result) => result.error !== undefined)?.error
    if (problem !== undefined) throw new Error(`influxd: ${problem}`)
    return (results ?? []).flatMap(({ series }) =>
      (series ?? []).flatMap(({ values }) => values ?? []),
    )
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }

  #config(): string {
    const { auth = false, tlsFile, bodyBytesMax } = this.#options
    const tls =
      tlsFile === undefined ? '' : `https-enabled = true\nhttps-certificate = "${tlsFile}"`
    return `reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
dir = "${this.#folder}/meta"
[data]
dir = "${this.#folder}/data"
wal-dir = "${this.#folder}/wal"
[monitor]
store-enabled = false
[http]
bind-address = "127.0.0.1:${this.#port}"
log-enabled = false
auth-enabled = ${auth}
${bodyBytesMax === undefined ? '' : `max-body-size = ${bodyBytesMax}`}
${tls}
`
  }
}

/** From its log; whatever comes before tells why there is none. */
async function listeningPort(child: ChildProcess): Promise<number> {
  if (child.stderr === null) throw new Error('influxd was started without a log')
  const said: string[] = []
  for await (const line of createInterface({ input: child.stderr })) {
    const address = /msg="Listening on HTTP".* addr=\S+:(\d+)/.exec(line)
    if (address?.[1] !== undefined) {
      // Goes on logging, which nobody reads.
      child.stderr.resume()
      return Number(address[1])
    }
    said.push(line)
  }
  throw new Error(`influxd ended:\n${said.join('\n')}`)
}
