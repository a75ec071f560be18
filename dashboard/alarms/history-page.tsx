import { Button, Input, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import type { AlarmDto } from '../../gateway/contract.ts'
import { usePages } from '../api/use-pages.ts'
import { useWords } from '../format/use-words.ts'
import { useNow, useServices } from '../services.tsx'
import { DayField } from '../ui/date-field.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { shownState } from './alarm-state.ts'
import { GRADES } from './grade.ts'
import { GradeMark } from './grade-mark.tsx'
import { StateMark } from './state-mark.tsx'

/** Filters of the history; they live in the address and are those of the API. */
const FILTERS = ['q', 'grade', 'state', 'device', 'rule', 'drill', 'from', 'to'] as const
type Filter = (typeof FILTERS)[number]
type Filters = Readonly<Partial<Record<Filter, string>>>

/** What was: every alarm, newest first, found by words and filters, and taken along as a file. */
export function AlarmHistoryPage() {
  const { t } = useTranslation()
  const { api } = useServices()
  const { language } = useWords()
  const [parameters, setParameters] = useSearchParams()
  const filters: Filters = Object.fromEntries(
    FILTERS.flatMap((name) => {
      const value = parameters.get(name)
      return value === null || value === '' ? [] : [[name, value]]
    }),
  )
  const query = queryOf(filters)
  const pages = usePages<AlarmDto>(JSON.stringify(query), (cursor, signal) =>
    api.alarms({ ...query, order: 'newest', limit: 50, cursor }, signal),
  )
  const change = (name: Filter, value: string | undefined) =>
    setParameters(
      (before) => {
        const next = new URLSearchParams(before)
        if (value === undefined || value === '') next.delete(name)
        else next.set(name, value)
        return next
      },
      { replace: true },
    )
  const fileAt = (format: 'csv' | 'xlsx') => {
    const search = new URLSearchParams({ format, language })
    for (const [key, value] of Object.entries(query)) if (value) search.set(key, value)
    return `/api/v1/alarms/export?${search}`
  }
  return (
    <div className="page history-page">
      <header className="page-head">
        <h1>{t('alarmHistory.title')}</h1>
        <Link to="/alarms">{t('alarmHistory.toLive')}</Link>
        <span className="page-action history-files">
          <Button href={fileAt('csv')}>{t('performance.csv')}</Button>
          <Button href={fileAt('xlsx')}>{t('alarmHistory.xlsx')}</Button>
        </span>
      </header>
      <FilterBar filters={filters} change={change} />
      {pages.error !== null && <ErrorNote error={pages.error} onRetry={pages.reload} />}
      <section className="panel">
        <HistoryTable items={pages.items} isLoading={pages.isLoading} />
        {pages.hasMore && pages.items.length > 0 && (
          <Button onClick={pages.loadMore} loading={pages.isLoading}>
            {t('common.loadMore')}
          </Button>
        )}
      </section>
    </div>
  )
}

function queryOf(filters: Filters): Readonly<Record<string, string | undefined>> {
  const { device, rule, from, to, ...rest } = filters
  return {
    ...rest,
    deviceId: device,
    ruleId: rule,
    from: dayOf(from, 0),
    // The whole of the last day.
    to: dayOf(to, 1),
  }
}

/** A day of this desk's calendar as an instant. */
function dayOf(text: string | undefined, plusDays: number): string | undefined {
  const [year, month, day] = (text ?? '').split('-').map(Number)
  if (year === undefined || month === undefined || day === undefined) return undefined
  const atMs = new Date(year, month - 1, day + plusDays).getTime()
  return Number.isNaN(atMs) ? undefined : new Date(atMs).toISOString()
}

function FilterBar(props: {
  readonly filters: Filters
  readonly change: (name: Filter, value: string | undefined) => void
}) {
  const { t } = useTranslation()
  const { filters, change } = props
  const [draft, setDraft] = useState(filters.q ?? '')
  return (
    <div className="history-filters">
      <Input.Search
        className="page-search"
        allowClear
        value={draft}
        maxLength={100}
        placeholder={t('filter.text')}
        onChange={(event) => setDraft(event.target.value)}
        onSearch={(text) => change('q', text.trim())}
      />
      <Select
        mode="multiple"
        className="history-grades"
        placeholder={t('filter.grade')}
        value={filters.grade?.split(',') ?? []}
        options={GRADES.map((grade) => ({ value: String(grade), label: t(`grade.${grade}`) }))}
        onChange={(grades: readonly string[]) => change('grade', [...grades].sort().join(','))}
      />
      <Select
        allowClear
        className="state-filter"
        placeholder={t('list.state')}
        value={filters.state ?? null}
        options={[
          { value: 'open', label: t('alarmHistory.open') },
          { value: 'normal', label: t('alarmHistory.ended') },
        ]}
        onChange={(state: string | null) => change('state', state ?? undefined)}
      />
      <Select
        allowClear
        className="state-filter"
        placeholder={t('list.drill')}
        value={filters.drill ?? null}
        options={[
          { value: 'false', label: t('alarmHistory.withoutDrills') },
          { value: 'true', label: t('alarmHistory.drillsOnly') },
        ]}
        onChange={(drill: string | null) => change('drill', drill ?? undefined)}
      />
      {(['from', 'to'] as const).map((name) => (
        <span key={name} className="history-day">
          <span aria-hidden="true">{t(`alarmHistory.${name}`)}</span>
          <DayField
            label={t(`alarmHistory.${name}`)}
            value={filters[name] ?? ''}
            onChange={(day) => change(name, day)}
          />
        </span>
      ))}
      {(['device', 'rule'] as const).map(
        (name) =>
          filters[name] !== undefined && (
            <Button key={name} onClick={() => change(name, undefined)}>
              {filters[name]} ×
            </Button>
          ),
      )}
    </div>
  )
}

function HistoryTable(props: { readonly items: readonly AlarmDto[]; readonly isLoading: boolean }) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  if (props.items.length === 0) {
    return <p className="quiet">{t(props.isLoading ? 'common.loading' : 'list.emptyFiltered')}</p>
  }
  return (
    <div className="table-scroll">
      <table className="plain-table alarm-history">
        <thead>
          <tr>
            <th>{t('list.grade')}</th>
            <th>{t('list.what')}</th>
            <th>{t('list.place')}</th>
            <th className="is-number">{t('list.value')}</th>
            <th>{t('list.since')}</th>
            <th>{t('list.state')}</th>
          </tr>
        </thead>
        <tbody>
          {props.items.map((alarm) => (
            <tr key={alarm.id} data-alarm-id={alarm.id}>
              <td>
                <GradeMark grade={alarm.grade} size={22} />
              </td>
              <td>
                <Link to={`/alarms?tab=all&alarm=${encodeURIComponent(alarm.id)}`}>
                  {words.localized(alarm.title)}
                </Link>
                {alarm.drill && <span className="drill-tag">{t('list.drill')}</span>}
              </td>
              <td>{words.place(alarm)}</td>
              <td className="is-number">{words.value(alarm.value, alarm.unit)}</td>
              <td className="history-when">
                {words.instant(alarm.raisedAt, nowMs)}
                <span className="quiet">
                  {' '}
                  {words.age(
                    (alarm.closedAt === null ? nowMs : Date.parse(alarm.closedAt)) -
                      Date.parse(alarm.raisedAt),
                  )}
                </span>
              </td>
              <td>
                <StateMark state={shownState(alarm)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
