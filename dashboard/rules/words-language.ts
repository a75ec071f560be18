import type { ConditionOf, RuleSchedule } from './rule-types.ts'

/** What things are called: points, their units, places. */
export interface RuleNames {
  /** Of another device with the device in front. */
  readonly point: (ref: {
    readonly deviceId?: string | undefined
    readonly point: string
  }) => string
  readonly unit: (point: string) => string | null
  readonly number: (value: number) => string
}

/** The sentences a rule is said in; one set a language. */
export interface Phrases {
  readonly grade: (grade: number | undefined) => string
  readonly label: (label: { readonly zh: string; readonly en: string } | undefined) => string
  readonly bracketed: (text: string) => string
  readonly duration: (ms: number | undefined) => string
  readonly minutes: (minutes: number | undefined) => string
  readonly perTime: (unit: string | null, per: ConditionOf<'rate'>['per']) => string
  readonly boolean: (point: string, is: boolean, raised: string) => string
  readonly noData: (point: string, after: string, raised: string) => string
  readonly stuck: (
    point: string,
    figures: { readonly epsilon: string; readonly after: string; readonly readings: string },
    raised: string,
  ) => string
  readonly combination: (match: 'all' | 'any', tests: readonly string[], raised: string) => string
  readonly group: (match: 'all' | 'any', tests: readonly string[]) => string
  readonly compared: (point: string, direction: 'high' | 'low', setpoint: string) => string
  readonly isSet: (point: string, is: boolean) => string
  readonly schedule: (schedule: RuleSchedule) => string
  readonly forecast: (
    point: string,
    of: { readonly target: string; readonly window: string },
    steps: readonly { readonly within: string; readonly raised: string }[],
  ) => string
  readonly rate: (point: string, change: ConditionOf<'rate'>['change'], window: string) => string
  readonly deviation: (
    point: string,
    side: ConditionOf<'deviation'>['side'],
    from: string,
  ) => string
  readonly count: (
    point: string,
    of: { readonly needed: string; readonly of: string; readonly within: string | null },
  ) => string
  readonly aggregate: (
    point: string,
    aggregate: ConditionOf<'aggregate'>['aggregate'],
    window: string,
  ) => string
  readonly vote: (needed: string, voters: readonly string[]) => string
  readonly season: (
    point: string,
    of: {
      readonly judge: ConditionOf<'season'>['judge']
      readonly hours: string
      readonly edge: ConditionOf<'season'>['edge']
      readonly less: string | null
    },
  ) => string
  readonly expression: (expression: string) => string
  readonly attribute: (name: 'range.min' | 'range.max') => string
  readonly step: (direction: 'high' | 'low', setpoint: string, raised: string) => string
  readonly clears: (direction: 'high' | 'low', at: string) => string
  readonly levels: (subject: string, steps: readonly string[], clears: string) => string
  readonly behaviour: {
    readonly onDelay: (delay: string | null) => string
    readonly offDelay: (delay: string | null) => string
    readonly latching: (is: boolean) => string
    readonly shelvable: (is: boolean) => string
    readonly reAlarm: (after: string) => string
    readonly goodOnly: string
    readonly gap: (policy: 'void' | 'pause' | 'keep', after: string) => string
    readonly schedule: (when: string) => string
    readonly off: string
    readonly overrides: (count: number) => string
  }
}

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** The largest unit that divides it, else the one it has at least two of: `90 s`, `5 min`, `1.5 h`. */
export function durationParts(ms: number): { readonly figure: number; readonly unit: Unit } {
  const units = [
    ['day', DAY_MS],
    ['hour', HOUR_MS],
    ['minute', MINUTE_MS],
    ['second', SECOND_MS],
  ] as const
  for (const [unit, size] of units)
    if (ms >= size && ms % size === 0) return { figure: ms / size, unit }
  return { figure: Math.round(ms / 10) / 100, unit: 'second' }
}
export type Unit = 'day' | 'hour' | 'minute' | 'second'
