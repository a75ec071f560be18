import { Button, Checkbox, Empty } from 'antd'
import { type RefObject, useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { AlarmDto } from '../../gateway/contract.ts'
import { useLive } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { VirtualRows, type VirtualRowsHandle } from '../ui/virtual-rows.tsx'
import { type AlarmFilter, alarmFilterParameters } from './alarm-filter.ts'
import { AlarmRow, type RowLayout } from './alarm-row.tsx'
import { FloodBar } from './flood-bar.tsx'
import { indexOfItem } from './fold-rows.ts'
import { GRADES } from './grade.ts'
import { GradeMark } from './grade-mark.tsx'
import { GroupRow } from './group-row.tsx'
import { ToldProvider } from './told-context.tsx'
import type { AlarmRows } from './use-alarm-rows.ts'
import type { Checked } from './use-checked.ts'
import type { Folded } from './use-folded.ts'
import type { Verbs } from './use-verbs.ts'

const ROW_HEIGHT = 56
const CARD_HEIGHT = 104

export function AlarmList(props: {
  readonly filter: AlarmFilter
  readonly list: AlarmRows
  readonly folded: Folded
  readonly checked: Checked
  readonly verbs: Verbs
  readonly handle: RefObject<VirtualRowsHandle | null>
  readonly layout: RowLayout
  readonly onSelect: (id: string | null) => void
  readonly onScrolled: (isScrolled: boolean) => void
}) {
  const { t } = useTranslation()
  const { list, checked, filter, layout, folded } = props
  const { order, gone } = list.rows
  const { items } = folded
  const selectedIndex = indexOfItem(items, filter.selectedId)
  const hasSnapshot = useLive((state) => state.hasSnapshot)
  const renderRow = (index: number) => {
    const item = items[index]
    if (item?.kind === 'group') {
      return (
        <GroupRow
          key={item.group.key}
          index={index}
          group={item.group}
          alarmOf={list.alarmOf}
          isSelected={index === selectedIndex}
          checked={checked.ids}
          layout={layout}
          onTurn={folded.turn}
          onCheck={checked.setMany}
        />
      )
    }
    const alarm = item === undefined ? undefined : list.alarmOf(item.id)
    if (item === undefined || alarm === undefined) return <div key={index} className="row" />
    return (
      <AlarmRow
        key={alarm.id}
        index={index}
        alarm={alarm}
        isSelected={filter.selectedId === alarm.id}
        isChecked={checked.ids.has(alarm.id)}
        isGone={gone.has(alarm.id)}
        isInside={item.isInside}
        isFirstOut={item.isFirstOut}
        layout={layout}
        onSelect={props.onSelect}
        onToggle={checked.toggle}
      />
    )
  }
  return (
    <ToldProvider>
      <FloodBar isFolding={folded.isFolding} setIsFolding={folded.setIsFolding} />
      <WaitingBar list={list} handle={props.handle} />
      <BulkBar checked={checked} list={list} verbs={props.verbs} />
      {layout !== 'card' && order.length > 0 && (
        <ListHead order={order} checked={checked} layout={layout} />
      )}
      {list.error !== null && <ErrorNote error={list.error} onRetry={list.retry} />}
      {order.length === 0 && hasSnapshot && !list.isLoading ? (
        <NothingHere filter={filter} />
      ) : (
        <VirtualRows
          label={t('list.label')}
          count={items.length}
          rowHeight={layout === 'card' ? CARD_HEIGHT : ROW_HEIGHT}
          renderRow={renderRow}
          onNearEnd={list.loadMore}
          onScrolled={props.onScrolled}
          handle={props.handle}
          footer={list.isLoading && <p className="rows-footer">{t('common.loading')}</p>}
        />
      )}
    </ToldProvider>
  )
}

function ListHead(props: {
  readonly order: readonly string[]
  readonly checked: Checked
  readonly layout: RowLayout
}) {
  const { t } = useTranslation()
  const { order, checked } = props
  const isAll = checked.ids.size > 0 && order.every((id) => checked.ids.has(id))
  return (
    <div className={`row-head ${props.layout === 'wide' ? 'alarm-columns' : 'compact-columns'}`}>
      <Checkbox
        checked={isAll}
        indeterminate={checked.ids.size > 0 && !isAll}
        aria-label={t('list.selectAll')}
        onChange={(event) => (event.target.checked ? checked.setAll(order) : checked.clear())}
      />
      <span>{props.layout === 'wide' && t('list.grade')}</span>
      {props.layout === 'wide' && <span>{t('list.place')}</span>}
      <span>{t('list.what')}</span>
      <span>{t('list.value')}</span>
      <span>{t('list.since')}</span>
      <span>{t('list.state')}</span>
      {props.layout === 'wide' && <span>{t('load.onIt')}</span>}
      {props.layout === 'wide' && <span>{t('told.column')}</span>}
    </div>
  )
}

/** What came and what left while the list was held still; with the worst grade, which must not hide. */
function WaitingBar(props: {
  readonly list: AlarmRows
  readonly handle: RefObject<VirtualRowsHandle | null>
}) {
  const { t } = useTranslation()
  const { list, handle } = props
  const { waiting, gone } = list.rows
  const { release } = list
  const show = useCallback(() => {
    release()
    handle.current?.toTop()
  }, [release, handle])
  if (waiting.length === 0 && gone.size === 0) return null
  const grades = new Set(waiting.map((id) => list.alarmOf(id)?.grade))
  return (
    <button type="button" className="waiting-bar" onClick={show} data-testid="waiting-bar">
      {GRADES.filter((grade) => grades.has(grade)).map((grade) => (
        <GradeMark key={grade} grade={grade} size={20} />
      ))}
      {waiting.length > 0 && <strong>{t('list.waiting', { count: waiting.length })}</strong>}
      {gone.size > 0 && <span>{t('list.left', { count: gone.size })}</span>}
      <span className="waiting-action">{t('list.update')}</span>
    </button>
  )
}

function BulkBar(props: {
  readonly checked: Checked
  readonly list: AlarmRows
  readonly verbs: Verbs
}) {
  const { t } = useTranslation()
  const { checked, list, verbs } = props
  if (checked.ids.size === 0) return null
  async function acknowledge(): Promise<void> {
    const alarms = [...checked.ids]
      .map((id) => list.alarmOf(id))
      .filter((alarm): alarm is AlarmDto => alarm !== undefined)
    await verbs.acknowledgeAll(alarms)
    checked.clear()
  }
  return (
    <div className="bulk-bar">
      <strong>{t('bulk.checked', { count: checked.ids.size })}</strong>
      <Button type="primary" loading={verbs.busy !== null} onClick={() => void acknowledge()}>
        {t('bulk.acknowledge')}
      </Button>
      <Button onClick={checked.clear}>{t('bulk.clear')}</Button>
    </div>
  )
}

function NothingHere(props: { readonly filter: AlarmFilter }) {
  const { t } = useTranslation()
  const { tab, grades, text } = props.filter
  const isFiltered = grades.length > 0 || text !== ''
  const title = isFiltered
    ? t('list.emptyFiltered')
    : t(tab === 'todo' ? 'list.emptyTodo' : 'list.emptyTab')
  return (
    <Empty
      className="nothing"
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description={
        <>
          <strong>{title}</strong>
          {isFiltered && (
            <p>
              <Link to={`?${alarmFilterParameters({ ...props.filter, grades: [], text: '' })}`}>
                {t('list.clearFilters')}
              </Link>
            </p>
          )}
          {tab === 'todo' && !isFiltered && <p className="quiet">{t('list.emptyTodoHint')}</p>}
        </>
      }
    />
  )
}
