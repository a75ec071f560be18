import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, onTestFinished, test } from 'vitest'
import { SystemClock } from '../system-clock.ts'
import { readingsOf } from './journal.suite.ts'
import { SqliteJournal } from './sqlite-journal.ts'

const CHILD = new URL('./testdata/append-until-killed.ts', import.meta.url).pathname
const silent = () => undefined

function aPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-crash-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'journal.db')
}

interface Run {
  readonly acknowledged: readonly number[]
  readonly states: readonly string[]
}

/** Runs the child until it has acknowledged so many readings, then kills it (null: lets it end). */
async function run(command: readonly string[], killAfter: number | null): Promise<Run> {
  const [program = '', ...rest] = command
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
  const acknowledged: number[] = []
  const states: string[] = []
  const exited = once(child, 'exit')
  for await (const line of createInterface({ input: child.stdout })) {
    if (/^\d+$/.test(line)) acknowledged.push(Number(line))
    else states.push(line)
    if (killAfter !== null && acknowledged.length >= killAfter) child.kill('SIGKILL')
  }
  await exited
  return { acknowledged, states }
}

async function valuesIn(path: string) {
  const logger = { info: silent, warn: silent, error: silent }
  const options = { path, clock: new SystemClock(), logger, bytesMax: 1024 ** 3 }
  const journal = new SqliteJournal({ ...options, diskReserveBytes: 0 })
  await journal.start()
  const { firstOffset, nextOffset, damage } = journal.status()
  const abort = new AbortController()
  const batches = []
  for await (const batch of journal.follow(firstOffset, { signal: abort.signal })) {
    batches.push(batch)
    if (batch.offset === nextOffset - 1) abort.abort()
  }
  await journal.stop()
  return { values: readingsOf(batches).map(({ value }) => Number(value)), damage }
}

describe('acknowledged readings', () => {
  test('survive kill -9, once each and in order', async () => {
    const path = aPath()
    const acknowledged: number[] = []
    for (let kill = 0; kill < 6; kill++) {
      const firstValue = String(kill * 1_000_000 + 1)
      const { acknowledged: more } = await run(
        [process.execPath, CHILD, path, firstValue],
        kill === 0 ? 1 : 37 * kill * kill,
      )
      acknowledged.push(...more)
    }
    const { values, damage } = await valuesIn(path)
    const kept = new Set(values)
    expect(acknowledged.filter((value) => !kept.has(value))).toEqual([])
    expect(kept.size).toBe(values.length)
    expect(values).toEqual(values.toSorted((a, b) => a - b))
    // A kill in the middle of a write looks like a damaged last commit; nothing else is excused.
    expect(damage.filter(({ kind }) => kind !== 'unfinished_write')).toEqual([])
  })

  test.for([14, 15, 22, 40])('survive a failed fsync, number %i', async (failing, context) => {
    if (spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status !== 0) {
      context.skip('failing a system call needs strace and the right to trace')
    }
    const path = aPath()
    const inject = [
      '-e',
      'trace=fsync,fdatasync',
      '-e',
      `inject=fsync,fdatasync:error=EIO:when=${failing}`,
    ]
    const strace = ['strace', '-f', '-q', '-o', '/dev/null', ...inject]
    const child = [process.execPath, CHILD, path, '1', '1000']
    const { acknowledged, states } = await run([...strace, ...child], null)
    expect(acknowledged).toHaveLength(1_000)
    expect(states.map((line) => line.split(' ', 2).join(' '))).toEqual([
      'ready',
      'state failing',
      'state ok',
    ])
    const { values, damage } = await valuesIn(path)
    expect(values).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 1))
    expect(damage).toEqual([])
  })
})
