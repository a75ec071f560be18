import fc from 'fast-check'
import { test as base, describe, expect } from 'vitest'
import { ALARM_LIMITS } from '#config/limits.ts'
import {
  anSms,
  aWebhook,
  DEVICE,
  FAKE_PLACES,
  raised,
  returned,
  START_MS,
  text,
} from '../builders.suite.ts'
import { CodedError } from '../errors.ts'
import type { NotificationChannel } from '../notification/notification-channel.ts'
import type { ConditionEvent } from '../rules/condition-event.ts'
import { SimulatedClock } from '../simulated-clock.ts'
import { type AlarmChange, AlarmService } from './alarm-service.ts'
import { AlarmVerbs } from './alarm-verbs.ts'
import { FakeAlarmStore } from './fake-alarm-store.ts'

const HOUR_MS = 3_600_000
const LI = { actor: 'li.wei' }
const LATCHING = { version: 1, name: text('gas'), latching: true, shelvable: true }

class Desk {
  readonly clock = new SimulatedClock(START_MS)
  readonly store = new FakeAlarmStore()
  readonly channels: NotificationChannel[] = [aWebhook(), anSms()]
  readonly changes: AlarmChange[] = []
  readonly ignored: string[] = []
  service: AlarmService = this.#make()

  #make(): AlarmService {
    const { clock, store } = this
    const service = new AlarmService({
      store,
      clock,
      places: FAKE_PLACES,
      channels: () => this.channels,
      onIgnored: (event, refusal) => this.ignored.push(`${event.kind}: ${refusal}`),
    })
    service.onChange((change) => this.changes.push(change))
    return service
  }

  async restart(): Promise<void> {
    await this.service.stop()
    this.service = this.#make()
    await this.service.start()
  }

  async raise(overrides: Parameters<typeof raised>[0] = {}): Promise<string> {
    await this.service.apply([raised({ atMs: this.clock.nowMs(), ...overrides })])
    const alarm = this.changes.at(-1)?.alarm
    if (alarm === undefined) throw new Error('nothing was raised')
    return alarm.id
  }

  get verbs() {
    return new AlarmVerbs(this.service)
  }

  get open() {
    return [...this.service.openAlarms()]
  }

  state(id: string) {
    return this.service.alarm(id)?.state ?? 'normal'
  }

  /** The time line of an alarm: `kind by actor: note`. */
  async story(id: string): Promise<readonly string[]> {
    const entries = await this.store.timeline(id as never)
    return entries.map(
      ({ kind, actor, note }) => `${kind} by ${actor}${note === null ? '' : `: ${note}`}`,
    )
  }

  /** What was told: `type channel`. */
  get told(): readonly string[] {
    return [...this.store.outbox.values()].map(({ type, channelId }) => `${type} ${channelId}`)
  }
}

const test = base.extend<{ desk: Desk }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the names of the fixtures used from the pattern.
  desk: async ({}, use) => {
    const desk = new Desk()
    await desk.service.start()
    await use(desk)
    desk.store.refuseCommits(false)
    await desk.service.stop()
    expect(desk.clock.waiting).toBe(0)
  },
})

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return 'done'
  } catch (error) {
    return error instanceof CodedError ? error.code : String(error)
  }
}

describe('acceptance', () => {
  test('L1 acknowledged, then L2: unacknowledged again with the worse grade, one occurrence', async ({
    desk,
  }) => {
    const id = await desk.raise()
    await desk.verbs.acknowledge(id, LI)
    await desk.service.apply([
      raised({ kind: 'rose', grade: 2, setpoint: 50, value: 50, label: text('second') }),
    ])
    expect(desk.service.alarm(id)).toMatchObject({
      state: 'unacknowledged',
      grade: 2,
      occurrences: 1,
      setpoint: 50,
      value: 50,
      title: text('gas · second'),
      acknowledgedAtMs: null,
    })
  })

  test('a latched alarm stays until acknowledged and reset, both with the name in the time line', async ({
    desk,
  }) => {
    const id = await desk.raise({ rule: LATCHING })
    await desk.service.apply([returned()])
    expect(desk.state(id)).toBe('latched-unacknowledged')
    expect(await codeOf(desk.verbs.reset(id, LI))).toBe('alarm_not_acknowledged')
    await desk.verbs.acknowledge(id, { actor: 'li.wei', note: '现场已核实' })
    expect(desk.state(id)).toBe('latched-acknowledged')
    await desk.verbs.reset(id, { actor: 'wang.fang' })
    expect(desk.open).toEqual([])
    expect(await desk.story(id)).toEqual([
      'raised by system',
      'returned by system',
      'acknowledged by li.wei: 现场已核实',
      'reset by wang.fang',
      'closed by wang.fang',
    ])
  })

  test('reset while the gas is still there is refused', async ({ desk }) => {
    const id = await desk.raise({ rule: LATCHING })
    await desk.verbs.acknowledge(id, LI)
    expect(await codeOf(desk.verbs.reset(id, LI))).toBe('alarm_condition_present')
    expect(desk.state(id)).toBe('acknowledged')
  })

  test('shelved for an hour: an hour and a second later it is back as unacknowledged, restart or not', async ({
    desk,
  }) => {
    const id = await desk.raise()
    await desk.verbs.acknowledge(id, LI)
    await desk.verbs.shelve(id, { ...LI, note: '探头更换', durationMs: HOUR_MS })
    await desk.clock.advanceBy(HOUR_MS / 2)
    await desk.restart()
    await desk.clock.advanceTo(START_MS + HOUR_MS - 1)
    expect(desk.service.alarm(id)).toMatchObject({
      state: 'acknowledged',
      shelvedUntilMs: START_MS + HOUR_MS,
    })
    await desk.clock.advanceTo(START_MS + HOUR_MS + 1_000)
    expect(desk.service.alarm(id)).toMatchObject({ state: 'unacknowledged', shelvedUntilMs: null })
    expect((await desk.store.timeline(id as never)).at(-1)).toMatchObject({
      kind: 'unshelved',
      actor: 'system',
      atMs: START_MS + HOUR_MS,
    })
  })

  test('a shelving that ended while the gateway was down ends at its own instant', async ({
    desk,
  }) => {
    const id = await desk.raise()
    await desk.verbs.shelve(id, { ...LI, note: 'x', durationMs: HOUR_MS })
    await desk.service.stop()
    await desk.clock.advanceBy(2 * HOUR_MS)
    await desk.restart()
    await desk.clock.advanceBy(0)
    expect((await desk.store.timeline(id as never)).at(-1)?.atMs).toBe(START_MS + HOUR_MS)
    expect(desk.service.alarm(id)?.shelvedUntilMs).toBeNull()
  })
})

describe('a new alarm', () => {
  test('copies rule, place and value, and stands on disk before anybody hears of it', async ({
    desk,
  }) => {
    const seen: number[] = []
    desk.service.onChange(() => seen.push(desk.store.commits.length))
    const id = await desk.raise()
    expect(seen).toEqual([1])
    expect(desk.store.alarms.get(id as never)).toEqual(desk.service.alarm(id))
    expect(desk.service.alarm(id)).toEqual({
      id: expect.stringMatching(/^alm_[0-9a-f]{32}$/),
      ruleId: 'gas-high',
      ruleVersion: 1,
      deviceId: DEVICE,
      point: 'lel',
      siteId: 'site-1',
      organizationId: 'works-1',
      title: text('gas · first'),
      state: 'unacknowledged',
      grade: 3,
      value: 30,
      setpoint: 25,
      unit: '%LEL',
      latching: false,
      shelvable: true,
      occurrences: 1,
      raisedAtMs: START_MS,
      acknowledgedAtMs: null,
      returnedAtMs: null,
      closedAtMs: null,
      shelvedUntilMs: null,
      suppressedBy: null,
      outOfServiceBy: null,
      outOfServiceUntilMs: null,
      assignee: null,
      drill: false,
      caseFile: null,
      timelineLength: 1,
      revision: 1,
    })
  })

  test('has the same id when the journal is judged again, another for another onset or cause', async ({
    desk,
  }) => {
    const other = new Desk()
    expect(await other.raise()).toBe(await desk.raise())
    await other.service.stop()
    const ids = new Set([
      await desk.raise({ deviceId: 'GD-02' }),
      await desk.raise({ ruleId: 'other' }),
      await desk.raise({ point: 'x' }),
    ])
    expect(ids.size).toBe(3)
  })

  test('of a device nobody knows is an alarm all the same', async ({ desk }) => {
    const id = await desk.raise({ deviceId: 'gone', setpoint: null })
    expect(desk.service.alarm(id)).toMatchObject({ siteId: '', organizationId: '', unit: null })
  })

  test('says its name once when rule and level have the same', async ({ desk }) => {
    const id = await desk.raise({ label: text('gas') })
    expect(desk.service.alarm(id)?.title).toEqual(text('gas'))
  })
})

describe('occurrences', () => {
  test('a condition that comes back is the same alarm', async ({ desk }) => {
    const id = await desk.raise()
    await desk.service.apply([
      returned(),
      raised({ value: 33, atMs: START_MS + 1, rule: { ...LATCHING, version: 2 } }),
    ])
    expect(desk.open).toHaveLength(1)
    expect(desk.service.alarm(id)).toMatchObject({
      occurrences: 2,
      value: 33,
      ruleVersion: 2,
      returnedAtMs: null,
      raisedAtMs: START_MS,
    })
  })

  test('a worse one that nobody has seen keeps its grade, set-point and value', async ({
    desk,
  }) => {
    const id = await desk.raise({ grade: 2, setpoint: 50, value: 60, label: text('second') })
    await desk.service.apply([returned(), raised({ value: 26 })])
    expect(desk.service.alarm(id)).toMatchObject({ grade: 2, setpoint: 50, value: 60 })
  })

  test('a fall of the level is written down with its grade; the alarm keeps its own', async ({
    desk,
  }) => {
    const id = await desk.raise({ grade: 2 })
    await desk.service.apply([raised({ kind: 'fell', grade: 3, value: 40 })])
    expect(desk.service.alarm(id)?.grade).toBe(2)
    expect((await desk.store.timeline(id as never)).at(-1)).toMatchObject({
      kind: 'grade-fell',
      grade: 3,
      value: 40,
    })
  })

  test('all events of one step are one commit', async ({ desk }) => {
    const checkpoint = { offset: 9, timersRunUntilMs: START_MS, memories: [] }
    await desk.service.apply([raised(), returned(), raised({ deviceId: 'GD-02' })], checkpoint)
    expect(desk.store.commits).toHaveLength(1)
    expect(desk.store.commits[0]).toMatchObject({ checkpoint, alarms: [{}, {}] })
    expect(
      desk.changes.map(({ alarm }) => `${alarm.deviceId} ${alarm.state} ${alarm.revision}`),
    ).toEqual([
      'GD-01 unacknowledged 1',
      'GD-01 returned-unacknowledged 2',
      'GD-02 unacknowledged 1',
    ])
  })

  test('an alarm may end and its cause begin anew in one step', async ({ desk }) => {
    const first = await desk.raise()
    await desk.verbs.acknowledge(first, LI)
    await desk.service.apply([returned(START_MS + 1), raised({ atMs: START_MS + 2 })])
    expect(desk.state(first)).toBe('normal')
    expect(desk.open.map(({ id, occurrences }) => [id === first, occurrences])).toEqual([
      [false, 1],
    ])
  })

  test('conditions the table has no answer to are left aside and told', async ({ desk }) => {
    await desk.service.apply([returned(), raised({ kind: 'rose' }), raised({ kind: 'fell' })])
    const id = await desk.raise()
    await desk.service.apply([returned(), returned()])
    expect(desk.ignored).toEqual([
      'returned: condition_absent',
      'rose: condition_absent',
      'fell: condition_absent',
      'returned: condition_absent',
    ])
    expect(desk.state(id)).toBe('returned-unacknowledged')
  })

  test('without somebody to tell they are just left aside', async () => {
    const service = new AlarmService({
      store: new FakeAlarmStore(),
      clock: new SimulatedClock(0),
      places: FAKE_PLACES,
      channels: () => [],
    })
    await service.apply([returned()])
    expect([...service.openAlarms()]).toEqual([])
  })
})

describe('verbs', () => {
  test('write who, when and why', async ({ desk }) => {
    const id = await desk.raise()
    await desk.verbs.comment(id, { actor: 'li.wei', note: '已派人' })
    await desk.verbs.assign(id, { actor: 'li.wei', assignee: 'wang.fang' })
    await desk.verbs.assign(id, { actor: 'li.wei', assignee: 'zhao.min', note: '夜班' })
    await desk.verbs.shelve(id, { actor: 'li.wei', note: '误报', durationMs: 1_000 })
    await desk.verbs.unshelve(id, { actor: 'li.wei', note: '' })
    await desk.service.apply([returned()])
    const closed = await desk.verbs.close(id, { actor: 'li.wei', note: '演示' })
    expect(closed).toMatchObject({
      state: 'normal',
      assignee: 'zhao.min',
      closedAtMs: START_MS,
      timelineLength: 8,
    })
    expect(await desk.story(id)).toEqual([
      'raised by system',
      'commented by li.wei: 已派人',
      'assigned by li.wei: wang.fang',
      'assigned by li.wei: zhao.min: 夜班',
      'shelved by li.wei: 误报',
      'unshelved by li.wei',
      'returned by system',
      'closed by li.wei: 演示',
    ])
  })

  test('a second acknowledge is refused and changes nothing', async ({ desk }) => {
    const id = await desk.raise()
    const outcomes = await Promise.all([
      codeOf(desk.verbs.acknowledge(id, LI)),
      codeOf(desk.verbs.acknowledge(id, { actor: 'wang.fang' })),
    ])
    expect(outcomes).toEqual(['done', 'alarm_already_acknowledged'])
    expect(await desk.story(id)).toEqual(['raised by system', 'acknowledged by li.wei'])
  })

  test.for([
    ['comment', ' ', 'note_required'],
    ['close', undefined, 'note_required'],
    ['close', 'reason', 'alarm_condition_present'],
    ['reset', 'reason', 'alarm_condition_present'],
    ['unshelve', 'reason', 'alarm_not_shelved'],
  ] as const)('%s with note %j: %s', async ([verb, note, code], { desk }) => {
    const id = await desk.raise()
    expect(await codeOf(desk.verbs[verb](id, { actor: 'li.wei', note }))).toBe(code)
  })

  test('shelving needs a reason, ends within a shift, and is not for all', async ({ desk }) => {
    const id = await desk.raise()
    const shelve = (deed: { note?: string; durationMs: number }, alarmId = id) =>
      codeOf(desk.verbs.shelve(alarmId, { ...LI, ...deed }))
    expect(await shelve({ durationMs: 1_000 })).toBe('note_required')
    expect(await shelve({ note: 'x', durationMs: ALARM_LIMITS.shelvingMsMax + 1 })).toBe(
      'shelve_too_long',
    )
    expect(await shelve({ note: 'x', durationMs: ALARM_LIMITS.shelvingMsMax })).toBe('done')
    const fire = await desk.raise({ deviceId: 'S-1', rule: { ...LATCHING, shelvable: false } })
    expect(await shelve({ note: 'x', durationMs: 1_000 }, fire)).toBe('shelve_not_allowed')
  })

  test('shelving again moves the end', async ({ desk }) => {
    const id = await desk.raise()
    await desk.verbs.shelve(id, { ...LI, note: 'x', durationMs: 1_000 })
    await desk.verbs.shelve(id, { ...LI, note: 'y', durationMs: 5_000 })
    await desk.clock.advanceBy(4_999)
    expect(desk.service.alarm(id)?.shelvedUntilMs).toBe(START_MS + 5_000)
    await desk.clock.advanceBy(1)
    expect(desk.service.alarm(id)?.shelvedUntilMs).toBeNull()
  })

  test('what is over is told from what never was', async ({ desk }) => {
    const id = await desk.raise()
    await desk.service.apply([returned()])
    await desk.verbs.acknowledge(id, LI)
    expect(await codeOf(desk.verbs.comment(id, { ...LI, note: 'x' }))).toBe('alarm_closed')
    expect(await codeOf(desk.verbs.acknowledge('alm_0', LI))).toBe('alarm_not_found')
  })
})

describe('under a shelf', () => {
  test('no SMS, and an alarm that comes and goes stays the shelved one', async ({ desk }) => {
    const id = await desk.raise()
    await desk.verbs.acknowledge(id, LI)
    await desk.verbs.shelve(id, { ...LI, note: 'x', durationMs: HOUR_MS })
    desk.store.outbox.clear()
    await desk.service.apply([returned(), raised({ atMs: START_MS + 5 })])
    expect(desk.service.alarm(id)).toMatchObject({
      state: 'unacknowledged',
      shelvedUntilMs: START_MS + HOUR_MS,
      occurrences: 2,
    })
    expect(desk.told).toEqual(['alarm.returned hook', 'alarm.raised hook'])
  })

  test('a worse grade breaks through', async ({ desk }) => {
    const id = await desk.raise()
    await desk.verbs.shelve(id, { ...LI, note: 'x', durationMs: HOUR_MS })
    desk.store.outbox.clear()
    await desk.service.apply([raised({ kind: 'rose', grade: 2 })])
    expect(desk.service.alarm(id)).toMatchObject({ grade: 2, shelvedUntilMs: null })
    expect(desk.told).toEqual(['alarm.escalated hook', 'alarm.escalated sms'])
  })

  test('what happens after its end, but is heard of first, finds it ended', async ({ desk }) => {
    const id = await desk.raise()
    await desk.verbs.acknowledge(id, LI)
    await desk.verbs.shelve(id, { ...LI, note: 'x', durationMs: 1_000 })
    // The reading at + 2 s is judged before the timer of + 1 s had its turn.
    await desk.service.apply([returned(START_MS + 2_000)])
    expect(desk.state(id)).toBe('returned-unacknowledged')
    expect((await desk.story(id)).slice(-2)).toEqual(['unshelved by system', 'returned by system'])
    await desk.clock.advanceBy(2_000)
    expect(await desk.story(id)).toHaveLength(5)
  })

  test('a verb after its end finds it ended too', async ({ desk }) => {
    const id = await desk.raise()
    await desk.verbs.acknowledge(id, LI)
    await desk.verbs.shelve(id, { ...LI, note: 'x', durationMs: 1_000 })
    desk.store.refuseCommits(true)
    const advanced = desk.clock.advanceBy(1_000)
    await advanced
    desk.store.refuseCommits(false)
    await desk.clock.advanceBy(ALARM_LIMITS.commitRetryMsMin)
    await desk.verbs.acknowledge(id, LI)
    expect(desk.state(id)).toBe('acknowledged')
  })

  test('a verb that comes before the timer of a shelving that ended long ago finds it ended', async ({
    desk,
  }) => {
    const id = await desk.raise()
    await desk.verbs.acknowledge(id, LI)
    await desk.verbs.shelve(id, { ...LI, note: 'x', durationMs: 1_000 })
    await desk.service.stop()
    await desk.clock.advanceBy(HOUR_MS)
    await desk.restart()
    await desk.verbs.acknowledge(id, LI)
    expect((await desk.story(id)).slice(-2)).toEqual([
      'unshelved by system',
      'acknowledged by li.wei',
    ])
  })
})

describe('when the database refuses', () => {
  test('conditions are committed again until they stand, in order; nothing is told before', async ({
    desk,
  }) => {
    desk.store.refuseCommits(true)
    const first = desk.service.apply([raised()])
    const second = desk.service.apply([returned(START_MS + 1)])
    await desk.clock.advanceBy(10_000)
    expect(desk.changes).toEqual([])
    expect(desk.open).toEqual([])
    expect(desk.service.failingSinceMs).toBe(START_MS)
    expect(desk.store.refusals).toBeGreaterThan(5)
    desk.store.refuseCommits(false)
    await desk.clock.advanceBy(ALARM_LIMITS.commitRetryMsMax)
    await Promise.all([first, second])
    expect(desk.changes.map(({ alarm }) => alarm.state)).toEqual([
      'unacknowledged',
      'returned-unacknowledged',
    ])
    expect(desk.service.failingSinceMs).toBeNull()
  })

  test('verbs are refused at once, those that wait as well', async ({ desk }) => {
    const id = await desk.raise()
    desk.store.refuseCommits(true)
    const condition = desk.service.apply([returned()])
    const waiting = codeOf(desk.verbs.acknowledge(id, LI))
    await desk.clock.advanceBy(0)
    expect(await waiting).toBe('database_unavailable')
    expect(await codeOf(desk.verbs.acknowledge(id, LI))).toBe('database_unavailable')
    desk.store.refuseCommits(false)
    await desk.clock.advanceBy(1_000)
    await condition
    expect(desk.state(id)).toBe('returned-unacknowledged')
    expect(await codeOf(desk.verbs.acknowledge(id, LI))).toBe('done')
  })

  test('a verb alone is tried once', async ({ desk }) => {
    const id = await desk.raise()
    desk.store.refuseCommits(true)
    expect(await codeOf(desk.verbs.acknowledge(id, LI))).toBe('database_unavailable')
    expect(desk.state(id)).toBe('unacknowledged')
  })

  test('a stop gives up what does not stand, and takes nothing more', async ({ desk }) => {
    desk.store.refuseCommits(true)
    const first = codeOf(desk.service.apply([raised()]))
    const second = codeOf(desk.service.apply([returned()]))
    await desk.clock.advanceBy(0)
    await desk.service.stop()
    expect(await first).toBe('alarms_stopped')
    expect(await second).toBe('alarms_stopped')
    expect(await codeOf(desk.service.apply([raised()]))).toBe('alarms_stopped')
    expect(await codeOf(desk.verbs.acknowledge('x', LI))).toBe('database_unavailable')
  })

  test('a stop in the middle of a commit that then fails does not wait for another try', async ({
    desk,
  }) => {
    desk.store.refuseCommits(true)
    const outcome = codeOf(desk.service.apply([raised()]))
    await desk.service.stop()
    expect(await outcome).toBe('alarms_stopped')
  })

  test('a shelving that could not end is not forgotten by a stop', async ({ desk }) => {
    const id = await desk.raise()
    await desk.verbs.shelve(id, { ...LI, note: 'x', durationMs: 1_000 })
    desk.store.refuseCommits(true)
    await desk.clock.advanceBy(1_000)
    await desk.service.stop()
    desk.store.refuseCommits(false)
    await desk.restart()
    await desk.clock.advanceBy(1)
    expect(desk.service.alarm(id)?.shelvedUntilMs).toBeNull()
  })

  test('a defect is not tried again', async ({ desk }) => {
    desk.store.failNextCommit(new Error('UNIQUE constraint failed'))
    expect(await codeOf(desk.service.apply([raised()]))).toContain('UNIQUE')
    expect(await codeOf(desk.service.apply([raised()]))).toBe('done')
  })
})

test('a listener that has gone is not told', async ({ desk }) => {
  const seen: unknown[] = []
  const end = desk.service.onChange((change) => seen.push(change))
  await desk.raise()
  end()
  await desk.raise({ deviceId: 'GD-02' })
  expect(seen).toHaveLength(1)
})

describe('any sequence of conditions and verbs', () => {
  const step = fc.oneof(
    fc.record({
      does: fc.constantFrom('raise', 'worsen', 'ease', 'return'),
      deviceId: fc.constantFrom('GD-01', 'GD-02'),
    }),
    fc.record({
      does: fc.constantFrom('acknowledge', 'reset', 'close', 'shelve', 'unshelve', 'comment'),
      deviceId: fc.constantFrom('GD-01', 'GD-02'),
    }),
    fc.record({ does: fc.constantFrom('wait', 'restart'), deviceId: fc.constant('GD-01') }),
  )

  async function perform(
    desk: Desk,
    { does, deviceId }: { does: string; deviceId: string },
  ): Promise<void> {
    const atMs = desk.clock.nowMs()
    const alarm = desk.open.find((one) => one.deviceId === deviceId)
    const event = (kind: 'raised' | 'rose' | 'fell', grade: 2 | 3): ConditionEvent =>
      raised({ kind, grade, deviceId, atMs, rule: { ...LATCHING, latching: deviceId === 'GD-01' } })
    const { service, verbs } = desk
    const deed = { ...LI, note: 'x' }
    if (does === 'raise') await service.apply([event('raised', 3)])
    else if (does === 'worsen') await service.apply([event('rose', 2)])
    else if (does === 'ease') await service.apply([event('fell', 3)])
    else if (does === 'return') await service.apply([{ ...returned(atMs), deviceId }])
    else if (does === 'wait') await desk.clock.advanceBy(1_000)
    else if (does === 'restart') await desk.restart()
    else if (does === 'shelve')
      await codeOf(verbs.shelve(alarm?.id ?? 'x', { ...deed, durationMs: 2_500 }))
    else await codeOf(verbs[does as 'acknowledge'](alarm?.id ?? 'x', deed))
    await desk.clock.advanceBy(1)
  }

  test('keeps the store, the memory and the time lines in step', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const desk = new Desk()
        await desk.service.start()
        for (const one of steps) await perform(desk, one)
        // What is on disk is what is shown.
        const stored = [...desk.store.alarms.values()]
        expect(desk.open).toEqual(
          expect.arrayContaining(stored.filter(({ state }) => state !== 'normal')),
        )
        for (const alarm of stored) {
          const entries = await desk.store.timeline(alarm.id)
          expect(entries.map(({ sequence }) => sequence)).toEqual(
            entries.map((_, index) => index + 1),
          )
          expect(entries).toHaveLength(alarm.timelineLength)
          expect(entries.at(-1)?.state).toBe(alarm.state)
          expect(entries.at(-1)?.kind === 'closed').toBe(alarm.state === 'normal')
        }
        // At most one open alarm a cause.
        expect(new Set(desk.open.map(({ deviceId }) => deviceId)).size).toBe(desk.open.length)
        await desk.service.stop()
      }),
      { numRuns: 60 },
    )
  })
})
