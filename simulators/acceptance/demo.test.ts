import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ApiClient } from '../api-client.ts'

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))
const MIB = 1024 * 1024

/** `npm run demo` on other ports and in another folder, as a person would see it. */
class RunningDemo {
  readonly lines: string[] = []
  readonly #child: ChildProcessByStdio<null, Readable, Readable>

  constructor(folder: string, ports: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, ['simulators/demo.ts'], {
      cwd: REPOSITORY,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        DEMO_DATA_DIR: folder,
        DEMO_SMS_PORT: '0',
        VIGIL_HTTP_PORT: '0',
        VIGIL_MQTT_PORT: '0',
        ...ports,
      },
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => this.lines.push(line))
    }
  }

  /** The first line that fits, with what the pattern caught. */
  async line(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray> {
    const find = () => this.lines.map((line) => pattern.exec(line)).find((found) => found !== null)
    await expect.poll(find, { timeout: timeoutMs, interval: 100 }).toBeDefined()
    const found = find()
    if (found === undefined) throw new Error(`no line ${pattern}`)
    return found
  }

  /** Ctrl-C; the exit code. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGINT')
    await exited
    return this.#child.exitCode
  }

  async ended(): Promise<number | null> {
    if (this.#child.exitCode === null) await once(this.#child, 'exit')
    return this.#child.exitCode
  }
}

describe('the demonstration', () => {
  let folder: string
  let demo: RunningDemo

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vigil-demo-'))
    demo = new RunningDemo(folder)
  })
  afterAll(async () => {
    await demo?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const address = async () => (await demo.line(/dashboard +(http:\S+)\//, 60_000))[1] ?? ''

  test('shows a yellow alarm, an orange alarm and an SMS within 60 s of its start', async () => {
    const yellow = await demo.line(/first 黄 yellow alarm after (\d+) s/, 60_000)
    const orange = await demo.line(/first 橙 orange alarm after (\d+) s/, 60_000)
    await demo.line(/first SMS, to 100\d{8}: /, 60_000)
    expect(Number(yellow[1])).toBeLessThan(Number(orange[1]))
    expect(Number(orange[1])).toBeLessThan(60)
  })

  test('lets each printed account in, to its own territory', async () => {
    const url = await address()
    const seen: Record<string, number> = {}
    for (const username of ['admin', 'district', 'dongyuan', 'chaoxin']) {
      const account = await demo.line(new RegExp(`^ +${username} +(\\S+)`), 10_000)
      const api = new ApiClient(url)
      await api.logIn(username, account[1] ?? '')
      seen[username] = (await api.list('/devices')).length
    }
    expect(seen).toEqual({ admin: 150, district: 150, dongyuan: 50, chaoxin: 17 })
  })

  test('shows its messages on the page of the SMS sink', async () => {
    const sink = await demo.line(/SMS sink +(http:\S+)/, 10_000)
    const { items } = (await (await fetch(`${sink[1]}messages`)).json()) as { items: unknown[] }
    expect(items.length).toBeGreaterThan(0)
  })

  test('tells in plain words that its port is taken', async () => {
    const port = new URL(await address()).port
    const second = new RunningDemo(folder, { VIGIL_HTTP_PORT: port })
    expect(await second.ended()).toBe(1)
    expect(second.lines.join('\n')).toContain(`port ${port} is used by another program`)
    expect(second.lines.join('\n')).toContain('VIGIL_HTTP_PORT=')
  })

  test('stops on Ctrl-C with code 0, and a second start tells its story anew, in the same district', async () => {
    expect(await demo.stop()).toBe(0)
    demo = new RunningDemo(folder)
    await demo.line(/the district is there from last time/, 30_000)
    const yellow = await demo.line(/first 黄 yellow alarm after (\d+) s/, 60_000)
    const orange = await demo.line(/first 橙 orange alarm after (\d+) s/, 60_000)
    expect(Number(yellow[1])).toBeLessThan(Number(orange[1]))
    await demo.line(/first SMS, to 100\d{8}: /, 10_000)
  })

  // 250 MB are aimed at; what the kernel counts depends besides on when the collector ran last.
  test('needs less than 300 MB for the gateway of 150 devices', async () => {
    const pid = (await demo.line(/the gateway is ready \(process (\d+)\)/, 10_000))[1]
    const status = await readFile(`/proc/${pid}/status`, 'utf8')
    const kib = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1])
    process.stdout.write(`  memory of the gateway: ${Math.round((kib * 1024) / MIB)} MiB\n`)
    expect(kib * 1024).toBeLessThan(300 * MIB)
  })

  test('ends with code 1 when the gateway dies', async () => {
    expect(await demo.stop()).toBe(0)
    demo = new RunningDemo(folder)
    const pid = (await demo.line(/the gateway is ready \(process (\d+)\)/, 30_000))[1]
    process.kill(Number(pid), 'SIGKILL')
    expect(await demo.ended()).toBe(1)
    expect(demo.lines.join('\n')).toContain('the gateway has ended (SIGKILL)')
  })
})
