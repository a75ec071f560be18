import type { Translated } from '../translated.ts'
import type { health as chinese } from '../zh/health.ts'

export const health: Translated<typeof chinese> = {
  health: {
    title: 'Health',
    ready: 'The gateway is working',
    notReady: 'The gateway is not fully ready',
    unreachable: 'The gateway cannot be reached',
    part: 'Part',
    state: 'State',
    detail: 'In detail',
    ok: 'Working',
    degraded: 'Impaired',
    failing: 'Failing',
    checkedAt: 'Checked at {{time}}, again every 10 seconds',
  },
  healthPart: {
    journal: 'Journal of readings',
    journal_ok: 'Every reading is on disk before the device hears that it was taken.',
    journal_degraded:
      'The disk log is nearly full of readings that wait; at the bound none are taken.',
    journal_failing:
      'Readings cannot be written to disk; devices hear nothing, keep them and send them again.',
    database: 'Database',
    database_ok: 'Alarms and settings are stored.',
    database_degraded: 'Storing has become slow.',
    database_failing: 'The database cannot be written; alarms and settings are not stored now.',
    timeseries: 'History of readings',
    timeseries_ok: 'Readings are kept for history.',
    timeseries_degraded: 'Readings wait to be stored; none is lost.',
    timeseries_failing:
      'History cannot be stored; the readings stay in the journal and none is lost.',
    broker: 'MQTT broker',
    broker_ok: 'Devices can connect and report.',
    broker_degraded: 'Some connections of devices are affected.',
    broker_failing: 'Devices cannot connect now.',
    clock: 'Clock',
    clock_ok: 'The clock runs evenly.',
    clock_degraded: 'The clock of the machine was set back; times go on from before.',
    clock_failing: 'The clock cannot be used.',
  },
}
