/** A rule as it is being written: any field may be missing or wrong. */
export type Draft = Readonly<Record<string, unknown>>

/** `condition.setpoints.0.setpoint`; undefined where the way does not lead there. */
export function valueAt(draft: unknown, path: string): unknown {
  let value = draft
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Reflect.get(value, key)
  }
  return value
}

/** The same draft with another value at the path; undefined takes the field away. */
export function withValue(draft: Draft, path: string, value: unknown): Draft {
  return changed(draft, path.split('.'), value) as Draft
}

function changed(part: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value
  if (Array.isArray(part)) {
    return part.map((one, at) => (String(at) === key ? changed(one, rest, value) : one))
  }
  const fields = typeof part === 'object' && part !== null ? part : {}
  const next = changed(Reflect.get(fields, key), rest, value)
  if (next !== undefined) return { ...fields, [key]: next }
  const { [key]: _, ...left } = fields as Record<string, unknown>
  return left
}

export function listAt(draft: unknown, path: string): readonly unknown[] {
  const value = valueAt(draft, path)
  return Array.isArray(value) ? value : []
}

export function textAt(draft: unknown, path: string): string {
  const value = valueAt(draft, path)
  return typeof value === 'string' ? value : ''
}

export function numberAt(draft: unknown, path: string): number | null {
  const value = valueAt(draft, path)
  return typeof value === 'number' ? value : null
}

export function idsAt(draft: unknown, path: string): string[] {
  return listAt(draft, path).filter((id) => typeof id === 'string')
}
