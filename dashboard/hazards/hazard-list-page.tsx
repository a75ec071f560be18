import { Button, Empty, Segmented } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useSearchParams } from 'react-router'
import type { HazardSourceSummary } from '../../gateway/contract.ts'
import { usePages } from '../api/use-pages.ts'
import { usePlant } from '../devices/use-plant.ts'
import { useAccount, useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { Icon } from '../ui/icons.tsx'
import { PageSearch } from '../ui/page-search.tsx'
import { useIsNarrow } from '../ui/use-media.ts'
import { VirtualRows } from '../ui/virtual-rows.tsx'
import { HazardRow } from './hazard-row.tsx'
import { RegisterDialog } from './register-dialog.tsx'

const ROW_HEIGHT_WIDE = 56
const ROW_HEIGHT_NARROW = 92
const SEARCH_AFTER_MS = 250

/** What each view asks the gateway for. */
const VIEWS = {
  All: {},
  Inbox: { state: 'pending' },
  Returned: { state: 'returned' },
  Due: { dueWithinDays: 60 },
} as const
type View = keyof typeof VIEWS
const VIEW_NAMES = Object.keys(VIEWS) as View[]

/** The register: all of it, the authority's inbox, what came back, what is due. */
export function HazardListPage() {
  const { t } = useTranslation()
  const { api } = useServices()
  const account = useAccount()
  const [parameters, setParameters] = useSearchParams()
  const [isOpen, setIsOpen] = useState(false)
  const view = VIEW_NAMES.find((name) => name === parameters.get('view')) ?? 'All'
  const text = parameters.get('q') ?? ''
  const change = (name: string, value: string) =>
    setParameters(
      (before) => {
        const next = new URLSearchParams(before)
        if (value === '') next.delete(name)
        else next.set(name, value)
        return next
      },
      { replace: true },
    )
  const pages = usePages<HazardSourceSummary>(`hazards ${view} ${text}`, (cursor, signal) =>
    api.hazardSources({ ...VIEWS[view], text: text === '' ? undefined : text, cursor }, signal),
  )
  const mayRegister = account.role === 'administrator' || account.role === 'safety-manager'
  return (
    <div className="page list-page">
      <header className="page-head">
        <h1>{t('hazard.title')}</h1>
        <SearchBox text={text} onSearch={(value) => change('q', value)} />
        <Segmented
          className="hazard-views"
          value={view}
          options={VIEW_NAMES.map((name) => ({ value: name, label: t(`hazard.view${name}`) }))}
          onChange={(name) => change('view', name === 'All' ? '' : name)}
        />
        <Link to="/duties">{t('duty.title')}</Link>
        {mayRegister && (
          <Button
            type="primary"
            className="page-action"
            icon={<Icon name="plus" size={16} />}
            onClick={() => setIsOpen(true)}
          >
            {t('hazard.add')}
          </Button>
        )}
      </header>
      {pages.error !== null && <ErrorNote error={pages.error} onRetry={pages.reload} />}
      <HazardRows pages={pages} isFiltered={view !== 'All' || text !== ''} />
      {isOpen && <RegisterDialog onClose={() => setIsOpen(false)} />}
    </div>
  )
}

/** Asks once the person has stopped typing. */
function SearchBox(props: { readonly text: string; readonly onSearch: (text: string) => void }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState(props.text)
  const { text, onSearch } = props
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is typed starts the wait.
  useEffect(() => {
    if (typed === text) return
    const timer = setTimeout(() => onSearch(typed.trim()), SEARCH_AFTER_MS)
    return () => clearTimeout(timer)
  }, [typed])
  return <PageSearch text={typed} label={t('hazard.search')} onChange={setTyped} />
}

function HazardRows(props: {
  readonly pages: ReturnType<typeof usePages<HazardSourceSummary>>
  readonly isFiltered: boolean
}) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const isNarrow = useIsNarrow()
  const plant = usePlant()
  const { pages } = props
  if (pages.items.length === 0 && !pages.isLoading && pages.error === null) {
    return (
      <Empty
        className="nothing"
        image={Empty.PRESENTED_IMAGE_SIMPLE}
        description={
          props.isFiltered ? (
            t('hazard.emptyFiltered')
          ) : (
            <>
              <strong>{t('hazard.empty')}</strong>
              <p className="quiet">{t('hazard.emptyHint')}</p>
            </>
          )
        }
      />
    )
  }
  return (
    <>
      {!isNarrow && (
        <div className="row-head hazard-columns">
          <span>{t('hazard.level')}</span>
          <span>{t('hazard.name')}</span>
          <span>{t('hazard.enterprise')}</span>
          <span>{t('hazard.figures')}</span>
          <span>{t('hazard.state')}</span>
          <span>{t('hazard.due')}</span>
        </div>
      )}
      <VirtualRows
        label={t('hazard.list')}
        count={pages.items.length}
        rowHeight={isNarrow ? ROW_HEIGHT_NARROW : ROW_HEIGHT_WIDE}
        onNearEnd={pages.loadMore}
        footer={pages.isLoading && <p className="rows-footer">{t('common.loading')}</p>}
        renderRow={(index) => {
          const source = pages.items[index]
          if (source === undefined) return null
          return (
            <HazardRow
              key={source.id}
              index={index}
              source={source}
              enterprise={plant.organizations.get(source.organizationId)?.name ?? ''}
              isNarrow={isNarrow}
              onOpen={() => void navigate(`/hazard-sources/${encodeURIComponent(source.id)}`)}
            />
          )
        }}
      />
    </>
  )
}
