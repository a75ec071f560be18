import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { closeServer, listenOnLoopback } from './local-server.ts'

/** One series as VictoriaMetrics exports it: names and labels, values and times in milliseconds. */
export interface ExportedSeries {
  readonly metric: Readonly<Record<string, string>>
  readonly values: readonly number[]
  readonly timestamps: readonly number[]
}

/**
 * A real VictoriaMetrics (Debian's `victoria-metrics`) of its own, on loopback, with its data in a
 * temporary folder: another reader of line protocol than InfluxDB's.
 */
export class VictoriaMetrics {
  #folder = ''
  #child: ChildProcess | null = null
  #port = 0

  get port(): number {
    return this.#port
  }

  async start(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'vigil-victoria-'))
    this.#port = await freePort()
    const child = spawn(
      'victoria-metrics',
      [
        ...['-httpListenAddr', `127.0.0.1:${this.#port}`, '-storageDataPath', this.#folder],
        ...['-retentionPeriod', '100y', '-memory.allowedBytes', '256MB'],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    this.#child = child
    await started(child)
  }

  async stop(): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child !== null && child.exitCode === null) {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    }
    await rm(this.#folder, { recursive: true, force: true })
  }

  async export(selector: string): Promise<readonly ExportedSeries[]> {
    const base = `http://127.0.0.1:${this.#port}`
    // What has just been taken is shown after this.
    await fetch(`${base}/internal/force_flush`)
    const query = new URLSearchParams({ 'match[]': selector })
    const text = await (await fetch(`${base}/api/v1/export?${query}`)).text()
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
  }
}

/** It takes port 0 and does not tell which one it got. */
async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listenOnLoopback(server, 0)
  await closeServer(server)
  return port
}

async function started(child: ChildProcess): Promise<void> {
  if (child.stderr === null) throw new Error('victoria-metrics was started without a log')
  const said: string[] = []
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line)
    if (line.includes('started VictoriaMetrics in')) {
      child.stderr.resume()
      return
    }
  }
  throw new Error(`victoria-metrics ended:\n${said.join('\n')}`)
}
