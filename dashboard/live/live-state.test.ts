import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlarmCounts, AlarmDto, AlarmEvent, Snapshot } from '../../gateway/contract.ts'
import { anAlarm } from '../alarms/alarm-fixture.suite.ts'
import { INITIAL_LIVE_STATE, LIVE_BOUNDS, type LiveState, reduceLive } from './live-state.ts'

const NOW_MS = Date.UTC(2026, 10, 23, 2, 0, 0)

const FLOOD = { recent: 0, startsAbove: 10, endsBelow: 5, windowSeconds: 600, since: null }

function countsOf(alarms: readonly AlarmDto[]): AlarmCounts {
  const empty = () => ({ open: 0, unacknowledged: 0 })
  const byGrade = { '1': empty(), '2': empty(), '3': empty(), '4': empty() }
  const byState: Record<string, number> = {}
  for (const alarm of alarms) {
    if (alarm.state === 'normal') continue
    byGrade[`${alarm.grade}`].open += 1
    if (alarm.state.endsWith('unacknowledged')) byGrade[`${alarm.grade}`].unacknowledged += 1
    byState[alarm.state] = (byState[alarm.state] ?? 0) + 1
  }
  return { byGrade, byState }
}

function aSnapshot(alarms: readonly AlarmDto[], overrides: Partial<Snapshot> = {}): Snapshot {
  return {
    sequence: 10,
    at: new Date(NOW_MS).toISOString(),
    alarms,
    openTotal: alarms.length,
    counts: countsOf(alarms),
    flood: FLOOD,
    ...overrides,
  }
}

function anEvent(sequence: number, overrides: Partial<AlarmDto> = {}): AlarmEvent {
  return { ...anAlarm(overrides), sequence }
}

function startedFrom(snapshot: Snapshot): LiveState {
  return reduceLive(INITIAL_LIVE_STATE, { type: 'snapshot', snapshot, nowMs: NOW_MS })
}

function withEvents(state: LiveState, ...events: AlarmEvent[]): LiveState {
  return reduceLive(state, { type: 'alarms', events, nowMs: NOW_MS })
}

describe('reduceLive', () => {
  it('takes a snapshot as the whole truth and is live from then on', () => {
    const state = startedFrom(aSnapshot([anAlarm()]))
    expect(state).toMatchObject({ link: 'live', sequence: 10, isComplete: true, openTotal: 1 })
    expect([...state.open.keys()]).toEqual(['a1'])
  })

  it('drops what a later snapshot no longer names, and keeps a revision that is newer than it', () => {
    const first = startedFrom(aSnapshot([anAlarm({ id: 'gone' }), anAlarm({ id: 'stays' })]))
    const acted = reduceLive(first, {
      type: 'answer',
      alarm: anAlarm({ id: 'stays', state: 'acknowledged', revision: 3 }),
    })
    const second = reduceLive(acted, {
      type: 'snapshot',
      snapshot: aSnapshot([anAlarm({ id: 'stays', revision: 2 })], { sequence: 20 }),
      nowMs: NOW_MS,
    })
    expect([...second.open.keys()]).toEqual(['stays'])
    expect(second.open.get('stays')).toMatchObject({ state: 'acknowledged', revision: 3 })
  })

  it('applies the next delta, moves the counts along, and files an ended alarm away', () => {
    const raised = withEvents(startedFrom(aSnapshot([])), anEvent(11, { grade: 1 }))
    expect(raised.counts.byGrade['1']).toEqual({ open: 1, unacknowledged: 1 })
    const acknowledged = withEvents(
      raised,
      anEvent(12, { grade: 1, state: 'acknowledged', revision: 2 }),
    )
    expect(acknowledged.counts.byGrade['1']).toEqual({ open: 1, unacknowledged: 0 })
    const ended = withEvents(acknowledged, anEvent(13, { grade: 1, state: 'normal', revision: 3 }))
    expect(ended.openTotal).toBe(0)
    expect(ended.open.size).toBe(0)
    expect(ended.ended.get('a1')?.revision).toBe(3)
    expect(ended.needsSnapshot).toBe(false)
  })

  it('asks for a snapshot after a gap, and shows what came all the same', () => {
    const state = withEvents(startedFrom(aSnapshot([])), anEvent(13))
    expect(state.needsSnapshot).toBe(true)
    expect(state.open.has('a1')).toBe(true)
    const healed = reduceLive(state, {
      type: 'snapshot',
      snapshot: aSnapshot([anAlarm()], { sequence: 13 }),
      nowMs: NOW_MS,
    })
    expect(healed.needsSnapshot).toBe(false)
  })

  it('ignores a delta that the snapshot includes already', () => {
    const before = startedFrom(aSnapshot([anAlarm({ revision: 5 })]))
    expect(withEvents(before, anEvent(10, { revision: 4 }))).toBe(before)
  })

  it('never goes back to a lower revision, whichever side it comes from', () => {
    const state = startedFrom(aSnapshot([anAlarm({ state: 'acknowledged', revision: 4 })]))
    const page = reduceLive(state, {
      type: 'page',
      alarms: [anAlarm({ revision: 3 })],
      isLast: true,
    })
    expect(page.open.get('a1')?.revision).toBe(4)
    const answer = reduceLive(state, { type: 'answer', alarm: anAlarm({ revision: 2 }) })
    expect(answer).toBe(state)
  })

  it('does not bring an ended alarm back by a page that was read earlier', () => {
    const ended = withEvents(
      startedFrom(aSnapshot([anAlarm()])),
      anEvent(11, { state: 'normal', revision: 2 }),
    )
    const state = reduceLive(ended, { type: 'page', alarms: [anAlarm()], isLast: true })
    expect(state.open.size).toBe(0)
  })

  it('counts a page of alarms that the gateway counted already only once', () => {
    const known = anAlarm({ id: 'first' })
    const further = anAlarm({ id: 'second' })
    const snapshot = aSnapshot([known], { openTotal: 2, counts: countsOf([known, further]) })
    const state = reduceLive(startedFrom(snapshot), {
      type: 'page',
      alarms: [further],
      isLast: true,
    })
    expect(state.counts.byGrade['3'].open).toBe(2)
    expect(state.isComplete).toBe(true)
  })

  it('stays lost until the snapshot when the socket was cut, and comes back by itself when it was only silent', () => {
    const live = startedFrom(aSnapshot([]))
    const heartbeat = { at: new Date(NOW_MS).toISOString(), counts: countsOf([]), flood: FLOOD }
    const cut = reduceLive(live, { type: 'lost', isCut: true })
    const silent = reduceLive(live, { type: 'lost', isCut: false })
    expect(reduceLive(cut, { type: 'heartbeat', heartbeat, nowMs: NOW_MS }).link).toBe('lost')
    expect(reduceLive(silent, { type: 'heartbeat', heartbeat, nowMs: NOW_MS }).link).toBe('live')
  })

  it('knows how far the clock of this desk is off', () => {
    const snapshot = aSnapshot([], { at: new Date(NOW_MS + 90_000).toISOString() })
    expect(startedFrom(snapshot).clockOffsetMs).toBe(90_000)
  })

  it('holds no more than its bound, and lets the least urgent go first', () => {
    const size = LIVE_BOUNDS.openAlarmsMax
    const blue = Array.from({ length: size }, (_, index) =>
      anEvent(11 + index, { id: `b${index}`, grade: 4 }),
    )
    const full = withEvents(startedFrom(aSnapshot([])), ...blue)
    const state = withEvents(full, anEvent(11 + size, { id: 'red', grade: 1 }))
    expect(state.open.size).toBe(size)
    expect(state.open.has('red')).toBe(true)
    expect(state.isComplete).toBe(false)
  })

  it('ends at the same alarms in whatever order and however often the same changes come', () => {
    const states = ['unacknowledged', 'acknowledged', 'latched-acknowledged', 'normal'] as const
    const history = ['a', 'b', 'c'].flatMap((id) =>
      states.map((state, index) => anAlarm({ id, state, revision: index + 1 })),
    )
    fc.assert(
      fc.property(
        fc.shuffledSubarray(history, { minLength: history.length }),
        fc.array(fc.nat(history.length - 1), { maxLength: 10 }),
        (shuffled, repeats) => {
          const all = [...shuffled, ...repeats.map((index) => shuffled[index] ?? anAlarm())]
          let state = startedFrom(aSnapshot([]))
          for (const alarm of all) state = reduceLive(state, { type: 'answer', alarm })
          expect(state.open.size).toBe(0)
          expect([...state.ended.values()].map((alarm) => alarm.revision)).toEqual([4, 4, 4])
        },
      ),
    )
  })
})
