import { Button, Input, Modal, Select } from 'antd'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CalendarCheck, CalendarProposalDto } from '../../../gateway/contract.ts'
import type { CalendarDays } from '../../api/calendar-endpoints.ts'
import { problemText } from '../../api/problem-text.ts'
import { useWords } from '../../format/use-words.ts'
import { useServices } from '../../services.tsx'
import { DayField } from '../../ui/date-field.tsx'
import type { Losses } from './loss-list.tsx'
import { LossNote } from './loss-note.tsx'
import { useCalendarName } from './use-calendar-name.ts'

/** What is being written, and the version it was made from. */
export interface YearToEdit {
  readonly calendar: string
  readonly year: number
  readonly version: number
  readonly days: CalendarDays
}

type Findings = CalendarCheck['findings']
type Holiday = CalendarDays['holidays'][number]

/**
 * One year, row by row; what does not fit is said at its row, and nothing is saved until it does. Where safety
 * rules lose by it, that is said before it is sent to a second person.
 */
export function YearEditor(props: {
  readonly edited: YearToEdit
  readonly onClose: (outcome: CalendarProposalDto | 'in-force' | null) => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { calendar, year, version } = props.edited
  const [days, setDays] = useState(props.edited.days)
  const [findings, setFindings] = useState<Findings>([])
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setIsBusy] = useState(false)
  /** What was said before the second step; null: the first. */
  const [lost, setLost] = useState<Losses | null>(null)
  const [reason, setReason] = useState('')
  const name = useCalendarName(calendar)

  const change = (part: Partial<CalendarDays>) => setDays((before) => ({ ...before, ...part }))
  async function save(): Promise<void> {
    setIsBusy(true)
    setError(null)
    try {
      const checked = await api.checkCalendar({ definition: { calendar, year, ...days } })
      setFindings(checked.findings)
      if (checked.year === null) return
      if (lost === null && checked.lossCount > 0) {
        setLost(checked)
        return
      }
      const change = { id: `${calendar}-${year}`, version, reason: reason.trim() }
      props.onClose((await api.writeCalendar(change, days)) ?? 'in-force')
    } catch (problem) {
      setError(problem)
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <Modal
      open
      width={760}
      title={t('calendar.editTitle', { name, year })}
      okText={t(lost === null ? 'common.save' : 'calendarLoss.propose')}
      cancelText={t(lost === null ? 'common.cancel' : 'calendarLoss.back')}
      okButtonProps={{ disabled: lost !== null && reason.trim() === '' }}
      confirmLoading={isBusy}
      onOk={() => void save()}
      onCancel={() => (lost === null ? props.onClose(null) : setLost(null))}
    >
      <div className="calendar-editor">
        {lost === null ? (
          <>
            <SourceFields days={days} findings={findings} onChange={change} />
            <HolidayFields days={days} findings={findings} onChange={change} />
            <WorkdayFields days={days} findings={findings} onChange={change} />
            <Said findings={findings} path="" />
          </>
        ) : (
          <LossNote lost={lost} reason={reason} onReason={setReason} />
        )}
        {error !== null && (
          <p className="rule-finding is-error" role="alert">
            {problemText(t, error)}
          </p>
        )}
      </div>
    </Modal>
  )
}

interface PartProps {
  readonly days: CalendarDays
  readonly findings: Findings
  readonly onChange: (part: Partial<CalendarDays>) => void
}

function SourceFields({ days, findings, onChange }: PartProps) {
  const { t } = useTranslation()
  const { source } = days
  return (
    <fieldset>
      <legend>{t('calendar.source')}</legend>
      <Input
        value={source.title}
        maxLength={300}
        aria-label={t('calendar.source')}
        onChange={(event) => onChange({ source: { ...source, title: event.target.value } })}
      />
      <Said findings={findings} path="source.title" />
      <Select
        value={source.confidence}
        aria-label={t('calendar.confidence')}
        options={(['A', 'B', 'C'] as const).map((value) => ({
          value,
          label: t(`calendar.confidence_${value}`),
        }))}
        onChange={(confidence) => onChange({ source: { ...source, confidence } })}
      />
    </fieldset>
  )
}

function HolidayFields({ days, findings, onChange }: PartProps) {
  const { t } = useTranslation()
  const { holidays } = days
  const put = (index: number, part: Partial<Holiday>) =>
    onChange({
      holidays: holidays.map((one, at) => (at === index ? { ...one, ...part } : one)),
    })
  return (
    <fieldset>
      <legend>{t('calendar.holidays')}</legend>
      {holidays.map((holiday, index) => {
        const { name, from, to } = holiday
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a holiday being written is its place.
          <div key={index} className="calendar-row">
            <Input
              value={name.zh}
              maxLength={60}
              placeholder={t('calendar.nameZh')}
              aria-label={t('calendar.nameZh')}
              onChange={(event) => put(index, { name: { ...name, zh: event.target.value } })}
            />
            <Input
              value={name.en}
              maxLength={60}
              placeholder={t('calendar.nameEn')}
              aria-label={t('calendar.nameEn')}
              onChange={(event) => put(index, { name: { ...name, en: event.target.value } })}
            />
            <DayField
              value={from}
              label={t('calendar.from')}
              // A holiday that has no end yet ends on the day it begins.
              onChange={(day) => put(index, { from: day, ...(to < day ? { to: day } : {}) })}
            />
            <DayField
              value={to}
              label={t('calendar.to')}
              onChange={(day) => put(index, { to: day })}
            />
            <RemoveRow onRemove={() => onChange({ holidays: holidays.toSpliced(index, 1) })} />
            <Said findings={findings} path={`holidays.${index}`} isDeep />
          </div>
        )
      })}
      <Button
        size="small"
        onClick={() =>
          onChange({ holidays: [...holidays, { name: { zh: '', en: '' }, from: '', to: '' }] })
        }
      >
        {t('calendar.addHoliday')}
      </Button>
    </fieldset>
  )
}

function WorkdayFields({ days, findings, onChange }: PartProps) {
  const { t } = useTranslation()
  const { workdays } = days
  return (
    <fieldset>
      <legend>{t('calendar.workdays')}</legend>
      <p className="quiet">{t('calendar.workdaysHint')}</p>
      <div className="calendar-workdays">
        {workdays.map((workday, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a day being written is its place.
          <div key={index} className="calendar-row is-workday">
            <DayField
              value={workday}
              label={t('calendar.workdays')}
              onChange={(day) => onChange({ workdays: workdays.with(index, day) })}
            />
            <RemoveRow onRemove={() => onChange({ workdays: workdays.toSpliced(index, 1) })} />
            <Said findings={findings} path={`workdays.${index}`} />
          </div>
        ))}
      </div>
      <Button size="small" onClick={() => onChange({ workdays: [...workdays, ''] })}>
        {t('calendar.addWorkday')}
      </Button>
    </fieldset>
  )
}

function RemoveRow(props: { readonly onRemove: () => void }): ReactNode {
  const { t } = useTranslation()
  return (
    <Button type="text" size="small" aria-label={t('calendar.removeRow')} onClick={props.onRemove}>
      ×
    </Button>
  )
}

/** What the check says of a field. */
function Said(props: {
  readonly findings: Findings
  readonly path: string
  readonly isDeep?: boolean
}) {
  const words = useWords()
  const own = props.findings.filter(
    ({ path }) =>
      path === props.path || (props.isDeep === true && path.startsWith(`${props.path}.`)),
  )
  // Of two open dates of one holiday, the sentence is said once.
  return [...new Set(own.map(({ message }) => words.localized(message)))].map((sentence) => (
    <span key={sentence} className="rule-finding is-error" role="alert">
      {sentence}
    </span>
  ))
}
