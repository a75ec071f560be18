import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aReading, batches, deviceId, FakeRuleDirectory, START_MS } from '../builders.suite.ts'
import { MARK, type Reading } from '../reading.ts'
import type { AlarmRule } from './alarm-rule.ts'
import { inArrivalOrder, type StoredChunk } from './arrival-order.ts'
import { backTest } from './back-test.ts'
import type { ConditionEvent } from './condition-event.ts'
import type { RuleMemory } from './evaluation.ts'
import { JudgingTools } from './judging-tools.ts'
import { RuleEngine } from './rule-engine.ts'
import { ALL_KINDS } from './rule-kinds.suite.ts'

/** All kinds and behaviours at once, over three devices that talk at random. */

const UNTIL_MS = START_MS + 2_000_000
const DEVICES = ['GD-01', 'GD-02', 'GD-03'].map(deviceId)

const aStep = fc.record({
  device: fc.constantFrom(...DEVICES),
  // Mostly a few seconds; now and then long enough for gaps, staleness and schedules.
  afterMs: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 1, max: 3_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 3_000, max: 45_000 }) },
  ),
  value: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 90 }) },
    { weight: 6, arbitrary: fc.constantFrom(7, 30, 31, 55) },
    { weight: 1, arbitrary: fc.boolean() },
  ),
  quality: fc.oneof(
    { weight: 10, arbitrary: fc.constant('good' as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('uncertain' as const, 'bad' as const, 'calibrating' as const),
    },
  ),
  marks: fc.oneof(
    { weight: 10, arbitrary: fc.constant(MARK.none) },
    { weight: 1, arbitrary: fc.constantFrom(MARK.late, MARK.outOfOrder, MARK.clockSkewed) },
  ),
})

/** Now and then the same device goes on as it was, or climbs: what `stuck` and trends wait for. */
const aSpell = fc.tuple(
  aStep,
  fc.oneof(
    { weight: 6, arbitrary: fc.constant({ length: 1, climb: 0 }) },
    { weight: 1, arbitrary: fc.constant({ length: 14, climb: 0 }) },
    { weight: 1, arbitrary: fc.constant({ length: 14, climb: 2 }) },
  ),
)

const someReadings = fc.array(aSpell, { minLength: 5, maxLength: 40 }).map((spells) => {
  let atMs = 0
  const steps = spells.flatMap(([step, { length, climb }]) =>
    Array.from({ length }, (_, index) =>
      length === 1 || typeof step.value === 'boolean'
        ? step
        : { ...step, afterMs: Math.min(step.afterMs, 3_000), value: step.value + climb * index },
    ),
  )
  return steps.map(({ device, afterMs, value, quality, marks }): Reading => {
    atMs += afterMs
    const point = typeof value === 'boolean' ? 'smoke' : 'lel'
    const lateMs = marks & MARK.late ? 70_000 : 0
    return aReading(atMs, value, {
      deviceId: device,
      point,
      quality,
      marks,
      observedAtMs: START_MS + atMs - lateMs,
    })
  })
})

/** A dozen of the rules at a time. */
const someRules = fc.shuffledSubarray([...ALL_KINDS], { minLength: 12, maxLength: 12 })

function engineOf(rules: readonly AlarmRule[]): RuleEngine {
  return new RuleEngine(new FakeRuleDirectory(...rules), new JudgingTools())
}

function judgedIn(
  rules: readonly AlarmRule[],
  readings: readonly Reading[],
  size: number,
): readonly ConditionEvent[] {
  const judging = engineOf(rules)
  for (const batch of batches(readings, size)) judging.judge(batch)
  judging.advanceTo(UNTIL_MS)
  return judging.takeStep().events
}

describe('all kinds of rules', () => {
  test('any split of the readings into batches is one batch', () => {
    fc.assert(
      fc.property(
        someRules,
        someReadings,
        fc.integer({ min: 1, max: 20 }),
        (rules, readings, size) => {
          expect(judgedIn(rules, readings, size)).toEqual(
            judgedIn(rules, readings, readings.length),
          )
        },
      ),
      { numRuns: 40 },
    )
  })

  test('judged in full or passed over where nothing changes, it is the same', () => {
    fc.assert(
      fc.property(someRules, someReadings, (rules, readings) => {
        // Whoever is told of every evaluation makes the engine judge everything in full.
        const full = new RuleEngine(new FakeRuleDirectory(...rules), new JudgingTools(), {
          onEvaluation: () => undefined,
        })
        const quick = engineOf(rules)
        for (const batch of batches(readings)) {
          full.judge(batch)
          quick.judge(batch)
        }
        full.advanceTo(UNTIL_MS)
        quick.advanceTo(UNTIL_MS)
        expect(quick.takeStep()).toEqual(full.takeStep())
      }),
      { numRuns: 40 },
    )
  })

  test('timers that run before the next reading, or only with it, say the same', () => {
    fc.assert(
      fc.property(someRules, someReadings, (rules, readings) => {
        const eager = engineOf(rules)
        for (const batch of batches(readings)) {
          // The instant before a reading arrives is certain; the loop runs timers up to it.
          eager.advanceTo((batch.readings[0]?.arrivedAtMs ?? 0) - 1)
          eager.judge(batch)
        }
        eager.advanceTo(UNTIL_MS)
        expect(eager.takeStep().events).toEqual(judgedIn(rules, readings, readings.length))
      }),
      { numRuns: 40 },
    )
  })

  test('killed at any moment and restored from its checkpoint, it goes on as its twin does', () => {
    const kills = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(someRules, someReadings, kills, (rules, readings, at) => {
        expect(judgedWithKills(rules, readings, new Set(at))).toEqual(judgedIn(rules, readings, 1))
      }),
      { numRuns: 60 },
    )
  })

  test('a back-test over the store finds the alarms the live run had', async () => {
    await fc.assert(
      fc.asyncProperty(someRules, someReadings, async (rules, readings) => {
        const result = await backTest({
          rules: new FakeRuleDirectory(...rules),
          readings: inArrivalOrder(chunksOf(readings)),
          fromMs: START_MS - 100_000,
          toMs: UNTIL_MS,
          tools: new JudgingTools(),
        })
        const raised = judgedIn(rules, readings, 1).filter(({ kind }) => kind === 'raised')
        const told = (deviceIdOf: string, atMs: number) => `${deviceIdOf} ${atMs}`
        expect(
          result.alarms.map(({ deviceId: id, raisedAtMs }) => told(id, raisedAtMs)).sort(),
        ).toEqual(raised.map(({ deviceId: id, atMs }) => told(id, atMs)).sort())
        expect(result.alarmsTotal).toBe(raised.length)
      }),
      { numRuns: 40 },
    )
  })

  test('what is out of order changes nothing, wherever it comes', () => {
    fc.assert(
      fc.property(someRules, someReadings, (rules, readings) => {
        const shuffledIn = readings.flatMap((reading) => [
          reading,
          { ...reading, value: 99, marks: MARK.outOfOrder },
        ])
        expect(judgedIn(rules, shuffledIn, 7)).toEqual(judgedIn(rules, readings, 7))
      }),
      { numRuns: 20 },
    )
  })

  test('all of them ring over enough readings, so that the above says something', () => {
    const rang = new Set<string>()
    for (const readings of fc.sample(someReadings, { numRuns: 12, seed: 5 })) {
      for (const { ruleId } of judgedIn(ALL_KINDS, readings, 10)) rang.add(ruleId)
    }
    const kinds = new Set(ALL_KINDS.map(({ id }) => id.replace(/-[a-z]+$/, '')))
    const ringing = new Set([...rang].map((id) => id.replace(/-[a-z]+$/, '')))
    // A season takes days to learn; it has tests of its own.
    expect([...kinds].filter((kind) => !ringing.has(kind))).toEqual(['season'])
    expect(rang.size).toBeGreaterThan(ALL_KINDS.length / 2)
  })
})

/** kill -9 after these readings: what was not in a checkpoint is gone, the journal gives it again. */
function judgedWithKills(
  rules: readonly AlarmRule[],
  readings: readonly Reading[],
  kills: ReadonlySet<number>,
) {
  const events: ConditionEvent[] = []
  const memories = new Map<string, RuleMemory>()
  let judging = engineOf(rules)
  for (const [index, batch] of batches(readings).entries()) {
    judging.judge(batch)
    if (!kills.has(index)) continue
    const step = judging.takeStep()
    events.push(...step.events)
    for (const { key, memory } of step.checkpoint.memories) {
      if (memory === null) memories.delete(key)
      else memories.set(key, JSON.parse(JSON.stringify(memory)))
    }
    // A second one runs on without a commit, and is killed: nothing of it counts.
    judging = engineOf(rules)
    judging.restore({ ...step.checkpoint, memories: new Map(memories) })
    for (const next of batches(readings).slice(index + 1, index + 4)) judging.judge(next)
    judging = engineOf(rules)
    judging.restore({ ...step.checkpoint, memories: new Map(memories) })
  }
  judging.advanceTo(UNTIL_MS)
  return [...events, ...judging.takeStep().events]
}

/** As a store gives them: by when they were observed, a span at a time. */
async function* chunksOf(readings: readonly Reading[]): AsyncIterable<StoredChunk> {
  const spanMs = 50_000
  for (let fromMs = START_MS - 100_000; fromMs < UNTIL_MS; fromMs += spanMs) {
    const within = readings.filter(
      ({ observedAtMs }) => observedAtMs >= fromMs && observedAtMs < fromMs + spanMs,
    )
    const byObserved = within.toSorted((one, other) => one.observedAtMs - other.observedAtMs)
    yield { readings: byObserved, observedBeforeMs: fromMs + spanMs }
  }
}
