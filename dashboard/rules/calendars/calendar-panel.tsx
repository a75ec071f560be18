import { Alert, App, Button, Empty, Segmented, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type {
  CalendarList,
  CalendarProposalDto,
  CalendarYearDto,
  Rule,
} from '../../../gateway/contract.ts'
import type { Page } from '../../api/endpoints.ts'
import { type Resource, useResource } from '../../api/use-resource.ts'
import { useWords } from '../../format/use-words.ts'
import { useNow, useServices } from '../../services.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { CalendarImport } from './import-dialog.tsx'
import { CalendarProposals } from './proposal-list.tsx'
import { ResetDialog } from './reset-dialog.tsx'
import { useCalendarName } from './use-calendar-name.ts'
import { YearEditor, type YearToEdit } from './year-editor.tsx'
import { YearView } from './year-view.tsx'

/** Public holidays and make-up working days, a year at a time. */
export function CalendarPanel(props: {
  readonly rules: readonly Rule[]
  readonly proposals: Resource<Page<CalendarProposalDto>>
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { message } = App.useApp()
  const loaded = useResource('calendars', api.calendars)
  const [edited, setEdited] = useState<YearToEdit | null>(null)
  const [isImporting, setIsImporting] = useState(false)
  const [takenBack, setTakenBack] = useState<CalendarYearDto | null>(null)
  const reload = () => {
    loaded.reload()
    props.proposals.reload()
  }
  const close = (outcome: CalendarProposalDto | 'in-force' | null) => {
    setEdited(null)
    setIsImporting(false)
    setTakenBack(null)
    if (outcome === null) return
    if (outcome === 'in-force') void message.success(t('calendar.saved'))
    else void message.info(t('calendarProposal.sent'), 5)
    reload()
  }
  const { data } = loaded
  const waitingIds = new Set(props.proposals.data?.items.map((one) => one.calendarYearId))
  return (
    <div className="rule-approvals calendar-panel">
      {loaded.error !== null && <ErrorNote error={loaded.error} onRetry={loaded.reload} />}
      {data === null && loaded.isLoading && <Skeleton active />}
      {data !== null && (
        <>
          <CalendarProposals open={props.proposals} onChanged={reload} />
          <MissingYears list={data} rules={props.rules} onAdd={setEdited} />
          <Years
            list={data}
            waitingIds={waitingIds}
            onEdit={setEdited}
            onImport={() => setIsImporting(true)}
            onTakeBack={setTakenBack}
          />
        </>
      )}
      {edited !== null && (
        <YearEditor key={`${edited.calendar} ${edited.year}`} edited={edited} onClose={close} />
      )}
      {isImporting && <CalendarImport onClose={close} />}
      {takenBack !== null && <ResetDialog shown={takenBack} onClose={close} />}
    </div>
  )
}

function MissingYears(props: {
  readonly list: CalendarList
  readonly rules: readonly Rule[]
  readonly onAdd: (edited: YearToEdit) => void
}) {
  const { t } = useTranslation()
  const words = useWords()
  const { list, rules } = props
  return list.missing.map(({ calendar, year, ruleIds }) => (
    <Alert
      key={`${calendar} ${year}`}
      type="warning"
      showIcon
      title={
        <>
          {t('calendar.missing', { calendar, year, count: ruleIds.length })}{' '}
          {ruleIds.slice(0, 5).map((id, index) => {
            const rule = rules.find((one) => one.id === id)
            return (
              <span key={id}>
                {index > 0 && ', '}
                <Link to={`/rules/${encodeURIComponent(id)}`}>
                  {rule === undefined ? id : words.localized(rule.name)}
                </Link>
              </span>
            )
          })}
          {ruleIds.length > 5 && ` +${ruleIds.length - 5}`}
        </>
      }
      description={t('calendar.missingEffect')}
      action={
        list.mayEdit && (
          <Button onClick={() => props.onAdd(newYear(list.items, calendar, year))}>
            {t('calendar.add', { year })}
          </Button>
        )
      }
    />
  ))
}

function Years(props: {
  readonly list: CalendarList
  readonly waitingIds: ReadonlySet<string>
  readonly onEdit: (edited: YearToEdit) => void
  readonly onImport: () => void
  readonly onTakeBack: (shown: CalendarYearDto) => void
}) {
  const { t } = useTranslation()
  const thisYear = new Date(useNow()).getFullYear()
  const { items, mayEdit } = props.list
  const [chosen, setChosen] = useState<string | null>(null)
  const shown =
    items.find(({ id }) => id === chosen) ??
    items.find(({ year }) => year === thisYear) ??
    items.at(-1)
  const last = items.filter(({ calendar }) => calendar === (shown?.calendar ?? 'cn')).at(-1)
  const next = { calendar: last?.calendar ?? 'cn', year: (last?.year ?? thisYear - 1) + 1 }
  return (
    <section className="panel">
      <p className="quiet">{t('calendar.hint')}</p>
      <div className="calendar-bar">
        {items.length > 0 && (
          <Segmented
            value={shown?.id ?? ''}
            options={items.map(({ id, calendar, year }) => ({
              value: id,
              label: calendar === 'cn' ? String(year) : `${calendar} ${year}`,
            }))}
            onChange={setChosen}
          />
        )}
        {mayEdit && (
          <span className="buttons">
            <Button onClick={() => props.onEdit(newYear(items, next.calendar, next.year))}>
              {t('calendar.add', { year: next.year })}
            </Button>
            <Button onClick={props.onImport}>{t('calendar.import')}</Button>
          </span>
        )}
      </div>
      {shown === undefined && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('calendar.empty')} />
      )}
      {shown !== undefined && (
        <OneYear
          shown={shown}
          mayEdit={mayEdit}
          isWaiting={props.waitingIds.has(shown.id)}
          onEdit={() => props.onEdit(editedYear(shown))}
          onTakeBack={() => props.onTakeBack(shown)}
        />
      )}
    </section>
  )
}

function OneYear(props: {
  readonly shown: CalendarYearDto
  readonly mayEdit: boolean
  /** A change of it waits for a second person. */
  readonly isWaiting: boolean
  readonly onEdit: () => void
  readonly onTakeBack: () => void
}) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const { shown, mayEdit } = props
  const { year, source, origin, changedBy, changedAt, approvedBy } = shown
  const name = useCalendarName(shown.calendar)
  const wayBack = origin === 'added' ? 'remove' : 'reset'
  return (
    <article className="calendar-year" data-calendar={shown.id}>
      <header>
        <h2>{t('calendar.title', { name, year })}</h2>
        <span className="buttons">
          {mayEdit && <Button onClick={props.onEdit}>{t('calendar.edit')}</Button>}
          <Button href={`/api/v1/calendars/${shown.id}/file`}>{t('calendar.export')}</Button>
          {mayEdit && origin !== 'shipped' && (
            <Button danger onClick={props.onTakeBack}>
              {t(`calendar.${wayBack}`)}
            </Button>
          )}
        </span>
      </header>
      <p>
        {t('calendar.source')}: {source.title}{' '}
        <span className="quiet">({t(`calendar.confidence_${source.confidence}`)})</span>
      </p>
      <p className="quiet">
        {t(`calendar.origin_${origin}`)}
        {origin !== 'shipped' &&
          changedBy !== null &&
          changedAt !== null &&
          ` · ${t('calendar.changedBy', { who: changedBy, when: words.instant(changedAt, nowMs) })}`}
        {approvedBy !== null && ` · ${t('ruleVersion.approvedBy', { who: approvedBy })}`}
      </p>
      {props.isWaiting && <Alert type="info" showIcon title={t('calendarProposal.yearWaits')} />}
      <YearView days={shown} />
    </article>
  )
}

/** A year as it is, without what the gateway adds to it. */
function editedYear({ calendar, year, version, ...shown }: CalendarYearDto): YearToEdit {
  const { source, holidays, workdays } = shown
  return { calendar, year, version, days: { source, holidays, workdays } }
}

/** A year to fill in: the holidays of the year before by name, their days open. */
function newYear(items: readonly CalendarYearDto[], calendar: string, year: number): YearToEdit {
  const before = items.filter((one) => one.calendar === calendar && one.year < year).at(-1)
  const holidays = (before?.holidays ?? []).map(({ name }) => ({ name, from: '', to: '' }))
  const days = {
    source: { title: '', confidence: 'B' as const },
    holidays,
    workdays: [],
  }
  return { calendar, year, version: 0, days }
}
