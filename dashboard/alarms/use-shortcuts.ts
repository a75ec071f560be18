import { useEffect, useRef } from 'react'

export type Shortcuts = Readonly<Record<string, () => void>>

/** In a field, keys write; on a button, Space presses it; in a dialog, keys belong to the dialog. */
function isTaken(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return true
  const target = event.target
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.closest('[role="dialog"], [role="menu"]') !== null)
    return true
  if (
    target.closest('input:not([type="checkbox"]), textarea, select, [role="combobox"]') !== null
  ) {
    return true
  }
  const presses = event.key === ' ' || event.key === 'Enter'
  return presses && target.closest('button, a, [role="tab"], input, [role="checkbox"]') !== null
}

/** Single keys for the whole page. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts)
  latest.current = shortcuts
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTaken(event)) return
      const act = latest.current[event.key]
      if (act === undefined) return
      event.preventDefault()
      act()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
