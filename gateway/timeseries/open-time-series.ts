import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BaseLogger } from 'pino'
import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import { INFLUX_LIMITS } from '#config/limits.ts'
import { parseTimeSeriesUrl } from '#config/time-series-url.ts'
import { EmbeddedStore } from './embedded-store.ts'
import { InfluxStore, type InfluxStoreOptions, type RetentionDays } from './influx-store.ts'
import { InfluxV1Store } from './influx-v1.ts'
import { InfluxV2Store } from './influx-v2.ts'
import type { LatestReading, TimeSeriesStore } from './time-series.ts'

export interface OpenTimeSeriesOptions {
  /** Of the embedded store, and of the name under which progress is kept in an InfluxDB. */
  readonly dataDir: string
  readonly clock: Clock
  readonly logger: Pick<BaseLogger, 'warn' | 'error'>
  /** Of InfluxDB 2. */
  readonly token: string | null
  readonly retentionDays: RetentionDays
  /** What the journal holds at start. */
  readonly journal: NonNullable<InfluxStoreOptions['journal']>
  readonly onRefusedReadings: NonNullable<InfluxStoreOptions['onRefusedReadings']>
}

/** The store that the address names (see `parseTimeSeriesUrl`), not started. */
export function openTimeSeries(url: string, options: OpenTimeSeriesOptions): TimeSeriesStore {
  const parsed = parseTimeSeriesUrl(url)
  if (!parsed.ok) {
    throw new CodedError(
      'timeseries_url_invalid',
      `The address of the time series is wrong: ${parsed.problem}.`,
    )
  }
  const { dataDir, clock, token, ...shared } = options
  const writerId = () => writerIdIn(dataDir, { isJournalNew: options.journal.nextOffset === 1 })
  const { target } = parsed
  switch (target.kind) {
    case 'embedded':
      return new EmbeddedStore({ path: join(dataDir, 'readings.db'), clock })
    case 'influxdb1':
      return new InfluxV1Store({ ...target, ...shared, clock, writerId: writerId() })
    case 'influxdb2':
      return new InfluxV2Store({
        ...target,
        ...shared,
        clock,
        token,
        writerId: writerId(),
      })
    default:
      return target satisfies never
  }
}

/**
 * The newest readings, with which the gateway begins. A server that is away does not keep the gateway
 * from starting: what it would know is then learned from what arrives.
 */
export async function latestAtStart(
  store: TimeSeriesStore,
  { clock, logger }: Pick<OpenTimeSeriesOptions, 'clock' | 'logger'>,
): Promise<readonly LatestReading[]> {
  if (!(store instanceof InfluxStore)) return store.latest()
  let cancel: () => void = () => undefined
  const isLate = new Promise<null>((resolve) => {
    cancel = clock.wakeAt(clock.nowMs() + INFLUX_LIMITS.startDurationMsMax, () => resolve(null))
  })
  try {
    const latest = await Promise.race([store.latest(), isLate])
    if (latest === null) logger.warn('InfluxDB is slow; starting without its newest readings')
    return latest ?? []
  } catch (error) {
    logger.warn({ err: error }, 'starting without the newest readings of InfluxDB')
    return []
  } finally {
    cancel()
  }
}

/**
 * Lives and dies with the journal: made again for a journal that holds nothing yet, so that a progress
 * of the one before, perhaps far beyond, is not taken for that of this one.
 */
function writerIdIn(dataDir: string, { isJournalNew }: { readonly isJournalNew: boolean }): string {
  const path = join(dataDir, 'influx-writer')
  try {
    const known = isJournalNew ? '' : readFileSync(path, 'utf8').trim()
    if (known !== '') return known
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const made = randomUUID()
  const file = openSync(path, 'w')
  try {
    writeFileSync(file, `${made}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  return made
}
