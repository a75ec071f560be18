import { Drawer } from 'antd'
import { useCallback, useDeferredValue, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import type { AlarmDto } from '../../gateway/contract.ts'
import { useServices } from '../services.tsx'
import { useIsNarrow, useMedia } from '../ui/use-media.ts'
import type { VirtualRowsHandle } from '../ui/virtual-rows.tsx'
import { AlarmDetailPane } from './alarm-detail.tsx'
import { type AlarmFilter, alarmFilterParameters, parseAlarmFilter } from './alarm-filter.ts'
import { AlarmList } from './alarm-list.tsx'
import { AlarmToolbar } from './alarm-toolbar.tsx'
import type { AlarmVerb } from './alarm-verbs.ts'
import { KeysHelp } from './keys-help.tsx'
import { useAlarmRows } from './use-alarm-rows.ts'
import { useChecked } from './use-checked.ts'
import { type Shortcuts, useShortcuts } from './use-shortcuts.ts'
import { useVerbs, type Verbs } from './use-verbs.ts'
import { VerbDialog } from './verb-dialog.tsx'

/** The page of the night: what needs a person, most urgent first, and what can be done about it. */
export function AlarmPage() {
  const { t } = useTranslation()
  const [parameters, setParameters] = useSearchParams()
  const filter = useMemo(() => parseAlarmFilter(parameters), [parameters])
  const [isScrolled, setIsScrolled] = useState(false)
  const [dialog, setDialog] = useState<{ verb: AlarmVerb; alarm: AlarmDto } | null>(null)
  const [isHelpOpen, setIsHelpOpen] = useState(false)
  const isNarrow = useIsNarrow()
  const isWide = useMedia('(min-width: 1500px)')
  const list = useAlarmRows(filter, isScrolled)
  const checked = useChecked(list.rows.order)
  const verbs = useVerbs()
  const handle = useRef<VirtualRowsHandle>(null)

  const change = useCallback(
    (part: Partial<AlarmFilter>) =>
      setParameters((before) => alarmFilterParameters({ ...parseAlarmFilter(before), ...part }), {
        replace: true,
      }),
    [setParameters],
  )
  const select = useCallback((id: string | null) => change({ selectedId: id }), [change])
  const onVerb = useCallback(
    (verb: AlarmVerb, alarm: AlarmDto) => startVerb({ verb, alarm, verbs, open: setDialog }),
    [verbs],
  )
  useAlarmKeys({ filter, list, handle, select, onVerb, toggle: checked.toggle, setIsHelpOpen })

  // The row answers the key at once; its details follow when there is time.
  const shownId = useDeferredValue(filter.selectedId)
  const detail = shownId !== null && (
    <AlarmDetailPane
      key={shownId}
      alarmId={shownId}
      verbs={verbs}
      onVerb={onVerb}
      onDialog={(verb, alarm) => setDialog({ verb, alarm })}
      onClose={() => select(null)}
    />
  )
  const layout = isNarrow ? 'card' : detail === false || isWide ? 'wide' : 'compact'
  return (
    <div className={detail === false || isNarrow ? 'alarm-page' : 'alarm-page has-detail'}>
      <section className="alarm-main">
        <AlarmToolbar filter={filter} change={change} onHelp={() => setIsHelpOpen(true)} />
        <AlarmList
          filter={filter}
          list={list}
          checked={checked}
          verbs={verbs}
          handle={handle}
          layout={layout}
          onSelect={select}
          onScrolled={setIsScrolled}
        />
      </section>
      {isNarrow ? (
        <Drawer
          open={detail !== false}
          placement="bottom"
          size="92%"
          title={t('detail.label')}
          onClose={() => select(null)}
          className="alarm-drawer"
        >
          {detail}
        </Drawer>
      ) : (
        detail
      )}
      {dialog !== null && <VerbDialog {...dialog} verbs={verbs} onClose={() => setDialog(null)} />}
      <KeysHelp isOpen={isHelpOpen} onClose={() => setIsHelpOpen(false)} />
    </div>
  )
}

/** Acknowledge, reset and unshelve need no words and go at once; the others ask first. */
function startVerb(options: {
  readonly verb: AlarmVerb
  readonly alarm: AlarmDto
  readonly verbs: Verbs
  readonly open: (dialog: { verb: AlarmVerb; alarm: AlarmDto }) => void
}): void {
  const { verb, alarm, verbs, open } = options
  const goesAtOnce = verb === 'acknowledge' || verb === 'reset' || verb === 'unshelve'
  const isRefused = verbs.refusalOf(verb, alarm) !== null
  // `act` says in words why it is refused.
  if (goesAtOnce || isRefused) void verbs.act(verb, alarm, {})
  else open({ verb, alarm })
}

function useAlarmKeys(options: {
  readonly filter: AlarmFilter
  readonly list: ReturnType<typeof useAlarmRows>
  readonly handle: { readonly current: VirtualRowsHandle | null }
  readonly select: (id: string | null) => void
  readonly onVerb: (verb: AlarmVerb, alarm: AlarmDto) => void
  readonly toggle: (id: string, isRange: boolean) => void
  readonly setIsHelpOpen: (isOpen: boolean) => void
}): void {
  const { sound } = useServices()
  const { filter, list, handle, select, onVerb } = options
  const { order } = list.rows

  function move(by: 1 | -1): void {
    const at = filter.selectedId === null ? -1 : order.indexOf(filter.selectedId)
    const next = at === -1 ? 0 : Math.min(order.length - 1, Math.max(0, at + by))
    const id = order[next]
    if (id === undefined) return
    select(id)
    handle.current?.showIndex(next)
  }
  function on(verb: AlarmVerb): void {
    const alarm = filter.selectedId === null ? undefined : list.alarmOf(filter.selectedId)
    if (alarm !== undefined) onVerb(verb, alarm)
  }

  const shortcuts: Shortcuts = {
    j: () => move(1),
    k: () => move(-1),
    a: () => on('acknowledge'),
    n: () => on('comment'),
    s: () => on('shelve'),
    r: () => on('reset'),
    x: () => filter.selectedId !== null && options.toggle(filter.selectedId, false),
    '/': () => document.querySelector<HTMLInputElement>('.alarm-search input')?.focus(),
    ' ': () => sound.silence(),
    '?': () => options.setIsHelpOpen(true),
    Escape: () => select(null),
  }
  useShortcuts(shortcuts)
}
