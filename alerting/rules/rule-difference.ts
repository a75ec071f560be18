import { isSame } from './strictness.ts'

/** One field that differs; null: it was or is not there. */
export interface RuleDifference {
  readonly path: string
  readonly before: unknown
  readonly after: unknown
}

/**
 * What differs between two rules, field by field. Lists of plain values (ids, days) are one field;
 * lists of objects (set-points, overrides) are compared place by place, one that came or went as a whole.
 */
export function differencesOf(
  before: unknown,
  after: unknown,
  path = '',
): readonly RuleDifference[] {
  if (isSame(before, after)) return []
  const isComparable = Array.isArray(before) === Array.isArray(after)
  if (!isComparable || !isBranch(before) || !isBranch(after)) {
    return [{ path, before: before ?? null, after: after ?? null }]
  }
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys.flatMap((key) =>
    differencesOf(
      Reflect.get(before, key),
      Reflect.get(after, key),
      path === '' ? key : `${path}.${key}`,
    ),
  )
}

function isBranch(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  return !Array.isArray(value) || value.some((item) => typeof item === 'object' && item !== null)
}
