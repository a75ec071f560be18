import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SystemClock } from '../system-clock.ts'
import { EmbeddedStore } from './embedded-store.ts'
import { describeTimeSeriesStore } from './time-series.suite.ts'

async function embedded(limits: ConstructorParameters<typeof EmbeddedStore>[0]['limits'] = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'vigil-timeseries-'))
  return {
    open: async () => {
      const store = new EmbeddedStore({
        path: join(folder, 'ts', 'readings.db'),
        clock: new SystemClock(),
        limits,
      })
      await store.start()
      return store
    },
    remove: () => rm(folder, { recursive: true }),
  }
}

describeTimeSeriesStore('EmbeddedStore', () => embedded())
describeTimeSeriesStore(
  'EmbeddedStore with tails and blocks so small that everything is sealed and merged',
  () =>
    embedded({
      hotReadingsMax: 16,
      readingsPerBlockMax: 8,
      blocksPerMerge: 3,
      readingsPerMergeMax: 64,
    }),
)
