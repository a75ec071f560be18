import { QUALITIES, type Quality, type Reading } from '#alerting/reading.ts'
import type { StoredReading } from './time-series.ts'

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
 * How far the journal has been written lies beside them in `vigil_progress` (tag `writer`, fields
 * `next_offset` and `retained_before_ms`), one point an hour, overwritten within it.
 *
 * InfluxDB keeps one point of a series and a time and overwrites it, field by field: the last one wins.
 * See `FirstWins` for what makes the first one win.
 */
export const MEASUREMENT = 'vigil_readings'
export const PROGRESS_MEASUREMENT = 'vigil_progress'

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
