import { expect, test } from 'vitest'
import { FAKE_PLACES, START_MS } from '../builders.suite.ts'
import { SimulatedClock } from '../simulated-clock.ts'
import { AlarmService } from './alarm-service.ts'
import { FakeAlarmStore } from './fake-alarm-store.ts'
import { SystemAlarms } from './system-alarms.ts'

function start(store = new FakeAlarmStore()) {
  const clock = new SimulatedClock(START_MS)
  const alarms = new AlarmService({ store, clock, places: FAKE_PLACES, channels: () => [] })
  return { store, clock, alarms, system: new SystemAlarms({ alarms, clock }) }
}

test('a fact becomes an alarm of the gateway, and its end ends it', async () => {
  const { alarms, system, store } = start()
  await system.report({ condition: 'journal-full', isPresent: true, detail: '12 MB free' })
  await system.report({ condition: 'journal-full', isPresent: true, detail: '11 MB free' })
  const [alarm] = alarms.openAlarms()
  expect(alarm).toMatchObject({
    deviceId: 'gateway',
    ruleId: 'system-journal-full',
    point: 'journal-full',
    grade: 2,
    state: 'unacknowledged',
  })
  await system.report({ condition: 'journal-full', isPresent: false, detail: '3 GB free' })
  expect([...store.entries.values()].map(({ kind, note }) => [kind, note])).toEqual([
    ['raised', '12 MB free'],
    ['returned', '3 GB free'],
  ])
})

test('each channel has an alarm of its own', async () => {
  const { alarms, system } = start()
  const failing = { condition: 'channel-failing', isPresent: true, detail: 'unreachable' } as const
  await system.report({ ...failing, subject: 'sms' })
  await system.report({ ...failing, subject: 'hook' })
  expect([...alarms.openAlarms()].map(({ point }) => point)).toEqual(['sms', 'hook'])
})

test('what stood before a restart is known and ends when the fact does', async () => {
  const first = start()
  await first.system.report({ condition: 'journal-full', isPresent: true, detail: '' })
  await first.system.report({ condition: 'time-series-backlog', isPresent: true, detail: '' })
  await first.system.report({ condition: 'time-series-backlog', isPresent: false, detail: '' })
  const { alarms, system, store } = start(first.store)
  await alarms.start()
  system.start()
  await system.report({ condition: 'journal-full', isPresent: true, detail: '' })
  await system.report({ condition: 'time-series-backlog', isPresent: false, detail: '' })
  expect(store.entries.size).toBe(3)
  await system.report({ condition: 'journal-full', isPresent: false, detail: '' })
  expect(store.entries.size).toBe(4)
})

test('alarms of devices are none of the gateway', async () => {
  const { alarms, system, store } = start()
  const { raised } = await import('../builders.suite.ts')
  await alarms.apply([raised()])
  system.start()
  await system.report({ condition: 'journal-failing', isPresent: true, detail: '' })
  expect(store.alarms.size).toBe(2)
})

test('a report that was cut off by a stop is no defect, anything else is', async () => {
  const { alarms, system, store } = start()
  store.failNextCommit(new Error('no such table'))
  await expect(
    system.report({ condition: 'journal-full', isPresent: true, detail: '' }),
  ).rejects.toThrow('table')
  await alarms.stop()
  await system.report({ condition: 'journal-failing', isPresent: true, detail: '' })
  expect(store.alarms.size).toBe(0)
})
