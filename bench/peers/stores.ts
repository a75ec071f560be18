// biome-ignore lint/style/noRestrictedImports: a store is measured without the gateway around it.
import { SystemClock } from '#gateway/system-clock.ts'
// biome-ignore lint/style/noRestrictedImports: as above.
import { EmbeddedStore } from '#gateway/timeseries/embedded-store.ts'
// biome-ignore lint/style/noRestrictedImports: as above.
import { InfluxV1Store } from '#gateway/timeseries/influx-v1.ts'

const clock = new SystemClock()
const loud = { warn: console.error, error: console.error }

export function embeddedStore(path: string): EmbeddedStore {
  return new EmbeddedStore({ path, clock })
}

export function influxStore(port: number, database: string): InfluxV1Store {
  return new InfluxV1Store({
    ...{ protocol: 'http', host: '127.0.0.1', port, username: null, password: null },
    ...{ database, clock, logger: loud, writerId: 'bench' },
  })
}
