import { describe, expect, test } from 'vitest'
import { Influences } from '../devices/influence.ts'
import { DEVICE_MODELS, type ProfileId } from '../devices/models.ts'
import { createRandom } from '../seeded-random.ts'
import { loadScenarios, parseScenario } from './scenario.ts'
import { type Actor, castScenario, ScenarioRun, stagesFor } from './scenario-run.ts'

const yaml = (steps: string) => `
id: a-story
title: { zh: 故事, en: A story }
roles: { the detector: gas-combustible, its neighbour: gas-combustible }
steps:
${steps}`

describe('parseScenario', () => {
  test('reads times and influences', () => {
    const scenario = parseScenario(
      yaml('  - { at: 2m, device: the detector, does: silence, for: 1500ms }'),
    )
    expect(scenario.steps[0]).toMatchObject({ at: 120_000, for: 1_500 })
  })

  test.each([
    ['an unknown role', '  - { at: 0s, device: nobody, does: recover }', 'no role is called'],
    ['an unknown deed', '  - { at: 0s, device: the detector, does: explode }', 'does'],
    ['a time without unit', '  - { at: 5, device: the detector, does: recover }', 'at'],
    [
      'steps out of order',
      '  - { at: 9s, device: the detector, does: recover }\n  - { at: 1s, device: the detector, does: recover }',
      'in order of time',
    ],
    [
      'a field too many',
      '  - { at: 0s, device: the detector, does: recover, peak: 3 }',
      'Unrecognized',
    ],
  ])('refuses %s', (_what, steps, message) => {
    expect(() => parseScenario(yaml(steps))).toThrow(message)
  })
})

const actor = (deviceId: string, profileId: ProfileId, siteId: string): Actor => ({
  deviceId,
  profileId,
  siteId,
})

describe('castScenario', () => {
  const scenario = parseScenario(yaml('  - { at: 0s, device: the detector, does: recover }'))
  const actors = [
    actor('a1', 'gas-combustible', 'site-a'),
    actor('b1', 'gas-combustible', 'site-b'),
    actor('b2', 'smoke', 'site-b'),
    actor('b3', 'gas-combustible', 'site-b'),
  ]

  test('gives each role to another device of one site', () => {
    const cast = castScenario(scenario, actors)
    expect([...(cast?.values() ?? [])].map(({ deviceId }) => deviceId)).toEqual(['b1', 'b3'])
  })

  test('says so when a site cannot play the story', () => {
    expect(castScenario(scenario, actors, 'site-a')).toBeNull()
    expect(stagesFor(scenario, actors)).toEqual(['site-b'])
  })
})

describe('ScenarioRun', () => {
  const scenario = parseScenario(
    yaml(`
  - { at: 0s, device: the detector, does: drift, amount: 10, over: 10s }
  - { at: 20s, device: its neighbour, does: fault, for: 5s }
  - { at: 30s, device: the detector, does: recover }`),
  )
  function aRun() {
    const influences = { d1: new Influences(), d2: new Influences() }
    const actors = [actor('d1', 'gas-combustible', 's'), actor('d2', 'gas-combustible', 's')]
    const run = new ScenarioRun({
      scenario,
      cast: castScenario(scenario, actors) ?? new Map(),
      startedAtMs: 1_000_000,
      influencesOf: (deviceId) => influences[deviceId as 'd1' | 'd2'],
    })
    return { run, influences }
  }

  test('does each thing when it is due, to the right device', () => {
    const { run, influences } = aRun()
    expect(run.advance(999_999)).toEqual([])
    expect(run.advance(1_000_000)).toHaveLength(1)
    expect(influences.d1.rampOf('drift', 1_010_000)).toBe(10)
    expect(run.advance(1_021_000).map(({ actor }) => actor.deviceId)).toEqual(['d2'])
    expect(influences.d2.isUnder('fault', 1_024_999)).toBe(true)
    expect(run.isOver).toBe(false)
    run.advance(1_030_000)
    expect(influences.d1.rampOf('drift', 1_030_000)).toBe(0)
    expect(run.isOver).toBe(true)
  })

  test('a late call changes nothing: steps count from their own instant', () => {
    const { run, influences } = aRun()
    run.advance(1_023_000)
    expect(influences.d2.isUnder('fault', 1_024_999)).toBe(true)
    expect(influences.d2.isUnder('fault', 1_025_000)).toBe(false)
  })
})

describe('the shipped scenarios', () => {
  /** Which values of the main device a person should get to see. */
  const WANTED: Record<string, (values: Record<string, number | boolean>) => boolean> = {
    'gas-leak': ({ lel }) => Number(lel) >= 50,
    'smouldering-fire': ({ smoke }) => smoke === true,
    'leakage-current': ({ residualCurrent }) => Number(residualCurrent) >= 500,
    'tank-overfill': ({ level }) => Number(level) >= 95,
    'sensor-dying': ({ fault }) => fault === true,
    'network-drop': () => true,
  }

  test('are the six of the demonstration', async () => {
    const scenarios = await loadScenarios()
    expect(scenarios.map(({ id }) => id)).toEqual(Object.keys(WANTED).sort())
  })

  test('reach what they are about, in whatever mood the device is', async () => {
    for (const scenario of await loadScenarios()) {
      const profileId = Object.values(scenario.roles)[0]
      if (profileId === undefined) throw new Error('a scenario without roles')
      for (let seed = 0; seed < 10; seed += 1) {
        const model = DEVICE_MODELS[profileId](createRandom(`${scenario.id} ${seed}`))
        const influences = new Influences()
        const startedAtMs = Date.parse('2026-11-23T00:00:00Z') + seed * 3_000_000
        const actors = Object.values(scenario.roles).map((id, n) => actor(`d${n}`, id, 's'))
        const run = new ScenarioRun({
          scenario,
          cast: castScenario(scenario, actors) ?? new Map(),
          startedAtMs,
          influencesOf: (deviceId) => (deviceId === 'd0' ? influences : new Influences()),
        })
        const seen = []
        for (let second = -120; !run.isOver; second += 1) {
          const atMs = startedAtMs + second * 1_000
          run.advance(atMs)
          seen.push(model.sample(atMs, influences))
        }
        expect(seen.some((values) => WANTED[scenario.id]?.(values))).toBe(true)
      }
    }
  })

  test('a gas leak passes 25 %LEL first and 50 %LEL well after, within 30 s', async () => {
    const leak = (await loadScenarios()).find(({ id }) => id === 'gas-leak')
    if (leak === undefined) throw new Error('no gas leak')
    const model = DEVICE_MODELS['gas-combustible'](createRandom('leak'))
    const influences = new Influences()
    const cast = castScenario(leak, [
      actor('d0', 'gas-combustible', 's'),
      actor('d1', 'gas-combustible', 's'),
    ])
    const run = new ScenarioRun({
      scenario: leak,
      cast: cast ?? new Map(),
      startedAtMs: 0,
      influencesOf: (deviceId) => (deviceId === 'd0' ? influences : new Influences()),
    })
    const firstAt = (setpoint: number, lels: number[]) => lels.findIndex((lel) => lel >= setpoint)
    const lels: number[] = []
    for (let second = 0; second <= 60; second += 1) {
      run.advance(second * 1_000)
      lels.push(Number(model.sample(second * 1_000, influences).lel))
    }
    expect(firstAt(25, lels)).toBeGreaterThan(2)
    expect(firstAt(50, lels)).toBeLessThan(30)
    expect(firstAt(50, lels) - firstAt(25, lels)).toBeGreaterThan(5)
  })
})
