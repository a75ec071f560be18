/**
 * The order in which a list stands on the screen. While a person has a row selected or has scrolled,
 * nothing may move under the pointer: new rows wait, rows that no longer belong stay where they are and
 * are marked. Only rows that come after the last one shown (the next page) are put on at the end.
 */
export interface HeldRows {
  readonly order: readonly string[]
  /** Belong to the list and are not shown yet. */
  readonly waiting: readonly string[]
  /** Are shown and belong to the list no more. */
  readonly gone: ReadonlySet<string>
}

export const NO_ROWS: HeldRows = { order: [], waiting: [], gone: new Set() }

/** Gives `before` itself when nothing has changed. */
export function holdRows(before: HeldRows, current: readonly string[], isHeld: boolean): HeldRows {
  const next = isHeld && before.order.length > 0 ? hold(before, current) : follow(current)
  return isSame(before, next) ? before : next
}

function follow(current: readonly string[]): HeldRows {
  return { order: current, waiting: [], gone: new Set() }
}

function hold(before: HeldRows, current: readonly string[]): HeldRows {
  const shown = new Set(before.order)
  const belongs = new Set(current)
  const tail = current.slice(lastShownIndex(current, shown) + 1)
  const appended = new Set(tail)
  return {
    order: tail.length === 0 ? before.order : [...before.order, ...tail],
    waiting: current.filter((id) => !shown.has(id) && !appended.has(id)),
    gone: new Set(before.order.filter((id) => !belongs.has(id))),
  }
}

/** Nothing of the old order left: all that came is new and waits, none is a next page. */
function lastShownIndex(current: readonly string[], shown: ReadonlySet<string>): number {
  const index = current.findLastIndex((id) => shown.has(id))
  return index === -1 ? current.length - 1 : index
}

function isSame(a: HeldRows, b: HeldRows): boolean {
  return (
    isSameOrder(a.order, b.order) &&
    isSameOrder(a.waiting, b.waiting) &&
    a.gone.size === b.gone.size &&
    [...a.gone].every((id) => b.gone.has(id))
  )
}

function isSameOrder(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((id, index) => id === b[index]))
}
