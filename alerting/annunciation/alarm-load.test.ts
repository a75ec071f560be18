import { describe, expect, it } from 'vitest'
import type { Alarm, AlarmId, TimelineEntry, TimelineKind } from '../alarms/alarm.ts'
import type { AlarmChange } from '../alarms/alarm-service.ts'
import type { Place } from '../alarms/place-directory.ts'
import { SimulatedClock } from '../simulated-clock.ts'
import { anAlarmLoad, anAnnunciation, LOAD_SETTINGS } from './builders.suite.ts'
import { FakeIncidentStore } from './fake-incident-store.ts'
import type { FloodChange } from './flood-watch.ts'

const START_MS = Date.UTC(2026, 10, 23, 8)
const PLACE: Place = {
  deviceName: '',
  siteId: 'plant',
  siteName: '',
  organizationId: 'acme',
  organizationName: '',
  organizationPath: ['district', 'town', 'acme'],
  territory: [],
}

function change(
  id: string,
  kind: TimelineKind,
  atMs: number,
  overrides: Partial<Alarm> = {},
): AlarmChange {
  const alarm = {
    ...anAnnunciation(id, atMs),
    id: id as AlarmId,
    state: 'unacknowledged',
    shelvedUntilMs: null,
    outOfServiceUntilMs: null,
    suppressedBy: null,
    ...overrides,
  } as unknown as Alarm
  const { state, grade } = alarm
  const base = { alarmId: alarm.id, sequence: 1, actor: 'system', note: null, value: null }
  const entry: TimelineEntry = { ...base, atMs, kind, state, grade }
  return { alarm, entries: [entry] }
}

async function aLoad(store = new FakeIncidentStore(), open: readonly Alarm[] = []) {
  const clock = new SimulatedClock(START_MS)
  const load = anAlarmLoad({ clock, places: { placeOf: () => PLACE }, store })
  const floods: FloodChange[] = []
  load.onFlood((flood) => floods.push(flood))
  await load.start(open)
  return { clock, load, store, floods }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('AlarmLoad', () => {
  it('floods every position above the alarms, and lets the flood end by itself', async () => {
    const { clock, load, floods } = await aLoad()
    for (let index = 0; index < 11; index += 1) {
      load.changed(change(`a${index}`, 'raised', clock.nowMs()))
      await clock.advanceBy(1_000)
    }
    expect(floods.map(({ position }) => position)).toEqual([null, 'district', 'town', 'acme'])
    expect(load.floodOf('town').recent).toBe(11)
    await clock.advanceBy(LOAD_SETTINGS.flood.windowMs)
    expect(floods.filter(({ isFlooded }) => !isFlooded)).toHaveLength(4)
    await load.stop()
    expect(clock.waiting).toBe(0)
  })

  it.each<[string, TimelineKind, Partial<Alarm>, number]>([
    ['a drill', 'raised', { drill: true }, 0],
    ['a suppressed alarm', 'raised', { suppressedBy: 'x' as AlarmId }, 0],
    ['a shelved alarm', 'reoccurred', { shelvedUntilMs: START_MS + 9e6 }, 0],
    ['an acknowledgement', 'acknowledged', { state: 'acknowledged' }, 0],
    ['a rise of what nobody had answered', 'grade-rose', {}, 0],
    ['a new occurrence', 'reoccurred', {}, 1],
    ['what comes back from the shelf and stands', 'unshelved', {}, 1],
    [
      'what comes back from the shelf and is gone',
      'unshelved',
      { state: 'latched-unacknowledged' },
      0,
    ],
    ['what nobody came to see', 're-alarmed', {}, 1],
  ])('%s (%s) counts as it should', async (_, kind, overrides, expected) => {
    const { load } = await aLoad()
    load.changed(change('a', kind, START_MS, overrides))
    expect(load.floodOf('town').recent).toBe(expected)
    await load.stop()
  })

  it('counts a rise to the second alarm once more when the first was answered, not twice', async () => {
    const { load } = await aLoad()
    load.changed(change('a', 'raised', START_MS))
    load.changed(change('a', 'acknowledged', START_MS + 1, { state: 'acknowledged' }))
    load.changed(change('a', 'grade-rose', START_MS + 2, { grade: 2 }))
    load.changed(change('a', 'grade-rose', START_MS + 3, { grade: 1 }))
    expect(load.floodOf('town').recent).toBe(2)
    await load.stop()
  })

  it('knows after a restart which alarms were answered', async () => {
    const { alarm } = change('a', 'acknowledged', START_MS, { state: 'acknowledged' })
    const { load } = await aLoad(new FakeIncidentStore(), [alarm])
    load.changed(change('a', 'grade-rose', START_MS, { grade: 2 }))
    expect(load.floodOf('town').recent).toBe(1)
    await load.stop()
  })

  it('writes places behind the alarms, and once the disk takes them again', async () => {
    const { clock, load, store } = await aLoad()
    store.isRefusing = true
    load.changed(change('a', 'raised', START_MS))
    load.changed(change('b', 'raised', START_MS))
    await settled()
    expect(store.members.size).toBe(0)
    expect(load.incidentOf('b')).toEqual({ incidentId: 'inc_a', ordinal: 2 })
    store.isRefusing = false
    await clock.advanceBy(1_000)
    await settled()
    expect(await store.membersOf('inc_a')).toEqual(['a', 'b'])
    await load.stop()
  })

  it('finds floods and unwritten places again from the stored annunciations', async () => {
    const store = new FakeIncidentStore()
    for (let index = 0; index < 12; index += 1) {
      store.annunciations.push(anAnnunciation(`a${index}`, START_MS - 1_000 + index))
    }
    const { load } = await aLoad(store)
    expect(load.floodOf('town')).toEqual({ recent: 12, sinceMs: START_MS - 990 })
    expect(load.incidentOf('a11')).toEqual({ incidentId: 'inc_a0', ordinal: 12 })
    await load.stop()
  })

  it('still knows the place of an alarm that has just ended', async () => {
    const { load } = await aLoad()
    load.changed(change('a', 'raised', START_MS))
    load.changed(change('a', 'closed', START_MS, { state: 'normal' }))
    expect(load.incidentOf('a')).toEqual({ incidentId: 'inc_a', ordinal: 1 })
    await load.stop()
  })
})
