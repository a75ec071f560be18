import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MIB } from '#config/limits/units.ts'
import { ALARM_LIMITS } from '#config/limits.ts'
import { SmsSink } from '../receivers/sms-sink.ts'
import { AlarmStorm, FIRST_DEVICE, RULES, residentBytes, STORM_ALARMS } from './alarm-storm.ts'
import { startGateway, type TestGateway } from './app-harness.ts'
import type { LiveRecorder } from './live-recorder.ts'

/** More than ten thousand alarms with their texts, time lines and messages take, far less than a leak a message would. */
const GROWTH_BYTES_MAX = 512 * MIB

/** `alarmManagement.flood.startsAbove` of the shipped settings: so many are told one by one. */
const FLOOD_STARTS_ABOVE = 10

/** What must hold under "10,000 alarms in one second"; how long it takes is measured by `npm run bench -- alarm-storm`. */
describe('ten thousand alarms at once, one of them red', () => {
  let gateway: TestGateway
  let storm: AlarmStorm
  let live: LiveRecorder
  const sink = new SmsSink()

  beforeAll(async () => {
    await sink.start()
    gateway = await startGateway({ settings: { VIGIL_LOG_LEVEL: 'warn' } })
    await gateway.addSmsChannel(sink, ['10000000001'])
    storm = await AlarmStorm.prepare(gateway)
    live = await gateway.openLive()
  })
  afterAll(async () => {
    live?.close()
    await storm?.end()
    await gateway?.close()
    await sink.stop()
  })

  test('all are stored and told to the screens, the first-out is right, the red one leads, memory is bounded', async () => {
    const { pid } = gateway.process
    const before = residentBytes(pid).now
    await storm.breakBehindALock()
    await live.until(
      'every alarm on the screen',
      () =>
        new Set(live.alarms.map(({ event }) => event.id)).size >= STORM_ALARMS ||
        (live.snapshots.at(-1)?.openTotal ?? 0) >= STORM_ALARMS,
      60_000,
    )
    const alarms = (await storm.open()).filter(({ ruleId }) => ruleId.startsWith('storm-'))
    expect(new Set(alarms.map(({ id }) => id)).size).toBe(STORM_ALARMS)
    const [red, ...others] = alarms
    expect(red).toMatchObject({ grade: 1, ruleId: 'storm-red', state: 'unacknowledged' })
    expect(others.every(({ grade, state }) => grade === 3 && state === 'unacknowledged')).toBe(true)
    const incidents = new Set(alarms.map(({ incident }) => incident?.id))
    expect(incidents.size).toBe(1)
    const firstOut = alarms.filter(({ incident }) => incident?.ordinal === 1)
    expect(firstOut.map(({ deviceId }) => deviceId)).toEqual([FIRST_DEVICE])
    // Of one reading the red rule was judged last, and behind thousands of others; it is told before them.
    const ofRedDevice = alarms.filter(({ deviceId }) => deviceId === red?.deviceId)
    const ordinals = ofRedDevice.map(({ incident }) => incident?.ordinal ?? 0)
    expect(Math.max(...ordinals)).toBe(red?.incident?.ordinal)
    const told = live.alarms.map(({ event }) => event.id)
    const ownToldAt = ofRedDevice.map(({ id }) => told.indexOf(id)).filter((index) => index >= 0)
    expect(Math.min(...ownToldAt)).toBe(told.indexOf(red?.id ?? ''))
    expect(told.indexOf(red?.id ?? '')).toBeLessThan(ALARM_LIMITS.conditionsPerTurnMax + RULES * 2)
    // The flood holds messages back for a digest; red is told at once and by itself.
    await expect.poll(() => sink.messages.some(({ text }) => text.includes('storm-red'))).toBe(true)
    const single = sink.messages.filter(({ text }) => !text.includes('报警洪峰'))
    const redAt = single.findIndex(({ text }) => text.includes('storm-red'))
    expect(redAt).toBeGreaterThanOrEqual(0)
    expect(redAt).toBeLessThanOrEqual(FLOOD_STARTS_ABOVE)
    const growth = residentBytes(pid).peak - before
    expect(growth).toBeLessThan(GROWTH_BYTES_MAX)
  })
})
