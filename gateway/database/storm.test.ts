import { describe, expect } from 'vitest'
import { AlarmService } from '#alerting/alarms/alarm-service.ts'
import { AlarmLoad } from '#alerting/annunciation/alarm-load.ts'
import { LOAD_SETTINGS } from '#alerting/annunciation/builders.suite.ts'
import { FAKE_PLACES, raised, returned, START_MS } from '#alerting/builders.suite.ts'
import type { Clock } from '#alerting/clock.ts'
import { ALARM_LIMITS } from '#config/limits.ts'
import { processorMsOf } from '../processor-time.suite.ts'
import { alarmValues, STORE_ALARM } from './alarm-rows.ts'
import { SqliteAlarmStore } from './alarm-store.ts'
import { anAlarm } from './builders.suite.ts'
import { test } from './database.suite.ts'
import { SqliteIncidentStore } from './incident-store.ts'
import type { Database } from './open.ts'

const STORM = 10_000
/** As the judgement loop cuts them. */
const PER_STEP = 1_000
const RED = 4_321
/** In processor time; it measures about 5. */
const COST_RATIO_MAX = 12

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
    const { alarms, load } = await started(database, clock)

    let bareMs = 0
    let stormMs = 0
    // In turns, so that whatever slows the machine or warms the code meets both.
    for (let start = 0; start < STORM; start += PER_STEP) {
      const rows = Array.from({ length: PER_STEP }, (_, index) =>
        alarmValues(anAlarm({ id: `a${start + index}` })),
      )
      bareMs += await processorMsOf(() => bare.batch([{ sql: STORE_ALARM, rows }]))
      const step = conditions.slice(start, start + PER_STEP)
      stormMs += await processorMsOf(() => alarms.apply(step))
    }
    // Ids, time lines, annunciations, incidents and floods besides.
    expect(stormMs / bareMs).toBeLessThan(COST_RATIO_MAX)

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

/** More than a turn of conditions of one step, red ones late among them; one goes and comes back. */
const STEP = ALARM_LIMITS.conditionsPerTurnMax + 200
const RED_AT = new Set([2_100, STEP - 50])
const step = Array.from({ length: STEP }, (_, index) => {
  const deviceId = `GD-${index < 3 ? 0 : index}`
  const atMs = START_MS + Math.floor(index / 100)
  if (index === 1) return { ...returned(atMs), deviceId }
  return raised({ deviceId, atMs, grade: RED_AT.has(index) ? 1 : 3 })
})
const CHECKPOINT = { offset: 7, timersRunUntilMs: START_MS + 99, memories: [] }

async function outcomeOf(database: Database) {
  const alarms = await database.reader
    .selectFrom('alarms')
    .select(['id', 'device_id', 'state', 'grade', 'occurrences', 'revision'])
    .orderBy('id')
    .execute()
  const entries = await database.reader
    .selectFrom('alarm_timeline')
    .select(['alarm_id', 'sequence', 'at_ms', 'kind'])
    .orderBy('alarm_id')
    .orderBy('sequence')
    .execute()
  const annunciations = await database.reader
    .selectFrom('annunciations')
    .select(['ordinal', 'alarm_id', 'sequence'])
    .orderBy('ordinal')
    .execute()
  const places = await database.reader
    .selectFrom('incident_members')
    .selectAll()
    .orderBy('ordinal')
    .execute()
  const waiting = await database.reader.selectFrom('waiting_conditions').selectAll().execute()
  return { alarms, entries, annunciations, places, waiting }
}

/** Applies the step; the process dies after so many turns of what waits, and another goes on. */
async function applyStep(database: Database, clock: Clock, crashAfter: number | null) {
  let { alarms, load } = await started(database, clock)
  await alarms.apply(step, CHECKPOINT)
  const toldFirst = [...alarms.openAlarms()].map(({ deviceId, grade }) => ({ deviceId, grade }))
  for (let turn = 0; alarms.waiting > 0; turn += 1) {
    if (turn === crashAfter) {
      await load.stop()
      ;({ alarms, load } = await started(database, clock))
    }
    await alarms.applyWaiting()
  }
  const redPlaces = [...RED_AT].map((index) => {
    const [red] = [...alarms.openOf(`GD-${index}`)]
    return load.incidentOf(red?.id ?? '')?.ordinal
  })
  await expect.poll(async () => (await outcomeOf(database)).places.length).toBe(STEP - 2)
  await load.stop()
  await alarms.stop()
  return { toldFirst, redPlaces }
}

describe('a step of more conditions than fit a commit', () => {
  test('tells the red ones first, keeps the order they came in, and a crash between two turns changes nothing', async ({
    open,
    folder,
    clock,
  }) => {
    const twin = await open({ path: `${folder}/twin.db` })
    const { toldFirst, redPlaces } = await applyStep(twin, clock, null)
    expect(toldFirst).toEqual([...RED_AT].map((index) => ({ deviceId: `GD-${index}`, grade: 1 })))
    // Three conditions of the first device are one alarm.
    expect(redPlaces).toEqual([...RED_AT].map((index) => index - 1))
    const outcome = await outcomeOf(twin)
    expect(outcome.alarms).toHaveLength(STEP - 2)
    expect(outcome.places[0]).toMatchObject({ alarm_id: outcome.annunciations[0]?.alarm_id })
    const first = outcome.entries.filter(
      ({ alarm_id }) => alarm_id === outcome.annunciations[0]?.alarm_id,
    )
    expect(first.map(({ kind }) => kind)).toEqual(['raised', 'returned', 'reoccurred'])
    expect(outcome.waiting).toEqual([])
    for (const crashAfter of [0, 1]) {
      const database = await open({ path: `${folder}/crash-${crashAfter}.db` })
      await applyStep(database, clock, crashAfter)
      expect(await outcomeOf(database)).toEqual(outcome)
    }
  })
})

async function started(database: Database, clock: Clock) {
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
    store: new SqliteIncidentStore(database),
    onFailure: (error) => {
      throw error
    },
  })
  await alarms.start()
  await load.start(alarms.openAlarms(), alarms.allBefore)
  alarms.onChange((change) => load.changed(change))
  alarms.onTurn((allBefore) => load.turned(allBefore))
  return { alarms, load }
}
