import { useCallback, useEffect, useState } from 'react'
import type { RuleDraftDto, RuleLookBack, RuleLookBackState } from '../../gateway/contract.ts'
import { useServices } from '../services.tsx'

const ASK_AGAIN_MS = 400
/** What is older is of another week. */
const FRESH_MS = 86_400_000

export interface LookBackRun {
  readonly lookBack: RuleLookBack | null
  readonly share: number
  readonly readings: number
  /** Why there is none; null: it is there, or on its way. */
  readonly failure: { readonly error: unknown; readonly detail: string } | null
  readonly again: () => void
}

/** How often the draft would have rung in the last days: as it is kept, else worked out by the gateway now. */
export function useLookBack(draft: RuleDraftDto): LookBackRun {
  const { api, nowMs } = useServices()
  const [found, setFound] = useState<RuleLookBack | null>(() => freshOf(draft, nowMs()))
  const [progress, setProgress] = useState({ share: 0, readings: 0 })
  const [failure, setFailure] = useState<LookBackRun['failure']>(null)
  const [round, setRound] = useState(0)
  const isWanted = found === null
  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` is what `again` turns.
  useEffect(() => {
    if (!isWanted) return
    const abort = new AbortController()
    const { signal } = abort
    let timer: ReturnType<typeof setTimeout> | undefined
    const fail = (error: unknown) => {
      if (!signal.aborted) setFailure({ error, detail: '' })
    }
    const take = ({ state, share, readings, detail, lookBack }: RuleLookBackState) => {
      if (signal.aborted) return
      if (state === 'done' && lookBack !== null) setFound(lookBack)
      // `none`: somebody else who looked at the draft has stopped it.
      else if (state === 'failed' || state === 'none') setFailure({ error: null, detail })
      else {
        setProgress({ share, readings })
        timer = setTimeout(() => api.lookBack(draft.id, signal).then(take, fail), ASK_AGAIN_MS)
      }
    }
    api.beginLookBack(draft.id, signal).then(take, fail)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [api, draft.id, isWanted, round])
  const again = useCallback(() => {
    setFound(null)
    setFailure(null)
    setProgress({ share: 0, readings: 0 })
    setRound((before) => before + 1)
  }, [])
  return { lookBack: found, ...progress, failure, again }
}

function freshOf({ lookBack, currentVersion }: RuleDraftDto, nowMs: number): RuleLookBack | null {
  if (lookBack === null || lookBack.activeVersion !== currentVersion) return null
  return nowMs - Date.parse(lookBack.at) < FRESH_MS ? lookBack : null
}
