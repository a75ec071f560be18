import { useCallback, useEffect, useRef, useState } from 'react'
import type { Page } from './endpoints.ts'

export interface Pages<Item> {
  readonly items: readonly Item[]
  readonly error: unknown
  readonly isLoading: boolean
  readonly hasMore: boolean
  readonly loadMore: () => void
  readonly reload: () => void
}

interface Held<Item> {
  readonly items: readonly Item[]
  readonly cursor: string | null
  readonly isAtEnd: boolean
  readonly error: unknown
  readonly isLoading: boolean
}

const EMPTY: Held<never> = {
  items: [],
  cursor: null,
  isAtEnd: false,
  error: null,
  isLoading: true,
}

/**
 * A list that is read page after page, as far as somebody looks; `itemsMax` bounds what is kept. The
 * key null asks for nothing.
 */
export function usePages<Item>(
  key: string | null,
  load: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<Item>>,
  itemsMax = 10_000,
): Pages<Item> {
  const [held, setHeld] = useState<Held<Item>>(EMPTY)
  const [round, setRound] = useState(0)
  const loadRef = useRef(load)
  loadRef.current = load
  const underWay = useRef<AbortController | null>(null)

  const fetchPage = useCallback(
    (cursor: string | null) => {
      underWay.current?.abort()
      const abort = new AbortController()
      underWay.current = abort
      setHeld((before) => ({ ...before, isLoading: true, error: null }))
      loadRef.current(cursor ?? undefined, abort.signal).then(
        (page) => {
          if (abort.signal.aborted) return
          setHeld((before) => {
            const items = cursor === null ? page.items : [...before.items, ...page.items]
            const isAtEnd = page.nextCursor === null || items.length >= itemsMax
            return { items, cursor: page.nextCursor, isAtEnd, error: null, isLoading: false }
          })
        },
        (error: unknown) => {
          if (abort.signal.aborted) return
          setHeld((before) => ({ ...before, error, isLoading: false }))
        },
      )
    },
    [itemsMax],
  )

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new key or `reload` starts from the first page.
  useEffect(() => {
    if (key === null) return
    fetchPage(null)
    return () => underWay.current?.abort()
  }, [key, round, fetchPage])

  // Another list must not show the rows of the one before while it is being read.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new key empties the list.
  useEffect(() => () => setHeld(EMPTY), [key])

  const loadMore = useCallback(() => {
    if (!held.isLoading && !held.isAtEnd && held.error === null) fetchPage(held.cursor)
  }, [held, fetchPage])
  const reload = useCallback(() => setRound((before) => before + 1), [])

  return {
    items: held.items,
    error: held.error,
    isLoading: key !== null && held.isLoading,
    hasMore: key !== null && !held.isAtEnd,
    loadMore,
    reload,
  }
}
