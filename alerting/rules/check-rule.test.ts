import { describe, expect, test } from 'vitest'
import { loadProfiles, loadRulePacks } from '#config/profiles.ts'
import {
  aRule,
  booleanCondition,
  gasCondition,
  noDataCondition,
  setpoint,
  text,
} from '../builders.suite.ts'
import { type AlarmRule, alarmRuleDraft, type Condition } from './alarm-rule.ts'
import { checkRule, clauseBoundsOf, isRefused, type RuleSurroundings } from './check-rule.ts'

const SHIPPED = loadRulePacks(alarmRuleDraft)
const PROFILES = new Map(
  loadProfiles().map(({ id, family, points }) => [
    id,
    {
      id,
      family,
      points: new Map(
        points.map((point) => [
          point.name,
          point.kind === 'number'
            ? { kind: point.kind, unit: point.unit, range: point.range }
            : { kind: point.kind, unit: null, range: null },
        ]),
      ),
    },
  ]),
)
const DEVICES: Readonly<Record<string, string>> = {
  'GD-01': 'gas-combustible',
  'GD-02': 'gas-combustible',
  'T-01': 'tank',
}

const SURROUNDINGS: RuleSurroundings = {
  nowMs: Date.UTC(2026, 5, 1),
  profile: (id) => PROFILES.get(id) ?? null,
  profileIdOf: (deviceId) => DEVICES[deviceId] ?? null,
  siteExists: (id) => id === 'site-1',
  organizationExists: (id) => id === 'works-1',
  bounds: clauseBoundsOf(SHIPPED),
  knowsCalendar: (_calendar, year) => year === 2026,
}

/** `refused setpoint_outside_range condition.setpoints.0.setpoint` */
function findings(overrides: Partial<AlarmRule>, about: Partial<RuleSurroundings> = {}) {
  return checkRule(aRule(overrides), { ...SURROUNDINGS, ...about }).map(
    ({ severity, code, path }) => `${severity} ${code} ${path.join('.')}`,
  )
}

const gas = (first: number, second: number, deadband = 3) =>
  gasCondition({ setpoints: [setpoint(first, 3), setpoint(second, 2)], deadband })

test('nothing is said about the rules that are shipped', () => {
  const told = SHIPPED.flatMap((rule) =>
    checkRule(rule, SURROUNDINGS).map((finding) => ({ id: rule.id, ...finding })),
  )
  expect(told.filter(({ severity }) => severity === 'refused')).toEqual([])
  expect(told.filter(({ code }) => code === 'setpoint_beyond_clause')).toEqual([])
})

describe('figures', () => {
  test.for<readonly [what: string, condition: Condition, told: readonly string[]]>([
    ['good ones', gas(25, 50), []],
    [
      'first beyond second',
      gas(50, 25),
      [
        'refused setpoints_out_of_order condition.setpoints.1.setpoint',
        'warning setpoint_beyond_clause condition.setpoints.0.setpoint',
      ],
    ],
    [
      'beyond the clause',
      gas(30, 60),
      [
        'warning setpoint_beyond_clause condition.setpoints.0.setpoint',
        'warning setpoint_beyond_clause condition.setpoints.1.setpoint',
      ],
    ],
    [
      'outside the range',
      gas(20, 120),
      [
        'refused setpoint_outside_range condition.setpoints.1.setpoint',
        'warning setpoint_beyond_clause condition.setpoints.1.setpoint',
      ],
    ],
    [
      'a deadband that can never clear',
      gas(10, 50, 10),
      ['refused deadband_never_clears condition.deadband'],
    ],
    [
      'a deadband wider than the step',
      gas(20, 25, 8),
      ['warning deadband_overlaps condition.deadband'],
    ],
    [
      'a milder grade for the worse',
      gasCondition({ setpoints: [setpoint(20, 2), setpoint(40, 3)] }),
      ['refused grades_out_of_order condition.setpoints.1.grade'],
    ],
    [
      'low ones, mirrored',
      gasCondition({
        direction: 'low',
        setpoints: [setpoint(10, 3), setpoint(20, 2)],
        deadband: 95,
      }),
      [
        'refused setpoints_out_of_order condition.setpoints.1.setpoint',
        'warning deadband_overlaps condition.deadband',
        'refused deadband_never_clears condition.deadband',
      ],
    ],
    [
      'a rate that can never be slow enough',
      {
        kind: 'rate',
        change: 'either',
        per: 'minute',
        windowMs: 60_000,
        setpoints: [setpoint(5, 3)],
        deadband: 5,
      },
      ['refused deadband_never_clears condition.deadband'],
    ],
    [
      'a rate',
      {
        kind: 'rate',
        change: 'rise',
        per: 'minute',
        windowMs: 60_000,
        setpoints: [setpoint(5, 3)],
        deadband: 1,
      },
      [],
    ],
    [
      'a count of readings below 0',
      {
        kind: 'aggregate',
        aggregate: 'count',
        windowMs: 60_000,
        readingsMin: 1,
        direction: 'high',
        setpoints: [setpoint(3, 3)],
        deadband: 4,
      },
      ['refused deadband_never_clears condition.deadband'],
    ],
    [
      'a sum has no range',
      {
        kind: 'aggregate',
        aggregate: 'sum',
        windowMs: 60_000,
        readingsMin: 1,
        direction: 'high',
        setpoints: [setpoint(900, 3)],
        deadband: 4,
      },
      [],
    ],
    [
      'a mean outside the range',
      {
        kind: 'aggregate',
        aggregate: 'mean',
        windowMs: 60_000,
        readingsMin: 1,
        direction: 'high',
        setpoints: [setpoint(900, 3)],
        deadband: 4,
      },
      ['refused setpoint_outside_range condition.setpoints.0.setpoint'],
    ],
    [
      'a forecast',
      {
        kind: 'forecast',
        target: 90,
        direction: 'high',
        windowMs: 600_000,
        pointsMin: 5,
        qualityMin: 0.6,
        setpoints: [setpoint(30, 3)],
        deadband: 5,
      },
      [],
    ],
    [
      'a deviation wider than the range',
      {
        kind: 'deviation',
        from: { kind: 'constant', value: 5 },
        side: 'above',
        relative: false,
        missing: 'hold',
        setpoints: [setpoint(120, 3)],
        deadband: 1,
      },
      ['refused setpoint_outside_range condition.setpoints.0.setpoint'],
    ],
    [
      'a deviation either way that cannot clear',
      {
        kind: 'deviation',
        from: { kind: 'attribute', name: 'range.max' },
        side: 'either',
        relative: true,
        missing: 'hold',
        setpoints: [setpoint(10, 3)],
        deadband: 10,
      },
      ['refused deadband_never_clears condition.deadband'],
    ],
    [
      'a relative deviation from 0',
      {
        kind: 'deviation',
        from: { kind: 'constant', value: 0 },
        side: 'above',
        relative: true,
        missing: 'hold',
        setpoints: [setpoint(10, 3)],
        deadband: 1,
      },
      ['refused division_by_zero condition.from'],
    ],
    [
      'a relative deviation from 5',
      {
        kind: 'deviation',
        from: { kind: 'constant', value: 5 },
        side: 'either',
        relative: false,
        missing: 'hold',
        setpoints: [setpoint(10, 3)],
        deadband: 1,
      },
      [],
    ],
  ])('%s', ([, condition, told]) => {
    expect(findings({ condition })).toEqual(told)
  })

  test('a boolean point has 0 and 1', () => {
    const count: Condition = {
      kind: 'count',
      needed: 2,
      of: 3,
      direction: 'high',
      setpoints: [setpoint(2, 3)],
      deadband: 0,
    }
    expect(findings({ condition: count, point: 'fault' })).toEqual([
      'refused setpoint_outside_range condition.setpoints.0.setpoint',
    ])
  })
})

describe('what it looks at', () => {
  const deviation = (from: object, about: object = {}): Condition => ({
    kind: 'deviation',
    from: { kind: 'point', ...from } as never,
    side: 'above',
    relative: false,
    missing: 'hold',
    setpoints: [setpoint(10, 3)],
    deadband: 1,
    ...about,
  })

  test.for<readonly [what: string, overrides: Partial<AlarmRule>, told: readonly string[]]>([
    ['an unknown profile', { profileIds: ['none'] }, ['refused profile_unknown profileIds.0']],
    ['an unknown point', { point: 'none' }, ['refused point_unknown point']],
    [
      'unknown places',
      { deviceIds: ['X'], siteIds: ['x'], organizationIds: ['x'] },
      [
        'warning device_unknown deviceIds.0',
        'warning site_unknown siteIds.0',
        'warning organization_unknown organizationIds.0',
      ],
    ],
    [
      'known places',
      { deviceIds: ['GD-01'], siteIds: ['site-1'], organizationIds: ['works-1'] },
      [],
    ],
    [
      'a limit on a boolean',
      { point: 'fault' },
      [
        'refused point_kind_mismatch point',
        'refused setpoint_outside_range condition.setpoints.0.setpoint',
        'refused setpoint_outside_range condition.setpoints.1.setpoint',
      ],
    ],
    [
      'a boolean on a number',
      { condition: booleanCondition() },
      ['refused point_kind_mismatch point'],
    ],
    [
      'itself',
      { condition: deviation({ point: 'lel' }) },
      ['refused refers_to_itself condition.from'],
    ],
    [
      'itself by name',
      { deviceIds: ['GD-01'], condition: deviation({ deviceId: 'GD-01', point: 'lel' }) },
      ['refused refers_to_itself condition.from'],
    ],
    [
      'a neighbour',
      { deviceIds: ['GD-01'], condition: deviation({ deviceId: 'GD-02', point: 'lel' }) },
      [],
    ],
    [
      'a neighbour, in per cent',
      { condition: deviation({ deviceId: 'GD-02', point: 'lel' }, { relative: true }) },
      ['warning division_may_be_zero condition.from'],
    ],
    [
      'another unit',
      { condition: deviation({ deviceId: 'T-01', point: 'pressure' }) },
      ['refused unit_mismatch condition.from'],
    ],
    [
      'an unknown device',
      { condition: deviation({ deviceId: 'X', point: 'lel' }) },
      ['refused device_unknown condition.from'],
    ],
    [
      'an unknown point of a device',
      { condition: deviation({ deviceId: 'GD-02', point: 'none' }) },
      ['refused point_unknown condition.from'],
    ],
    [
      'a boolean to compare with',
      { condition: deviation({ point: 'fault' }) },
      ['refused point_kind_mismatch condition.from'],
    ],
  ])('%s', ([, overrides, told]) => {
    expect(findings(overrides)).toEqual(told)
  })

  test('votes need one device and voters of one unit', () => {
    const vote: Condition = {
      kind: 'vote',
      needed: 1,
      voters: [
        { deviceId: 'GD-01', point: 'lel' },
        { deviceId: 'T-01', point: 'pressure' },
      ],
      direction: 'high',
      setpoints: [setpoint(20, 3)],
      deadband: 1,
      staleAfterMs: 60_000,
      badVoters: 'fewer',
    }
    expect(findings({ condition: vote })).toEqual([
      'refused unit_mismatch condition.voters.1',
      'refused vote_needs_one_device deviceIds',
    ])
    const same = { ...vote, voters: vote.voters.slice(0, 1) }
    expect(findings({ condition: same, deviceIds: ['GD-01'] })).toEqual([])
  })

  test('tests of combinations want points of their kind, and a calendar', () => {
    const schedule = {
      timeZone: 'Asia/Shanghai',
      calendar: 'cn',
      active: 'inside',
      spans: [{ days: ['workday'], from: '08:00', to: '18:00' }],
    } as const
    const condition: Condition = {
      kind: 'combination',
      match: 'all',
      tests: [
        { test: 'value', of: { point: 'fault' }, direction: 'high', setpoint: 1, deadband: 0 },
        {
          test: 'group',
          match: 'any',
          tests: [
            { test: 'boolean', of: { point: 'lel' }, is: true },
            { test: 'schedule', schedule: schedule as never },
          ],
        },
        { test: 'schedule', schedule: schedule as never },
      ],
      missing: 'hold',
      grade: 3,
      label: text('both'),
    }
    expect(findings({ condition }, { nowMs: Date.UTC(2026, 10, 1) })).toEqual([
      'refused point_kind_mismatch condition.tests.0.of',
      'refused point_kind_mismatch condition.tests.1.tests.0.of',
      'warning calendar_year_missing condition.tests.1',
      'warning calendar_year_missing condition.tests.2',
    ])
  })

  test('an expression is checked with position and reason', () => {
    const expression = (of: string, about: object = {}): Condition => ({
      kind: 'expression',
      expression: of,
      operands: { fault: { point: 'fault' } },
      direction: 'high',
      setpoints: [setpoint(1, 3)],
      deadband: 0,
      missing: 'hold',
      ...about,
    })
    const check = (condition: Condition) => checkRule(aRule({ condition }), SURROUNDINGS)
    expect(check(expression('fault && value > 10'))).toEqual([])
    expect(check(expression('value > '))).toMatchObject([
      { code: 'expression_invalid', severity: 'refused', data: { position: 8 } },
    ])
    expect(check(expression('value + fault > 1.0'))).toMatchObject([
      { code: 'expression_invalid', data: { problem: 'no_such_overload', position: 0 } },
    ])
    expect(
      findings({
        condition: expression('10.0 / value > 1.0', { operands: { x: { point: 'none' } } }),
      }),
    ).toEqual([
      'refused point_unknown condition.operands.x',
      'warning division_may_be_zero condition.expression',
    ])
    const two = { setpoints: [setpoint(1, 3), setpoint(2, 2)] }
    expect(findings({ condition: expression('fault', two) })).toEqual([
      'warning expression_one_level condition.setpoints',
    ])
  })

  test('a season looks at its calendar and at what is taken away', () => {
    const season: Condition = {
      kind: 'season',
      judge: 'ahead',
      timeZone: 'Asia/Shanghai',
      calendar: 'cn',
      aheadHours: 6,
      band: 3,
      edge: 'upper',
      daysMin: 5,
      direction: 'high',
      setpoints: [setpoint(10, 3)],
      deadband: 1,
      missing: 'hold',
    }
    expect(findings({ condition: season })).toEqual([])
    const less = { ...season, less: { kind: 'point', point: 'fault' } } as const
    expect(findings({ condition: less }, { knowsCalendar: () => false })).toEqual([
      'refused point_kind_mismatch condition.less',
      'warning calendar_year_missing condition',
    ])
  })
})

describe('behaviour', () => {
  test.for<readonly [what: string, overrides: Partial<AlarmRule>, told: readonly string[]]>([
    [
      'over-range gas is uncertain',
      { qualityMin: 'good' },
      ['warning over_range_ignored qualityMin'],
    ],
    ['an on-delay on gas', { onDelayMs: 5_000 }, ['warning on_delay_on_fire_or_gas onDelayMs']],
    [
      'a gap without effect',
      { condition: noDataCondition(), gap: { policy: 'void', afterMs: 5_000 } },
      ['warning gap_without_effect gap'],
    ],
    [
      'weekdays need no calendar',
      {
        schedule: {
          timeZone: 'UTC',
          calendar: 'xx',
          active: 'inside',
          spans: [{ days: ['mon'], from: '08:00', to: '09:00' }],
        },
      },
      [],
    ],
  ])('%s', ([, overrides, told]) => {
    expect(findings(overrides, { knowsCalendar: () => false })).toEqual(told)
  })

  test('an override is another rule that must hold', () => {
    const told = findings({
      overrides: [
        { deviceId: 'GD-01', set: { setpoints: [{ level: 1, setpoint: 60 }] } },
        { siteId: 'nowhere', set: { setpoints: [{ level: 9, setpoint: 1 }] } },
        { organizationId: 'works-1', set: { deadband: 30 } },
        { profileId: 'gas-combustible', set: { onDelayMs: 0 } },
      ],
    })
    expect(told).toEqual([
      'refused setpoints_out_of_order overrides.0.condition.setpoints.1.setpoint',
      'warning setpoint_beyond_clause overrides.0.condition.setpoints.0.setpoint',
      'refused override_level_unknown overrides.1.set.setpoints.0.level',
      'warning override_place_unknown overrides.1',
      'warning deadband_overlaps overrides.2.condition.deadband',
      'refused deadband_never_clears overrides.2.condition.deadband',
    ])
  })

  test('one refusal is enough', () => {
    expect(isRefused(checkRule(aRule(), SURROUNDINGS))).toBe(false)
    expect(isRefused(checkRule(aRule({ point: 'none' }), SURROUNDINGS))).toBe(true)
  })
})
