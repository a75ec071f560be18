import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AlarmStorm, residentBytes, STORM_ALARMS } from '#simulators/acceptance/alarm-storm.ts'
import { startGateway } from '#simulators/acceptance/app-harness.ts'
import { effortOf } from './effort.ts'
import { OURS, tellFigure, tellRemark } from './figure.ts'

/**
 * Ten thousand alarms at once through a whole gateway: from the first PUBLISH until the last of them is on disk and in the
 * API. Beside it, in the same run: as many rows of the size of an alarm, its time line and its message, written in one
 * transaction to the same disk.
 */
/** Of a storm of so many, and of the red one in it. */
const STORED_MS_MAX = 5_000
const RED_MS_MAX = 1_000
const ALARM_BYTES = 900
const ROWS_PER_ALARM = 3
const POLL_MS = 20
const MIB = 1024 * 1024

interface Storm {
  readonly storedMs: number
  readonly redMs: number
  readonly peerMs: number
  readonly growthMib: number
}

async function measure(): Promise<Storm> {
  await using gateway = await startGateway({ settings: { VIGIL_LOG_LEVEL: 'warn' } })
  const storm = await AlarmStorm.prepare(gateway)
  const live = await gateway.openLive()
  const { pid } = gateway.process
  const before = residentBytes(pid).now
  const beganAt = performance.now()
  await storm.break()
  const red = await live.alarm('the red alarm', ({ grade }) => grade === 1, 60_000)
  await untilStored(join(gateway.dataFolder, 'vigil.db'))
  const storedMs = performance.now() - beganAt
  const growthMib = (residentBytes(pid).peak - before) / MIB
  live.close()
  await storm.end()
  return { storedMs, redMs: red.arrivedAt - beganAt, peerMs: bareWrites(), growthMib }
}

async function untilStored(path: string): Promise<void> {
  const database = new DatabaseSync(path, { readOnly: true })
  const count = database.prepare('SELECT count(*) AS count FROM alarms')
  while (Number(count.get()?.count) < STORM_ALARMS) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  database.close()
}

function bareWrites(): number {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-bench-'))
  const database = new DatabaseSync(join(folder, 'bare.db'))
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  database.exec('CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT')
  const insert = database.prepare('INSERT INTO rows (text) VALUES (?)')
  const text = 'x'.repeat(ALARM_BYTES)
  const beganAt = performance.now()
  database.exec('BEGIN')
  for (let row = 0; row < STORM_ALARMS * ROWS_PER_ALARM; row += 1) insert.run(text)
  database.exec('COMMIT')
  const tookMs = performance.now() - beganAt
  database.close()
  rmSync(folder, { recursive: true, force: true })
  return tookMs
}

function tellAll(storms: readonly Storm[]): void {
  const all = (of: (storm: Storm) => number) => storms.map(of)
  const less = { better: 'less' } as const
  tellFigure({
    ...{ ...less, name: 'All of them on disk', unit: 'ms' },
    columns: [
      { who: OURS, rounds: all(({ storedMs }) => storedMs) },
      { who: 'bare writes of as many rows', rounds: all(({ peerMs }) => peerMs) },
    ],
    limits: [{ peer: null, is: 'at most', bound: STORED_MS_MAX }],
  })
  const redMs = [{ who: OURS, rounds: all((storm) => storm.redMs) }]
  tellFigure({
    ...{ ...less, name: 'The red one on a screen', unit: 'ms', columns: redMs },
    limits: [{ peer: null, is: 'at most', bound: RED_MS_MAX }],
  })
  const growthMib = [{ who: OURS, rounds: all((storm) => storm.growthMib) }]
  tellFigure({ ...less, name: 'Memory grew at most by', unit: 'MiB', columns: growthMib })
}

const { rounds } = effortOf({ rounds: 3, seconds: 1 })
const storms: Storm[] = []
for (let round = 0; round < rounds; round += 1) storms.push(await measure())
tellRemark(`${STORM_ALARMS.toLocaleString('en')} alarms in each storm.`)
tellAll(storms)
