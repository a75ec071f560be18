import { describe, expect, test } from 'vitest'
import { aRule, START_MS, setpoint, text } from '../builders.suite.ts'
import type { Quality } from '../reading.ts'
import type { AlarmRule, Condition, ConditionOf } from './alarm-rule.ts'
import { JudgingTools } from './judging-tools.ts'
import { type PastedReading, tryRule } from './try-rule.ts'

/** Rows of DESIGN.md, section 1: each kind of condition over a few readings. */

const LEVEL = { grade: 3, label: text('level') } as const

type Given = readonly [
  afterS: number,
  value: number | boolean,
  about?: { readonly deviceId?: string; readonly point?: string; readonly quality?: Quality },
]

function pasted(readings: readonly Given[]): readonly PastedReading[] {
  return readings.map(([afterS, value, about]) => ({
    atMs: START_MS + afterS * 1_000,
    value,
    ...about,
  }))
}

function tried(
  condition: Condition,
  readings: readonly Given[],
  { thenS = 0, ...overrides }: Partial<AlarmRule> & { readonly thenS?: number } = {},
) {
  const rule = aRule({ condition, deviceIds: ['GD-01'], ...overrides })
  const { events, evaluations } = tryRule(rule, pasted(readings), {
    tools: new JudgingTools(),
    thenMs: thenS * 1_000,
  })
  return {
    told: events.map(({ kind, atMs, value }) => {
      const shown = typeof value === 'number' ? Math.round(value * 100) / 100 : value
      return `${(atMs - START_MS) / 1_000} ${kind} ${shown}`
    }),
    reasons: evaluations.map(({ reason }) => reason),
    evaluations,
  }
}

const other = (deviceId: string) => ({ deviceId, point: 'lel' })

describe('rate', () => {
  const rate: ConditionOf<'rate'> = {
    kind: 'rate',
    change: 'rise',
    per: 'minute',
    windowMs: 60_000,
    setpoints: [setpoint(10, 3), setpoint(30, 2)],
    deadband: 2,
  }
  const ramp = (slope: number, outlierAt = -1): readonly Given[] =>
    Array.from({ length: 10 }, (_, at) => [at * 6, at === outlierAt ? 99 : 20 + slope * at])

  test('raises on a steady rise, with the rate as its value', () => {
    // 1.2 every 6 s are 12 a minute; half the window is heard at the sixth reading.
    expect(tried(rate, ramp(1.2)).told).toEqual(['30 raised 12'])
    expect(tried(rate, ramp(1.2)).reasons.slice(0, 5)).toEqual(Array(5).fill('too_few_readings'))
  })

  test.for([1, 4, 7, 9])('one outlier at reading %i changes nothing', (at) => {
    expect(tried(rate, ramp(0, at)).told).toEqual([])
    expect(tried(rate, ramp(1.2, at)).told.every((line) => line.includes('raised'))).toBe(true)
  })

  test('a fall and either way count where the rule says so', () => {
    expect(tried(rate, ramp(-1.2)).told).toEqual([])
    expect(tried({ ...rate, change: 'fall' }, ramp(-1.2)).told).toEqual(['30 raised 12'])
    expect(tried({ ...rate, change: 'either', per: 'hour' }, ramp(-1.2)).told).toEqual([
      '30 raised 720',
    ])
  })
})

describe('deviation', () => {
  const from: ConditionOf<'deviation'> = {
    kind: 'deviation',
    from: { kind: 'point', ...other('GD-02') },
    side: 'above',
    relative: false,
    setpoints: [setpoint(10, 3)],
    deadband: 2,
    staleAfterMs: 60_000,
    missing: 'hold',
  }

  test('compares with the other point, whichever speaks', () => {
    const { told, reasons } = tried(from, [
      [0, 30],
      [1, 25, other('GD-02')],
      [2, 19, other('GD-02')],
      [3, 25, other('GD-02')],
    ])
    expect(told).toEqual(['2 raised 11', '3 returned 5'])
    expect(reasons[0]).toBe('operand_missing')
  })

  test('a stale or bad operand holds the level, unless the rule says what it counts as', () => {
    const readings: readonly Given[] = [
      [0, 19, other('GD-02')],
      [1, 30],
      [2, 19, { ...other('GD-02'), quality: 'bad' }],
      [3, 2],
    ]
    expect(tried(from, readings, { thenS: 100 }).told).toEqual(['1 raised 11'])
    expect(tried({ ...from, missing: 'cleared' }, readings).told).toEqual([
      '1 raised 11',
      '2 returned null',
    ])
    expect(tried({ ...from, missing: 'passed' }, [[0, 3]]).told).toEqual(['0 raised null'])
    const silent = { ...from, missing: 'cleared' } as const
    expect(tried(silent, readings.slice(0, 2), { thenS: 100 }).told).toEqual([
      '1 raised 11',
      '60 returned null',
    ])
  })

  test('in per cent of 0 is a fault, not a false', () => {
    const { told, evaluations } = tried({ ...from, relative: true }, [
      [0, 0, other('GD-02')],
      [1, 30],
      [2, 20, other('GD-02')],
    ])
    expect(evaluations[1]).toMatchObject({ reason: 'division_by_zero', fault: 'division_by_zero' })
    expect(told).toEqual(['2 raised 50'])
  })

  test('from a constant needs no memory at rest; an attribute nobody knows is missing', () => {
    const constant = { ...from, from: { kind: 'constant', value: 20 }, side: 'below' } as const
    expect(
      tried(constant, [
        [0, 15],
        [1, 9],
        [2, 30],
      ]).told,
    ).toEqual(['1 raised 11', '2 returned -10'])
    const either = { ...constant, side: 'either' } as const
    expect(tried(either, [[0, 31]]).told).toEqual(['0 raised 11'])
    const attribute = { ...from, from: { kind: 'attribute', name: 'range.max' } } as const
    expect(tried(attribute, [[0, 15]]).reasons).toEqual(['operand_missing'])
  })
})

describe('stuck', () => {
  const stuck: Condition = {
    kind: 'stuck',
    epsilon: 0.5,
    afterMs: 60_000,
    readingsMin: 3,
    ...LEVEL,
  }

  test('is a value that has not changed for long, in enough readings; a change clears it', () => {
    expect(
      tried(stuck, [
        [0, 5],
        [30, 5.4],
        [60, 5.2],
        [90, 5],
        [100, 9],
      ]).told,
    ).toEqual(['60 raised 5', '100 returned 9'])
    expect(
      tried(
        stuck,
        [
          [0, 5],
          [59, 5],
          [60, 6],
          [118, 6],
        ],
        { thenS: 999 },
      ).told,
    ).toEqual([])
  })

  test('is never proven by silence', () => {
    expect(
      tried(stuck, [
        [0, 5],
        [30, 5],
        [200, 5],
        [230, 5],
      ]).told,
    ).toEqual([])
    const { told } = tried(stuck, [
      [0, 5],
      [30, 5],
      [60, 5],
      [500, 5],
      [530, 8],
    ])
    expect(told).toEqual(['60 raised 5', '530 returned 8'])
  })

  test.for([
    ['void', ['140 raised 5']],
    ['pause', ['90 raised 5']],
  ] as const)('a gap that is %s', ([policy, told]) => {
    const gap = { policy, afterMs: 20_000 } as const
    const readings: readonly Given[] = [0, 15, 30, 80, 90, 100, 110, 125, 140].map((at) => [at, 5])
    expect(tried(stuck, readings, { gap }).told).toEqual(told)
  })
})

describe('count', () => {
  const count: ConditionOf<'count'> = {
    kind: 'count',
    needed: 2,
    of: 3,
    withinMs: 60_000,
    direction: 'high',
    setpoints: [setpoint(25, 3), setpoint(50, 2)],
    deadband: 3,
  }

  test('wants N of the last M, each set-point by itself', () => {
    expect(
      tried(count, [
        [0, 30],
        [1, 3],
        [2, 60],
        [3, 55],
        [4, 3],
        [5, 3],
      ]).told,
    ).toEqual(['2 raised 30', '3 rose 55', '5 returned 3'])
  })

  test('forgets what is older than its window, and never clears for want of readings', () => {
    expect(
      tried(count, [
        [0, 30],
        [70, 30],
      ]).told,
    ).toEqual([])
    const { told, reasons } = tried(count, [
      [0, 30],
      [1, 30],
      [100, 3],
      [101, 3],
    ])
    expect(told).toEqual(['1 raised 30', '101 returned 3'])
    expect(reasons[2]).toBe('too_few_readings')
  })

  test('N in a row, low, and booleans as 1 and 0', () => {
    const row: Condition = {
      ...count,
      needed: 2,
      of: 2,
      direction: 'low',
      setpoints: [setpoint(10, 3)],
    }
    expect(
      tried(row, [
        [0, 5],
        [1, 50],
        [2, 5],
        [3, 4],
      ]).told,
    ).toEqual(['3 raised 5'])
    const smoke = { ...count, setpoints: [setpoint(1, 3)], deadband: 0 }
    expect(
      tried(smoke, [
        [0, true],
        [1, false],
        [2, true],
      ]).told,
    ).toEqual(['2 raised 1'])
  })
})

describe('aggregate', () => {
  const mean: ConditionOf<'aggregate'> = {
    kind: 'aggregate',
    aggregate: 'mean',
    windowMs: 60_000,
    readingsMin: 2,
    direction: 'high',
    setpoints: [setpoint(25, 3)],
    deadband: 3,
  }

  test.for([
    ['mean', ['10 raised 25', '100 returned 0']],
    ['max', ['10 raised 30', '100 returned 0']],
    ['min', []],
  ] as const)('%s', ([aggregate, told]) => {
    const readings: readonly Given[] = [
      [0, 20],
      [10, 30],
      [20, 25],
      [90, 0],
      [100, 0],
    ]
    expect(tried({ ...mean, aggregate }, readings).told).toEqual(told)
  })

  test('the sum falls by time alone', () => {
    const sum = { ...mean, aggregate: 'sum' } as const
    expect(
      tried(
        sum,
        [
          [0, 20],
          [10, 20],
        ],
        { thenS: 200 },
      ).told,
    ).toEqual(['10 raised 40', '60 returned 20'])
  })

  test('too few readings are noticed once the window was listened to in full', () => {
    const few: Condition = {
      ...mean,
      aggregate: 'count',
      direction: 'low',
      setpoints: [setpoint(1, 3)],
      deadband: 0,
    }
    const { told, reasons } = tried(
      few,
      [
        [0, 20],
        [10, 20],
        [20, 20],
      ],
      { thenS: 100 },
    )
    expect(reasons[0]).toBe('window_listening')
    expect(told).toEqual(['70 raised 1'])
  })
})

describe('vote', () => {
  const vote: ConditionOf<'vote'> = {
    kind: 'vote',
    needed: 2,
    voters: ['GD-01', 'GD-02', 'GD-03'].map(other),
    direction: 'high',
    setpoints: [setpoint(25, 3), setpoint(50, 2)],
    deadband: 3,
    staleAfterMs: 60_000,
    badVoters: 'cleared',
  }
  const all = (...values: readonly number[]): readonly Given[] =>
    values.map((value, at) => [at, value, other(`GD-0${at + 1}`)])

  test('two of three, each set-point by itself', () => {
    expect(tried(vote, all(60, 3, 30)).told).toEqual(['2 raised 30'])
    expect(tried(vote, all(60, 55, 3)).told).toEqual(['1 raised 55'])
    const low: Condition = { ...vote, direction: 'low', setpoints: [setpoint(10, 3)] }
    expect(tried(low, all(5, 8, 60)).told).toEqual(['1 raised 8'])
  })

  test.for([
    ['cleared', []],
    ['passed', ['1 raised 30']],
    ['fewer', ['1 raised 30']],
  ] as const)('a voter of bad quality is %s', ([badVoters, told]) => {
    const readings: readonly Given[] = [
      [0, 30, other('GD-01')],
      [1, 0, { ...other('GD-02'), quality: 'bad' }],
      [2, 3, other('GD-03')],
    ]
    expect(tried({ ...vote, badVoters }, readings).told).toEqual(told)
  })

  test('a voter nobody has heard is given time, then counts as bad', () => {
    const passed = { ...vote, badVoters: 'passed' } as const
    expect(tried(passed, [[0, 30, other('GD-01')]], { thenS: 59 }).told).toEqual([])
    expect(tried(passed, [[0, 3, other('GD-01')]], { thenS: 70 }).told).toEqual(['60 raised null'])
  })

  test('without a good voter left, the level stays', () => {
    const fewer = { ...vote, badVoters: 'fewer' } as const
    const { reasons, told } = tried(fewer, all(30, 30, 30), { thenS: 300 })
    expect(told).toEqual(['1 raised 30'])
    expect(reasons.at(-1)).toBe('operand_missing')
  })

  test('the judged point votes only where it is a voter', () => {
    const others = { ...vote, voters: vote.voters.slice(1) }
    expect(tried(others, [[0, 99]]).reasons).toEqual(['not_an_operand'])
  })
})

describe('combination', () => {
  const both: ConditionOf<'combination'> = {
    kind: 'combination',
    match: 'all',
    tests: [
      { test: 'value', of: { point: 'lel' }, direction: 'high', setpoint: 20, deadband: 5 },
      { test: 'boolean', of: { point: 'smoke' }, is: true },
    ],
    missing: 'hold',
    ...LEVEL,
  }
  const smoke = { point: 'smoke' }

  test('AND over points: deadbands hold, what is certain wins over what is missing', () => {
    const { told, reasons } = tried(both, [
      [0, 30],
      [1, true, smoke],
      [2, 17],
      [3, 14],
      [4, 3, smoke],
    ])
    expect(told).toEqual(['1 raised 30', '3 returned 14'])
    expect(reasons[0]).toBe('operand_missing')
    expect(tried(both, [[0, 3]]).reasons).toEqual(['at_rest'])
  })

  test('OR over devices, groups and schedules', () => {
    const any: Condition = {
      ...both,
      match: 'any',
      tests: [
        {
          test: 'group',
          match: 'all',
          tests: [
            { test: 'value', of: other('GD-02'), direction: 'low', setpoint: 5, deadband: 0 },
            {
              test: 'schedule',
              schedule: {
                timeZone: 'Asia/Shanghai',
                calendar: 'cn',
                active: 'inside',
                spans: [{ days: ['mon'], from: '16:01', to: '16:02' }],
              },
            },
          ],
        },
        { test: 'boolean', of: smoke, is: true },
      ],
    }
    const readings: readonly Given[] = [
      [0, 3, other('GD-02')],
      [1, false, smoke],
    ]
    expect(tried(any, readings, { thenS: 200 }).told).toEqual([
      '60 raised null',
      '120 returned null',
    ])
  })

  test('a missing operand may count as passed', () => {
    expect(tried({ ...both, missing: 'passed' }, [[0, 30]]).told).toEqual(['0 raised 30'])
  })
})

describe('forecast', () => {
  const forecast: ConditionOf<'forecast'> = {
    kind: 'forecast',
    target: 90,
    direction: 'high',
    windowMs: 600_000,
    pointsMin: 5,
    qualityMin: 0.6,
    setpoints: [setpoint(30, 3), setpoint(10, 2)],
    deadband: 5,
  }
  const fill = (slope: number): readonly Given[] =>
    Array.from({ length: 12 }, (_, at) => [at * 60, 50 + slope * at])

  test('warns by the minutes left, the nearer the worse', () => {
    // 2 a minute from 50: at minute 5 the level is 60, and 15 minutes are left.
    expect(tried(forecast, fill(2)).told).toEqual(['300 raised 15', '600 rose 10'])
    expect(tried(forecast, fill(0.5)).told).toEqual([])
  })

  test('a falling tank, one that leads away, one that stands, and noise', () => {
    const empty = { ...forecast, target: 10, direction: 'low' } as const
    expect(tried(empty, fill(-2)).told[0]).toBe('300 raised 15')
    expect(tried(empty, fill(2)).told).toEqual([])
    expect(tried(forecast, fill(0)).told).toEqual([])
    const noise: readonly Given[] = [50, 70, 52, 71, 49, 72, 50, 70].map((value, at) => [
      at * 60,
      value,
    ])
    expect(tried(forecast, noise).told).toEqual([])
  })

  test('what is at the target has no time left', () => {
    expect(tried(forecast, [[0, 95]]).told).toEqual(['0 raised 0'])
  })
})

describe('expression', () => {
  const expression = (text: string): ConditionOf<'expression'> => ({
    kind: 'expression',
    expression: text,
    operands: { other: other('GD-02'), smoke: { point: 'smoke' } },
    direction: 'high',
    setpoints: [setpoint(10, 3)],
    deadband: 1,
    missing: 'hold',
  })
  const given: readonly Given[] = [
    [0, 30],
    [1, 10, other('GD-02')],
    [2, true, { point: 'smoke' }],
  ]

  test('answers a bool or a figure over typed operands', () => {
    expect(tried(expression('smoke && value / other > 2.5'), given).told).toEqual(['2 raised 30'])
    expect(tried(expression('value - other'), given).told).toEqual(['2 raised 20'])
    expect(tried(expression('value < 1.0'), given).reasons.at(-1)).toBe('at_rest')
  })

  test('a division by zero and a type that does not fit are named, and the level stays', () => {
    const zero = tried(expression('value / (other - 10) > 1.0'), given)
    expect(zero.reasons.at(-1)).toBe('division_by_zero')
    expect(zero.evaluations.at(-1)?.fault).toContain('division by zero')
    expect(tried(expression('smoke + value > 1.0'), given).reasons.at(-1)).toBe('expression_failed')
    expect(tried(expression('sqrt(0.0 - value)'), given).reasons.at(-1)).toBe('expression_failed')
  })
})

describe('behaviour', () => {
  test('a minimum quality leaves worse values aside', () => {
    const uncertain: Given = [0, 30, { quality: 'uncertain' }]
    const limit = aRule().condition
    expect(tried(limit, [uncertain]).told).toEqual(['0 raised 30'])
    expect(tried(limit, [uncertain], { qualityMin: 'good' }).reasons).toEqual(['quality_uncertain'])
  })

  test('calls again each time it has stood for the re-alarm time; a rise begins it anew', () => {
    const { told } = tried(
      aRule().condition,
      [
        [0, 30],
        [50, 60],
        [400, 3],
      ],
      { reAlarmMs: 120_000 },
    )
    expect(told).toEqual([
      '0 raised 30',
      '50 rose 60',
      '170 re-alarmed 60',
      '290 re-alarmed 60',
      '400 returned 3',
    ])
  })

  test.for([
    ['keep', ['60 raised 30', '100 returned 3']],
    ['void', []],
    ['pause', []],
  ] as const)('an on-delay over a gap: %s', ([policy, told]) => {
    const gap = { policy, afterMs: 20_000 } as const
    const readings: readonly Given[] = [
      [0, 30],
      [10, 30],
      [100, 3],
    ]
    expect(tried(aRule().condition, readings, { gap, onDelayMs: 60_000 }).told).toEqual(told)
  })

  test('where delay and gap end on one instant, the gap is first', () => {
    const gap = { policy: 'void', afterMs: 20_000 } as const
    const { told } = tried(aRule().condition, [[0, 30]], { gap, onDelayMs: 20_000, thenS: 99 })
    expect(told).toEqual([])
  })
})
