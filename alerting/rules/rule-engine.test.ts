import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  aReading,
  aRule,
  batches,
  booleanCondition,
  DEVICE,
  deviceId,
  FakeRuleDirectory,
  gasCondition,
  noDataCondition,
  START_MS,
  setpoint,
  text,
} from '../builders.suite.ts'
import { MARK, QUALITIES, type Reading } from '../reading.ts'
import type { AlarmRule } from './alarm-rule.ts'
import { type ConditionEvent, parseCauseKey } from './condition-event.ts'
import type { RuleMemory } from './evaluation.ts'
import { type RestoredCheckpoint, RuleEngine } from './rule-engine.ts'

const CAUSE = { ruleId: 'gas-high', deviceId: DEVICE, point: 'lel' }

function engineWith(...rules: readonly AlarmRule[]) {
  const directory = new FakeRuleDirectory(...rules)
  return { directory, engine: new RuleEngine(directory) }
}

/** `+5000 raised 30` */
function said(events: readonly ConditionEvent[]): readonly string[] {
  return events.map(({ kind, atMs, value }) => `+${atMs - START_MS} ${kind} ${value}`)
}

function judge(engine: RuleEngine, readings: readonly Reading[]): void {
  const [batch] = batches(readings, Math.max(1, readings.length))
  if (batch !== undefined) engine.judge({ ...batch, offset: engine.nextOffset })
}

/** What a store has after the steps so far. */
class FakeCheckpoints {
  readonly #memories = new Map<string, RuleMemory>()
  #last: { offset: number; timersRunUntilMs: number } | null = null

  keep(engine: RuleEngine): readonly ConditionEvent[] {
    const { events, checkpoint } = engine.takeStep()
    const { offset, timersRunUntilMs, memories } = checkpoint
    for (const { key, memory } of memories) {
      if (memory === null) this.#memories.delete(key)
      else this.#memories.set(key, structuredClone(memory))
    }
    this.#last = { offset, timersRunUntilMs }
    return events
  }

  restored(): RestoredCheckpoint | null {
    return this.#last === null ? null : { ...this.#last, memories: new Map(this.#memories) }
  }
}

describe('acceptance: 24.9 to 25.0 %LEL', () => {
  test('raises within one evaluation; 24.0 does not clear, 21.9 does, after the off-delay', () => {
    const { engine } = engineWith(aRule({ offDelayMs: 10_000, latching: true }))
    judge(engine, [
      aReading(0, 24.9),
      aReading(1_000, 25),
      aReading(2_000, 24),
      aReading(3_000, 21.9),
    ])
    engine.advanceTo(START_MS + 60_000)
    expect(said(engine.takeStep().events)).toEqual(['+1000 raised 25', '+13000 returned 21.9'])
  })
})

describe('events', () => {
  test('carry what an alarm copies', () => {
    const { engine } = engineWith(aRule({ latching: true, shelvable: false, version: 7 }))
    judge(engine, [aReading(0, 60)])
    expect(engine.takeStep().events).toEqual([
      {
        kind: 'raised',
        ...CAUSE,
        atMs: START_MS,
        value: 60,
        note: null,
        rule: { version: 7, name: text('gas'), latching: true, shelvable: false },
        grade: 2,
        label: text('50'),
        setpoint: 50,
        onset: String(START_MS),
      },
    ])
  })

  test('of boolean and silent points have their own set-point or none', () => {
    const { engine } = engineWith(
      aRule({ id: 'smoke', point: 'smoke', condition: booleanCondition() }),
      aRule({ id: 'silent', point: 'smoke', condition: noDataCondition() }),
    )
    judge(engine, [aReading(0, true, { point: 'smoke' })])
    engine.advanceTo(START_MS + 60_000)
    expect(engine.takeStep().events).toMatchObject([
      { kind: 'raised', ruleId: 'smoke', setpoint: true, grade: 2 },
      {
        kind: 'raised',
        ruleId: 'silent',
        setpoint: null,
        value: null,
        grade: 3,
        atMs: START_MS + 60_000,
      },
    ])
  })
})

describe('memory', () => {
  test('of points at rest is nothing', () => {
    const { engine } = engineWith(aRule())
    judge(engine, [aReading(0, 1), aReading(1, 2), aReading(2, 3, { point: 'battery' })])
    expect(engine.takeStep().checkpoint).toEqual({
      offset: 2,
      timersRunUntilMs: START_MS + 2,
      memories: [],
    })
  })

  test('goes into the checkpoint when it changed, and out when it is at rest again', () => {
    const { engine } = engineWith(aRule())
    expect(engine.hasChanges).toBe(false)
    judge(engine, [aReading(0, 30)])
    expect(engine.hasChanges).toBe(true)
    expect(engine.takeStep().checkpoint.memories).toMatchObject([
      { key: `gas-high/${DEVICE}/lel`, memory: { level: 1 } },
    ])
    expect(engine.hasChanges).toBe(false)
    judge(engine, [aReading(1, 3)])
    expect(engine.takeStep().checkpoint.memories).toEqual([
      { key: `gas-high/${DEVICE}/lel`, memory: null },
    ])
  })

  test('keys that are none are left aside', () => {
    expect(parseCauseKey('a/b/c')).toEqual({ ruleId: 'a', deviceId: 'b', point: 'c' })
    expect(['', 'a', 'a/b', 'a/b/', 'a/b/c/d'].map(parseCauseKey)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ])
    const { engine } = engineWith(aRule())
    const memory = {
      level: 1,
      rises: [],
      falls: [],
      held: null,
      value: 30,
      heardAtMs: null,
      onset: 'x',
    }
    engine.restore({
      offset: 5,
      timersRunUntilMs: START_MS,
      memories: new Map([['nonsense', memory]]),
    })
    expect(engine.nextOffset).toBe(5)
    expect(engine.takeStep().events).toEqual([])
  })
})

describe('timers', () => {
  test('run at their own instants, in order, before the reading that comes after them', () => {
    const { engine } = engineWith(aRule({ onDelayMs: 5_000, offDelayMs: 2_000 }))
    const other = { deviceId: deviceId('GD-02') }
    judge(engine, [
      aReading(1_000, 30),
      aReading(2_000, 30, other),
      aReading(20_000, 3),
      aReading(23_000, 3, other),
    ])
    expect(said(engine.takeStep().events)).toEqual([
      '+6000 raised 30',
      '+7000 raised 30',
      '+22000 returned 3',
    ])
    expect(engine.nextWakeAtMs()).toBe(START_MS + 25_000)
  })

  test('a timer and a reading at the same instant: the timer is first', () => {
    const { engine } = engineWith(aRule({ onDelayMs: 5_000 }))
    judge(engine, [aReading(0, 30), aReading(5_000, 3)])
    expect(said(engine.takeStep().events)).toEqual(['+5000 raised 30', '+5000 returned 3'])
  })

  test('the next one is known, also when later readings have moved it', () => {
    const { engine } = engineWith(aRule({ condition: noDataCondition() }))
    expect(engine.nextWakeAtMs()).toBeNull()
    judge(engine, [aReading(0, 3)])
    expect(engine.nextWakeAtMs()).toBe(START_MS + 60_000)
    judge(engine, [aReading(10_000, 3), aReading(30_000, 3)])
    expect(engine.nextWakeAtMs()).toBe(START_MS + 90_000)
    engine.advanceTo(START_MS + 80_000)
    expect(engine.takeStep().events).toEqual([])
    engine.advanceTo(START_MS + 90_000)
    expect(said(engine.takeStep().events)).toEqual(['+90000 raised null'])
    expect(engine.nextWakeAtMs()).toBeNull()
  })

  test('of a rule that is gone do nothing', () => {
    const { engine, directory } = engineWith(aRule({ onDelayMs: 5_000 }))
    judge(engine, [aReading(0, 30)])
    directory.rules = []
    engine.advanceTo(START_MS + 9_000)
    expect(engine.takeStep().events).toEqual([])
    expect(engine.nextWakeAtMs()).toBeNull()
  })

  test('time does not run back', () => {
    const { engine } = engineWith(aRule())
    engine.advanceTo(START_MS + 10)
    judge(engine, [aReading(0, 30)])
    expect(said(engine.takeStep().events)).toEqual(['+10 raised 30'])
  })
})

describe('when rules change', () => {
  const all = { ruleIds: new Set(['gas-high']), deviceIds: new Set<string>() }

  test('a lowered set-point is noticed without a reading', () => {
    const { engine, directory } = engineWith(aRule())
    judge(engine, [aReading(0, 12), aReading(1, 12, { deviceId: deviceId('GD-02') })])
    directory.rules = [
      aRule({ version: 2, condition: gasCondition({ setpoints: [setpoint(10, 3)] }) }),
    ]
    engine.rulesChanged(all)
    expect(said(engine.takeStep().events)).toEqual(['+1 raised 12', '+1 raised 12'])
    engine.rulesChanged(all)
    expect(engine.takeStep().events).toEqual([])
  })

  test('a raised set-point returns what stands, with the rule as it is now', () => {
    const { engine, directory } = engineWith(aRule())
    judge(engine, [aReading(0, 30)])
    engine.takeStep()
    directory.rules = [aRule({ condition: gasCondition({ setpoints: [setpoint(40, 3)] }) })]
    engine.rulesChanged(all)
    expect(said(engine.takeStep().events)).toEqual(['+0 returned 30'])
  })

  test('what no rule judges any more has returned, and says why', () => {
    const { engine, directory } = engineWith(aRule())
    judge(engine, [aReading(0, 30)])
    engine.takeStep()
    directory.rules = []
    engine.rulesChanged({ ruleIds: new Set(), deviceIds: new Set([DEVICE]) })
    const { events, checkpoint } = engine.takeStep()
    expect(events).toEqual([
      {
        kind: 'returned',
        ...CAUSE,
        atMs: START_MS,
        value: 30,
        note: 'the rule no longer applies to this point',
      },
    ])
    expect(checkpoint.memories).toEqual([{ key: `gas-high/${DEVICE}/lel`, memory: null }])
  })

  test('a pending rise that no rule judges any more goes without a word', () => {
    const { engine, directory } = engineWith(aRule({ onDelayMs: 5_000 }))
    judge(engine, [aReading(0, 30)])
    directory.rules = []
    engine.rulesChanged(all)
    expect(engine.takeStep().events).toEqual([])
  })

  test('other rules and devices are left alone', () => {
    const { engine, directory } = engineWith(aRule())
    judge(engine, [aReading(0, 12), aReading(0, 30, { deviceId: deviceId('GD-02') })])
    engine.takeStep()
    directory.rules = [
      aRule({ condition: gasCondition({ setpoints: [setpoint(10, 3), setpoint(80, 2)] }) }),
    ]
    engine.rulesChanged({ ruleIds: new Set(['other']), deviceIds: new Set(['GD-99']) })
    expect(engine.hasChanges).toBe(false)
    engine.rulesChanged({ ruleIds: new Set(), deviceIds: new Set([DEVICE]) })
    expect(said(engine.takeStep().events)).toEqual(['+0 raised 12'])
  })

  test('the last value of a point may come from elsewhere', () => {
    const { engine } = engineWith(aRule())
    engine.remember(DEVICE, 'lel', 30)
    engine.rulesChanged(all)
    expect(engine.takeStep().events).toHaveLength(1)
  })

  test('values that are none are not the last one', () => {
    const { engine } = engineWith(aRule())
    judge(engine, [
      aReading(0, 30, { quality: 'bad' }),
      aReading(1, 30, { quality: 'calibrating' }),
      aReading(2, 30, { marks: MARK.outOfOrder }),
    ])
    engine.rulesChanged(all)
    expect(engine.takeStep().events).toEqual([])
  })

  test('at start, what stands is judged by the rules as they are now', () => {
    const before = engineWith(aRule())
    const checkpoints = new FakeCheckpoints()
    judge(before.engine, [aReading(0, 30)])
    checkpoints.keep(before.engine)
    const { engine } = engineWith(
      aRule({ condition: gasCondition({ setpoints: [setpoint(80, 3)] }) }),
    )
    engine.restore(checkpoints.restored())
    expect(said(engine.takeStep().events)).toEqual(['+0 returned 30'])
  })
})

describe('after the gateway was down', () => {
  const rules = [aRule({ condition: noDataCondition() }), aRule({ id: 'slow', onDelayMs: 5_000 })]

  function restarted(listeningSinceMs: number) {
    const before = engineWith(...rules)
    const checkpoints = new FakeCheckpoints()
    judge(before.engine, [aReading(0, 30)])
    checkpoints.keep(before.engine)
    const { engine } = engineWith(...rules)
    engine.restore(checkpoints.restored(), listeningSinceMs)
    return engine
  }

  test('silence is counted from the start on, other delays run on', () => {
    const engine = restarted(START_MS + 600_000)
    engine.advanceTo(START_MS + 600_000)
    expect(said(engine.takeStep().events)).toEqual(['+5000 raised 30'])
    engine.advanceTo(START_MS + 660_000)
    expect(said(engine.takeStep().events)).toEqual(['+660000 raised null'])
  })

  test('readings that were on disk already are judged before that', () => {
    const engine = restarted(START_MS + 600_000)
    judge(engine, [aReading(30_000, 3), aReading(30_000, 3, { point: 'x' })])
    expect(said(engine.takeStep().events)).toEqual(['+5000 raised 30', '+30000 returned 3'])
    judge(engine, [aReading(600_010, 3)])
    expect(engine.takeStep().events).toEqual([])
  })

  test('a rule that went meanwhile is no hindrance', () => {
    const before = engineWith(aRule({ condition: noDataCondition() }))
    const checkpoints = new FakeCheckpoints()
    judge(before.engine, [aReading(0, 30)])
    checkpoints.keep(before.engine)
    const { engine, directory } = engineWith(aRule({ condition: noDataCondition() }))
    engine.restore(checkpoints.restored(), START_MS + 1)
    directory.rules = []
    engine.advanceTo(START_MS + 90_000)
    expect(engine.takeStep().events).toEqual([])
  })
})

/** Readings of two devices and two points, any quality and mark, in the order of their arrival. */
const anyReadings = fc
  .array(
    fc.record({
      gapMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 7_000 })),
      value: fc.oneof(
        fc.constantFrom(3, 22, 24, 25, 49, 50, 47, 60),
        fc.double({ min: 0, max: 100, noNaN: true }),
        fc.boolean(),
      ),
      device: fc.constantFrom('GD-01', 'GD-02'),
      point: fc.constantFrom('lel', 'smoke'),
      quality: fc.constantFrom('good', 'good', 'good', ...QUALITIES),
      marks: fc.constantFrom(0, 0, 0, 0, MARK.late, MARK.outOfOrder, MARK.clockSkewed),
    }),
    { maxLength: 60 },
  )
  .map((drafts) => {
    let afterMs = 0
    return drafts.map(({ gapMs, value, device, point, quality, marks }) => {
      afterMs += gapMs
      return aReading(afterMs, value, { deviceId: deviceId(device), point, quality, marks })
    })
  })

const anyRules = fc
  .record({ onDelayMs: fc.constantFrom(0, 0, 3_000), offDelayMs: fc.constantFrom(0, 0, 5_000) })
  .map((delays) => [
    aRule({ ...delays }),
    aRule({ ...delays, id: 'lel-silent', condition: noDataCondition(8_000) }),
    aRule({ ...delays, id: 'smoke', point: 'smoke', condition: booleanCondition() }),
  ])

function judgedAtOnce(rules: readonly AlarmRule[], readings: readonly Reading[], untilMs: number) {
  const { engine } = engineWith(...rules)
  for (const batch of batches(readings, readings.length || 1)) engine.judge(batch)
  engine.advanceTo(untilMs)
  return engine.takeStep().events
}

const UNTIL_MS = START_MS + 1_000_000

describe('properties', () => {
  test('any split of readings into batches and any timers in between are as one batch', () => {
    fc.assert(
      fc.property(
        anyRules,
        anyReadings,
        fc.array(fc.integer({ min: 1, max: 9 })),
        (rules, readings, sizes) => {
          const { engine } = engineWith(...rules)
          const events: ConditionEvent[] = []
          let from = 0
          for (const size of [...sizes, readings.length + 1]) {
            const part = readings.slice(from, from + size)
            from += size
            judge(engine, part)
            // Timers run as far as no reading can still come.
            engine.advanceTo(readings[from]?.arrivedAtMs ?? UNTIL_MS)
            events.push(...engine.takeStep().events)
          }
          expect(events).toEqual(judgedAtOnce(rules, readings, UNTIL_MS))
        },
      ),
    )
  })

  test('live = replay from any checkpoint', () => {
    fc.assert(
      fc.property(anyRules, anyReadings, fc.array(fc.boolean()), (rules, readings, crashes) => {
        const checkpoints = new FakeCheckpoints()
        const all = batches(readings)
        let { engine } = engineWith(...rules)
        const events: ConditionEvent[] = []
        for (const [index, batch] of all.entries()) {
          engine.judge(batch)
          events.push(...checkpoints.keep(engine))
          if (!crashes[index]) continue
          // What is judged after the checkpoint is lost with the process.
          const next = all[index + 1]
          if (next !== undefined) engine.judge(next)
          engine = engineWith(...rules).engine
          engine.restore(checkpoints.restored())
        }
        engine.advanceTo(UNTIL_MS)
        events.push(...engine.takeStep().events)
        expect(events).toEqual(judgedAtOnce(rules, readings, UNTIL_MS))
      }),
    )
  })

  test('per cause, raised and returned take turns, and instants do not run back', () => {
    fc.assert(
      fc.property(anyRules, anyReadings, (rules, readings) => {
        const standing = new Map<string, string>()
        let atMs = 0
        for (const event of judgedAtOnce(rules, readings, UNTIL_MS)) {
          expect(event.atMs).toBeGreaterThanOrEqual(atMs)
          atMs = event.atMs
          const key = `${event.ruleId}/${event.deviceId}`
          const onset = standing.get(key)
          expect(event.kind === 'raised').toBe(onset === undefined)
          if (event.kind === 'returned') standing.delete(key)
          else if (event.kind !== 're-alarmed') {
            expect(event.onset).toBe(onset ?? String(event.atMs))
            standing.set(key, event.onset)
          }
        }
      }),
    )
  })

  test('judging again by the same rules changes nothing', () => {
    fc.assert(
      fc.property(anyRules, anyReadings, (rules, readings) => {
        const { engine } = engineWith(...rules)
        for (const batch of batches(readings)) engine.judge(batch)
        engine.takeStep()
        engine.rulesChanged({ ruleIds: new Set(rules.map(({ id }) => id)), deviceIds: new Set() })
        expect(engine.takeStep().events).toEqual([])
      }),
    )
  })
})
