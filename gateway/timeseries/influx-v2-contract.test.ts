import { afterAll, beforeAll, describe } from 'vitest'
import { InfluxV2Server } from '#simulators/receivers/influx-v2-server.ts'
import { SystemClock } from '../system-clock.ts'
import { InfluxV2Store } from './influx-v2.ts'
import { describeTimeSeriesStore } from './time-series.suite.ts'

const silent = { warn: () => undefined, error: () => undefined }

describe('with a local server that speaks the API of InfluxDB 2', () => {
  const server = new InfluxV2Server({ token: 'a token', organization: 'plant "one"' })
  beforeAll(() => server.start())
  afterAll(() => server.stop())

  let buckets = 0
  describeTimeSeriesStore('InfluxV2Store', () => {
    buckets += 1
    const bucket = `suite "${buckets}"`
    return Promise.resolve({
      open: async () => {
        const store = new InfluxV2Store({
          protocol: 'http',
          host: '127.0.0.1',
          port: server.port,
          organization: 'plant "one"',
          bucket,
          token: 'a token',
          clock: new SystemClock(),
          logger: silent,
          writerId: 'tests',
        })
        await store.start()
        return store
      },
      remove: () => Promise.resolve(server.dropBucket(bucket)),
    })
  })
})
