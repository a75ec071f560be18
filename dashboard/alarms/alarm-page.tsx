import { Drawer } from 'antd'
import { type ReactNode, useCallback, useDeferredValue, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import type { AlarmDto } from '../../gateway/contract.ts'
import { useIsNarrow, useMedia } from '../ui/use-media.ts'
import type { VirtualRowsHandle } from '../ui/virtual-rows.tsx'
import { AlarmDetailPane } from './alarm-detail.tsx'
import { type AlarmFilter, alarmFilterParameters, parseAlarmFilter } from './alarm-filter.ts'
import { AlarmList } from './alarm-list.tsx'
import { AlarmToolbar } from './alarm-toolbar.tsx'
import type { AlarmVerb } from './alarm-verbs.ts'
import { KeysHelp } from './keys-help.tsx'
import { useAlarmKeys } from './use-alarm-keys.ts'
import { useAlarmRows } from './use-alarm-rows.ts'
import { useChecked } from './use-checked.ts'
import { useFolded } from './use-folded.ts'
import { useVerbs, type Verbs } from './use-verbs.ts'
import { VerbDialog } from './verb-dialog.tsx'

/** The page of the night: what needs a person, most urgent first, and what can be done about it. */
export function AlarmPage() {
  const [parameters, setParameters] = useSearchParams()
  const filter = useMemo(() => parseAlarmFilter(parameters), [parameters])
  const [isScrolled, setIsScrolled] = useState(false)
  const [dialog, setDialog] = useState<{ verb: AlarmVerb; alarm: AlarmDto } | null>(null)
  const [isHelpOpen, setIsHelpOpen] = useState(false)
  const isNarrow = useIsNarrow()
  const isWide = useMedia('(min-width: 1500px)')
  const list = useAlarmRows(filter, isScrolled)
  const folded = useFolded(list)
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
  useAlarmKeys({
    filter,
    list,
    folded,
    handle,
    select,
    onVerb,
    toggle: checked.toggle,
    setIsHelpOpen,
  })

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
          folded={folded}
          checked={checked}
          verbs={verbs}
          handle={handle}
          layout={layout}
          onSelect={select}
          onScrolled={setIsScrolled}
        />
      </section>
      <DetailPlace detail={detail} isNarrow={isNarrow} onClose={() => select(null)} />
      {dialog !== null && <VerbDialog {...dialog} verbs={verbs} onClose={() => setDialog(null)} />}
      <KeysHelp isOpen={isHelpOpen} onClose={() => setIsHelpOpen(false)} />
    </div>
  )
}

/** Beside the list; on a phone, over it. */
function DetailPlace(props: {
  readonly detail: ReactNode
  readonly isNarrow: boolean
  readonly onClose: () => void
}) {
  const { t } = useTranslation()
  if (!props.isNarrow) return props.detail
  return (
    <Drawer
      open={props.detail !== false}
      placement="bottom"
      size="92%"
      title={t('detail.label')}
      onClose={props.onClose}
      className="alarm-drawer"
    >
      {props.detail}
    </Drawer>
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
