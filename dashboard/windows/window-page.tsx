import { Button, Empty, Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { usePages } from '../api/use-pages.ts'
import { useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { WindowCard } from './window-card.tsx'

const VIEWS = ['unfinished', 'finished'] as const

/** Who works on which devices, and what nobody has said to be finished. */
export function WindowPage() {
  const { t } = useTranslation()
  const { api } = useServices()
  const [parameters, setParameters] = useSearchParams()
  const view = parameters.get('view') === 'finished' ? 'finished' : 'unfinished'
  const windows = usePages(`windows ${view}`, (cursor, signal) =>
    api.serviceWindows(
      { finished: view === 'finished', ...(cursor === undefined ? {} : { cursor }) },
      signal,
    ),
  )
  return (
    <div className="page window-page">
      <div className="page-head">
        <h1>{t('window.title')}</h1>
        <Segmented
          value={view}
          onChange={(next) => setParameters({ view: next }, { replace: true })}
          options={VIEWS.map((value) => ({ value, label: t(`window.${value}`) }))}
        />
      </div>
      <p className="quiet">{t('window.hint')}</p>
      {windows.error !== null && <ErrorNote error={windows.error} onRetry={windows.reload} />}
      {windows.items.length === 0 && !windows.isLoading && windows.error === null && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('window.empty')}>
          <p className="quiet">{t('window.emptyHint')}</p>
        </Empty>
      )}
      {windows.items.map((window) => (
        <WindowCard key={window.id} window={window} onChanged={windows.reload} />
      ))}
      {windows.hasMore && windows.items.length > 0 && (
        <Button onClick={windows.loadMore} loading={windows.isLoading}>
          {t('common.loadMore')}
        </Button>
      )}
    </div>
  )
}
