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
import { effortOf } from './effort.ts'
import { OURS, tellFigure, tellRemark } from './figure.ts'

/**
 * Evaluations on one core, by the engine and the index that run live: one rule or ten match each reading, with no
 * other loaded, with a hundred and with 10,000. The cost of a reading must not depend on the rules that do not
 * match. All take turns. Then back-tests of 30 days of one point at 10 s.
 */
const { rounds, isQuick } = effortOf({ rounds: 7, seconds: 1 })
const DEVICES = 200
const READINGS = isQuick ? 10_000 : 60_000
const BACK_TESTS_MAX = 3
const MATCHING = [1, 10]
const LOADED = [10_000, 100]
const RATIO_MAX = 1.3
const BACK_TEST_MS_MAX = 2_000
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

/** So many rules for the point that talks; the others for other profiles, points and devices. */
function loaded(count: number, matching: number): readonly AlarmRule[] {
  return Array.from({ length: count }, (_, index) => {
    if (index < matching) return aRule(`match-${index}`, { onDelayMs: index * 1_000 })
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

function tellLoaded(matching: number): void {
  const sets = [...LOADED, matching].map((count) => ({
    who: `${count.toLocaleString('en')} loaded`,
    rules: loaded(count, matching),
    rounds: [] as number[],
  }))
  for (const { rules } of sets) measureOnce(rules)
  for (let round = 0; round < rounds; round += 1) {
    for (const set of sets) set.rounds.push(measureOnce(set.rules))
  }
  const name = matching === 1 ? 'one rule matches' : `${matching} rules match`
  tellFigure({
    ...{ name, unit: 'µs a reading', better: 'less', columns: sets },
    limits: [{ peer: sets.at(-1)?.who ?? null, is: 'at most', bound: RATIO_MAX }],
  })
  const perSecond = (us: number) => (matching * 1_000_000) / us
  tellFigure({
    ...{ name, unit: 'evaluations/s', better: 'more' },
    columns: sets.map(({ who, rounds: us }) => ({ who, rounds: us.map(perSecond) })),
  })
}

for (const matching of MATCHING) tellLoaded(matching)

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

async function tellBackTests(): Promise<void> {
  const tests = DRAFTS.map((rule) => ({ rule, ms: [] as number[], alarms: 0 }))
  for (let round = 0; round < Math.min(BACK_TESTS_MAX, rounds); round += 1) {
    for (const test of tests) {
      const startedAt = performance.now()
      const { alarmsTotal } = await backTest({
        rules: new DraftDirectory(new Map([['GD-1', test.rule]])),
        readings: month(),
        fromMs: START_MS,
        toMs: START_MS + 30 * DAY_MS,
        tools: new JudgingTools(new CalendarClock([])),
      })
      test.ms.push(performance.now() - startedAt)
      test.alarms = alarmsTotal
    }
  }
  for (const { rule, ms } of tests) {
    const name = `back-test: ${rule.id}`
    const columns = [{ who: OURS, rounds: ms }]
    tellFigure({
      ...{ name, unit: 'ms for a month', better: 'less', columns },
      limits: [{ peer: null, is: 'at most', bound: BACK_TEST_MS_MAX }],
    })
  }
  const alarms = tests.map(({ rule, alarms: count }) => `${rule.id} ${count}`).join(', ')
  tellRemark(
    `The back-tests of ${MONTH.length.toLocaleString('en')} readings found alarms: ${alarms}.`,
  )
}

await tellBackTests()
