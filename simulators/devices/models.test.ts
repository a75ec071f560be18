import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { createRandom } from '../seeded-random.ts'
import type { Values } from './device-model.ts'
import { type Influence, Influences } from './influence.ts'
import { DEVICE_MODELS, PROFILE_IDS, type ProfileId } from './models.ts'

const NOON_MS = Date.parse('2026-11-23T12:00:00+08:00')

function run(
  profileId: ProfileId,
  options: { seconds: number; seed?: string; influence?: Influence; warmUpSeconds?: number },
) {
  const model = DEVICE_MODELS[profileId](createRandom(options.seed ?? profileId))
  const influences = new Influences()
  const warmUpSeconds = options.warmUpSeconds ?? 120
  const values: Values[] = []
  for (let second = -warmUpSeconds; second <= options.seconds; second += 1) {
    const atMs = NOON_MS + second * 1000
    if (second === 0 && options.influence !== undefined) influences.add(options.influence, atMs)
    const sample = model.sample(atMs, influences)
    if (second >= 0) values.push(sample)
  }
  return values
}

const numbers = (values: readonly Values[], point: string) =>
  values.map((sample) => sample[point]).filter((value) => typeof value === 'number')

const profileFile = z.object({ points: z.array(z.object({ name: z.string(), kind: z.string() })) })

test.each(PROFILE_IDS)('%s reports exactly the points of its profile', async (profileId) => {
  const yaml = await readFile(new URL(`../../config/profiles/${profileId}.yaml`, import.meta.url))
  const { points } = profileFile.parse(parse(yaml.toString()))
  const [sample] = run(profileId, { seconds: 0 })
  const reported = Object.entries(sample ?? {}).map(([name, value]) => [name, typeof value])
  expect(Object.fromEntries(reported)).toEqual(
    Object.fromEntries(points.map(({ name, kind }) => [name, kind])),
  )
})

describe('a quiet day', () => {
  /** Points and the first set-point of standards/detectors: quiet devices stay well away from it. */
  test.each([
    { profileId: 'gas-combustible', point: 'lel', min: 0, max: 12 },
    { profileId: 'gas-toxic-co', point: 'concentration', min: 0, max: 10 },
    { profileId: 'gas-toxic-h2s', point: 'concentration', min: 0, max: 4 },
    { profileId: 'gas-toxic-nh3', point: 'concentration', min: 0, max: 10 },
    { profileId: 'gas-toxic-cl2', point: 'concentration', min: 0, max: 0.4 },
    { profileId: 'gas-oxygen', point: 'oxygen', min: 20.2, max: 22 },
    { profileId: 'smoke', point: 'obscuration', min: 0, max: 0.06 },
    { profileId: 'smart-power', point: 'residualCurrent', min: 0, max: 130 },
    { profileId: 'smart-power', point: 'temperature', min: 15, max: 55 },
    { profileId: 'smart-power', point: 'voltage', min: 210, max: 235 },
    { profileId: 'tank', point: 'level', min: 25, max: 76 },
  ] as const)('of $profileId keeps $point within $min and $max', (row) => {
    for (let seed = 0; seed < 20; seed += 1) {
      const day = run(row.profileId, { seconds: 1_800, seed: `day ${seed}` })
      const seen = numbers(day, row.point)
      expect(Math.min(...seen)).toBeGreaterThanOrEqual(row.min)
      expect(Math.max(...seen)).toBeLessThanOrEqual(row.max)
      expect(new Set(seen).size).toBeGreaterThan(1)
    }
  })

  test('is the same day for the same seed', () => {
    for (const profileId of PROFILE_IDS) {
      expect(run(profileId, { seconds: 60 })).toEqual(run(profileId, { seconds: 60 }))
    }
  })
})

describe('influences', () => {
  const bump = { riseMs: 10_000, holdMs: 20_000, decayMs: 30_000 }

  test('a leak lifts a combustible gas detector past both set-points and goes away', () => {
    const lel = numbers(
      run('gas-combustible', { seconds: 90, influence: { kind: 'leak', peak: 68, ...bump } }),
      'lel',
    )
    expect(lel.findIndex((value) => value >= 25)).toBeLessThan(8)
    expect(Math.max(...lel)).toBeGreaterThan(55)
    expect(lel.at(-1)).toBeLessThan(5)
  })

  test('a smouldering fire makes the smoke alarm speak, and hold until the chamber clears', () => {
    const values = run('smoke', {
      seconds: 90,
      influence: { kind: 'smoulder', peak: 0.4, ...bump },
    })
    const verdicts = values.map((sample) => sample.smoke)
    expect(verdicts[0]).toBe(false)
    expect(verdicts).toContain(true)
    expect(verdicts.at(-1)).toBe(false)
    const flips = verdicts.filter((value, index) => index > 0 && value !== verdicts[index - 1])
    expect(flips).toHaveLength(2)
  })

  test('oxygen is driven out, current leaks, a tank overflows', () => {
    const low = run('gas-oxygen', {
      seconds: 20,
      influence: { kind: 'oxygen-loss', peak: 4, ...bump },
    })
    expect(Math.min(...numbers(low, 'oxygen'))).toBeLessThan(18)
    const leaking = run('smart-power', {
      seconds: 20,
      influence: { kind: 'insulation-fault', peak: 600, ...bump },
    })
    expect(Math.max(...numbers(leaking, 'residualCurrent'))).toBeGreaterThan(500)
    const full = run('tank', { seconds: 20, influence: { kind: 'overfill', peak: 90, ...bump } })
    expect(Math.max(...numbers(full, 'level'))).toBe(100)
  })

  test('drift stays until the world is cleared; a fault ends by itself', () => {
    const influences = new Influences()
    influences.add({ kind: 'drift', amount: 9, overMs: 1_000 }, 0)
    influences.add({ kind: 'fault', forMs: 5_000 }, 0)
    expect(influences.rampOf('drift', 99_000)).toBe(9)
    expect(influences.isUnder('fault', 4_999)).toBe(true)
    expect(influences.isUnder('fault', 5_000)).toBe(false)
    influences.clear()
    expect(influences.rampOf('drift', 99_000)).toBe(0)
  })

  test('a detector that was just switched on reads high and settles', () => {
    const lel = numbers(run('gas-combustible', { seconds: 120, warmUpSeconds: 0 }), 'lel')
    const settled = lel.at(-1) ?? 0
    expect((lel[0] ?? 0) - settled).toBeGreaterThan(1.2)
  })

  test('an energy register only counts up', () => {
    const energy = numbers(run('smart-power', { seconds: 600 }), 'energy')
    for (let index = 1; index < energy.length; index += 1) {
      expect(energy[index]).toBeGreaterThanOrEqual(energy[index - 1] ?? Number.NaN)
    }
    expect((energy.at(-1) ?? 0) - (energy[0] ?? 0)).toBeGreaterThan(0.1)
  })
})
