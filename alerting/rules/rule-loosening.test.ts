import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type AlarmRuleDraft,
  alarmRuleDraft,
  type Condition,
  type ConditionKind,
  condition as conditionSchema,
  type RuleOverride,
} from './alarm-rule.ts'
import { isSafetyRule, type LooseningKind, looseningsOf } from './rule-loosening.ts'

const label = { zh: '一级报警', en: 'First alarm' }
const step = (setpoint: number, grade: 1 | 2 | 3 | 4) => ({ setpoint, grade, label })
const setpoints = [step(25, 3), step(50, 2)]
const high = { direction: 'high', setpoints, deadband: 3 } as const
const one = { grade: 3, label } as const
const voter = (deviceId: string) => ({ deviceId, point: 'lel' })
const isOn = (point: string) => ({ test: 'boolean', of: { point }, is: true }) as const

/** One condition of each kind, as people write them. */
const CONDITIONS: { readonly [Kind in ConditionKind]: object } = {
  limit: { kind: 'limit', ...high },
  boolean: { kind: 'boolean', is: true, ...one },
  'no-data': { kind: 'no-data', afterMs: 60_000, ...one },
  rate: { kind: 'rate', change: 'either', per: 'minute', windowMs: 60_000, setpoints, deadband: 3 },
  deviation: {
    kind: 'deviation',
    from: { kind: 'constant', value: 20 },
    side: 'either',
    setpoints,
    deadband: 3,
    staleAfterMs: 60_000,
  },
  stuck: { kind: 'stuck', epsilon: 0.1, afterMs: 60_000, ...one },
  count: { kind: 'count', needed: 3, of: 5, withinMs: 60_000, ...high },
  aggregate: { kind: 'aggregate', aggregate: 'mean', windowMs: 60_000, readingsMin: 3, ...high },
  vote: {
    kind: 'vote',
    needed: 2,
    voters: [voter('a'), voter('b'), voter('c')],
    staleAfterMs: 60_000,
    badVoters: 'fewer',
    ...high,
  },
  combination: {
    kind: 'combination',
    match: 'any',
    tests: [isOn('fault'), isOn('tamper')],
    staleAfterMs: 60_000,
    ...one,
  },
  forecast: {
    kind: 'forecast',
    target: 95,
    direction: 'high',
    windowMs: 600_000,
    setpoints: [step(60, 3), step(15, 2)],
    deadband: 3,
  },
  season: { kind: 'season', judge: 'ahead', staleAfterMs: 60_000, ...high },
  expression: {
    kind: 'expression',
    expression: 'value * 2.0',
    staleAfterMs: 60_000,
    setpoints,
    deadband: 3,
  },
}

function aRule(overrides: object = {}): AlarmRuleDraft {
  return alarmRuleDraft.parse({
    id: 'r',
    name: label,
    profileIds: ['gas', 'smoke'],
    point: 'lel',
    condition: CONDITIONS.limit,
    onDelayMs: 5_000,
    offDelayMs: 10_000,
    latching: true,
    shelvable: false,
    ...overrides,
  })
}

function kindsOf(before: object, after: object | null): readonly LooseningKind[] {
  const found = looseningsOf(aRule(before), after === null ? null : aRule(after))
  return [...new Set(found.map(({ kind }) => kind))]
}

const MILD = 'setpoint-milder'
const OTHER = 'other-condition'
const LEVELS = [
  // a field | stricter or equal | milder | and then it is called
  ['setpoints', [step(20, 3), step(50, 2)], [step(26, 3), step(50, 2)], MILD],
  ['setpoints', [step(20, 2)], [step(25, 3)], MILD],
  ['setpoints', [step(25, 2), step(50, 1)], [step(25, 4), step(50, 2)], 'grade-milder'],
  ['deadband', 5, 2, 'deadband-smaller'],
] as const

type Row = readonly [field: string, stricter: unknown, milder: unknown, kind: LooseningKind]

/** Every field of every condition: a value that is as strict, and one that is not. */
const ROWS: { readonly [Kind in ConditionKind]: readonly Row[] } = {
  limit: [...LEVELS, ['direction', 'high', 'low', OTHER]],
  boolean: [
    ['grade', 2, 4, 'grade-milder'],
    ['is', true, false, OTHER],
  ],
  'no-data': [
    ['grade', 2, 4, 'grade-milder'],
    ['afterMs', 30_000, 61_000, 'watch-longer'],
  ],
  rate: [
    ...LEVELS,
    ['change', 'either', 'rise', OTHER],
    ['per', 'minute', 'second', OTHER],
    ['windowMs', 60_000, 61_000, OTHER],
  ],
  deviation: [
    ...LEVELS,
    ['from', { kind: 'constant', value: 20 }, { kind: 'constant', value: 19 }, OTHER],
    ['side', 'either', 'above', OTHER],
    ['relative', false, true, OTHER],
    ['missing', 'passed', 'cleared', 'missing-milder'],
    ['staleAfterMs', 60_000, 90_000, 'missing-milder'],
    ['staleAfterMs', 60_000, 30_000, 'missing-milder'],
  ],
  stuck: [
    ['grade', 1, 4, 'grade-milder'],
    ['epsilon', 0.2, 0.05, 'deadband-smaller'],
    ['afterMs', 50_000, 70_000, 'watch-longer'],
    ['readingsMin', 2, 4, 'more-needed'],
  ],
  count: [
    ...LEVELS,
    ['direction', 'high', 'low', OTHER],
    ['needed', 2, 4, 'more-needed'],
    ['of', 6, 4, 'more-needed'],
    ['withinMs', undefined, 30_000, 'more-needed'],
  ],
  aggregate: [
    ...LEVELS,
    ['direction', 'high', 'low', OTHER],
    ['aggregate', 'mean', 'min', OTHER],
    ['windowMs', 60_000, 50_000, OTHER],
    ['readingsMin', 2, 4, 'more-needed'],
  ],
  vote: [
    ...LEVELS,
    ['direction', 'high', 'low', OTHER],
    ['needed', 1, 3, 'more-needed'],
    ['voters', ['a', 'b', 'c', 'd'].map(voter), ['a', 'b'].map(voter), 'fewer-sources'],
    ['badVoters', 'passed', 'cleared', 'missing-milder'],
    ['staleAfterMs', 30_000, 90_000, 'missing-milder'],
  ],
  combination: [
    ['grade', 2, 4, 'grade-milder'],
    ['match', 'any', 'all', 'more-needed'],
    ['tests', [isOn('fault'), isOn('tamper'), isOn('arc')], [isOn('fault')], OTHER],
    ['missing', 'passed', 'cleared', 'missing-milder'],
    ['staleAfterMs', 60_000, undefined, 'missing-milder'],
  ],
  forecast: [
    ['setpoints', [step(90, 3), step(15, 2)], [step(45, 3), step(15, 2)], MILD],
    ['deadband', 4, 2, 'deadband-smaller'],
    ['target', 90, 96, MILD],
    ['direction', 'high', 'low', OTHER],
    ['windowMs', 600_000, 700_000, OTHER],
    ['pointsMin', 5, 9, 'more-needed'],
    ['qualityMin', 0.5, 0.9, 'more-needed'],
  ],
  season: [
    ...LEVELS,
    ['direction', 'high', 'low', OTHER],
    ['judge', 'ahead', 'day', OTHER],
    ['timeZone', 'Asia/Shanghai', 'Europe/Berlin', OTHER],
    ['calendar', 'cn', 'de', OTHER],
    ['aheadHours', 6, 3, OTHER],
    ['band', 3, 2, OTHER],
    ['edge', 'middle', 'lower', OTHER],
    ['less', undefined, { kind: 'constant', value: 5 }, OTHER],
    ['daysMin', 4, 6, 'more-needed'],
    ['missing', 'passed', 'cleared', 'missing-milder'],
    ['staleAfterMs', 60_000, 61_000, 'missing-milder'],
  ],
  expression: [
    ...LEVELS,
    ['direction', 'high', 'low', OTHER],
    ['expression', 'value * 2.0', 'value * 1.9', OTHER],
    ['operands', {}, { other: { point: 'battery' } }, OTHER],
    ['missing', 'passed', 'cleared', 'missing-milder'],
    ['staleAfterMs', 60_000, 59_000, 'missing-milder'],
  ],
}

describe.each(Object.entries(ROWS))('a condition of kind %s', (kind, rows) => {
  const before = CONDITIONS[kind as ConditionKind]
  test.for(rows)('%s: %j is as strict, %j is not (%s)', ([field, stricter, milder, called]) => {
    // Two set-points stand in the order of their direction; one fits both.
    const base = field === 'direction' ? { ...before, setpoints: [step(25, 3)] } : before
    const of = (value: unknown) => ({ condition: { ...base, [field]: value } })
    expect(kindsOf({ condition: base }, of(stricter))).toEqual([])
    expect(kindsOf({ condition: base }, of(milder))).toEqual([called])
  })

  test('has a row for each of its fields, so that a new one is not forgotten', () => {
    const schema = conditionSchema.options.find((option) => option.shape.kind.value === kind)
    const texts = ['kind', 'label', 'source']
    const fields = Object.keys(schema?.shape ?? {}).filter((field) => !texts.includes(field))
    expect([...new Set(rows.map(([field]) => field))].sort()).toEqual(fields.sort())
  })

  test('said in other words is as strict', () => {
    const texts = { label: { zh: '别的', en: 'other' } }
    const condition = JSON.parse(JSON.stringify(before), (key, value) =>
      key === 'label' ? texts.label : value,
    )
    expect(kindsOf({ condition: before }, { condition })).toEqual([])
  })

  test('cannot be compared with another kind', () => {
    const other = kind === 'boolean' ? CONDITIONS.limit : CONDITIONS.boolean
    expect(kindsOf({ condition: before }, { condition: other })).toEqual([OTHER])
  })
})

describe('a rule', () => {
  const inside = (...spans: readonly object[]) => ({
    schedule: { spans: spans.map((span) => ({ from: '08:00', to: '20:00', ...span })) },
  })
  const night = { days: ['mon'], from: '20:00', to: '08:00' }
  test.for<readonly [string, object, object | null, readonly LooseningKind[]]>([
    ['removed', {}, null, ['removed']],
    ['switched off', {}, { enabled: false }, ['switched-off']],
    ['switched on', { enabled: false }, {}, []],
    [
      'made milder while it is off',
      { enabled: false },
      { enabled: false, onDelayMs: 6_000 },
      ['on-delay-longer'],
    ],
    ['renamed', {}, { name: { zh: '新', en: 'new' }, response: label }, []],
    ['of another point', {}, { point: 'co' }, ['other-point']],
    ['for fewer profiles', {}, { profileIds: ['gas'] }, ['scope-narrower']],
    ['for more profiles', {}, { profileIds: ['smoke', 'gas', 'tank'] }, []],
    ['for some sites only', {}, { siteIds: ['a'] }, ['scope-narrower']],
    ['for everywhere', { siteIds: ['a'] }, {}, []],
    ['for a further site', { siteIds: ['a'] }, { siteIds: ['b', 'a'], deviceIds: ['x'] }, []],
    ['for other sites', { siteIds: ['a'] }, { siteIds: ['b'] }, ['scope-narrower']],
    ['with a longer on-delay', {}, { onDelayMs: 5_001 }, ['on-delay-longer']],
    ['with a shorter on-delay', {}, { onDelayMs: 0 }, []],
    ['with a shorter off-delay', {}, { offDelayMs: 9_999 }, ['off-delay-shorter']],
    ['with a longer off-delay', {}, { offDelayMs: 60_000 }, []],
    ['no longer latching', {}, { latching: false }, ['latching-off']],
    ['latching', { latching: false }, {}, []],
    ['that may be shelved', {}, { shelvable: true }, ['shelving-allowed']],
    ['that may not be shelved', { shelvable: true }, {}, []],
    [
      'that annunciates again later',
      { reAlarmMs: 60_000 },
      { reAlarmMs: 90_000 },
      ['re-alarm-later'],
    ],
    ['that no longer annunciates again', { reAlarmMs: 60_000 }, {}, ['re-alarm-later']],
    ['that annunciates again', {}, { reAlarmMs: 60_000 }, []],
    ['that takes good values only', {}, { qualityMin: 'good' }, ['quality-higher']],
    ['that takes uncertain values', { qualityMin: 'good' }, { qualityMin: 'uncertain' }, []],
    ['voided by a gap', {}, { gap: { policy: 'void', afterMs: 60_000 } }, ['gap-milder']],
    [
      'voided sooner',
      { gap: { policy: 'void', afterMs: 60_000 } },
      { gap: { policy: 'void', afterMs: 30_000 } },
      ['gap-milder'],
    ],
    [
      'kept in a gap',
      { gap: { policy: 'pause', afterMs: 60_000 } },
      { gap: { policy: 'keep', afterMs: 1_000 } },
      [],
    ],
    ['in force at times only', {}, inside({ days: ['mon'] }), ['schedule-narrower']],
    ['in force always', inside({ days: ['mon'] }), {}, []],
    ['in force on a further day', inside({ days: ['mon'] }), inside({ days: ['tue', 'mon'] }), []],
    ['in force at night too', inside({ days: ['mon'] }), inside({ days: ['mon'] }, night), []],
    [
      'in force on another day',
      inside({ days: ['mon'] }),
      inside({ days: ['tue'] }),
      ['schedule-narrower'],
    ],
  ])('%s', ([, before, after, expected]) => {
    expect(kindsOf(before, after)).toEqual(expected)
  })

  test('is never milder than itself', () => {
    for (const condition of Object.values(CONDITIONS))
      expect(kindsOf({ condition }, { condition })).toEqual([])
  })

  test('any figure: of two set-points the later one is the milder', () => {
    const figure = fc.double({ noNaN: true, noDefaultInfinity: true })
    fc.assert(
      fc.property(figure, figure, (old, own) => {
        const of = (setpoint: number) => ({
          condition: { ...CONDITIONS.limit, setpoints: [step(setpoint, 3)] },
        })
        expect(kindsOf(of(old), of(own)).length > 0).toBe(own > old)
      }),
    )
  })
})

describe('figures of a place of its own', () => {
  const at = (siteId: string, set: RuleOverride['set']) => ({ siteId, set })
  const level = (setpoint: number) => ({ setpoints: [{ level: 1, setpoint }] })
  test.for<readonly [string, readonly object[], readonly object[], boolean]>([
    ['stricter than the rule', [], [at('a', level(20))], false],
    ['milder than the rule', [], [at('a', level(30))], true],
    ['switched off at a place', [], [at('a', { enabled: false })], true],
    ['a longer delay at a place', [], [at('a', { onDelayMs: 9_000 })], true],
    ['made stricter', [at('a', level(20))], [at('a', level(18))], false],
    [
      'made milder, though still stricter than the rule',
      [at('a', level(18))],
      [at('a', level(20))],
      true,
    ],
    ['a strict one taken away', [at('a', level(20))], [], true],
    ['a mild one taken away', [at('a', level(30))], [], false],
    [
      'for a part of a stricter place',
      [at('a', level(20))],
      [at('a', level(20)), { deviceId: 'd', set: level(22) }],
      true,
    ],
    [
      'another figure of the same place',
      [at('a', level(20))],
      [at('a', { onDelayMs: 1_000 })],
      true,
    ],
    [
      'said twice in one override: the last one counts',
      [at('a', level(20))],
      [at('a', { setpoints: [{ level: 1, setpoint: 20 }, ...level(30).setpoints] })],
      true,
    ],
    [
      'said twice, in another order: the last one counts',
      [at('a', level(18)), at('a', level(20)), at('b', level(20))],
      [at('b', level(20)), at('a', level(20)), at('a', level(18))],
      true,
    ],
    [
      'of several places in another order',
      [at('a', level(18)), at('b', level(20))],
      [at('b', level(20)), at('a', level(18))],
      false,
    ],
    ['with another note', [at('a', level(20))], [{ ...at('a', level(20)), note: 'why' }], false],
  ])('%s', ([, before, after, isMilder]) => {
    const expected = isMilder ? ['override-milder'] : []
    expect(kindsOf({ overrides: before }, { overrides: after })).toEqual(expected)
    // Else they could be made milder unseen before the rule is switched on again.
    const off = (overrides: readonly object[]) => ({ enabled: false, overrides })
    expect(kindsOf(off(before), off(after))).toEqual(expected)
  })

  test('a place where the rule is on although it is off elsewhere goes off', () => {
    const on = { enabled: false, overrides: [at('a', { enabled: true })] }
    expect(kindsOf(on, { enabled: false })).toEqual(['override-milder'])
  })
})

describe('a safety rule', () => {
  const grade = (grade: number) => ({
    condition: { ...CONDITIONS.boolean, grade },
    shelvable: true,
  })
  const yellow = (...overrides: readonly object[]) => ({
    condition: { ...CONDITIONS.limit, setpoints: [step(25, 3)] },
    shelvable: true,
    overrides,
  })
  const level = (level: number, grade: number) => ({ set: { setpoints: [{ level, grade }] } })
  test.for<readonly [string, object, boolean]>([
    ['may not be shelved', { ...grade(4), shelvable: false }, true],
    ['annunciates red', grade(1), true],
    ['annunciates orange', grade(2), true],
    ['annunciates orange at its second set-point', { shelvable: true }, true],
    ['listens for silence', { condition: CONDITIONS['no-data'], shelvable: true }, true],
    ['annunciates yellow at worst', grade(3), false],
    ['annunciates yellow, but red at a site', yellow({ siteId: 's', ...level(1, 1) }), true],
    ['annunciates yellow, but orange at a device', yellow({ deviceId: 'd', ...level(1, 2) }), true],
    [
      'annunciates yellow, but red at the second of two places',
      yellow({ profileId: 'gas', ...level(1, 4) }, { organizationId: 'o', ...level(1, 1) }),
      true,
    ],
    [
      'annunciates red at a place where it is off',
      yellow({ siteId: 's', set: { ...level(1, 1).set, enabled: false } }),
      true,
    ],
    ['annunciates blue at a site', yellow({ siteId: 's', ...level(1, 4) }), false],
    ['has another figure at a site', yellow({ siteId: 's', set: { onDelayMs: 0 } }), false],
    ['is red at a set-point it does not have', yellow({ siteId: 's', ...level(2, 1) }), false],
    [
      'is red at a set-point, but has none',
      { ...grade(3), overrides: [{ siteId: 's', ...level(1, 1) }] },
      false,
    ],
  ])('%s', ([, fields, expected]) => {
    expect(isSafetyRule(aRule(fields))).toBe(expected)
  })
})

test('names the field, so that a person finds it', () => {
  const condition: Condition = { kind: 'limit', ...high, setpoints: [step(25, 3), step(60, 2)] }
  expect(looseningsOf(aRule(), aRule({ condition, latching: false }))).toEqual([
    { kind: MILD, path: 'condition.setpoints.1.setpoint' },
    { kind: 'latching-off', path: 'latching' },
  ])
})
