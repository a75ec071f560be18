import type {
  AlarmCondition,
  ConditionOf,
  ConditionTest,
  LevelledCondition,
  PointReference,
} from './rule-types.ts'
import type { Phrases, RuleNames } from './words-language.ts'

interface Speech {
  readonly phrases: Phrases
  readonly names: RuleNames
  /** What the judged point is called, and the unit of its values. */
  readonly own: string
  readonly unit: string | null
}

/** Compares a figure with set-points in one and the same sentence; a forecast has one of its own. */
type Compared = Exclude<LevelledCondition, { kind: 'forecast' }>

interface Subject {
  readonly subject: string
  readonly direction: 'high' | 'low'
  readonly unit: string | null
}

/** What a condition waits for, as one sentence; figures that are not typed yet stand as a dash. */
export function conditionInWords(
  condition: AlarmCondition,
  point: string,
  { phrases, names }: Pick<Speech, 'phrases' | 'names'>,
): string {
  const speech = { phrases, names, own: names.point({ point }), unit: names.unit(point) }
  const { own } = speech
  switch (condition.kind) {
    case 'boolean':
      return phrases.boolean(own, condition.is, raised(condition, speech))
    case 'no-data':
      return phrases.noData(own, phrases.duration(condition.afterMs), raised(condition, speech))
    case 'stuck':
      return stuckInWords(condition, speech)
    case 'combination': {
      const tests = (condition.tests ?? []).map((test) => testInWords(test, speech))
      return phrases.combination(condition.match, tests, raised(condition, speech))
    }
    case 'forecast':
      return forecastInWords(condition, speech)
    default:
      return comparedInWords(condition, speech)
  }
}

function raised(
  at: {
    readonly grade?: number | undefined
    readonly label?: { readonly zh: string; readonly en: string } | undefined
  },
  { phrases }: Speech,
): string {
  return `${phrases.label(at.label)}${phrases.bracketed(phrases.grade(at.grade))}`
}

/** A field of a form that is not filled in yet is undefined or null, whatever its type says. */
function figure(value: number | undefined | null, { names }: Speech): string {
  return value === undefined || value === null ? '–' : names.number(value)
}

function measured(value: number | undefined | null, unit: string | null, speech: Speech): string {
  return unit === null ? figure(value, speech) : `${figure(value, speech)} ${unit}`
}

function stuckInWords(condition: ConditionOf<'stuck'>, speech: Speech): string {
  const { phrases, own, unit } = speech
  const figures = {
    epsilon: measured(condition.epsilon, unit, speech),
    after: phrases.duration(condition.afterMs),
    readings: figure(condition.readingsMin, speech),
  }
  return phrases.stuck(own, figures, raised(condition, speech))
}

function forecastInWords(condition: ConditionOf<'forecast'>, speech: Speech): string {
  const { phrases, own, unit } = speech
  const of = {
    target: measured(condition.target, unit, speech),
    window: phrases.duration(condition.windowMs),
  }
  const steps = (condition.setpoints ?? []).map((at) => ({
    within: phrases.minutes(at.setpoint),
    raised: raised(at, speech),
  }))
  return phrases.forecast(own, of, steps)
}

function testInWords(test: ConditionTest, speech: Speech): string {
  const { phrases, names } = speech
  switch (test.test) {
    case 'value': {
      const setpoint = measured(test.setpoint, names.unit(test.of.point), speech)
      return phrases.compared(names.point(test.of), test.direction, setpoint)
    }
    case 'boolean':
      return phrases.isSet(names.point(test.of), test.is)
    case 'schedule':
      return phrases.schedule(test.schedule)
    case 'group': {
      const tests = test.tests.map((one) => testInWords(one, speech))
      return phrases.group(test.match, tests)
    }
  }
}

function comparedInWords(condition: Compared, speech: Speech): string {
  const { phrases } = speech
  const { subject, direction, unit } = subjectOf(condition, speech)
  const steps = (condition.setpoints ?? []).map((at) =>
    phrases.step(direction, measured(at.setpoint, unit, speech), raised(at, speech)),
  )
  const first = condition.setpoints?.[0]?.setpoint
  const { deadband = 0 } = condition
  const clearsAt = direction === 'high' ? (first ?? 0) - deadband : (first ?? 0) + deadband
  const clears = measured(first === undefined ? undefined : rounded(clearsAt), unit, speech)
  return phrases.levels(subject, steps, phrases.clears(direction, clears))
}

function subjectOf(condition: Compared, speech: Speech): Subject {
  const { phrases, own, unit } = speech
  switch (condition.kind) {
    case 'limit':
      return { subject: own, direction: condition.direction, unit }
    case 'rate': {
      const window = phrases.duration(condition.windowMs)
      const subject = phrases.rate(own, condition.change, window)
      return { subject, direction: 'high', unit: phrases.perTime(unit, condition.per) }
    }
    case 'deviation': {
      const from = referenceInWords(condition.from, speech)
      const subject = phrases.deviation(own, condition.side, from)
      return { subject, direction: 'high', unit: condition.relative === true ? '%' : unit }
    }
    default:
      return { ...gatheredSubject(condition, speech), direction: condition.direction ?? 'high' }
  }
}

/** Figures gathered of several readings, points or days. */
function gatheredSubject(
  condition: Exclude<Compared, { kind: 'limit' | 'rate' | 'deviation' }>,
  speech: Speech,
): Omit<Subject, 'direction'> {
  const { phrases, names, own, unit } = speech
  switch (condition.kind) {
    case 'count': {
      const { needed, of, withinMs } = condition
      const within = withinMs === undefined ? null : phrases.duration(withinMs)
      const figures = { needed: figure(needed, speech), of: figure(of, speech), within }
      return { subject: phrases.count(own, figures), unit }
    }
    case 'aggregate': {
      const { aggregate, windowMs } = condition
      const subject = phrases.aggregate(own, aggregate, phrases.duration(windowMs))
      return { subject, unit: aggregate === 'count' ? null : unit }
    }
    case 'vote': {
      const voters = (condition.voters ?? []).map((voter) => names.point(voter))
      return { subject: phrases.vote(figure(condition.needed, speech), voters), unit }
    }
    case 'season': {
      const hours = figure(condition.aheadHours, speech)
      const { judge, edge, less } = condition
      const taken = less === undefined ? null : referenceInWords(less, speech)
      const subject = phrases.season(own, { judge, hours, edge, less: taken })
      return { subject, unit: condition.judge === 'band' ? null : unit }
    }
    case 'expression':
      return { subject: phrases.expression(condition.expression ?? ''), unit: null }
  }
}

function referenceInWords(from: PointReference | undefined, speech: Speech): string {
  const { phrases, names, unit } = speech
  switch (from?.kind) {
    case 'constant':
      return measured(from.value, unit, speech)
    case 'attribute':
      return phrases.attribute(from.name)
    case 'point':
      return names.point(from)
    default:
      return '–'
  }
}

/** 25 − 2.3 is 22.7, not 22.699999999999996. */
function rounded(value: number): number {
  return Number(value.toPrecision(10))
}
