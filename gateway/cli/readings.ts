import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { keptDays } from '#config/retention.ts'
import type { Settings } from '#config/schema.ts'
import { claimDataFolder } from '../database/data-folder.ts'
import { SystemClock } from '../system-clock.ts'
import { DAY_MS } from '../timeseries/buckets.ts'
import { type CopyMarks, type CopyOutcome, copyReadings } from '../timeseries/copy-readings.ts'
import type { RefusedReadings } from '../timeseries/influx-batch.ts'
import { openTimeSeries } from '../timeseries/open-time-series.ts'
import type { TimeSeriesStore } from '../timeseries/time-series.ts'
import { type Command, type CommandContext, EXIT, UsageError } from './command.ts'
import { ProgressBar } from './progress-bar.ts'

export const readings: Command = {
  usage: `vigil readings copy --from ADDRESS --to ADDRESS [--from-token-file FILE] [--to-token-file FILE]

Copies every reading of one store into another, and counts them there. Addresses are those of
VIGIL_TIMESERIES_URL: embedded:, influxdb1://…, influxdb2://…; one that stands in a file (it may hold a
password) is given as @FILE. The token of an influxdb2 address comes from its file, or from
VIGIL_INFLUX_TOKEN.

The gateway of the data folder (VIGIL_DATA_DIR) must be stopped. A copy that was broken off goes on where it was
when it is called again with the same addresses. Afterwards start the gateway with the new address:
what is still in its journal follows by itself. Roll-ups are made anew from the readings; those
of readings that are no longer kept are not copied.`,

  async run(context) {
    const { values, positionals } = parse(context.args)
    if (positionals.length !== 1 || positionals[0] !== 'copy') {
      throw new UsageError('What shall be done with the readings? There is `copy`.')
    }
    const from = addressOf('--from', values.from)
    const to = addressOf('--to', values.to)
    if (from === to) throw new UsageError('Both addresses are the same.')
    const settings = context.settings()
    if (from === 'embedded:') assertReadingsIn(settings.dataDir)
    const claim = claimDataFolder(settings.dataDir)
    try {
      return await copy(context, settings, {
        from: { address: from, tokenFile: values['from-token-file'] },
        to: { address: to, tokenFile: values['to-token-file'] },
      })
    } finally {
      claim.release()
    }
  },
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        from: { type: 'string' },
        to: { type: 'string' },
        'from-token-file': { type: 'string' },
        'to-token-file': { type: 'string' },
      },
    })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** A folder mistyped would be made, and nothing copied out of it without a word. */
function assertReadingsIn(dataDir: string): void {
  if (existsSync(join(dataDir, 'readings.db'))) return
  throw new UsageError(
    `There are no readings in ${resolve(dataDir)}. Name the folder of the gateway by VIGIL_DATA_DIR.`,
  )
}

function addressOf(option: string, text: string | undefined): string {
  if (text === undefined || text === '') throw new UsageError(`${option} is missing.`)
  return text.startsWith('@') ? textOf(text.slice(1)) : text
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`)
  }
}

interface End {
  readonly address: string
  readonly tokenFile: string | undefined
}

async function copy(
  context: CommandContext,
  settings: Settings,
  ends: { readonly from: End; readonly to: End },
): Promise<number> {
  const clock = new SystemClock()
  const refused: RefusedReadings[] = []
  const open = ({ address, tokenFile }: End) =>
    openTimeSeries(address, {
      dataDir: settings.dataDir,
      clock,
      logger: {
        warn: tell(context),
        error: tell(context),
      },
      token:
        tokenFile === undefined
          ? (settings.timeSeries.influxToken?.reveal() ?? null)
          : textOf(tokenFile),
      retentionDays: keptDays(settings.timeSeries),
      journal: { firstOffset: 1, nextOffset: Number.POSITIVE_INFINITY },
      onRefusedReadings: (more) => {
        refused.push(...more)
      },
    })
  const [from, to] = [open(ends.from), open(ends.to)]
  const sinceMs = clock.nowMs() - settings.timeSeries.retentionDays * DAY_MS
  const progress = new ProgressBar(context.err, () => clock.nowMs())
  const notes = new CopyNotes(settings.dataDir, ends)
  if (notes.areThere) context.err.write('Going on where the copy before was broken off.\n')
  try {
    await from.start()
    await to.start()
    const outcome = await copyReadings({
      from,
      to,
      sinceMs,
      marks: notes.read(),
      keep: (marks) => notes.write(marks),
      onProgress: ({ phase, done, total }) =>
        progress.show(LABELS[phase], {
          done,
          total,
          unit: phase === 'copying' ? 'readings' : 'points',
        }),
      signal: context.signal,
    })
    progress.end()
    if (outcome.isComplete) notes.remove()
    return report(context, outcome, refused)
  } finally {
    progress.end()
    await stopBoth(from, to)
  }
}

const LABELS = { counting: 'Counting ', copying: 'Copying  ', verifying: 'Verifying' } as const

function tell({ err }: CommandContext) {
  return (details: unknown, message?: string) => {
    err.write(`${message ?? String(details)}\n`)
  }
}

async function stopBoth(from: TimeSeriesStore, to: TimeSeriesStore): Promise<void> {
  try {
    await from.stop()
  } finally {
    await to.stop()
  }
}

function report(
  { out, err }: CommandContext,
  { isComplete, series, readings: count, short }: CopyOutcome,
  refused: readonly RefusedReadings[],
): number {
  if (!isComplete) {
    err.write('Stopped. Call it again to go on.\n')
    return EXIT.interrupted
  }
  for (const { readings: some, reason } of refused) {
    err.write(`${some.length} readings were refused: ${reason}\n`)
  }
  if (short.length > 0) {
    for (const { name, expected, found } of short) {
      err.write(`${name}: ${found} of ${expected} readings are there\n`)
    }
    err.write(`${short.length} of ${series} points are not complete.\n`)
    return EXIT.failed
  }
  out.write(`${count} readings of ${series} points copied and counted.\n`)
  return EXIT.ok
}

/** How far a copy got, for the one after it. Addresses may hold passwords: they are only compared. */
class CopyNotes {
  readonly #path: string
  readonly #copyOf: string

  constructor(dataDir: string, { from, to }: { readonly from: End; readonly to: End }) {
    this.#path = join(dataDir, 'readings-copy.json')
    this.#copyOf = createHash('sha256').update(`${from.address}\n${to.address}`).digest('hex')
  }

  get areThere(): boolean {
    return Object.keys(this.read()).length > 0
  }

  read(): CopyMarks {
    if (!existsSync(this.#path)) return {}
    const notes = JSON.parse(readFileSync(this.#path, 'utf8')) as {
      copyOf: string
      marks: CopyMarks
    }
    return notes.copyOf === this.#copyOf ? notes.marks : {}
  }

  /** A kill leaves the old notes or the new ones; older ones only copy something twice. */
  write(marks: CopyMarks): void {
    const next = `${this.#path}.new`
    writeFileSync(next, JSON.stringify({ copyOf: this.#copyOf, marks }), { mode: 0o600 })
    renameSync(next, this.#path)
  }

  remove(): void {
    rmSync(this.#path, { force: true })
  }
}
