import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { TIME_SERIES_LIMITS } from '#config/limits.ts'
import { loadSettings } from '#config/load.ts'
import { lacks } from '#simulators/acceptance/requirements.ts'
import { Influxd } from '#simulators/receivers/influxd.ts'
import { SystemClock } from '../system-clock.ts'
import { EmbeddedStore } from '../timeseries/embedded-store.ts'
import { InfluxV1Store } from '../timeseries/influx-v1.ts'
import { aReading } from '../timeseries/time-series.suite.ts'
import { EXIT } from './command.ts'
import { COMMANDS } from './commands.ts'
import { dispatch } from './dispatch.ts'

const silent = { warn: () => undefined, error: () => undefined }
const READINGS = 120_000

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vigil-copy-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Two points, one with many readings and one with few. */
async function fill(folder: string): Promise<number> {
  const clock = new SystemClock()
  const store = new EmbeddedStore({ path: join(folder, 'readings.db'), clock })
  await store.start()
  const startMs = clock.nowMs() - READINGS * 1_000
  const many = Array.from({ length: READINGS }, (_, index) =>
    aReading({ observedAtMs: startMs + index * 1_000, value: index % 100 }),
  )
  const few = [0, 1, 2].map((index) =>
    aReading({ observedAtMs: startMs + index, value: true, deviceId: '罐区 "1"', point: 'a,b' }),
  )
  await store.write([{ offset: 1, readings: [...few, ...many] }])
  await store.stop()
  return startMs
}

async function vigil(
  folder: string,
  words: readonly string[],
  signal = new AbortController().signal,
  onErr: (text: string) => void = () => undefined,
) {
  let out = ''
  let err = ''
  const context = {
    out: { write: (text: string) => (out += text) },
    err: {
      write: (text: string) => {
        err += text
        onErr(text)
      },
    },
    signal,
    settings: () => loadSettings({ VIGIL_DATA_DIR: folder }),
  }
  const code = await dispatch(['readings', ...words], context, COMMANDS)
  return { code, out, err }
}

describe('vigil readings', () => {
  test.each([
    [[], 'There is `copy`'],
    [['copy', '--to', 'embedded:'], '--from is missing'],
    [['copy', '--from', 'embedded:', '--to', 'embedded:'], 'the same'],
    [['copy', '--from', '@/nowhere/x', '--to', 'embedded:'], 'cannot be read'],
    [['copy', '--frmo', 'x'], 'Unknown option'],
  ])('called with %j says what is wrong', async (words, told) => {
    const { code, err } = await vigil('/nowhere', words)
    expect(code).toBe(EXIT.usage)
    expect(err).toContain(told)
  })

  test('does not take a folder without readings for an empty store, nor make one', async () => {
    const folder = join(await aFolder(), 'mistyped')
    const { code, err } = await vigil(folder, [
      ...['copy', '--from', 'embedded:'],
      ...['--to', 'influxdb1://127.0.0.1:1/plant'],
    ])
    expect(code).toBe(EXIT.usage)
    expect(err).toContain(`There are no readings in ${folder}`)
    expect(existsSync(folder)).toBe(false)
  })

  test('says so when the other store is away, and hides the password', async () => {
    const folder = await aFolder()
    await fill(folder)
    const to = 'influxdb1://vigil:geheim@127.0.0.1:1/plant'
    const { code, err } = await vigil(folder, ['copy', '--from', 'embedded:', '--to', to])
    expect(code).toBe(EXIT.failed)
    expect(err).toContain('timeseries_unavailable')
    expect(err).not.toContain('geheim')
  })
})

describe.skipIf(lacks('influxd'))('vigil readings copy to a real InfluxDB', () => {
  const influxd = new Influxd()
  beforeAll(() => influxd.start())
  afterAll(() => influxd.stop())

  test('copies and counts every reading; stopped half-way, goes on where it was', async () => {
    const folder = await aFolder()
    const startMs = await fill(folder)
    const file = join(folder, 'address')
    await writeFile(file, `influxdb1://127.0.0.1:${influxd.port}/moved\n`)
    const words = ['copy', '--from', 'embedded:', '--to', `@${file}`]

    const stop = new AbortController()
    // Told when the first part of several is durable over there.
    const first = await vigil(folder, words, stop.signal, (text) => {
      if (text.startsWith('Copying')) stop.abort()
    })
    expect([first.code, first.err]).toEqual([
      EXIT.interrupted,
      expect.stringContaining('Call it again to go on'),
    ])
    const there = 'SELECT count(arrived_at_ms) FROM moved.vigil.vigil_readings'
    expect(await influxd.ask(there)).toEqual([[0, TIME_SERIES_LIMITS.readingsPerCopyMax + 3]])

    const second = await vigil(folder, words)
    expect(second.err).toContain('Going on where the copy before was broken off')
    expect([second.code, second.out]).toEqual([
      EXIT.ok,
      `${READINGS + 3} readings of 2 points copied and counted.\n`,
    ])
    const moved = new InfluxV1Store({
      protocol: 'http',
      host: '127.0.0.1',
      port: influxd.port,
      database: 'moved',
      username: null,
      password: null,
      clock: new SystemClock(),
      logger: silent,
      writerId: 'tests',
    })
    await moved.start()
    expect((await moved.stats()).readings).toBe(READINGS + 3)
    const range = { fromMs: startMs, toMs: startMs + 10, limit: 10 }
    const odd = await moved.query({ deviceId: '罐区 "1"', point: 'a,b', ...range })
    expect(odd.map(({ value }) => value)).toEqual([true, true, true])
    await moved.stop()
  })
})
