import { aRule, booleanCondition, gasCondition, setpoint, text } from '../builders.suite.ts'
import type { AlarmRule, Condition } from './alarm-rule.ts'

/** One rule of every kind and behaviour, for properties that must hold for all of them. */

export const LEVEL = { grade: 3, label: text('level') } as const

const OTHER = { kind: 'point', deviceId: 'GD-02', point: 'lel' } as const

const CONDITIONS: Readonly<Record<string, Condition>> = {
  limit: gasCondition(),
  boolean: booleanCondition(),
  rate: {
    kind: 'rate',
    change: 'rise',
    per: 'minute',
    windowMs: 60_000,
    setpoints: [setpoint(5, 3), setpoint(20, 2)],
    deadband: 2,
  },
  'deviation-constant': {
    kind: 'deviation',
    from: { kind: 'constant', value: 20 },
    side: 'either',
    relative: false,
    setpoints: [setpoint(10, 3)],
    deadband: 2,
    missing: 'hold',
  },
  'deviation-point': {
    kind: 'deviation',
    from: OTHER,
    side: 'above',
    relative: true,
    setpoints: [setpoint(20, 3), setpoint(60, 2)],
    deadband: 5,
    staleAfterMs: 30_000,
    missing: 'hold',
  },
  stuck: { kind: 'stuck', epsilon: 1, afterMs: 20_000, readingsMin: 3, ...LEVEL },
  'n-of-m': {
    kind: 'count',
    needed: 2,
    of: 4,
    withinMs: 60_000,
    direction: 'high',
    setpoints: [setpoint(25, 3), setpoint(50, 2)],
    deadband: 3,
  },
  'n-in-a-row-low': {
    kind: 'count',
    needed: 3,
    of: 3,
    direction: 'low',
    setpoints: [setpoint(20, 3)],
    deadband: 3,
  },
  mean: {
    kind: 'aggregate',
    aggregate: 'mean',
    windowMs: 30_000,
    readingsMin: 2,
    direction: 'high',
    setpoints: [setpoint(25, 3)],
    deadband: 3,
  },
  'count-low': {
    kind: 'aggregate',
    aggregate: 'count',
    windowMs: 30_000,
    readingsMin: 1,
    direction: 'low',
    setpoints: [setpoint(2, 3)],
    deadband: 0,
  },
  'sum-high': {
    kind: 'aggregate',
    aggregate: 'sum',
    windowMs: 30_000,
    readingsMin: 1,
    direction: 'high',
    setpoints: [setpoint(60, 3)],
    deadband: 5,
  },
  vote: {
    kind: 'vote',
    needed: 2,
    voters: ['GD-01', 'GD-02', 'GD-03'].map((deviceId) => ({ deviceId, point: 'lel' })),
    direction: 'high',
    setpoints: [setpoint(25, 3), setpoint(50, 2)],
    deadband: 3,
    staleAfterMs: 20_000,
    badVoters: 'fewer',
  },
  combination: {
    kind: 'combination',
    match: 'all',
    tests: [
      { test: 'value', of: { point: 'lel' }, direction: 'high', setpoint: 20, deadband: 3 },
      {
        test: 'group',
        match: 'any',
        tests: [
          { test: 'boolean', of: { point: 'smoke' }, is: true },
          { test: 'value', of: OTHER, direction: 'high', setpoint: 30, deadband: 2 },
        ],
      },
    ],
    staleAfterMs: 40_000,
    missing: 'hold',
    ...LEVEL,
  },
  forecast: {
    kind: 'forecast',
    target: 80,
    direction: 'high',
    windowMs: 60_000,
    pointsMin: 5,
    qualityMin: 0.4,
    setpoints: [setpoint(10, 3), setpoint(2, 2)],
    deadband: 1,
  },
  season: {
    kind: 'season',
    judge: 'ahead',
    timeZone: 'Asia/Shanghai',
    calendar: 'cn',
    aheadHours: 2,
    band: 3,
    edge: 'upper',
    less: OTHER,
    daysMin: 2,
    direction: 'high',
    setpoints: [setpoint(5, 3)],
    deadband: 1,
    missing: 'hold',
  },
  expression: {
    kind: 'expression',
    expression: 'value / (other - 7) > 1.5',
    operands: { other: { deviceId: 'GD-02', point: 'lel' } },
    direction: 'high',
    setpoints: [setpoint(1, 3)],
    deadband: 0,
    staleAfterMs: 40_000,
    missing: 'hold',
  },
}

const BEHAVIOURS: Readonly<Record<string, Partial<AlarmRule>>> = {
  plain: {},
  delayed: { onDelayMs: 7_000, offDelayMs: 4_000, reAlarmMs: 60_000 },
  void: { onDelayMs: 9_000, gap: { policy: 'void', afterMs: 8_000 } },
  pause: { onDelayMs: 9_000, offDelayMs: 3_000, gap: { policy: 'pause', afterMs: 6_000 } },
  scheduled: {
    onDelayMs: 2_000,
    qualityMin: 'good',
    schedule: {
      timeZone: 'Asia/Shanghai',
      calendar: 'cn',
      active: 'inside',
      // The start of the tests is 16:00 there.
      spans: [{ days: ['mon'], from: '16:01', to: '16:03' }],
    },
  },
}

export const ALL_KINDS: readonly AlarmRule[] = Object.entries(CONDITIONS).flatMap(
  ([kind, condition]) =>
    Object.entries(BEHAVIOURS).map(([behaviour, how]) =>
      aRule({
        id: `${kind}-${behaviour}`,
        point: kind === 'boolean' ? 'smoke' : 'lel',
        ...(kind === 'vote' ? { deviceIds: ['GD-01'] } : { deviceIds: ['GD-01', 'GD-03'] }),
        condition,
        ...how,
      }),
    ),
)
