import { Button, Input, Tabs, Tooltip } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useLive } from '../services.tsx'
import { Icon } from '../ui/icons.tsx'
import { ALARM_TABS, type AlarmFilter, type AlarmTab, isInTab } from './alarm-filter.ts'
import { GRADES, type Grade, presentGrade } from './grade.ts'
import { GradeMark } from './grade-mark.tsx'

type ChangeFilter = (part: Partial<AlarmFilter>) => void

/** Tabs, grades and search; all of it lives in the address. */
export function AlarmToolbar(props: {
  readonly filter: AlarmFilter
  readonly change: ChangeFilter
  readonly onHelp: () => void
}) {
  const { t } = useTranslation()
  const { filter, change } = props
  const counts = useTabCounts()
  const items = ALARM_TABS.map((tab) => ({
    key: tab,
    label: (
      <span>
        {t(`tab.${tab}`)}
        {tab !== 'all' && <span className="tab-count">{counts[tab]}</span>}
      </span>
    ),
  }))
  return (
    <div className="alarm-toolbar">
      <Tabs
        className="alarm-tabs"
        size="small"
        items={items}
        activeKey={filter.tab}
        onChange={(key) => {
          const tab = ALARM_TABS.find((known) => known === key)
          if (tab !== undefined) change({ tab, selectedId: null })
        }}
      />
      <div className="alarm-filters">
        <GradeFilter filter={filter} change={change} />
        <SearchField text={filter.text} change={change} />
        <Link className="to-history" to="/alarms/history">
          {t('alarmHistory.toHistory')}
        </Link>
        <Tooltip title={t('menu.keys')}>
          <Button className="keys-button" onClick={props.onHelp} aria-label={t('menu.keys')}>
            ?
          </Button>
        </Tooltip>
      </div>
    </div>
  )
}

function GradeFilter(props: { readonly filter: AlarmFilter; readonly change: ChangeFilter }) {
  const { t } = useTranslation()
  const { grades } = props.filter
  const toggle = (grade: Grade) =>
    grades.includes(grade) ? grades.filter((other) => other !== grade) : [...grades, grade].sort()
  return (
    <fieldset className="grade-filter" aria-label={t('filter.grade')}>
      {GRADES.map((grade) => {
        const isOn = grades.includes(grade)
        const { letter } = presentGrade(grade)
        return (
          <button
            key={grade}
            type="button"
            className={isOn ? 'grade-toggle is-on' : 'grade-toggle'}
            aria-pressed={isOn}
            title={t('grade.full', { letter, name: t(`grade.${grade}`) })}
            onClick={() => props.change({ grades: toggle(grade), selectedId: null })}
          >
            <GradeMark grade={grade} size={20} />
          </button>
        )
      })}
    </fieldset>
  )
}

/** Writes to the address a moment after the last key, so that each letter is not a step back. */
function SearchField(props: { readonly text: string; readonly change: ChangeFilter }) {
  const { t } = useTranslation()
  const { text, change } = props
  const [draft, setDraft] = useState(text)
  const [shown, setShown] = useState(text)
  if (shown !== text) {
    setShown(text)
    setDraft(text)
  }
  useEffect(() => {
    if (draft === text) return
    const timer = setTimeout(() => change({ text: draft, selectedId: null }), 200)
    return () => clearTimeout(timer)
  }, [draft, text, change])
  return (
    <Input
      className="alarm-search"
      allowClear
      value={draft}
      maxLength={100}
      prefix={<Icon name="search" size={16} />}
      placeholder={t('filter.text')}
      aria-label={t('filter.text')}
      onChange={(event) => setDraft(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.blur()
      }}
    />
  )
}

/** Exact where all open alarms are here; by the gateway's counts where only the first pages are. */
function useTabCounts(): Readonly<Record<AlarmTab, number>> {
  const open = useLive((state) => state.open)
  const isComplete = useLive((state) => state.isComplete)
  const byState = useLive((state) => state.counts.byState)
  return useMemo(() => {
    const counts = { todo: 0, acknowledged: 0, returned: 0, shelved: 0, all: open.size }
    for (const alarm of open.values()) {
      for (const tab of ALARM_TABS) if (tab !== 'all' && isInTab(alarm, tab)) counts[tab] += 1
    }
    if (isComplete) return counts
    const of = (...states: string[]) => states.reduce((sum, name) => sum + (byState[name] ?? 0), 0)
    const returned = ['returned-unacknowledged', 'latched-unacknowledged']
    return {
      ...counts,
      todo: of('unacknowledged', ...returned),
      acknowledged: of('acknowledged'),
      returned: of(...returned, 'latched-acknowledged'),
      shelved: of('shelved', 'suppressed', 'out-of-service'),
    }
  }, [open, isComplete, byState])
}
