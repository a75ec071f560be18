import { useCallback, useRef, useState } from 'react'

export interface Checked {
  readonly ids: ReadonlySet<string>
  /** `isRange`: everything between the last one touched and this one. */
  readonly toggle: (id: string, isRange: boolean) => void
  readonly setAll: (ids: readonly string[]) => void
  /** A whole group at once. */
  readonly setMany: (ids: readonly string[], isOn: boolean) => void
  readonly clear: () => void
}

/** A hand's work at once; a storm is acknowledged in several. */
const CHECKED_MAX = 200

/** Which rows are ticked, in the order in which the list stands. */
export function useChecked(order: readonly string[]): Checked {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const last = useRef<string | null>(null)

  const toggle = useCallback(
    (id: string, isRange: boolean) => {
      const from = last.current === null ? -1 : order.indexOf(last.current)
      const to = order.indexOf(id)
      last.current = id
      setIds((before) => {
        const next = new Set(before)
        if (isRange && from !== -1 && to !== -1) {
          const range = order.slice(Math.min(from, to), Math.max(from, to) + 1)
          for (const between of range) next.add(between)
        } else if (!next.delete(id)) next.add(id)
        return new Set([...next].slice(0, CHECKED_MAX))
      })
    },
    [order],
  )
  const setAll = useCallback(
    (all: readonly string[]) => setIds(new Set(all.slice(0, CHECKED_MAX))),
    [],
  )
  const setMany = useCallback((many: readonly string[], isOn: boolean) => {
    setIds((before) => {
      const next = new Set(before)
      for (const id of many) {
        if (isOn) next.add(id)
        else next.delete(id)
      }
      return new Set([...next].slice(0, CHECKED_MAX))
    })
  }, [])
  const clear = useCallback(() => setIds(new Set()), [])
  return { ids, toggle, setAll, setMany, clear }
}
