import type { Condition, ConditionKind, ConditionOf } from './alarm-rule.ts'
import {
  compareSetpoints,
  isSame,
  isWithin,
  mayNotFollow,
  mayNotGrow,
  type Report,
} from './strictness.ts'

type Compare<Kind extends ConditionKind> = (
  before: ConditionOf<Kind>,
  after: ConditionOf<Kind>,
  report: Report,
) => void

const OTHER = 'other-condition'

/** Compares two conditions of one rule; another kind cannot be compared and counts as milder. */
export function compareConditions(before: Condition, after: Condition, report: Report): void {
  if (before.kind !== after.kind) {
    report(OTHER, 'condition.kind')
    return
  }
  // The kinds are the same, so each comparer gets its own; TypeScript cannot tie the two together.
  const compare = COMPARERS[before.kind] as Compare<ConditionKind>
  compare(before, after, report)
}

const COMPARERS: { readonly [Kind in ConditionKind]: Compare<Kind> } = {
  limit: (before, after, report) => {
    compareLevels(before, after, report)
    assertSame(before, after, ['direction'], report)
  },
  boolean: (before, after, report) => {
    compareGrade(before, after, report)
    assertSame(before, after, ['is'], report)
  },
  'no-data': (before, after, report) => {
    compareGrade(before, after, report)
    mayNotGrow(before.afterMs, after.afterMs, at('watch-longer', 'afterMs'), report)
  },
  stuck: (before, after, report) => {
    compareGrade(before, after, report)
    mayNotGrow(before.afterMs, after.afterMs, at('watch-longer', 'afterMs'), report)
    mayNotGrow(-before.epsilon, -after.epsilon, at('deadband-smaller', 'epsilon'), report)
    mayNotGrow(before.readingsMin, after.readingsMin, at('more-needed', 'readingsMin'), report)
  },
  rate: (before, after, report) => {
    compareLevels(before, after, report)
    compareSide(before.change, after.change, 'change', report)
    assertSame(before, after, ['per', 'windowMs'], report)
  },
  deviation: (before, after, report) => {
    compareLevels(before, after, report)
    compareSide(before.side, after.side, 'side', report)
    compareMissing(before, after, report)
    assertSame(before, after, ['from', 'relative'], report)
  },
  count: (before, after, report) => {
    compareLevels(before, after, report)
    mayNotGrow(before.needed, after.needed, at('more-needed', 'needed'), report)
    mayNotGrow(-before.of, -after.of, at('more-needed', 'of'), report)
    const forever = Number.POSITIVE_INFINITY
    mayNotGrow(
      -(before.withinMs ?? forever),
      -(after.withinMs ?? forever),
      at('more-needed', 'withinMs'),
      report,
    )
    assertSame(before, after, ['direction'], report)
  },
  aggregate: (before, after, report) => {
    compareLevels(before, after, report)
    mayNotGrow(before.readingsMin, after.readingsMin, at('more-needed', 'readingsMin'), report)
    assertSame(before, after, ['aggregate', 'windowMs', 'direction'], report)
  },
  vote: (before, after, report) => {
    compareLevels(before, after, report)
    mayNotGrow(before.needed, after.needed, at('more-needed', 'needed'), report)
    if (!isWithin(before.voters, after.voters)) report('fewer-sources', 'condition.voters')
    compareBadVoters(before, after, report)
    assertSame(before, after, ['direction'], report)
  },
  combination: (before, after, report) => {
    compareGrade(before, after, report)
    compareTests(before, after, report)
    compareMissing(before, after, report)
  },
  forecast: (before, after, report) => {
    compareLevels(before, after, report)
    mayNotGrow(before.pointsMin, after.pointsMin, at('more-needed', 'pointsMin'), report)
    mayNotGrow(before.qualityMin, after.qualityMin, at('more-needed', 'qualityMin'), report)
    const isHigh = before.direction === 'high'
    const milder = isHigh ? after.target > before.target : after.target < before.target
    if (milder) report('setpoint-milder', 'condition.target')
    assertSame(before, after, ['direction', 'windowMs'], report)
  },
  season: (before, after, report) => {
    compareLevels(before, after, report)
    mayNotGrow(before.daysMin, after.daysMin, at('more-needed', 'daysMin'), report)
    compareMissing(before, after, report)
    assertSame(
      before,
      after,
      ['judge', 'timeZone', 'calendar', 'aheadHours', 'band', 'edge', 'less', 'direction'],
      report,
    )
  },
  expression: (before, after, report) => {
    compareLevels(before, after, report)
    compareMissing(before, after, report)
    assertSame(before, after, ['expression', 'operands', 'direction'], report)
  },
}

function at(kind: Parameters<Report>[0], field: string) {
  return { kind, path: `condition.${field}` }
}

/** Larger set-points are milder everywhere but where the danger lies below, or time runs out. */
export function isFalling(condition: Condition): boolean {
  if (condition.kind === 'forecast') return true
  return 'direction' in condition && condition.direction === 'low'
}

type Levelled = Extract<Condition, { setpoints: unknown }>

function compareLevels<One extends Levelled>(before: One, after: One, report: Report): void {
  const options = { isFalling: isFalling(before), path: 'condition.setpoints' }
  compareSetpoints(before.setpoints, after.setpoints, options, report)
  mayNotGrow(-before.deadband, -after.deadband, at('deadband-smaller', 'deadband'), report)
}

function compareGrade(
  before: { readonly grade: number },
  after: { readonly grade: number },
  report: Report,
): void {
  mayNotGrow(before.grade, after.grade, at('grade-milder', 'grade'), report)
}

function compareSide(before: string, after: string, field: string, report: Report): void {
  if (after !== before && after !== 'either') report(OTHER, `condition.${field}`)
}

/** `passed` alarms when an operand is missing, `hold` waits, `cleared` takes it for normal. */
function compareMissing<
  One extends {
    readonly missing: 'hold' | 'passed' | 'cleared'
    readonly staleAfterMs?: number | undefined
  },
>(before: One, after: One, report: Report): void {
  const order = ['passed', 'hold', 'cleared'] as const
  const choice = { before: before.missing, after: after.missing }
  mayNotFollow(order, choice, at('missing-milder', 'missing'), report)
  if (before.staleAfterMs === after.staleAfterMs) return
  const forever = Number.POSITIVE_INFINITY
  const isSooner = (after.staleAfterMs ?? forever) < (before.staleAfterMs ?? forever)
  // Missing sooner is stricter only where missing alarms.
  if (!isSooner || after.missing !== 'passed') report('missing-milder', 'condition.staleAfterMs')
}

function compareBadVoters(
  before: ConditionOf<'vote'>,
  after: ConditionOf<'vote'>,
  report: Report,
): void {
  const order = ['passed', 'fewer', 'cleared'] as const
  const choice = { before: before.badVoters, after: after.badVoters }
  mayNotFollow(order, choice, at('missing-milder', 'badVoters'), report)
  if (before.staleAfterMs === after.staleAfterMs) return
  const isSooner = after.staleAfterMs < before.staleAfterMs
  const isStricter = after.badVoters === 'cleared' ? !isSooner : isSooner
  if (!isStricter) report('missing-milder', 'condition.staleAfterMs')
}

/** Stricter: more tests of which one suffices, or fewer that must all pass. */
function compareTests(
  before: ConditionOf<'combination'>,
  after: ConditionOf<'combination'>,
  report: Report,
): void {
  if (isSame(before.tests, after.tests)) {
    if (before.match === 'any' && after.match === 'all') report('more-needed', 'condition.match')
    return
  }
  const covers =
    before.match === 'any'
      ? after.match === 'any' && isWithin(before.tests, after.tests)
      : after.match === 'all' && isWithin(after.tests, before.tests)
  if (!covers) report(OTHER, 'condition.tests')
}

function assertSame<One extends object>(
  before: One,
  after: One,
  fields: readonly (keyof One & string)[],
  report: Report,
): void {
  for (const field of fields) {
    if (!isSame(before[field], after[field])) report(OTHER, `condition.${field}`)
  }
}
