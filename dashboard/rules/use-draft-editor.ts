import { useCallback, useEffect, useState } from 'react'
import type { RuleCheck, RuleDraftDto } from '../../gateway/contract.ts'
import { useServices } from '../services.tsx'
import { type Draft, withValue } from './draft-path.ts'

/** Typing is checked once it pauses. */
const CHECK_AFTER_MS = 350

export interface DraftEditor {
  readonly saved: RuleDraftDto
  readonly draft: Draft
  readonly reason: string
  readonly isDirty: boolean
  /** The definition is another than the saved one; a reason alone does not count. */
  readonly isTouched: boolean
  /** Of what is on the screen, as soon as it has been looked at. */
  readonly check: RuleCheck
  readonly set: (path: string, value: unknown) => void
  readonly setReason: (reason: string) => void
  /** Writes what is on the screen; answers the draft as it then is. */
  readonly save: (change?: { readonly baseVersion?: number }) => Promise<RuleDraftDto>
  readonly take: (saved: RuleDraftDto) => void
}

/** A draft on the screen: what was typed since it was saved, and what the checks say of it. */
export function useDraftEditor(loaded: RuleDraftDto): DraftEditor {
  const { api } = useServices()
  const [saved, setSaved] = useState(loaded)
  const [draft, setDraft] = useState<Draft>(loaded.definition ?? {})
  const [reason, setReason] = useState(loaded.reason)
  const [check, setCheck] = useState<RuleCheck>(loaded)
  const isDirty = draft !== saved.definition || reason !== saved.reason
  const isTouched = draft !== saved.definition
  const ruleId = saved.baseVersion === 0 ? undefined : saved.ruleId

  useEffect(() => {
    if (!isTouched) return
    const abort = new AbortController()
    const timer = setTimeout(() => {
      api.checkRule(draft, ruleId, abort.signal).then(setCheck, () => {
        // The next keystroke asks again; saving says what is wrong with the link.
      })
    }, CHECK_AFTER_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [api, draft, ruleId, isTouched])

  const set = useCallback(
    (path: string, value: unknown) => setDraft((before) => withValue(before, path, value)),
    [],
  )
  const take = useCallback((next: RuleDraftDto) => {
    setSaved(next)
    setDraft(next.definition ?? {})
    setReason(next.reason)
    setCheck(next)
  }, [])
  const save = useCallback(
    async (change: { readonly baseVersion?: number } = {}) => {
      const definition = saved.definition === null ? {} : { definition: draft }
      const written = await api.changeRuleDraft(saved.id, {
        revision: saved.revision,
        reason,
        ...definition,
        ...change,
      })
      take(written)
      return written
    },
    [api, saved, draft, reason, take],
  )
  return { saved, draft, reason, isDirty, isTouched, check, set, setReason, save, take }
}
