import { test as base, describe, expect } from 'vitest'
import type { Alarm, AlarmId } from '../alarms/alarm.ts'
import { AlarmService } from '../alarms/alarm-service.ts'
import { FakeAlarmStore } from '../alarms/fake-alarm-store.ts'
import { anSms, FAKE_PLACES, raised, START_MS } from '../builders.suite.ts'
import { SimulatedClock } from '../simulated-clock.ts'
import { InhibitionKeeper } from './inhibition-keeper.ts'

const GRACE_MS = 60_000
/** Two detectors on a concentrator, that on a meter. */
const UPSTREAM: Readonly<Record<string, string>> = { gd1: 'hub', gd2: 'hub', hub: 'meter' }
const DOWNSTREAM: Readonly<Record<string, readonly string[]>> = {
  meter: ['hub', 'gd1', 'gd2'],
  hub: ['gd1', 'gd2'],
}

class Desk {
  readonly clock = new SimulatedClock(START_MS)
  readonly store = new FakeAlarmStore()
  service!: AlarmService
  keeper!: InhibitionKeeper
  #last: Promise<void> = Promise.resolve()

  async start(): Promise<void> {
    const isSilence = ({ ruleId }: Alarm) => ruleId === 'silent'
    this.keeper = new InhibitionKeeper({
      clock: this.clock,
      graceMs: GRACE_MS,
      upstreamOf: (id) => UPSTREAM[id] ?? null,
      downstreamOf: (id) => DOWNSTREAM[id] ?? [],
      isSilence,
      isOutage: (alarm) => isSilence(alarm) || alarm.ruleId === 'power-lost',
      onFailure: (error) => {
        throw error
      },
    })
    this.service = new AlarmService({
      store: this.store,
      clock: this.clock,
      places: FAKE_PLACES,
      channels: () => [anSms()],
      inhibition: this.keeper,
    })
    await this.service.start()
    this.keeper.start(this.service)
    this.service.onChange(({ alarm }) => {
      this.#last = this.#last.then(() => this.keeper.changed(alarm))
    })
  }

  async stop(): Promise<void> {
    this.keeper.stop()
    await this.service.stop()
  }

  async raise(deviceId: string, ruleId = 'silent'): Promise<void> {
    await this.service.apply([raised({ deviceId, ruleId, atMs: this.clock.nowMs() })])
    await this.#last
  }

  async clear(deviceId: string, ruleId = 'silent'): Promise<void> {
    await this.service.apply([
      {
        kind: 'returned',
        deviceId,
        ruleId,
        point: 'lel',
        atMs: this.clock.nowMs(),
        value: null,
        note: null,
      },
    ])
    await this.#last
  }

  async pass(ms: number): Promise<void> {
    await this.clock.advanceBy(ms)
    await new Promise((resolve) => setImmediate(resolve))
  }

  /** Devices that stand suppressed. */
  get suppressed(): readonly string[] {
    return [...this.service.openAlarms()]
      .filter(({ suppressedBy }) => suppressedBy !== null)
      .map(({ deviceId, ruleId }) => `${deviceId} ${ruleId}`)
      .sort()
  }

  get called(): readonly string[] {
    return [...this.store.outbox.values()].map(({ alarmId }) => {
      const alarm = this.store.alarms.get(alarmId as AlarmId)
      return `${alarm?.deviceId} ${alarm?.ruleId}`
    })
  }
}

const test = base.extend<{ desk: Desk }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the names of the fixtures used from the pattern.
  desk: async ({}, use) => {
    const desk = new Desk()
    await desk.start()
    await use(desk)
    await desk.stop()
  },
})

describe('InhibitionKeeper', () => {
  test('a concentrator that is down calls once; what hangs on it is listed and calls nobody', async ({
    desk,
  }) => {
    await desk.raise('hub')
    await desk.raise('gd1')
    await desk.raise('gd2')
    expect(desk.suppressed).toEqual(['gd1 silent', 'gd2 silent'])
    expect(desk.called).toEqual(['hub silent'])
  })

  test('power that is gone explains the silence at any distance', async ({ desk }) => {
    await desk.raise('meter', 'power-lost')
    await desk.raise('gd1')
    await desk.raise('hub')
    expect(desk.suppressed).toEqual(['gd1 silent', 'hub silent'])
    expect(desk.called).toEqual(['meter power-lost'])
  })

  test('fire and gas pass, whatever is down above them', async ({ desk }) => {
    await desk.raise('hub')
    await desk.raise('gd1', 'gas-high')
    expect(desk.suppressed).toEqual([])
    expect(desk.called).toEqual(['hub silent', 'gd1 gas-high'])
  })

  test('silence that was there first is explained once its cause is known', async ({ desk }) => {
    await desk.raise('gd1')
    expect(desk.suppressed).toEqual([])
    await desk.raise('hub')
    expect(desk.suppressed).toEqual(['gd1 silent'])
  })

  test('detectors that fell silent before their concentrator are listed under it, call nobody more, and a fire gets through', async ({
    desk,
  }) => {
    await desk.raise('gd1')
    await desk.pass(1_000)
    await desk.raise('gd2')
    await desk.pass(1_000)
    await desk.raise('hub')
    const [hub] = [...desk.service.openOf('hub')]
    expect(desk.suppressed).toEqual(['gd1 silent', 'gd2 silent'])
    for (const id of ['gd1', 'gd2']) {
      const [alarm] = [...desk.service.openOf(id)]
      expect(alarm?.suppressedBy).toBe(hub?.id)
    }
    const before = desk.called
    await desk.raise('elsewhere', 'fire')
    expect(desk.suppressed).toEqual(['gd1 silent', 'gd2 silent'])
    for (const id of ['hub', 'gd1', 'gd2']) await desk.clear(id)
    await desk.pass(GRACE_MS)
    expect(desk.called).toEqual([...before, 'elsewhere fire'])
    expect(desk.suppressed).toEqual([])
  })

  test('what hangs on it has its grace to be heard; what is not, calls then', async ({ desk }) => {
    await desk.raise('hub')
    await desk.raise('gd1')
    await desk.raise('gd2')
    await desk.clear('hub')
    await desk.pass(GRACE_MS - 1)
    await desk.clear('gd1')
    expect(desk.called).toEqual(['hub silent'])
    await desk.pass(1)
    expect(desk.suppressed).toEqual([])
    expect(desk.called).toEqual(['hub silent', 'gd2 silent'])
  })

  test('a cause that comes back within the grace goes on explaining', async ({ desk }) => {
    await desk.raise('hub')
    await desk.raise('gd1')
    await desk.clear('hub')
    await desk.pass(GRACE_MS / 2)
    await desk.raise('hub')
    await desk.pass(2 * GRACE_MS)
    expect(desk.suppressed).toEqual(['gd1 silent'])
  })

  test('with two causes, the end of one releases nothing', async ({ desk }) => {
    await desk.raise('meter', 'power-lost')
    await desk.raise('hub')
    await desk.raise('gd1')
    await desk.clear('hub')
    await desk.pass(2 * GRACE_MS)
    expect(desk.suppressed).toEqual(['gd1 silent'])
  })

  test('a restart in the grace gives it anew and forgets nobody', async ({ desk }) => {
    await desk.raise('hub')
    await desk.raise('gd1')
    await desk.clear('hub')
    await desk.stop()
    await desk.start()
    expect(desk.suppressed).toEqual(['gd1 silent'])
    await desk.pass(GRACE_MS)
    expect(desk.suppressed).toEqual([])
    expect(desk.called).toEqual(['hub silent', 'gd1 silent'])
  })

  test('a device that hangs on nothing explains nothing and is explained by nothing', async ({
    desk,
  }) => {
    await desk.raise('gd1')
    await desk.raise('gd2')
    expect(desk.suppressed).toEqual([])
  })
})
