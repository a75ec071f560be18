import { writeSync } from 'node:fs'
import { pino } from 'pino'
import type { AlarmId } from '#alerting/alarms/alarm.ts'
import { SimulatedClock } from '#alerting/simulated-clock.ts'
import { SqliteAlarmStore } from './alarm-store.ts'
import { aMessage, anAlarm, anEntry, START_MS } from './builders.suite.ts'
import { openDatabase } from './open.ts'

export const ALARMS_PER_COMMIT = 40

/** Commits without end, and says after each one up to which offset it stands; somebody will kill it. */
async function commitForever(path: string): Promise<never> {
  const logger = pino({ level: 'silent' })
  const clock = new SimulatedClock(START_MS)
  const store = new SqliteAlarmStore(await openDatabase({ path, clock, logger, ballastBytes: 0 }))
  for (let offset = (await store.loadCheckpoint())?.offset ?? 0; ; offset += 1) {
    const ids = Array.from({ length: ALARMS_PER_COMMIT }, (_, index) => `alarm-${offset}-${index}`)
    await store.commit({
      nowMs: START_MS,
      alarms: ids.map((id) => anAlarm({ id, timelineLength: 2 })),
      timeline: ids.flatMap((id) => [anEntry(id), anEntry(id, { sequence: 2 })]),
      outbox: ids.map((id) => aMessage(`msg_${id}`, { alarmId: id as AlarmId })),
      checkpoint: { offset: offset + 1, timersRunUntilMs: START_MS, memories: [] },
    })
    writeSync(1, `${offset + 1}\n`)
  }
}

const [, script = '', path] = process.argv
if (path !== undefined && import.meta.filename === script) await commitForever(path)
