import { useCallback, useEffect, useRef, useState } from 'react'
import type { HazardAssessment, HazardDossier, HazardSourcePage } from '../../gateway/contract.ts'
import { useServices } from '../services.tsx'
import { type FieldPath, withValue } from './field-path.ts'

const SAVE_AFTER_MS = 900
const ASSESS_AFTER_MS = 120

export type SaveState = 'saved' | 'unsaved' | 'saving' | 'failed'

export interface DraftEdit {
  readonly dossier: HazardDossier
  readonly isLocked: boolean
  readonly saveState: SaveState
  readonly error: unknown
  /** Of what is typed, saved or not. */
  readonly assessment: HazardAssessment
  readonly set: (path: FieldPath, value: unknown) => void
  /** Saves what is not saved; false: it could not be, and why stands in `error`. */
  readonly flush: () => Promise<boolean>
}

/**
 * The draft under somebody's hands: every change is kept here at once, saved a moment after the last
 * one, and assessed as it stands. What somebody else has saved meanwhile is never overwritten: the
 * gateway refuses, and the page says so.
 */
export function useDraft(
  page: HazardSourcePage,
  options: { readonly isLocked: boolean; readonly onSaved: (page: HazardSourcePage) => void },
): DraftEdit {
  const { api } = useServices()
  const [dossier, setDossier] = useState(page.draft)
  const [saveState, setSaveState] = useState<SaveState>('saved')
  const [error, setError] = useState<unknown>(null)
  const kept = useRef({ dossier: page.draft, revision: page.revision, base: '', edits: 0 })
  const onSaved = useRef(options.onSaved)
  onSaved.current = options.onSaved
  const underWay = useRef<Promise<boolean> | null>(null)

  const save = useCallback(async (): Promise<boolean> => {
    const held = kept.current
    while (held.edits > 0) {
      const { edits, revision } = held
      setSaveState('saving')
      try {
        const saved = await api.saveHazardDraft(page.id, revision, held.dossier)
        held.revision = saved.revision
        held.base = JSON.stringify(saved.draft)
        held.edits -= edits
        setError(null)
        onSaved.current(saved)
      } catch (problem) {
        setError(problem)
        setSaveState('failed')
        return false
      }
    }
    setSaveState('saved')
    return true
  }, [api, page.id])

  const flush = useCallback((): Promise<boolean> => {
    underWay.current ??= save().finally(() => {
      underWay.current = null
    })
    return underWay.current
  }, [save])

  useAdoptedPage(page, kept, setDossier)

  const set = useCallback((path: FieldPath, value: unknown) => {
    kept.current.dossier = withValue(kept.current.dossier, path, value)
    kept.current.edits += 1
    setDossier(kept.current.dossier)
    setSaveState('unsaved')
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the dossier starts the wait anew.
  useEffect(() => {
    if (kept.current.edits === 0) return
    const timer = setTimeout(() => void flush(), SAVE_AFTER_MS)
    return () => clearTimeout(timer)
  }, [dossier, flush])

  useLeaving(kept, flush)
  const assessment = useAssessment(dossier, page.assessment)
  return { dossier, isLocked: options.isLocked, saveState, error, assessment, set, flush }
}

interface Kept {
  dossier: HazardDossier
  revision: number
  /** What the gateway had last, as text. */
  base: string
  /** Changes that are not saved. */
  edits: number
}

/** A newer page: its draft is taken where nothing is unsaved here; its revision where the draft is the one we know. */
function useAdoptedPage(
  page: HazardSourcePage,
  kept: { readonly current: Kept },
  setDossier: (dossier: HazardDossier) => void,
): void {
  useEffect(() => {
    const held = kept.current
    const incoming = JSON.stringify(page.draft)
    if (page.revision < held.revision) return
    if (held.edits === 0 && incoming !== held.base) {
      if (held.base !== '') {
        held.dossier = page.draft
        setDossier(page.draft)
      }
      held.base = incoming
    }
    if (incoming === held.base) held.revision = page.revision
  }, [page, kept, setDossier])
}

/** Leaving the page saves; closing the browser asks while something is unsaved. */
function useLeaving(kept: { readonly current: Kept }, flush: () => Promise<boolean>): void {
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (kept.current.edits > 0) event.preventDefault()
    }
    window.addEventListener('beforeunload', warn)
    return () => {
      window.removeEventListener('beforeunload', warn)
      void flush()
    }
  }, [kept, flush])
}

function useAssessment(dossier: HazardDossier, initial: HazardAssessment): HazardAssessment {
  const { api } = useServices()
  const [assessment, setAssessment] = useState(initial)
  const { units } = dossier
  const { exposedPopulation } = dossier.surroundings
  useEffect(() => {
    const abort = new AbortController()
    const timer = setTimeout(() => {
      api.assessHazard(units, exposedPopulation, abort.signal).then(setAssessment, () => {
        // The figures before stay; saving tells when the gateway is away.
      })
    }, ASSESS_AFTER_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [api, units, exposedPopulation])
  return assessment
}
