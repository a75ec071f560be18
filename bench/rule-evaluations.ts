// biome-ignore lint/style/noRestrictedImports: the rules themselves are measured, without sockets.
import { MARK, parseDeviceId, type Reading } from '#alerting/reading.ts'
// biome-ignore lint/style/noRestrictedImports: the rules themselves are measured, without sockets.
import type { AlarmRule } from '#alerting/rules/alarm-rule.ts'
// biome-ignore lint/style/noRestrictedImports: the rules themselves are measured, without sockets.
import { backTest } from '#alerting/rules/back-test.ts'
// biome-ignore lint/style/noRestrictedImports: the rules themselves are measured, without sockets.
import { CalendarClock } from '#alerting/rules/calendar-clock.ts'
// biome-ignore lint/style/noRestrictedImports: the rules themselves are measured, without sockets.
import { DraftDirectory } from '#alerting/rules/draft-directory.ts'
// biome-ignore lint/style/noRestrictedImports: the rules themselves are measured, without sockets.
import { JudgingTools } from '#alerting/rules/judging-tools.ts'
// biome-ignore lint/style/noRestrictedImports: the rules themselves are measured, without sockets.
import { RuleEngine } from '#alerting/rules/rule-engine.ts'
// biome-ignore lint/style/noRestrictedImports: the rules themselves are measured, without sockets.
import { RuleIndex } from '#gateway/registry/rule-index.ts'

/**
 * Evaluations on one core, by the engine and the index that run live: 10 rules match each reading, with 1 (10),
 * 100 and 10,000 rules loaded. The cost per reading must not depend on the rules that do not match. The three are
 * measured in turns, so that a busy machine is busy for all. Then back-tests of 30 days of one point at 10 s.
 */
const DEVICES = 200
const READINGS = 60_000
const ROUNDS = 7
const LOADED = [10, 100, 10_000]
const START_MS = Date.UTC(2026, 0, 1)
const DAY_MS = 86_400_000

const label = (text: string) => ({ zh: text, en: text })

function aRule(id: string, about: Partial<AlarmRule>): AlarmRule {
  return {
    id,
    version: 1,
    name: label(id),
    profileIds: ['gas-combustible'],
    point: 'lel',
    condition: {
      kind: 'limit',
      direction: 'high',
      deadband: 3,
      setpoints: [
        { setpoint: 25, grade: 3, label: label('first') },
        { setpoint: 50, grade: 2, label: label('second') },
      ],
    },
    onDelayMs: 0,
    offDelayMs: 10_000,
    latching: true,
    shelvable: false,
    enabled: true,
    ...about,
  }
}

/** Ten rules for the point that talks; the others for other profiles, points and devices. */
function loaded(count: number): readonly AlarmRule[] {
  return Array.from({ length: count }, (_, index) => {
    if (index < 10) return aRule(`match-${index}`, { onDelayMs: index * 1_000 })
    const others: readonly Partial<AlarmRule>[] = [
      { profileIds: [`profile-${index % 50}`] },
      { point: 'battery' },
      { deviceIds: [`OTHER-${index}`] },
      { siteIds: [`site-other-${index}`] },
    ]
    return aRule(`other-${index}`, others[index % others.length] ?? {})
  })
}

function engineWith(rules: readonly AlarmRule[]): RuleEngine {
  const index = new RuleIndex({
    rulePlaceOf: (deviceId) => ({
      deviceId,
      profileId: 'gas-combustible',
      siteId: `site-${deviceId}`,
      organizationPath: ['district', 'works'],
      rangeOf: () => ({ min: 0, max: 100 }),
    }),
    deviceIds: () => Array.from({ length: DEVICES }, (_, at) => `GD-${at}`),
  })
  index.rebuild(rules)
  return new RuleEngine(index, new JudgingTools(new CalendarClock([])))
}

function readingOf(index: number, device: number, atMs: number, value: number): Reading {
  const deviceId = parseDeviceId(`GD-${device}`)
  if (deviceId === null) throw new Error(`reading ${index} has no device`)
  const at = { observedAtMs: atMs, arrivedAtMs: atMs }
  return { deviceId, point: 'lel', ...at, value, quality: 'good', marks: MARK.none }
}

/** Quiet for the most part; one reading in a hundred crosses a set-point. */
const READINGS_OF_ALL = Array.from({ length: READINGS }, (_, index) =>
  readingOf(
    index,
    index % DEVICES,
    START_MS + index * 5,
    index % 100 === 0 ? 30 : (index * 7) % 20,
  ),
)

function measureOnce(rules: readonly AlarmRule[]): number {
  const engine = engineWith(rules)
  // The index finds what applies to a device once.
  engine.judge({ offset: 1, readings: READINGS_OF_ALL.slice(0, 2 * DEVICES) })
  engine.takeStep()
  const startedAt = performance.now()
  engine.judge({ offset: 2, readings: READINGS_OF_ALL.slice(2 * DEVICES) })
  const perReading = ((performance.now() - startedAt) * 1_000) / (READINGS - 2 * DEVICES)
  engine.takeStep()
  return perReading
}

function median(figures: readonly number[]): number {
  return figures.toSorted((one, other) => one - other)[Math.floor(figures.length / 2)] ?? 0
}

const costs = new Map<number, number[]>(LOADED.map((count) => [count, []]))
const sets = new Map(LOADED.map((count) => [count, loaded(count)]))
for (const rules of sets.values()) measureOnce(rules)
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [count, rules] of sets) costs.get(count)?.push(measureOnce(rules))
}
const least = median(costs.get(10) ?? [])
console.log(
  '| rules loaded | matching | µs a reading: median (min … max) | evaluations/s | ratio |',
)
console.log('| --- | --- | --- | --- | --- |')
for (const [count, figures] of costs) {
  const middle = median(figures)
  const span = `${Math.min(...figures).toFixed(2)} … ${Math.max(...figures).toFixed(2)}`
  const perSecond = Math.round(10 / (middle / 1_000_000)).toLocaleString('en')
  console.log(
    `| ${count.toLocaleString('en')} | 10 | ${middle.toFixed(2)} (${span}) | ${perSecond} | ${(middle / least).toFixed(2)} |`,
  )
}

/** 30 days of one point at 10 s. */
const MONTH = Array.from({ length: 30 * 8_640 }, (_, index) =>
  readingOf(index, 1, START_MS + index * 10_000, 15 + 12 * Math.sin(index / 500) + (index % 5)),
)

async function* month(): AsyncIterable<readonly Reading[]> {
  for (let from = 0; from < MONTH.length; from += 8_640) yield MONTH.slice(from, from + 8_640)
}

const DRAFTS: readonly AlarmRule[] = [
  aRule('limit with delays', { onDelayMs: 30_000 }),
  aRule('limit in working hours', {
    schedule: {
      timeZone: 'Asia/Shanghai',
      calendar: 'cn',
      active: 'inside',
      spans: [{ days: ['workday'], from: '08:00', to: '18:00' }],
    },
  }),
  aRule('mean over 10 min', {
    condition: {
      kind: 'aggregate',
      aggregate: 'mean',
      windowMs: 600_000,
      readingsMin: 1,
      direction: 'high',
      setpoints: [{ setpoint: 25, grade: 3, label: label('first') }],
      deadband: 2,
    },
  }),
  aRule('rate over 10 min', {
    condition: {
      kind: 'rate',
      change: 'rise',
      per: 'minute',
      windowMs: 600_000,
      setpoints: [{ setpoint: 0.1, grade: 3, label: label('first') }],
      deadband: 0.02,
    },
  }),
  aRule('forecast over 1 h', {
    condition: {
      kind: 'forecast',
      target: 40,
      direction: 'high',
      windowMs: 3_600_000,
      pointsMin: 5,
      qualityMin: 0.6,
      setpoints: [{ setpoint: 60, grade: 3, label: label('first') }],
      deadband: 10,
    },
  }),
]
console.log('\n| back-test of 259,200 readings | ms: median (min … max) | alarms |')
console.log('| --- | --- | --- |')
for (const rule of DRAFTS) {
  const figures: number[] = []
  let alarms = 0
  for (let round = 0; round < 3; round += 1) {
    const startedAt = performance.now()
    const result = await backTest({
      rules: new DraftDirectory(new Map([['GD-1', rule]])),
      readings: month(),
      fromMs: START_MS,
      toMs: START_MS + 30 * DAY_MS,
      tools: new JudgingTools(new CalendarClock([])),
    })
    figures.push(performance.now() - startedAt)
    alarms = result.alarmsTotal
  }
  const span = `${Math.round(Math.min(...figures))} … ${Math.round(Math.max(...figures))}`
  console.log(`| ${rule.id} | ${Math.round(median(figures))} (${span}) | ${alarms} |`)
}
