import { QUALITIES, type Quality, type Reading } from '#alerting/reading.ts'
import type { Bucket, StoredReading } from './time-series.ts'

/**
 * How readings lie in InfluxDB, version 1 and 2 alike. One measurement, `vigil_readings`; times are
 * milliseconds.
 *
 * | tag             |                                                                        |
 * | --------------- | ---------------------------------------------------------------------- |
 * | `device`        | id of the device, see `encodeName`                                     |
 * | `point`         | name of the quantity, see `encodeName`                                 |
 *
 * | field           | type    | present                                                      |
 * | --------------- | ------- | ------------------------------------------------------------ |
 * | `value`         | float   | when it may be trusted (quality good or uncertain)           |
 * | `unusable`      | float   | the value of a bad or calibrating reading, instead of `value` |
 * | `is_boolean`    | boolean | `true` for a boolean, whose value is then 1 or 0             |
 * | `quality`       | string  | unless it is `good`                                          |
 * | `marks`         | integer | unless it is 0; bits 1 late, 2 out of order, 4 clock skewed  |
 * | `arrived_at_ms` | integer | always                                                       |
 *
 * Site and organization are not stored: they change, and a changed tag is another series; the registry
 * joins them. `mean(value)` is right without a condition, and most readings have two fields only.
 *
 * Roll-ups are measurements of their own, `vigil_minutes` and `vigil_hours`, with the same tags and the
 * fields `total` and `usable` (integers), `sum`, `min`, `max` and `last` (floats, absent when no reading
 * was usable); the time is the start of the minute or hour. They are kept longer, so each has a retention
 * policy (version 1) or a bucket (version 2) of its own.
 *
 * How far the journal has been written lies beside the readings in `vigil_progress` (tag `writer`, fields
 * `next_offset`, `retained_before_ms` and `rollups`), one point an hour, overwritten within it.
 *
 * InfluxDB keeps one point of a series and a time and overwrites it, field by field: the last one wins.
 * See `FirstWins` for what makes the first one win.
 */
export const MEASUREMENT = 'vigil_readings'
export const PROGRESS_MEASUREMENT = 'vigil_progress'
export const ROLLUP_MEASUREMENT = { minute: 'vigil_minutes', hour: 'vigil_hours' } as const

/** Each field of a roll-up: what makes it of a field of readings, and what makes it of finer roll-ups. */
export const ROLLUP_FIELDS = {
  total: { fn: 'count', of: 'arrived_at_ms', again: 'sum' },
  usable: { fn: 'count', of: 'value', again: 'sum' },
  sum: { fn: 'sum', of: 'value', again: 'sum' },
  min: { fn: 'min', of: 'value', again: 'min' },
  max: { fn: 'max', of: 'value', again: 'max' },
  last: { fn: 'last', of: 'value', again: 'last' },
} as const
export type RollupField = keyof typeof ROLLUP_FIELDS
export const ROLLUP_FIELD_NAMES = Object.keys(ROLLUP_FIELDS) as readonly RollupField[]

/** A bucket of what an answer has in each field; null where it has nothing. */
export function bucketOf(startMs: number, field: (name: RollupField) => unknown): Bucket {
  const number = (name: RollupField) => Number(field(name) ?? 0)
  const orNull = (name: RollupField) => {
    const value = field(name)
    return typeof value === 'number' ? value : null
  }
  return {
    startMs,
    total: number('total'),
    usable: number('usable'),
    sum: number('sum'),
    min: orNull('min'),
    max: orNull('max'),
    last: orNull('last'),
  }
}

export const FIELDS = [
  'value',
  'unusable',
  'is_boolean',
  'quality',
  'marks',
  'arrived_at_ms',
] as const
export type FieldName = (typeof FIELDS)[number]

/** The types InfluxDB 1 tells of them. */
export const FIELD_TYPES: Readonly<Record<FieldName, string>> = {
  value: 'float',
  unusable: 'float',
  is_boolean: 'boolean',
  quality: 'string',
  marks: 'integer',
  arrived_at_ms: 'integer',
}

export interface ReadingFields {
  value?: number
  unusable?: number
  is_boolean?: true
  quality?: string
  marks?: number
  arrived_at_ms: number
}

/** InfluxDB's times are 64 bits of nanoseconds. */
export const TIME_MS_MAX = 9_223_372_036_853
export const TIME_MS_MIN = -9_223_372_036_853

/** Why a reading cannot be written at all, or null. */
export function unstorable({ value, observedAtMs }: Reading): string | null {
  if (typeof value === 'number' && !Number.isFinite(value)) return 'The value is not a number.'
  const isStorable = observedAtMs >= TIME_MS_MIN && observedAtMs <= TIME_MS_MAX
  return isStorable ? null : 'The time is beyond what InfluxDB can store.'
}

export function fieldsOf({ value, quality, marks, arrivedAtMs }: Reading): ReadingFields {
  const fields: ReadingFields = { arrived_at_ms: arrivedAtMs }
  if (quality === 'good' || quality === 'uncertain') fields.value = Number(value)
  else fields.unusable = Number(value)
  if (typeof value === 'boolean') fields.is_boolean = true
  if (quality !== 'good') fields.quality = quality
  if (marks !== 0) fields.marks = marks
  return fields
}

/** Null for a point that somebody else wrote into the measurement. */
export function readingOf(
  observedAtMs: number,
  field: (name: FieldName) => unknown,
): StoredReading | null {
  const quality = qualityOf(field('quality'))
  if (quality === null) return null
  const isUsable = quality === 'good' || quality === 'uncertain'
  const value = field(isUsable ? 'value' : 'unusable')
  const arrivedAtMs = field('arrived_at_ms')
  if (typeof value !== 'number' || typeof arrivedAtMs !== 'number') return null
  return {
    observedAtMs,
    arrivedAtMs,
    value: field('is_boolean') === true ? value !== 0 : value,
    quality,
    marks: Number(field('marks') ?? 0),
  }
}

function qualityOf(text: unknown): Quality | null {
  if (text === null || text === undefined || text === '') return 'good'
  return QUALITIES.find((quality) => quality === text) ?? null
}

/** `vigil_progress` is overwritten within an hour, so that it stays small and never leaves the retention. */
export function progressTimeMs(nowMs: number): number {
  const hourMs = 3_600_000
  return Math.floor(nowMs / hourMs) * hourMs
}
