import { useNavigate } from 'react-router'
import type { AlarmDto } from '../../gateway/contract.ts'
import { useServices } from '../services.tsx'
import type { VirtualRowsHandle } from '../ui/virtual-rows.tsx'
import type { AlarmFilter } from './alarm-filter.ts'
import { isOfGateway } from './alarm-state.ts'
import type { AlarmVerb } from './alarm-verbs.ts'
import { chosenBy, indexOfItem } from './fold-rows.ts'
import type { AlarmRows } from './use-alarm-rows.ts'
import type { Folded } from './use-folded.ts'
import { type Shortcuts, useShortcuts } from './use-shortcuts.ts'

/** The keys of the alarm page; everything can be done by mouse and touch as well. */
export function useAlarmKeys(options: {
  readonly filter: AlarmFilter
  readonly list: AlarmRows
  readonly folded: Folded
  readonly handle: { readonly current: VirtualRowsHandle | null }
  readonly select: (id: string | null) => void
  readonly onVerb: (verb: AlarmVerb, alarm: AlarmDto) => void
  readonly toggle: (id: string, isRange: boolean) => void
  readonly setIsHelpOpen: (isOpen: boolean) => void
}): void {
  const { sound } = useServices()
  const { filter, list, folded, handle, select, onVerb } = options
  const { items } = folded
  const navigate = useNavigate()

  function move(by: 1 | -1): void {
    const at = indexOfItem(items, filter.selectedId)
    const next = at === -1 ? 0 : Math.min(items.length - 1, Math.max(0, at + by))
    const id = chosenBy(items[next])
    if (id === null) return
    select(id)
    handle.current?.showIndex(next)
  }
  function on(verb: AlarmVerb): void {
    const alarm = filter.selectedId === null ? undefined : list.alarmOf(filter.selectedId)
    if (alarm !== undefined) onVerb(verb, alarm)
  }

  function turn(): void {
    const item = items[indexOfItem(items, filter.selectedId)]
    if (item?.kind === 'group') folded.turn(item.group.key)
    else if (item?.kind === 'alarm' && item.isInside) {
      const holder = items.find(
        (other) => other.kind === 'group' && other.group.ids.includes(item.id),
      )
      if (holder?.kind === 'group') folded.turn(holder.group.key)
    }
  }
  function goTo(pathOf: (alarm: AlarmDto) => string): void {
    const alarm = filter.selectedId === null ? undefined : list.alarmOf(filter.selectedId)
    if (alarm !== undefined && !isOfGateway(alarm)) void navigate(pathOf(alarm))
  }

  const shortcuts: Shortcuts = {
    j: () => move(1),
    k: () => move(-1),
    a: () => on('acknowledge'),
    n: () => on('comment'),
    s: () => on('shelve'),
    r: () => on('reset'),
    d: () => on('assign'),
    f: () => on('close'),
    t: () => goTo(({ deviceId }) => `/devices/${encodeURIComponent(deviceId)}`),
    m: () => goTo(({ deviceId }) => `/map?device=${encodeURIComponent(deviceId)}`),
    o: turn,
    X: () => filter.selectedId !== null && options.toggle(filter.selectedId, true),
    x: () => filter.selectedId !== null && options.toggle(filter.selectedId, false),
    '/': () => document.querySelector<HTMLInputElement>('.alarm-search input')?.focus(),
    ' ': () => sound.silence(),
    '?': () => options.setIsHelpOpen(true),
    Escape: () => select(null),
  }
  useShortcuts(shortcuts)
}
