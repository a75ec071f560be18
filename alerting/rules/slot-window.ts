/**
 * A moving window kept as slots of equal length, so that its memory does not grow with the number of
 * readings: [index, count, sum, min, max], oldest first. Slot `index` covers [index, index + 1) ×
 * slot length; the window is the slot of now and those before it.
 */
export type Slot = readonly [index: number, count: number, sum: number, min: number, max: number]

export function addToSlots(
  slots: readonly Slot[],
  {
    atMs,
    value,
    slotMs,
  }: { readonly atMs: number; readonly value: number; readonly slotMs: number },
): readonly Slot[] {
  const index = Math.floor(atMs / slotMs)
  const last = slots.at(-1)
  if (last === undefined || last[0] < index) return [...slots, [index, 1, value, value, value]]
  const [at, count, sum, min, max] = last
  const merged: Slot = [at, count + 1, sum + value, Math.min(min, value), Math.max(max, value)]
  return slots.with(-1, merged)
}

/** Without the slots that have left the window. The very array that was given when none has. */
export function withinWindow(
  slots: readonly Slot[],
  { nowMs, slotMs, slotsMax }: { nowMs: number; slotMs: number; slotsMax: number },
): readonly Slot[] {
  const oldest = Math.floor(nowMs / slotMs) - slotsMax + 1
  const first = slots[0]
  if (first === undefined || first[0] >= oldest) return slots
  return slots.filter(([index]) => index >= oldest)
}

/** When the oldest slot leaves the window. */
export function oldestLeavesAtMs(
  slots: readonly Slot[],
  { slotMs, slotsMax }: { readonly slotMs: number; readonly slotsMax: number },
): number | null {
  const first = slots[0]
  return first === undefined ? null : (first[0] + slotsMax) * slotMs
}

export interface Totals {
  readonly count: number
  readonly sum: number
  readonly min: number
  readonly max: number
}

export function totalsOf(slots: readonly Slot[]): Totals {
  let count = 0
  let sum = 0
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  // For every reading over the whole window: places are cheaper than taking tuples apart.
  for (const slot of slots) {
    count += slot[1]
    sum += slot[2]
    min = Math.min(min, slot[3])
    max = Math.max(max, slot[4])
  }
  return { count, sum, min, max }
}
