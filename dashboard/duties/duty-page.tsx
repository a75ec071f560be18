import { Button, Empty, Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import type { DutyLine } from '../../gateway/contract.ts'
import { usePages } from '../api/use-pages.ts'
import { useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { Icon } from '../ui/icons.tsx'
import { DutyMark } from './duty-mark.tsx'

const VIEWS = ['overdue', 'due-soon', 'all'] as const

/** Duties over all sources of one's territory: what nobody has done comes first. */
export function DutyPage() {
  const { t } = useTranslation()
  const { api } = useServices()
  const [parameters, setParameters] = useSearchParams()
  const view = VIEWS.find((name) => name === parameters.get('view')) ?? 'overdue'
  const lines = usePages(`duties ${view}`, (cursor, signal) =>
    api.duties({ cursor, state: view === 'all' ? undefined : view }, signal),
  )
  return (
    <div className="page duty-page">
      <Link to="/hazard-sources" className="back-link">
        <Icon name="back" size={16} /> {t('hazard.title')}
      </Link>
      <div className="page-head">
        <h1>{t('duty.title')}</h1>
        <Segmented
          value={view}
          onChange={(next) => setParameters({ view: next }, { replace: true })}
          options={VIEWS.map((value) => ({ value, label: t(`dutyView.${value}`) }))}
        />
      </div>
      {lines.error !== null && <ErrorNote error={lines.error} onRetry={lines.reload} />}
      {lines.items.length === 0 && !lines.isLoading && lines.error === null && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t(`dutyEmpty.${view}`)} />
      )}
      {lines.items.length > 0 && (
        <ul className="duty-list duty-lines panel">
          {lines.items.map((line) => (
            <Line key={`${line.sourceId} ${line.id}`} line={line} />
          ))}
        </ul>
      )}
      {lines.hasMore && lines.items.length > 0 && (
        <Button onClick={lines.loadMore} loading={lines.isLoading}>
          {t('common.loadMore')}
        </Button>
      )}
    </div>
  )
}

function Line({ line }: { readonly line: DutyLine }) {
  const { t, i18n } = useTranslation()
  return (
    <li>
      <span className="duty-text">
        {line.text[i18n.language === 'zh' ? 'zh' : 'en']}
        <span className="quiet">
          {' '}
          {t(`responsible.${line.role}`)} · {line.organizationName} ·{' '}
          <Link to={`/hazard-sources/${encodeURIComponent(line.sourceId)}?tab=duties`}>
            {line.sourceName === '' ? t('hazard.unnamed') : line.sourceName}
          </Link>
        </span>
      </span>
      <DutyMark duty={line} />
    </li>
  )
}
