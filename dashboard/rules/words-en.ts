import type { ConditionOf, RuleSchedule } from './rule-types.ts'
import { durationParts, type Phrases } from './words-language.ts'

const GRADES = ['', 'red', 'orange', 'yellow', 'blue']
const UNITS = { day: 'd', hour: 'h', minute: 'min', second: 's' } as const
const DAYS: Readonly<Record<RuleSchedule['spans'][number]['days'][number], string>> = {
  mon: 'Mon',
  tue: 'Tue',
  wed: 'Wed',
  thu: 'Thu',
  fri: 'Fri',
  sat: 'Sat',
  sun: 'Sun',
  workday: 'working days',
  restday: 'rest days',
  holiday: 'public holidays',
}
const PER = { second: 's', minute: 'min', hour: 'h' } as const
const CHANGE: Readonly<Record<ConditionOf<'rate'>['change'], string>> = {
  rise: 'rises',
  fall: 'falls',
  either: 'changes',
}
const AGGREGATE: Readonly<Record<ConditionOf<'aggregate'>['aggregate'], string>> = {
  mean: 'mean',
  min: 'minimum',
  max: 'maximum',
  sum: 'sum',
  count: 'number of readings',
}

const duration = (ms: number | undefined): string => {
  if (ms === undefined || Number.isNaN(ms)) return '–'
  const { figure, unit } = durationParts(ms)
  return `${figure} ${UNITS[unit]}`
}
const beyond = (direction: 'high' | 'low') => (direction === 'high' ? 'at or above' : 'at or below')
const joined = (match: 'all' | 'any', tests: readonly string[]) =>
  tests.join(match === 'all' ? ' and ' : ' or ')
const schedule = ({ active, spans, timeZone, calendar }: Partial<RuleSchedule>) => {
  const when = (spans ?? [])
    .map(({ days, from, to }) => `${days.map((day) => DAYS[day]).join(', ')} ${from}–${to}`)
    .join('; ')
  const clock = timeZone === undefined || timeZone === 'Asia/Shanghai' ? '' : ` (${timeZone})`
  const days = calendar === undefined || calendar === 'cn' ? '' : ` by the calendar ${calendar}`
  return `${active === 'outside' ? `any time but ${when}` : when}${days}${clock}`
}

export const EN: Phrases = {
  grade: (grade) => GRADES[grade ?? 0] ?? '',
  label: (label) => label?.en ?? '',
  bracketed: (text) => (text === '' ? '' : ` (${text})`),
  duration,
  minutes: (minutes) => (minutes === undefined ? '–' : duration(minutes * 60_000)),
  perTime: (unit, per) => `${unit ?? ''}/${PER[per]}`,
  boolean: (point, is, raised) => `${point} is “${is ? 'yes' : 'no'}”: ${raised}.`,
  noData: (point, after, raised) =>
    `Nothing heard of ${point} for ${after}: ${raised}. Clears with the next reading.`,
  stuck: (point, { epsilon, after, readings }, raised) =>
    `${point} has not changed by more than ${epsilon} for ${after}, in ${readings} readings at least (stuck): ${raised}.`,
  combination: (match, tests, raised) => `${joined(match, tests)}: ${raised}.`,
  group: (match, tests) => `(${joined(match, tests)})`,
  compared: (point, direction, setpoint) => `${point} ${beyond(direction)} ${setpoint}`,
  isSet: (point, is) => `${point} is “${is ? 'yes' : 'no'}”`,
  schedule: (when) => `it is ${schedule(when)}`,
  forecast: (point, { target, window }, steps) =>
    `By the trend of the last ${window}, ${point} reaches ${target} ${steps
      .map(({ within, raised }) => `within ${within}: ${raised}`)
      .join('; ')}.`,
  rate: (point, change, window) =>
    `${point} ${CHANGE[change]}, by the trend of the last ${window},`,
  deviation: (point, side, from) =>
    `${point} is ${side === 'above' ? 'above' : side === 'below' ? 'below' : 'off'} ${from} by`,
  count: (point, { needed, of, within }) =>
    needed === of
      ? `${of} readings of ${point} in a row${within === null ? '' : ` (within ${within})`}`
      : `${needed} of the last ${of} readings of ${point}${within === null ? '' : ` (within ${within})`}`,
  aggregate: (point, aggregate, window) =>
    `The ${AGGREGATE[aggregate]} of ${point} over the last ${window}`,
  vote: (needed, voters) =>
    `At least ${needed} of the ${voters.length} points ${voters.join(', ')}`,
  season: (point, { judge, hours, edge, less }) => {
    if (judge === 'band') {
      return `The distance of ${point} from what is usual at this hour, in spreads,`
    }
    const figure =
      judge === 'ahead'
        ? `The extreme forecast of ${point} within the next ${hours} h`
        : `The forecast sum of ${point} over the next 24 h`
    const edged = edge === 'upper' || edge === 'lower' ? ` (${edge} edge of its band)` : ''
    return `${figure}${edged}${less === null ? '' : `, less ${less},`}`
  },
  expression: (expression) => `The result of ${expression}`,
  attribute: (name) => (name === 'range.max' ? 'the end of the range' : 'the start of the range'),
  step: (direction, setpoint, raised) => `${beyond(direction)} ${setpoint}: ${raised}`,
  clears: (direction, at) => `Clears ${direction === 'high' ? 'below' : 'above'} ${at}`,
  levels: (subject, steps, clears) => `${subject} ${steps.join('; ')}. ${clears}.`,
  behaviour: {
    onDelay: (delay) =>
      delay === null ? 'Alarms at once.' : `Alarms after ${delay} without a break.`,
    offDelay: (delay) =>
      delay === null ? 'Ends at once when cleared.' : `Ends after ${delay} clear without a break.`,
    latching: (is) => (is ? 'Latched until a person resets it.' : 'Needs no reset.'),
    shelvable: (is) => (is ? 'May be shelved.' : 'May not be shelved.'),
    reAlarm: (after) => `Acknowledged and still there after ${after}: calls again.`,
    goodOnly: 'Takes values of good quality only.',
    gap: (policy, after) =>
      policy === 'void'
        ? `After ${after} without values, what was counted is void.`
        : policy === 'pause'
          ? `After ${after} without values, counting stands still.`
          : 'Counting goes on without values.',
    schedule: (when) => `In force only: ${when}.`,
    off: 'This rule is switched off.',
    overrides: (count) =>
      `${count} ${count === 1 ? 'place has' : 'places have'} figures of their own.`,
  },
}

export const scheduleEn = schedule
