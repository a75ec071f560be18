import { startGateway } from '../simulators/acceptance/app-harness.ts'
import { Influxd } from '../simulators/receivers/influxd.ts'
import { effortOf, pause } from './effort.ts'
import { OURS, tellFigure, tellRemark } from './figure.ts'
import { sendAll, withAlarms } from './load/catching-up.ts'
import { addFleet } from './load/gateway-fleet.ts'
import { USUAL_PAYLOAD } from './load/payload.ts'
import { ReadingsOfADay } from './load/readings-of-a-day.ts'
import { Settling } from './load/settling.ts'
import { encodeBulk, writeBulk } from './peers/influx-bulk.ts'

/**
 * InfluxDB is killed, devices go on, and it comes back: how soon the gateway notices that it listens, and then the
 * readings a second that it takes of what waited in the journal, beside the same InfluxDB taking lines in bulk from
 * nobody who does anything else; and how quickly alarms come while it is away and while it catches up.
 */
const CONNECTIONS = 100
const POLL_MS = 20
const ALARM_MS_MAX = 1_000
const DAY_MS = 86_400_000
const BACKLOG = 'vigil_time_series_backlog_readings'
const BULK = 'InfluxDB, bulk by itself'

const { rounds, isQuick } = effortOf({ rounds: 5, seconds: 1 })
const MESSAGES = isQuick ? 20_000 : 200_000
const READINGS = MESSAGES * USUAL_PAYLOAD.readings

const influxd = new Influxd()
await influxd.start()
await using gateway = await startGateway({
  settings: {
    VIGIL_LOG_LEVEL: 'fatal',
    VIGIL_TIMESERIES_URL: `influxdb1://127.0.0.1:${influxd.port}/ours`,
  },
})
const members = await addFleet(gateway, CONNECTIONS)
const settling = await Settling.open(gateway)
const bodies = encodeBulk(
  new ReadingsOfADay({ count: READINGS, points: CONNECTIONS * 4, startMs: Date.now() - DAY_MS }),
)
const [noticed, caughtUp, bulk]: [number[], number[], number[]] = [[], [], []]
const [away, back]: [number[], number[]] = [[], []]
for (let round = 0; round < rounds; round += 1) {
  await influxd.kill()
  const load = { members, form: USUAL_PAYLOAD, each: MESSAGES / CONNECTIONS }
  away.push((await withAlarms(settling, sendAll(gateway.mqttPort, load))).p99Ms)
  const waiting = await settling.instrument(BACKLOG)
  await influxd.start()
  const { result, p99Ms } = await withAlarms(settling, storedAfter(waiting))
  back.push(p99Ms)
  noticed.push(result.noticedMs)
  caughtUp.push(result.perSecond)
  bulk.push(await bulkRate(`bulk ${round}`))
}
tellAll()
await settling.close()
await influxd.stop()

async function storedAfter(waiting: number) {
  const backAt = performance.now()
  let left = await settling.instrument(BACKLOG)
  while (left >= waiting) {
    await pause(POLL_MS)
    left = await settling.instrument(BACKLOG)
  }
  const noticedAt = performance.now()
  const readings = left
  while (left > 0) {
    await pause(POLL_MS)
    left = await settling.instrument(BACKLOG)
  }
  const perSecond = readings / ((performance.now() - noticedAt) / 1_000)
  return { noticedMs: noticedAt - backAt, perSecond }
}

async function bulkRate(database: string): Promise<number> {
  await influxd.ask(`CREATE DATABASE "${database}" WITH DURATION INF NAME "vigil"`)
  const beganAt = performance.now()
  await writeBulk(influxd.port, { database, policy: 'vigil', bodies })
  const perSecond = READINGS / ((performance.now() - beganAt) / 1_000)
  await influxd.ask(`DROP DATABASE "${database}"`)
  return perSecond
}

function tellAll(): void {
  tellRemark(`${READINGS.toLocaleString('en')} readings and more wait each time.`)
  tellFigure({
    ...{ name: 'InfluxDB comes back', unit: 'readings stored/s', better: 'more' },
    columns: [
      { who: OURS, rounds: caughtUp },
      { who: BULK, rounds: bulk },
    ],
  })
  const columns = [{ who: OURS, rounds: noticed }]
  const unit = 'ms until the first are stored'
  tellFigure({ name: 'InfluxDB comes back', unit, better: 'less', columns })
  const limits = [{ peer: null, is: 'at most', bound: ALARM_MS_MAX }] as const
  for (const [name, p99] of [
    ['while it is away, under all the load it takes', away],
    ['while it catches up', back],
  ] as const) {
    tellFigure({
      ...{ name, unit: 'ms to the alarm, p99', better: 'less', limits },
      columns: [{ who: OURS, rounds: p99 }],
    })
  }
}
