import { useCallback, useEffect, useRef, useState } from 'react'

export interface Resource<Answer> {
  /** The newest answer; kept while a newer one is under way and when it fails. */
  readonly data: Answer | null
  readonly error: unknown
  readonly isLoading: boolean
  readonly reload: () => void
}

interface Held<Answer> {
  readonly key: string
  readonly data: Answer | null
  readonly error: unknown
  readonly isLoading: boolean
}

/**
 * Loads what `key` names, anew whenever the key changes; null asks for nothing. An answer that
 * comes after the key has changed is dropped. `reload` keeps what is shown until the new answer is there.
 */
export function useResource<Answer>(
  key: string | null,
  load: (signal: AbortSignal) => Promise<Answer>,
): Resource<Answer> {
  const [round, setRound] = useState(0)
  const [held, setHeld] = useState<Held<Answer>>({
    key: '',
    data: null,
    error: null,
    isLoading: true,
  })
  const loadRef = useRef(load)
  loadRef.current = load

  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` is what `reload` turns.
  useEffect(() => {
    if (key === null) return
    const abort = new AbortController()
    setHeld((before) => ({
      key,
      data: before.key === key ? before.data : null,
      error: null,
      isLoading: true,
    }))
    loadRef.current(abort.signal).then(
      (data) => {
        if (!abort.signal.aborted) setHeld({ key, data, error: null, isLoading: false })
      },
      (error: unknown) => {
        if (abort.signal.aborted) return
        setHeld((before) => ({ key, data: before.data, error, isLoading: false }))
      },
    )
    return () => abort.abort()
  }, [key, round])

  const reload = useCallback(() => setRound((before) => before + 1), [])
  const isCurrent = held.key === key
  return {
    data: isCurrent ? held.data : null,
    error: isCurrent ? held.error : null,
    isLoading: key !== null && (!isCurrent || held.isLoading),
    reload,
  }
}
