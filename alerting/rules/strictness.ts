/**
 * What a change of a rule may take away. Whatever cannot be shown to be at least as strict as before
 * counts as a loosening: a change that a second person looks at for nothing costs a minute, one that
 * nobody looked at may cost more.
 */
export const LOOSENING_KINDS = [
  'removed',
  'switched-off',
  'scope-narrower',
  'other-point',
  'other-condition',
  'setpoint-milder',
  'grade-milder',
  'deadband-smaller',
  'on-delay-longer',
  'off-delay-shorter',
  'watch-longer',
  'more-needed',
  'fewer-sources',
  'missing-milder',
  'latching-off',
  'shelving-allowed',
  're-alarm-later',
  'quality-higher',
  'gap-milder',
  'schedule-narrower',
  'override-milder',
] as const
export type LooseningKind = (typeof LOOSENING_KINDS)[number]

/** One thing that got milder, at the field of the rule it stands in (`condition.setpoints.0.setpoint`). */
export interface Loosening {
  readonly kind: LooseningKind
  readonly path: string
}

/** Reports a field that got milder. */
export type Report = (kind: LooseningKind, path: string) => void

export interface Step {
  readonly setpoint: number
  readonly grade: number
}

/**
 * Every value that was annunciated still is, at least as urgently: for each set-point of before, one of
 * after is reached no later and has no milder grade. `isFalling`: the larger figure is the milder one.
 */
export function compareSetpoints(
  before: readonly Step[],
  after: readonly Step[],
  options: { readonly isFalling: boolean; readonly path: string },
  report: Report,
): void {
  const isReachedNoLater = (one: Step, than: Step) =>
    options.isFalling ? one.setpoint >= than.setpoint : one.setpoint <= than.setpoint
  for (const [index, old] of before.entries()) {
    const reached = after.filter((step) => isReachedNoLater(step, old))
    if (reached.some(({ grade }) => grade <= old.grade)) continue
    const at = Math.min(index, after.length - 1)
    const isSameFigure = after[at]?.setpoint === old.setpoint
    if (reached.length > 0 && isSameFigure) report('grade-milder', `${options.path}.${at}.grade`)
    else report('setpoint-milder', `${options.path}.${at}.setpoint`)
  }
}

/** A figure that makes the rule milder when it grows (a delay before the alarm, a count that is needed). */
export function mayNotGrow(
  before: number,
  after: number,
  as: { readonly kind: LooseningKind; readonly path: string },
  report: Report,
): void {
  if (after > before) report(as.kind, as.path)
}

/** A choice whose options stand from strict to mild. */
export function mayNotFollow<Choice>(
  order: readonly Choice[],
  { before, after }: { readonly before: Choice; readonly after: Choice },
  as: { readonly kind: LooseningKind; readonly path: string },
  report: Report,
): void {
  if (order.indexOf(after) > order.indexOf(before)) report(as.kind, as.path)
}

/** Equality of JSON, whatever the order of fields; a field that is undefined is not there. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object') return false
  if (one === null || other === null || Array.isArray(one) !== Array.isArray(other)) return false
  const keys = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...keys].every((key) => isSame(Reflect.get(one, key), Reflect.get(other, key)))
}

/** Whether each of `parts` is also in `whole`. */
export function isWithin<Item>(parts: readonly Item[], whole: readonly Item[]): boolean {
  return parts.every((part) => whole.some((item) => isSame(item, part)))
}
