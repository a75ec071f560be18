/** Where a field of a dossier lies, e.g. `['units', 0, 'name']`. */
export type FieldPath = readonly (string | number)[]

export function valueAt(target: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      (value as Readonly<Record<string | number, unknown>> | null | undefined)?.[step],
    target,
  )
}

/** The same with another value at that place; what lies beside it is shared. */
export function withValue<Target>(target: Target, path: FieldPath, value: unknown): Target {
  const [step, ...rest] = path
  if (step === undefined) return value as Target
  const inner = withValue((target as Record<string | number, unknown>)[step], rest, value)
  if (Array.isArray(target)) {
    return target.map((entry, index) => (index === step ? inner : entry)) as Target
  }
  return { ...target, [step]: inner }
}

/** As the gateway names it in issues: `units.0.name`. */
export function dotted(path: FieldPath): string {
  return path.join('.')
}

/** Without positions, as texts are keyed: `units_name`. */
export function fieldKeyOf(path: string): string {
  return path
    .split('.')
    .filter((step) => !/^\d+$/.test(step))
    .join('_')
}
