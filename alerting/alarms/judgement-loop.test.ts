import { test as base, describe, expect } from 'vitest'
import { ALARM_LIMITS } from '#config/limits.ts'
import {
  aReading,
  aRule,
  DEVICE,
  FAKE_PLACES,
  FakeRuleDirectory,
  gasCondition,
  noDataCondition,
  START_MS,
  setpoint,
} from '../builders.suite.ts'
import type { DeviceId, Reading, ReadingBatch } from '../reading.ts'
import { RuleEngine } from '../rules/rule-engine.ts'
import { SimulatedClock } from '../simulated-clock.ts'
import { AlarmService } from './alarm-service.ts'
import type { AlarmCommit } from './alarm-store.ts'
import { FakeAlarmStore } from './fake-alarm-store.ts'
import { JudgementLoop, type JudgementSource } from './judgement-loop.ts'

/** A journal in memory: followers get what is there and then what comes. */
class FakeSource implements JudgementSource {
  readonly batches: ReadingBatch[] = []
  released = 0
  followedFrom = 0
  /** Readings on their way to the disk hold the timers back to here. */
  pendingSinceMs = Number.POSITIVE_INFINITY
  failure: Error | null = null
  #bell = Promise.withResolvers<void>()

  append(...readings: readonly Reading[]): void {
    this.batches.push({ offset: this.batches.length + 1, readings })
    this.#bell.resolve()
  }

  fail(failure: Error): void {
    this.failure = failure
    this.#bell.resolve()
  }

  async *follow(offset: number, { signal }: { signal: AbortSignal }): AsyncIterable<ReadingBatch> {
    this.followedFrom = offset
    signal.addEventListener('abort', () => this.#bell.resolve())
    let next = offset
    while (!signal.aborted) {
      if (this.failure !== null) throw this.failure
      this.#bell = Promise.withResolvers<void>()
      const batch = this.batches[next - 1]
      if (batch === undefined) {
        await this.#bell.promise
        continue
      }
      next += 1
      yield batch
    }
  }

  release(_consumer: 'engine', offset: number): void {
    this.released = offset
  }

  watermarkMs(nowMs: number, nextOffset: number): number {
    const next = this.batches[nextOffset - 1]?.readings[0]?.arrivedAtMs
    return Math.min(nowMs, this.pendingSinceMs, next ?? Number.POSITIVE_INFINITY)
  }
}

class Plant {
  readonly clock = new SimulatedClock(START_MS)
  readonly store = new FakeAlarmStore()
  readonly source = new FakeSource()
  readonly rules = new FakeRuleDirectory(aRule({ offDelayMs: 5_000 }))
  readonly failures: unknown[] = []
  alarms = this.#service()
  loop = this.#loop()

  #service(): AlarmService {
    const { clock, store } = this
    return new AlarmService({ clock, store, places: FAKE_PLACES, channels: () => [] })
  }

  #loop(): JudgementLoop {
    const { source, clock, store, alarms } = this
    const engine = new RuleEngine(this.rules)
    const onFailure = (error: unknown) => this.failures.push(error)
    return new JudgementLoop({ source, engine, alarms, store, clock, onFailure })
  }

  async start(): Promise<void> {
    await this.alarms.start()
    await this.loop.start()
  }

  async stop(): Promise<void> {
    await this.loop.stop()
    await this.alarms.stop()
  }

  /** As after kill -9: what was not committed is gone. */
  async crash(): Promise<void> {
    this.store.refuseCommits(true)
    const stopped = this.stop()
    await this.clock.advanceBy(ALARM_LIMITS.stopGraceMs)
    await stopped
    this.store.refuseCommits(false)
    this.alarms = this.#service()
    this.loop = this.#loop()
    await this.start()
  }

  /** `kind@+instant`, in the order of the time lines. */
  get story(): readonly string[] {
    return [...this.store.entries.values()].map(({ kind, atMs }) => `${kind}@+${atMs - START_MS}`)
  }
}

const test = base.extend<{ plant: Plant }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the pattern.
  plant: async ({}, use) => {
    const plant = new Plant()
    await plant.start()
    await use(plant)
    await plant.stop()
    expect(plant.clock.waiting).toBe(0)
  },
})

describe('a step', () => {
  test('commits events with the checkpoint that belongs to them, then releases the journal', async ({
    plant,
  }) => {
    plant.source.append(aReading(0, 30))
    await plant.loop.judgedUntil(2)
    expect(plant.store.commits).toMatchObject([
      {
        alarms: [{ state: 'unacknowledged' }],
        checkpoint: { offset: 2, timersRunUntilMs: START_MS },
      },
    ])
    expect(plant.source.released).toBe(2)
    expect(plant.loop.nextOffset).toBe(2)
  })

  test('without events the checkpoint follows about a second later', async ({ plant }) => {
    plant.source.append(aReading(0, 3))
    await plant.loop.judgedUntil(2)
    expect(plant.store.commits).toEqual([])
    await plant.clock.advanceBy(ALARM_LIMITS.engineCheckpointIntervalMs)
    expect(plant.store.checkpoint?.offset).toBe(2)
    await plant.clock.advanceBy(10_000)
    expect(plant.store.commits).toHaveLength(1)
  })

  test('takes what piled up while a commit was tried again', async ({ plant }) => {
    plant.store.refuseCommits(true)
    plant.source.append(aReading(0, 30))
    await plant.clock.advanceBy(50)
    for (let index = 1; index <= 20; index += 1) plant.source.append(aReading(index, 3))
    await plant.clock.advanceBy(1_000)
    plant.store.refuseCommits(false)
    await plant.clock.advanceBy(20_000)
    expect(plant.story).toEqual(['raised@+0', 'returned@+5001'])
    expect(plant.source.released).toBe(22)
  })

  test('a long backlog is judged in parts, others having their turn in between', async ({
    plant,
  }) => {
    const many = Array.from({ length: 2_000 }, (_, index) => aReading(index, 30))
    plant.store.refuseCommits(true)
    for (let batch = 0; batch < 15; batch += 1) plant.source.append(...many)
    await plant.clock.advanceBy(10)
    plant.store.refuseCommits(false)
    let turns = 0
    let isJudged = false
    const judged = plant.loop.judgedUntil(16).then(() => {
      isJudged = true
    })
    const advanced = plant.clock.advanceBy(ALARM_LIMITS.commitRetryMsMax)
    while (!isJudged) {
      await new Promise((resolve) => setImmediate(resolve))
      turns += 1
    }
    await Promise.all([judged, advanced])
    expect(turns).toBeGreaterThan(4)
    expect(plant.story).toEqual(['raised@+0'])
  })

  test('an offset that was judged already is no news', async ({ plant }) => {
    await plant.loop.judgedUntil(1)
    const waiting = [plant.loop.judgedUntil(2), plant.loop.judgedUntil(3)]
    plant.source.append(aReading(0, 3))
    await waiting[0]
    plant.source.append(aReading(1, 3))
    await waiting[1]
  })
})

describe('timers', () => {
  test('run without readings, at their own instant', async ({ plant }) => {
    plant.source.append(aReading(0, 30))
    plant.source.append(aReading(1_000, 3))
    await plant.loop.judgedUntil(3)
    await plant.clock.advanceTo(START_MS + 5_999)
    expect(plant.story).toEqual(['raised@+0'])
    await plant.clock.advanceTo(START_MS + 6_000)
    expect(plant.story).toEqual(['raised@+0', 'returned@+6000'])
  })

  test('wait for readings that arrived before them and are not on disk yet', async ({ plant }) => {
    plant.source.append(aReading(0, 30))
    plant.source.append(aReading(1_000, 3))
    await plant.loop.judgedUntil(3)
    plant.source.pendingSinceMs = START_MS + 5_500
    await plant.clock.advanceTo(START_MS + 8_000)
    expect(plant.story).toEqual(['raised@+0'])
    plant.source.append(aReading(5_500, 30))
    plant.source.pendingSinceMs = Number.POSITIVE_INFINITY
    await plant.clock.advanceTo(START_MS + 20_000)
    expect(plant.story).toEqual(['raised@+0'])
  })
})

describe('a crash', () => {
  test('loses and doubles nothing: judged on from the checkpoint to the same alarm', async ({
    plant,
  }) => {
    plant.source.append(aReading(0, 30))
    await plant.loop.judgedUntil(2)
    const [id] = plant.store.alarms.keys()
    plant.source.append(aReading(1_000, 3))
    plant.source.append(aReading(8_000, 30))
    await plant.crash()
    await plant.loop.judgedUntil(4)
    expect([...plant.store.alarms.keys()]).toEqual([id])
    expect(plant.story).toEqual(['raised@+0', 'returned@+6000', 'reoccurred@+8000'])
  })

  test('silence while nobody listened is not the device’s', async ({ plant }) => {
    plant.rules.rules = [aRule({ condition: noDataCondition() })]
    plant.source.append(aReading(0, 3))
    await plant.loop.judgedUntil(2)
    await plant.clock.advanceBy(2_000)
    await plant.stop()
    await plant.clock.advanceBy(3_600_000)
    await plant.crash()
    const startedMs = plant.clock.nowMs()
    await plant.clock.advanceBy(59_999)
    expect(plant.story).toEqual([])
    await plant.clock.advanceTo(startedMs + 60_000)
    expect(plant.story).toEqual([`raised@+${startedMs + 60_000 - START_MS}`])
  })
})

describe('a storm', () => {
  const storm = (length: number, isRed: (index: number) => boolean) =>
    Array.from({ length }, (_, index) => ({
      ...aReading(0, isRed(index) ? 60 : 30),
      deviceId: `GD-${index}` as DeviceId,
    }))
  const gradesOf = (commit: AlarmCommit | undefined) => commit?.alarms.map(({ grade }) => grade)

  test('of more than fits a commit, red is written first and the rest in turns', async ({
    plant,
  }) => {
    plant.rules.rules = [
      aRule({ condition: gasCondition({ setpoints: [setpoint(25, 3), setpoint(50, 1)] }) }),
    ]
    const count = ALARM_LIMITS.conditionsPerTurnMax + 10
    plant.source.append(...storm(count, (index) => index === count - 2))
    await plant.loop.judgedUntil(2)
    const [red, ...turns] = plant.store.commits
    expect(red).toMatchObject({ alarms: [{ grade: 1 }], checkpoint: { offset: 2 } })
    expect(turns.map(({ alarms }) => alarms.length)).toEqual([ALARM_LIMITS.conditionsPerTurnMax, 9])
    expect(plant.store.alarms.size).toBe(count)
    expect(plant.store.waiting.size).toBe(0)
  })

  test('a red alarm that comes meanwhile overtakes what waits', async ({ plant }) => {
    plant.rules.rules = [
      aRule({ condition: gasCondition({ setpoints: [setpoint(25, 3), setpoint(50, 1)] }) }),
    ]
    plant.source.append(...storm(3 * ALARM_LIMITS.conditionsPerTurnMax, () => false))
    plant.store.onCommit = (commits) => {
      if (commits === 1) plant.source.append({ ...aReading(1, 60), deviceId: 'GD-red' as DeviceId })
    }
    await plant.loop.judgedUntil(3)
    const withRed = plant.store.commits.findIndex((commit) => gradesOf(commit)?.includes(1))
    expect(withRed).toBeLessThan(plant.store.commits.length - 1)
    expect(gradesOf(plant.store.commits[withRed])).toEqual([1])
    expect(plant.store.alarms.size).toBe(3 * ALARM_LIMITS.conditionsPerTurnMax + 1)
  })

  test('what waits when the gateway stops is applied after the next start', async ({ plant }) => {
    const count = 2 * ALARM_LIMITS.conditionsPerTurnMax
    plant.store.onCommit = (commits) => {
      if (commits === 1) plant.store.refuseCommits(true)
    }
    plant.source.append(...storm(count, () => false))
    await plant.clock.advanceBy(10)
    expect(plant.store.waiting.size).toBeGreaterThan(0)
    await plant.crash()
    await plant.loop.judgedUntil(2)
    expect(plant.store.alarms.size).toBe(count)
    expect(new Set(plant.story)).toEqual(new Set(['raised@+0']))
    expect(plant.story).toHaveLength(count)
  })
})

describe('changed rules', () => {
  test('are judged with the last value at the present instant, when nothing comes', async ({
    plant,
  }) => {
    plant.source.append(aReading(0, 12))
    await plant.loop.judgedUntil(2)
    await plant.clock.advanceTo(START_MS + 60_000)
    plant.rules.rules = [
      aRule({ version: 2, condition: gasCondition({ setpoints: [setpoint(10, 3)] }) }),
    ]
    plant.loop.rulesChanged({ ruleId: 'gas-high' })
    await plant.clock.advanceBy(0)
    expect(plant.story).toEqual(['raised@+60000'])
    plant.rules.rules = []
    plant.loop.rulesChanged({ deviceId: DEVICE })
    await plant.clock.advanceBy(0)
    expect(plant.story).toEqual(['raised@+60000', 'returned@+60000'])
  })

  test('do not overtake readings that wait to be judged', async ({ plant }) => {
    plant.store.refuseCommits(true)
    plant.source.append(aReading(0, 30))
    await plant.clock.advanceBy(10)
    plant.source.append(aReading(5, 3))
    plant.loop.rulesChanged({ ruleId: 'gas-high' })
    plant.store.refuseCommits(false)
    await plant.clock.advanceBy(10_000)
    expect(plant.story).toEqual(['raised@+0', 'returned@+5005'])
  })
})

describe('the end', () => {
  test('writes the last checkpoint', async ({ plant }) => {
    plant.source.append(aReading(0, 3))
    await plant.loop.judgedUntil(2)
    await plant.stop()
    expect(plant.store.checkpoint?.offset).toBe(2)
  })

  test('does not wait for a database that refuses', async ({ plant }) => {
    plant.store.refuseCommits(true)
    plant.source.append(aReading(0, 30))
    await plant.clock.advanceBy(10)
    const stopped = plant.stop()
    await plant.clock.advanceBy(ALARM_LIMITS.stopGraceMs)
    await stopped
    expect(plant.store.commits).toEqual([])
    expect(plant.failures).toEqual([])
  })

  test('comes while the journal waits for room as well', async ({ plant }) => {
    plant.store.refuseCommits(true)
    const many = Array.from({ length: 10_000 }, (_, index) => aReading(index, 30))
    for (let batch = 0; batch < 4; batch += 1) plant.source.append(...many)
    await plant.clock.advanceBy(10)
    const stopped = plant.stop()
    await plant.clock.advanceBy(ALARM_LIMITS.stopGraceMs)
    await stopped
  })

  test('a defect is reported, not swallowed', async ({ plant }) => {
    const defect = new Error('a batch is gone')
    plant.source.fail(defect)
    await plant.clock.advanceBy(1)
    expect(plant.failures).toEqual([defect])
  })

  test('a commit that fails in a way no port promises is a defect', async ({ plant }) => {
    const defect = new Error('no such table')
    plant.store.failNextCommit(defect)
    plant.source.append(aReading(0, 30))
    await plant.clock.advanceBy(1)
    expect(plant.failures).toEqual([defect])
  })
})
