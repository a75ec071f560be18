import { afterAll, beforeAll, describe } from 'vitest'
import { lacks } from '#simulators/acceptance/requirements.ts'
import { Influxd } from '#simulators/receivers/influxd.ts'
import { SystemClock } from '../system-clock.ts'
import { InfluxV1Store } from './influx-v1.ts'
import { describeTimeSeriesStore } from './time-series.suite.ts'

const silent = { warn: () => undefined, error: () => undefined }

describe.skipIf(lacks('influxd'))('with a real InfluxDB 1.6.7', () => {
  const influxd = new Influxd()
  beforeAll(() => influxd.start())
  afterAll(() => influxd.stop())

  let databases = 0
  const freshDatabase = () => {
    databases += 1
    return `suite ${databases}`
  }
  const dropDatabase = async (database: string) => {
    await influxd.ask(`DROP DATABASE "${database}"`)
  }
  const addressOf = (database: string) => ({
    protocol: 'http' as const,
    host: '127.0.0.1',
    port: influxd.port,
    username: null,
    password: null,
    database,
  })

  const createStoreFixture = async () => {
    const database = freshDatabase()
    return {
      open: async () => {
        const clock = new SystemClock()
        const address = addressOf(database)
        const store = new InfluxV1Store({ ...address, clock, logger: silent, writerId: 'tests' })
        await store.start()
        return store
      },
      remove: () => dropDatabase(database),
    }
  }
  describeTimeSeriesStore('InfluxV1Store', createStoreFixture, { mayShowLaterWrites: true })
})
