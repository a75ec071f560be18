import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { describe, expect } from 'vitest'
import { test } from './database.suite.ts'
import { ALARMS_PER_COMMIT } from './endless-commits.suite.ts'
import type { Database } from './open.ts'

const SCRIPT = new URL('./endless-commits.suite.ts', import.meta.url).pathname
const KILLS = 6

/** Kills the writer without warning some time after so many commits; answers the last one it told. */
async function killAfter(path: string, commits: number): Promise<number> {
  const child = spawn(process.execPath, [SCRIPT, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  let told = 0
  let seen = 0
  for await (const line of createInterface(child.stdout)) {
    told = Number(line)
    seen += 1
    if (seen === commits) child.kill('SIGKILL')
  }
  await exited
  return told
}

async function count(database: Database, sql: string): Promise<number> {
  const [rows] = await database.batch([{ sql: `SELECT count(*) AS found FROM ${sql}` }])
  return (rows as { found: number }[])[0]?.found ?? -1
}

describe('kill -9 in the middle of commits', () => {
  test('leaves whole transactions only, and all that was told', async ({ open, folder }) => {
    const path = `${folder}/vigil.sqlite`
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const told = await killAfter(path, kill * 3)
      const database = await open({ path })
      const [rows] = await database.batch([{ sql: 'SELECT next_offset FROM engine_checkpoint' }])
      const offset = (rows as { next_offset: number }[])[0]?.next_offset ?? 0
      expect(offset).toBeGreaterThanOrEqual(told)
      const alarms = offset * ALARMS_PER_COMMIT
      expect(await count(database, 'alarms')).toBe(alarms)
      expect(await count(database, 'alarm_timeline')).toBe(alarms * 2)
      expect(await count(database, 'outbox')).toBe(alarms)
      await database.stop()
    }
  })
})
