import { keptDays } from '#config/retention.ts'
import { SqliteRejectedMessageStore } from '../database/rejected-message-store.ts'
import { createIngest } from '../ingest/pipeline.ts'
import { RejectedInbox } from '../ingest/rejected-inbox.ts'
import { SqliteJournal } from '../journal/sqlite-journal.ts'
import { putRefusedAside } from '../refused-readings.ts'
import { latestAtStart, openTimeSeries } from '../timeseries/open-time-series.ts'
import { TimeSeriesWriter } from '../timeseries/writer.ts'
import { type Ground, random } from './ground.ts'
import type { Plant } from './plant.ts'
import { openWindows } from './windows.ts'

export type ReadingPath = Awaited<ReturnType<typeof openReadingPath>>

/** The way of a reading: journal, time series, ingest. The writer is started later, by `app.ts`. */
export async function openReadingPath(ground: Ground, plant: Plant) {
  const { settings, clock, logger, stopping, dataPath } = ground
  const { database, registry } = plant
  const { windows, windowStore } = await openWindows(ground, plant)
  const journal = new SqliteJournal({
    path: dataPath('journal.db'),
    clock,
    logger,
    ...settings.journal,
  })
  await journal.start()
  stopping.push('journal', () => journal.stop())
  const rejectedMessages = new SqliteRejectedMessageStore(database)
  const inbox = new RejectedInbox({ store: rejectedMessages, clock, logger })
  stopping.push('rejected inbox', () => inbox.stop())
  inbox.restore(await rejectedMessages.counts())
  const timeSeries = openTimeSeries(settings.timeSeries.url.reveal(), {
    dataDir: settings.dataDir,
    clock,
    logger,
    token: settings.timeSeries.influxToken?.reveal() ?? null,
    retentionDays: keptDays(settings.timeSeries),
    journal: journal.status(),
    onRefusedReadings: (refused) => putRefusedAside(refused, { clock, inbox, logger }),
  })
  await timeSeries.start()
  stopping.push('time series', () => timeSeries.stop())
  const writer = new TimeSeriesWriter({ store: timeSeries, journal, clock, random })
  const ingest = createIngest({ journal, directory: registry, inbox, work: windows })
  const [tail, latest] = [await journal.tail(), await latestAtStart(timeSeries, { clock, logger })]
  clock.notBefore(tail.at(-1)?.readings.at(-1)?.arrivedAtMs ?? 0)
  ingest.seed(tail, latest)
  return {
    windows,
    windowStore,
    journal,
    rejectedMessages,
    inbox,
    timeSeries,
    writer,
    ingest,
    latest,
  }
}
