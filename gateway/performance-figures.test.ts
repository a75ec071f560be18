import { describe, expect, test } from 'vitest'
import type { Performance } from '#alerting/annunciation/performance.ts'
import { loadSettings } from '#config/load.ts'
import { figuresOf } from './performance-figures.ts'

const DAY_MS = 86_400_000
const { bounds } = loadSettings({}).alarmManagement

/** A day with so many alarms; of these so many red, and so large a share from ten causes. */
function verdictsOf(total: number, red: number, topTenShare: number) {
  const result = {
    total,
    byGrade: { 1: red, 2: 0, 3: total - red, 4: 0 },
    top: [{ runningShare: topTenShare }],
    peak: null,
    busyHoursShare: 0,
    busyTenMinutesShare: 0,
    flood: { share: 0, count: 0 },
    chattering: [],
    fleeting: [],
  } as unknown as Performance
  const figures = figuresOf(result, { fromMs: 0, toMs: DAY_MS, stale: 0, bounds })
  const verdict = (name: string) => figures.find((one) => one.name === name)?.verdict
  return [verdict('redPercent'), verdict('topTenPercent')]
}

describe('figuresOf', () => {
  test.each([
    ['nothing happened', 0, 0, 0, ['none', 'none']],
    ['one red alarm, from one cause', 1, 1, 1, ['none', 'none']],
    ['a hundred: one per cent can be held now', 100, 1, 1, ['good', 'none']],
    ['a hundred with too many red ones', 100, 2, 1, ['beyond', 'none']],
    ['two hundred: ten of them are five per cent', 200, 2, 0.05, ['good', 'bearable']],
    ['two hundred from one bad actor', 200, 0, 1, ['good', 'beyond']],
  ])('%s', (_name, total, red, topTenShare, verdicts) => {
    expect(verdictsOf(total, red, topTenShare)).toEqual(verdicts)
  })
})
