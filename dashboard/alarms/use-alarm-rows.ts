import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { AlarmDto } from '../../gateway/contract.ts'
import { usePages } from '../api/use-pages.ts'
import { useLive, useServices } from '../services.tsx'
import { type AlarmFilter, type AlarmTab, matchesAlarmFilter } from './alarm-filter.ts'
import { compareUrgency } from './alarm-state.ts'
import { type HeldRows, holdRows, NO_ROWS } from './held-rows.ts'

export interface AlarmRows {
  readonly rows: HeldRows
  readonly alarmOf: (id: string) => AlarmDto | undefined
  /** The rows that wait come in; called when somebody asks for them. */
  readonly release: () => void
  readonly loadMore: () => void
  readonly isLoading: boolean
  readonly error: unknown
  readonly retry: () => void
}

/** What the gateway can narrow for us; the rest is sifted here. */
const STATE_OF_TAB: Readonly<Record<AlarmTab, string>> = {
  todo: 'open',
  acknowledged: 'acknowledged',
  returned: 'open',
  shelved: 'open',
  all: 'open',
}

/** The rows of a tab from the live store, with further pages as far as somebody scrolls. */
export function useAlarmRows(filter: AlarmFilter, isScrolled: boolean): AlarmRows {
  const open = useLive((state) => state.open)
  const ended = useLive((state) => state.ended)
  const pages = useFurtherPages(filter)
  const { tab, grades, text, selectedId } = filter
  const isAll = tab === 'all'

  const known = useMemo(() => {
    if (!isAll) return open
    const all = new Map(pages.history.map((alarm) => [alarm.id, alarm]))
    for (const alarm of ended.values()) all.set(alarm.id, alarm)
    for (const alarm of open.values()) all.set(alarm.id, alarm)
    return all
  }, [open, ended, isAll, pages.history])

  const current = useMemo(() => {
    const sieve = { tab, grades, text, selectedId: null }
    return [...known.values()]
      .filter((alarm) => matchesAlarmFilter(alarm, sieve))
      .sort(compareUrgency)
      .map((alarm) => alarm.id)
  }, [known, tab, grades, text])

  const { rows, release } = useHeldRows({
    current,
    listKey: `${tab} ${grades.join()} ${text}`,
    isHeld: selectedId !== null || isScrolled,
    selectedId,
  })
  const lastKnown = useLastKnown(rows.order, known)
  const alarmOf = useCallback(
    (id: string) => known.get(id) ?? ended.get(id) ?? open.get(id) ?? lastKnown.get(id),
    [known, ended, open, lastKnown],
  )
  const { loadMore, isLoading, error, retry } = pages
  return { rows, alarmOf, release, loadMore, isLoading, error, retry }
}

function useHeldRows(options: {
  readonly current: readonly string[]
  readonly listKey: string
  readonly isHeld: boolean
  readonly selectedId: string | null
}): { readonly rows: HeldRows; readonly release: () => void } {
  const { current, listKey, selectedId } = options
  const [held, setHeld] = useState<{ readonly key: string; readonly rows: HeldRows }>({
    key: listKey,
    rows: NO_ROWS,
  })
  const before = held.key === listKey ? held.rows : NO_ROWS
  let rows = holdRows(before, current, options.isHeld)
  // Somebody went straight to an alarm that waits (by the strip, say): it must be in the list.
  if (selectedId !== null && rows.waiting.includes(selectedId)) {
    rows = holdRows(before, current, false)
  }
  if (rows !== held.rows || held.key !== listKey) setHeld({ key: listKey, rows })
  const release = useCallback(
    () => setHeld({ key: listKey, rows: holdRows(NO_ROWS, current, false) }),
    [listKey, current],
  )
  return { rows, release }
}

/** A row that is held while its alarm has left our view still says what it was. */
function useLastKnown(
  order: readonly string[],
  known: ReadonlyMap<string, AlarmDto>,
): ReadonlyMap<string, AlarmDto> {
  const lastKnown = useRef(new Map<string, AlarmDto>())
  useEffect(() => {
    const next = new Map<string, AlarmDto>()
    for (const id of order) {
      const alarm = known.get(id) ?? lastKnown.current.get(id)
      if (alarm !== undefined) next.set(id, alarm)
    }
    lastKnown.current = next
  }, [order, known])
  return lastKnown.current
}

/** Open alarms beyond the snapshot go into the live store; ended ones stay with the list that asked. */
function useFurtherPages(filter: AlarmFilter) {
  const { api, live } = useServices()
  const isComplete = useLive((state) => state.isComplete)
  const snapshots = useLive((state) => state.snapshots)
  const state = STATE_OF_TAB[filter.tab]
  const grade = filter.grades.length === 1 ? filter.grades[0] : undefined
  const needsOpen = snapshots > 0 && !isComplete
  const openPages = usePages<AlarmDto>(
    needsOpen ? `${state} ${grade} ${snapshots}` : null,
    async (cursor, signal) => {
      const page = await api.alarms({ state, grade, cursor }, signal)
      const isLast = page.nextCursor === null && state === 'open' && grade === undefined
      live.dispatch({ type: 'page', alarms: page.items, isLast })
      return page
    },
  )
  const needsHistory = filter.tab === 'all' && !openPages.hasMore
  const history = usePages<AlarmDto>(
    needsHistory ? `ended ${grade} ${snapshots}` : null,
    (cursor, signal) => api.alarms({ state: 'normal', grade, cursor }, signal),
  )
  const active = openPages.hasMore ? openPages : history
  return {
    history: history.items,
    loadMore: active.loadMore,
    isLoading: active.isLoading,
    error: openPages.error ?? history.error,
    retry: openPages.error === null ? history.reload : openPages.reload,
  }
}
