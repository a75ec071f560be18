import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, onTestFinished, test } from 'vitest'
import { SystemClock } from '../system-clock.ts'
import { EmbeddedStore } from './embedded-store.ts'
import { batchAt, expectedBefore, SMALL_LIMITS } from './testdata/batch-at.ts'

const CHILD = new URL('./testdata/write-until-killed.ts', import.meta.url).pathname

function aPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-crash-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'readings.db')
}

function start(path: string, lastOffset = 0) {
  const child = spawn(process.execPath, [CHILD, path, String(lastOffset)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return {
    child,
    exited: once(child, 'exit'),
    lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](),
  }
}

async function expectAllBefore(store: EmbeddedStore, nextOffset: number): Promise<void> {
  for (const [point, values] of expectedBefore(nextOffset)) {
    const range = { deviceId: 'gas-1', point, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }
    const rows = await store.query({ ...range, limit: 1_000_000 })
    const inOrder = [...values].sort(([a], [b]) => a - b)
    expect(rows.map((row) => [row.observedAtMs, row.value])).toEqual(inOrder)
  }
}

describe('what is durable', () => {
  test('survives kill -9 at any time, and the rest is taken again, once each', async () => {
    const path = aPath()
    for (let kill = 1; kill <= 8; kill++) {
      const { child, lines, exited } = start(path)
      let durable = 0
      for (let line = 0; line < kill * kill; line++) {
        const { value } = await lines.next()
        if (value !== 'ready') durable = Number(value)
      }
      child.kill('SIGKILL')
      await exited
      const store = new EmbeddedStore({ path, clock: new SystemClock(), limits: SMALL_LIMITS })
      await store.start()
      expect(store.durableOffset()).toBeGreaterThanOrEqual(durable)
      expect(store.nextOffset()).toBe(store.durableOffset())
      await expectAllBefore(store, store.durableOffset())
      const [next, after] = [batchAt(store.nextOffset()), batchAt(store.nextOffset() + 1)]
      await store.write([next, after])
      await expectAllBefore(store, after.offset + 1)
      await store.stop()
    }
  })

  test('stays whole while the disk refuses, and the store goes on by itself afterwards', async (context) => {
    if (spawnSync('prlimit', ['--version']).status !== 0) {
      context.skip('limiting the size of files needs prlimit of util-linux')
    }
    const path = aPath()
    const lastOffset = 3000
    const { child, lines, exited } = start(path, lastOffset)
    expect((await lines.next()).value).toBe('ready')
    const limit = (bytes: number | 'unlimited') =>
      spawnSync('prlimit', [`--pid=${child.pid}`, `--fsize=${bytes}:unlimited`])
    limit(statSync(`${path}-wal`).size + 20_000)
    const states: string[] = []
    let durable = 0
    for await (const line of lines) {
      if (line.startsWith('state')) states.push(line)
      else durable = Number(line)
      if (line === 'state failing') limit('unlimited')
    }
    await exited
    expect(states.slice(0, 2)).toEqual(['state failing', 'state ok'])
    expect(durable).toBeGreaterThan(lastOffset)
    const store = new EmbeddedStore({ path, clock: new SystemClock(), limits: SMALL_LIMITS })
    await store.start()
    await expectAllBefore(store, durable)
    await store.stop()
  })
})
