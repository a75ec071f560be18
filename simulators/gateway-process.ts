import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

export interface GatewayExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

const REPOSITORY = fileURLToPath(new URL('..', import.meta.url))
const LINES_KEPT_MAX = 200
const READY_MS_MAX = 60_000
/** Longer than the ten seconds a clean stop may take. */
const STOP_MS_MAX = 15_000

/**
 * A gateway as its operator runs it: what `npm start` says, in a process of its own, set up by
 * environment variables only. It leads its own process group, so that a Ctrl-C in the terminal
 * reaches the one who started it first, who then stops it in order.
 */
export class GatewayProcess {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>
  readonly #lines: string[] = []
  readonly #dropChild = () => this.kill()
  readonly exited: Promise<GatewayExit>
  #exit: GatewayExit | null = null
  #ports: { httpPort: number; mqttPort: number } | null = null
  readonly #listening = Promise.withResolvers<void>()

  private constructor(child: ChildProcessByStdio<null, Readable, Readable>) {
    this.#child = child
    this.exited = new Promise((done) => {
      child.once('exit', (code, signal) => {
        this.#exit = { code, signal }
        process.off('exit', this.#dropChild)
        done(this.#exit)
      })
    })
    process.on('exit', this.#dropChild)
  }

  /** Starts one; `ready` tells when it listens. `settings` are the `VIGIL_…` variables. */
  static spawn(
    settings: Readonly<Record<string, string>>,
    onLine: (line: string) => void = () => undefined,
  ): GatewayProcess {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('VIGIL_'))
    const child = spawn(process.execPath, startArguments(), {
      cwd: REPOSITORY,
      env: { ...Object.fromEntries(inherited), ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    const gateway = new GatewayProcess(child)
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        gateway.#keep(line)
        onLine(line)
      })
    }
    return gateway
  }

  get pid(): number {
    return this.#child.pid ?? -1
  }

  get httpUrl(): string {
    return `http://127.0.0.1:${this.#portsOrThrow().httpPort}`
  }

  get httpPort(): number {
    return this.#portsOrThrow().httpPort
  }

  get mqttPort(): number {
    return this.#portsOrThrow().mqttPort
  }

  /** The last lines it wrote, for a person who wants to know what went wrong. */
  get lastLines(): readonly string[] {
    return this.#lines
  }

  /** Resolves when it listens; rejects with its last lines when it ends or stays silent instead. */
  async ready(): Promise<void> {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      reject(new Error(`the gateway was not ready in time\n${this.#tail()}`))
    }, READY_MS_MAX)
    const ended = this.exited.then(({ code, signal }) => {
      throw new Error(`the gateway ended before it was ready (${code ?? signal})\n${this.#tail()}`)
    })
    try {
      await Promise.race([this.#listening.promise, ended, late])
    } finally {
      clearTimeout(timer)
    }
  }

  /** Asks it to stop in order; ends it by force when it does not. */
  async stop(): Promise<GatewayExit> {
    if (this.#exit === null) this.#child.kill('SIGTERM')
    const force = setTimeout(() => this.kill(), STOP_MS_MAX)
    const exit = await this.exited
    clearTimeout(force)
    return exit
  }

  /** kill -9, as by the kernel: nothing in the gateway gets to know. */
  kill(): void {
    if (this.#exit === null) this.#child.kill('SIGKILL')
  }

  /** SIGSTOP: the process stands still, its sockets stay open. */
  freeze(): void {
    this.#child.kill('SIGSTOP')
  }

  unfreeze(): void {
    this.#child.kill('SIGCONT')
  }

  #keep(line: string): void {
    this.#lines.push(line)
    if (this.#lines.length > LINES_KEPT_MAX) this.#lines.shift()
    this.#ports ??= parseReady(line)
    if (this.#ports !== null) this.#listening.resolve()
  }

  #portsOrThrow() {
    if (this.#ports === null) throw new Error('the gateway is not ready yet')
    return this.#ports
  }

  #tail(): string {
    return this.#lines.slice(-20).join('\n')
  }
}

/** The arguments that `npm start` gives to node. */
function startArguments(): readonly string[] {
  const manifest = JSON.parse(readFileSync(`${REPOSITORY}/package.json`, 'utf8'))
  const [program, ...args] = String(manifest.scripts.start).split(' ')
  if (program !== 'node') throw new Error(`npm start runs ${program}, not node`)
  return args
}

function parseReady(line: string): { httpPort: number; mqttPort: number } | null {
  if (!line.includes('"ready"')) return null
  try {
    const { msg, httpPort, mqttPort } = JSON.parse(line)
    return msg === 'ready' ? { httpPort, mqttPort } : null
  } catch {
    // A line that only mentions the word.
    return null
  }
}
