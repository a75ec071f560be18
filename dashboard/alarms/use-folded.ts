import { useCallback, useMemo, useState } from 'react'
import { useLive } from '../services.tsx'
import { foldRows, type ListItem } from './fold-rows.ts'
import type { AlarmRows } from './use-alarm-rows.ts'

export interface Folded {
  readonly items: readonly ListItem[]
  readonly isFolding: boolean
  readonly setIsFolding: (isFolding: boolean) => void
  /** Opens what is folded, folds what is open. */
  readonly turn: (key: string) => void
}

/** The rows of the list under their incidents; in a flood folded, unless somebody wants every row. */
export function useFolded(list: AlarmRows): Folded {
  const isFlooded = useLive((state) => state.flood?.since != null)
  const [isFolding, setIsFolding] = useState(true)
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set())
  const { rows, alarmOf } = list
  const { order } = rows
  const items = useMemo(
    () => foldRows({ order, alarmOf, isFlooded: isFlooded && isFolding, turned }),
    [order, alarmOf, isFlooded, isFolding, turned],
  )
  const turn = useCallback((key: string) => {
    setTurned((before) => {
      const next = new Set(before)
      if (!next.delete(key)) next.add(key)
      return next
    })
  }, [])
  return { items, isFolding, setIsFolding, turn }
}
