import { describe, expect } from 'vitest'
import { AlarmService } from '#alerting/alarms/alarm-service.ts'
import { AlarmLoad } from '#alerting/annunciation/alarm-load.ts'
import { LOAD_SETTINGS } from '#alerting/annunciation/builders.suite.ts'
import { FAKE_PLACES, raised, START_MS } from '#alerting/builders.suite.ts'
import { alarmValues, STORE_ALARM } from './alarm-rows.ts'
import { SqliteAlarmStore } from './alarm-store.ts'
import { anAlarm } from './builders.suite.ts'
import { test } from './database.suite.ts'
import { SqliteIncidentStore } from './incident-store.ts'

const STORM = 10_000
/** As the judgement loop cuts them. */
const PER_STEP = 1_000
const RED = 4_321

/** Within one second, many in the same millisecond; one of them is red. */
const conditions = Array.from({ length: STORM }, (_, index) =>
  raised({
    deviceId: `GD-${index}`,
    atMs: START_MS + Math.floor(index / 10),
    grade: index === RED ? 1 : 3,
  }),
)

describe('ten thousand alarms in one second', () => {
  test('stand on disk in their order, for little more than their bare rows', async ({
    open,
    folder,
    clock,
  }) => {
    const database = await open({ path: `${folder}/storm.db` })
    const bare = await open({ path: `${folder}/bare.db` })
    const incidents = new SqliteIncidentStore(database)
    const alarms = new AlarmService({
      store: new SqliteAlarmStore(database),
      clock,
      places: FAKE_PLACES,
      channels: () => [],
    })
    const load = new AlarmLoad({
      settings: LOAD_SETTINGS,
      clock,
      places: FAKE_PLACES,
      store: incidents,
      onFailure: (error) => {
        throw error
      },
    })
    await alarms.start()
    await load.start(alarms.openAlarms())
    alarms.onChange((change) => load.changed(change))

    const bareMs = await timeOf(async () => {
      for (let start = 0; start < STORM; start += PER_STEP) {
        const rows = Array.from({ length: PER_STEP }, (_, index) =>
          alarmValues(anAlarm({ id: `a${start + index}` })),
        )
        await bare.batch([{ sql: STORE_ALARM, rows }])
      }
    })
    const stormMs = await timeOf(async () => {
      for (let start = 0; start < STORM; start += PER_STEP) {
        await alarms.apply(conditions.slice(start, start + PER_STEP))
      }
    })
    // Ids, time lines, annunciations, incidents and floods besides.
    expect(stormMs / bareMs).toBeLessThan(12)

    const rows = await database.reader
      .selectFrom('annunciations')
      .select(['device_id', 'grade'])
      .orderBy('ordinal')
      .execute()
    expect(rows.map((row) => row.device_id)).toEqual(conditions.map(({ deviceId }) => deviceId))
    expect(rows.filter((row) => row.grade === 1)).toEqual([{ device_id: `GD-${RED}`, grade: 1 }])

    const [first] = rows
    const firstOut = [...alarms.openOf(first?.device_id ?? '')][0]
    const red = [...alarms.openOf(`GD-${RED}`)][0]
    const incident = load.incidentOf(firstOut?.id ?? '')
    expect(incident).toMatchObject({ ordinal: 1 })
    expect(load.incidentOf(red?.id ?? '')).toEqual({
      incidentId: incident?.incidentId,
      ordinal: RED + 1,
    })
    expect(load.floodOf(null).recent).toBe(STORM)
    await alarms.stop()
    await load.stop()
  })
})

async function timeOf(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}
