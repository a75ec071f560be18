import { Button, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DutyDto, DutyRecordDto, DutySheet } from '../../gateway/contract.ts'
import { usePages } from '../api/use-pages.ts'
import { useResource } from '../api/use-resource.ts'
import { formatInstant } from '../format/format.ts'
import { useAccount, useNow, useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { DutyMark } from './duty-mark.tsx'
import { ReportDialog } from './report-dialog.tsx'

/** The three responsible persons of a source, what each has to do, and what was reported. */
export function DutyPanel({ sourceId }: { readonly sourceId: string }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const [reported, setReported] = useState<DutyDto | null>(null)
  const sheet = useResource(`duties ${sourceId}`, (signal) => api.dutySheet(sourceId, signal))
  const records = usePages(`duty records ${sourceId}`, (cursor, signal) =>
    api.dutyRecords(sourceId, cursor, signal),
  )
  if (sheet.data === null) {
    return sheet.error === null ? (
      <Skeleton active />
    ) : (
      <ErrorNote error={sheet.error} onRetry={sheet.reload} />
    )
  }
  const { persons, duties } = sheet.data
  const registered = persons.find(({ role }) => role === reported?.role)
  return (
    <div className="duty-panel">
      {persons.map((person) => (
        <PersonDuties
          key={person.role}
          person={person}
          duties={duties.filter(({ role }) => role === person.role)}
          onReport={setReported}
        />
      ))}
      <section>
        <h4>{t('duty.records')}</h4>
        {records.error !== null && <ErrorNote error={records.error} onRetry={records.reload} />}
        {records.items.length === 0 && !records.isLoading && (
          <p className="quiet">{t('duty.noRecords')}</p>
        )}
        <ul className="duty-records">
          {records.items.map((record) => (
            <RecordLine
              key={record.id}
              record={record}
              duty={duties.find(({ id }) => id === record.dutyId)}
            />
          ))}
        </ul>
        {records.hasMore && (
          <Button onClick={records.loadMore} loading={records.isLoading}>
            {t('common.loadMore')}
          </Button>
        )}
      </section>
      {reported !== null && (
        <ReportDialog
          sourceId={sourceId}
          duty={reported}
          person={registered?.name ?? ''}
          onClose={(hasChanged) => {
            setReported(null)
            if (!hasChanged) return
            sheet.reload()
            records.reload()
          }}
        />
      )}
    </div>
  )
}

function PersonDuties(props: {
  readonly person: DutySheet['persons'][number]
  readonly duties: readonly DutyDto[]
  readonly onReport: (duty: DutyDto) => void
}) {
  const { t, i18n } = useTranslation()
  const { role } = useAccount()
  const { person } = props
  return (
    <section>
      <h4>
        {t(`responsible.${person.role}`)}
        <span className="duty-person">
          {person.name === '' ? (
            <span className="quiet">{t('duty.nobody')}</span>
          ) : (
            <>
              {person.name} <span className="quiet">{person.position}</span>{' '}
              {person.phone !== '' && (
                <a href={`tel:${person.phone.replaceAll(/[^\d+]/g, '')}`}>{person.phone}</a>
              )}
            </>
          )}
        </span>
      </h4>
      <ul className="duty-list">
        {props.duties.map((duty) => (
          <li key={duty.id}>
            <span className="duty-text">
              {duty.text[i18n.language === 'zh' ? 'zh' : 'en']}
              <span className="quiet">
                {' '}
                {duty.everyDays === null
                  ? t('duty.onOccasion')
                  : t('duty.every', { days: duty.everyDays })}
                {duty.confidence !== 'verified' && ` · ${t('duty.unverified')}`}
              </span>
            </span>
            <DutyMark duty={duty} />
            {role !== 'viewer' && (
              <Button size="small" onClick={() => props.onReport(duty)}>
                {t('duty.report')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function RecordLine(props: { readonly record: DutyRecordDto; readonly duty: DutyDto | undefined }) {
  const { t, i18n } = useTranslation()
  const nowMs = useNow()
  const { record, duty } = props
  return (
    <li>
      <span className="quiet">{formatInstant(Date.parse(record.doneAt), nowMs)}</span>{' '}
      <strong>{t(`dutyOutcome.${record.outcome}`)}</strong>{' '}
      {duty?.text[i18n.language === 'zh' ? 'zh' : 'en'] ?? record.dutyId}
      <div className="quiet">
        {[record.person, record.note, t('duty.recordedBy', { name: record.recordedBy })]
          .filter((part) => part !== '')
          .join(' · ')}
      </div>
    </li>
  )
}
