import { describe, expect } from 'vitest'
import type { Alarm } from '#alerting/alarms/alarm.ts'
import type { ConditionEvent } from '#alerting/rules/condition-event.ts'
import type { SimulatedClock } from '#alerting/simulated-clock.ts'
import { loadRequiredPoints } from '#config/required-points.ts'
import type { DeviceStatus } from '../contract.ts'
import { anAlarm } from '../database/builders.suite.ts'
import { test as databaseTest } from '../database/database.suite.ts'
import { fillDistrict, startRegistry } from '../registry/registry.suite.ts'
import type { Registry } from '../registry/registry.ts'
import { QUANTITY_RULE_ID } from './quantity-alarm.ts'
import { SourceIndex } from './source-index.ts'
import { SourceWatch } from './source-watch.ts'
import { WatchBook } from './watch-book.ts'
import { addGauge, aLevel, aSource, aTank, TANK_PROFILES } from './watching.suite.ts'

interface Plant {
  readonly registry: Registry
  readonly sources: SourceIndex
  readonly book: WatchBook
  readonly told: ConditionEvent[]
  readonly statuses: Map<string, DeviceStatus>
  readonly watch: (openAlarms?: readonly Alarm[]) => SourceWatch
}

const test = databaseTest.extend<{ readonly plant: Plant }>({
  plant: async ({ database, clock }, use) => {
    const { registry } = await startRegistry({ database, clock, profiles: TANK_PROFILES })
    await fillDistrict(registry)
    await addGauge(registry, 'tank-1')
    await addGauge(registry, 'tank-2')
    await addGauge(registry, 'tank-3', 'site-3')
    const sources = new SourceIndex()
    sources.put(aSource())
    const book = new WatchBook({ database, plant: registry, sources })
    await book.start()
    const told: ConditionEvent[] = []
    const statuses = new Map<string, DeviceStatus>()
    const started: SourceWatch[] = []
    const watch = (openAlarms: readonly Alarm[] = []) => {
      const made = new SourceWatch({
        clock,
        book,
        sources,
        plant: registry,
        required: loadRequiredPoints(),
        statusOf: (id) => statuses.get(id) ?? 'online',
        apply: async (events) => {
          told.push(...events)
        },
        settings: { grade: 2, deadbandPercent: 1, onDelaySeconds: 10 },
        retentionDays: 400,
        onFailure: (error) => expect.fail(String(error)),
      })
      made.start([], openAlarms)
      started.push(made)
      return made
    }
    await use({ registry, sources, book, told, statuses, watch })
    for (const made of started) await made.stop()
    expect(clock.waiting).toBe(0)
  },
})

/** The gauge says so every second for that long. */
async function level(
  watch: SourceWatch,
  clock: SimulatedClock,
  {
    deviceId = 'tank-1',
    percent,
    seconds,
  }: { deviceId?: string; percent: number; seconds: number },
) {
  for (let second = 0; second < seconds; second += 1) {
    watch.hear([aLevel(deviceId, percent, clock.nowMs())])
    await clock.advanceBy(1_000)
  }
}

describe('a tank filled past its registered quantity', () => {
  test('raises after the delay, names everything, and returns below the deadband', async ({
    plant,
    clock,
  }) => {
    await plant.book.addTank('farm-1', aTank())
    const watch = plant.watch()
    await level(watch, clock, { percent: 75, seconds: 15 })
    expect(plant.told).toEqual([])
    // 76 % are 601.16 t.
    await level(watch, clock, { percent: 76, seconds: 8 })
    expect(plant.told).toEqual([])
    await level(watch, clock, { percent: 76, seconds: 5 })
    expect(plant.told).toMatchObject([
      {
        kind: 'raised',
        ruleId: QUANTITY_RULE_ID,
        deviceId: 'tank-1',
        point: 'inventory',
        grade: 2,
        value: 601.16,
        setpoint: 600,
        label: {
          zh: '一号罐区：甲醇 601.16 t，备案 600 t',
          en: '一号罐区: 甲醇 601.16 t, registered 600 t',
        },
      },
    ])
    const note = plant.told[0]?.note ?? ''
    expect(note).toContain('甲醇 601.16 t, S 1.202, R 1.202')
    expect(note).toContain('甲醇 600 t, S 1.2, R 1.2')
    // 593.25 t are within 1 % of 600, 585.34 t are not.
    plant.told.length = 0
    await level(watch, clock, { percent: 75.3, seconds: 5 })
    expect(plant.told).toEqual([])
    await level(watch, clock, { percent: 74, seconds: 3 })
    expect(plant.told).toMatchObject([{ kind: 'returned', deviceId: 'tank-1' }])
  })

  test('a short splash raises nothing, and two tanks count together', async ({ plant, clock }) => {
    await plant.book.addTank('farm-1', aTank())
    await plant.book.addTank(
      'farm-1',
      aTank({ name: 'T-102', level: { deviceId: 'tank-2', point: 'level' } }),
    )
    const watch = plant.watch()
    await level(watch, clock, { deviceId: 'tank-2', percent: 40, seconds: 1 })
    await level(watch, clock, { percent: 40, seconds: 5 })
    await level(watch, clock, { percent: 30, seconds: 15 })
    expect(plant.told).toEqual([])
    expect(watch.stateOf('farm-1')?.units[0]?.substances[0]).toMatchObject({
      basis: 'measured',
      now: '553.7',
    })
    await level(watch, clock, { percent: 40, seconds: 15 })
    expect(plant.told).toMatchObject([{ kind: 'raised', value: 632.8 }])
  })

  test('a silent gauge neither raises nor returns', async ({ plant, clock }) => {
    await plant.book.addTank('farm-1', aTank())
    const watch = plant.watch()
    plant.statuses.set('tank-1', 'silent')
    await level(watch, clock, { percent: 90, seconds: 20 })
    expect(plant.told).toEqual([])
    expect(watch.stateOf('farm-1')?.units[0]?.substances[0]).toMatchObject({
      basis: 'stale',
      isExceeded: true,
    })
  })

  test('an alarm of before the restart is taken up, and ends when its tank is taken away', async ({
    plant,
    clock,
  }) => {
    const tank = await plant.book.addTank('farm-1', aTank())
    const open = anAlarm({
      id: 'a1',
      ruleId: QUANTITY_RULE_ID,
      deviceId: 'tank-1',
      point: 'inventory',
    })
    const watch = plant.watch([open])
    await level(watch, clock, { percent: 80, seconds: 20 })
    expect(plant.told).toEqual([])
    await plant.book.removeTank(tank.id)
    await clock.advanceBy(2_000)
    expect(plant.told).toMatchObject([{ kind: 'returned', deviceId: 'tank-1' }])
  })

  test('a lowered registration is noticed without a new reading', async ({ plant, clock }) => {
    await plant.book.addTank('farm-1', aTank())
    const watch = plant.watch()
    await level(watch, clock, { percent: 60, seconds: 3 })
    const source = aSource()
    plant.sources.put({
      ...source,
      units: source.units.map((unit) => ({
        ...unit,
        substances: unit.substances.map((one) => ({ ...one, designMaximum: '400' })),
      })),
    })
    await clock.advanceBy(15_000)
    expect(plant.told).toMatchObject([{ kind: 'raised', setpoint: 400 }])
  })
})

describe('what must be measured', () => {
  test('gaps are listed, each with its source, until something is bound', async ({ plant }) => {
    await plant.book.addTank('farm-1', aTank())
    const watch = plant.watch()
    const gaps = () =>
      watch
        .stateOf('farm-1')
        ?.requirements.filter(({ isMet }) => !isMet)
        .map(({ anyOf }) => anyOf.join('/'))
    expect(gaps()).toEqual([
      'temperature',
      'pressure',
      'combustible-gas/toxic-gas',
      'flame',
      'weather',
      'video',
    ])
    await plant.book.bind('farm-1', {
      deviceId: 'gas-1',
      point: null,
      quantity: 'combustible-gas',
      unitId: null,
      note: '',
    })
    expect(gaps()).not.toContain('combustible-gas/toxic-gas')
    const state = watch.stateOf('farm-1')
    expect(state?.requirements.every(({ source }) => source !== '')).toBe(true)
    expect(state?.retention).toEqual({ days: 400, daysByLaw: 30, isEnough: true })
  })
})

describe('what cannot be bound is refused in words', () => {
  const gas = { point: null, quantity: 'combustible-gas', unitId: null, note: '' } as const

  test('a device of another enterprise is as one that does not exist', async ({ plant }) => {
    for (const deviceId of ['gas-3', 'gas-2', 'no-such']) {
      await expect(plant.book.bind('farm-1', { ...gas, deviceId })).rejects.toMatchObject({
        code: 'binding_invalid',
        message: `deviceId: the enterprise of the source has no device ${deviceId}.`,
      })
    }
    const level = { deviceId: 'tank-3', point: 'level' }
    await expect(plant.book.addTank('farm-1', aTank({ level }))).rejects.toMatchObject({
      code: 'binding_invalid',
    })
  })

  test('a point twice, a gauge twice, a gauge that is none', async ({ plant }) => {
    await plant.book.bind('farm-1', { ...gas, deviceId: 'gas-1' })
    await expect(plant.book.bind('farm-1', { ...gas, deviceId: 'gas-1' })).rejects.toMatchObject({
      code: 'point_bound',
      message: 'It is bound to 一号罐区 already.',
    })
    await plant.book.addTank('farm-1', aTank())
    await expect(plant.book.addTank('farm-1', aTank({ name: 'T-9' }))).rejects.toMatchObject({
      code: 'point_bound',
      message: 'The gauge is the level of tank T-101 already.',
    })
    const wrong = { level: { deviceId: 'tank-2', point: 'temperature' } }
    await expect(plant.book.addTank('farm-1', aTank(wrong))).rejects.toMatchObject({
      message: 'level.point: temperature has °C; it must be %, m, cm, mm.',
    })
    const nowhere = { level: { deviceId: 'tank-2', point: 'level' }, unitId: 'unit-9' }
    await expect(plant.book.addTank('farm-1', aTank(nowhere))).rejects.toMatchObject({
      message: 'unitId: the source has no unit unit-9.',
    })
  })

  test('a bound device cannot be removed, an unbound one can', async ({ plant }) => {
    const { id } = await plant.book.bind('farm-1', { ...gas, deviceId: 'gas-1' })
    await expect(plant.registry.removeDevice('gas-1')).rejects.toMatchObject({
      code: 'device_bound',
    })
    await plant.book.unbind(id)
    await plant.registry.removeDevice('gas-1')
    expect(plant.registry.device('gas-1')).toBeNull()
  })

  test('what was bound is there after a restart', async ({ plant, database }) => {
    await plant.book.bind('farm-1', { ...gas, deviceId: 'gas-1' })
    await plant.book.addTank('farm-1', aTank())
    const again = new WatchBook({ database, plant: plant.registry, sources: plant.sources })
    await again.start()
    expect([again.tanksOf('farm-1').length, again.bindingsOf('farm-1').length]).toEqual([1, 1])
  })
})
