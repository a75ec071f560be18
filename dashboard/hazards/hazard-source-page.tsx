import { App as AntApp, Button, Popconfirm, Skeleton, Tabs } from 'antd'
import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useParams, useSearchParams } from 'react-router'
import type { FilingGap, HazardSourcePage } from '../../gateway/contract.ts'
import { ApiError } from '../api/api-client.ts'
import { problemText } from '../api/problem-text.ts'
import { useResource } from '../api/use-resource.ts'
import { DutyPanel } from '../duties/duty-panel.tsx'
import { useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { Icon } from '../ui/icons.tsx'
import { WatchPanel } from '../watching/watch-panel.tsx'
import { DocumentPanel } from './document-panel.tsx'
import { DossierEditor, STEP_NAMES, type StepName, stepOf } from './dossier-editor.tsx'
import { EmergencyPanel } from './emergency-panel.tsx'
import { FilingPanel } from './filing-panel.tsx'
import { HazardHead } from './hazard-head.tsx'
import { Overview } from './overview.tsx'
import { type DraftEdit, useDraft } from './use-draft.ts'
import { VersionPanel } from './version-panel.tsx'

export function HazardPage() {
  const { t } = useTranslation()
  const { sourceId = '' } = useParams()
  const { api } = useServices()
  const loaded = useResource(`hazard ${sourceId}`, (signal) => api.hazardSource(sourceId, signal))
  const [page, setPage] = useState<HazardSourcePage | null>(null)
  useEffect(() => {
    if (loaded.data !== null) setPage(loaded.data)
  }, [loaded.data])
  const isGone = loaded.error instanceof ApiError && loaded.error.status === 404
  const shown = page?.id === sourceId ? page : null
  return (
    <div className="page hazard-page">
      <Link to="/hazard-sources" className="back-link">
        <Icon name="back" size={16} /> {t('hazard.back')}
      </Link>
      {isGone && <p>{t('hazard.gone')}</p>}
      {loaded.error !== null && !isGone && (
        <ErrorNote error={loaded.error} onRetry={loaded.reload} />
      )}
      {shown === null && loaded.isLoading && <Skeleton active />}
      {shown !== null && (
        <SourceBody key={sourceId} page={shown} onPage={setPage} onReload={loaded.reload} />
      )}
    </div>
  )
}

const EDITABLE: ReadonlySet<HazardSourcePage['filing']['state']> = new Set([
  'draft',
  'returned',
  'accepted',
])

function SourceBody(props: {
  readonly page: HazardSourcePage
  readonly onPage: (page: HazardSourcePage) => void
  readonly onReload: () => void
}) {
  const { page, onPage, onReload } = props
  const isLocked = !page.may.draft || !EDITABLE.has(page.filing.state)
  const edit = useDraft(page, { isLocked, onSaved: onPage })
  const place = usePlace()
  const go = useCallback(
    (gap: FilingGap) => {
      if (gap.code === 'document_missing') place.goTo('documents')
      else if (gap.code === 'reassessment_unanswered') place.goTo('filing')
      else place.goTo('edit', stepOf(gap.path))
    },
    [place],
  )
  return (
    <>
      <HazardHead page={page} edit={edit} tools={<DraftTools page={page} edit={edit} />} />
      {edit.saveState === 'failed' && (
        <ErrorNote error={edit.error} onRetry={() => void edit.flush()} />
      )}
      <SourceTabs
        page={page}
        edit={edit}
        place={place}
        onPage={onPage}
        onReload={onReload}
        onGo={go}
      />
    </>
  )
}

function SourceTabs(props: {
  readonly page: HazardSourcePage
  readonly edit: DraftEdit
  readonly place: Place
  readonly onPage: (page: HazardSourcePage) => void
  readonly onReload: () => void
  readonly onGo: (gap: FilingGap) => void
}) {
  const { t } = useTranslation()
  const { page, edit, place } = props
  const shared = { page, edit }
  const tabs = [
    { key: 'overview', label: t('hazard.tabOverview'), children: <Overview page={page} /> },
    {
      key: 'edit',
      label: t('hazard.tabEdit'),
      children: (
        <>
          {edit.isLocked && (
            <p className="quiet">{t(page.may.draft ? 'hazard.locked' : 'hazard.onlyFirm')}</p>
          )}
          <DossierEditor
            {...shared}
            step={place.step}
            onStep={(step) => place.goTo('edit', step)}
            onFinished={() => place.goTo('filing')}
          />
        </>
      ),
    },
    {
      key: 'documents',
      label: t('hazard.tabDocuments'),
      children: <DocumentPanel page={page} isLocked={edit.isLocked} onChanged={props.onReload} />,
    },
    {
      key: 'filing',
      label: t('hazard.tabFiling'),
      children: (
        <FilingPanel
          {...shared}
          onPage={props.onPage}
          onGo={props.onGo}
          onReload={props.onReload}
        />
      ),
    },
    { key: 'versions', label: t('hazard.tabVersions'), children: <VersionPanel page={page} /> },
    { key: 'watching', label: t('watch.tab'), children: <WatchPanel source={page} /> },
    {
      key: 'duties',
      label: t('duty.tab'),
      children: <DutyPanel sourceId={page.id} />,
    },
    {
      key: 'emergency',
      label: t('hazard.tabEmergency'),
      children: <EmergencyPanel information={emergencyOf(page)} />,
    },
  ]
  return (
    <section className="panel">
      <Tabs
        activeKey={place.tab}
        onChange={(tab) => place.goTo(tab)}
        items={tabs}
        destroyOnHidden
      />
    </section>
  )
}

function emergencyOf(page: HazardSourcePage) {
  const { draft, assessment } = page
  return {
    name: draft.name,
    emergency: draft.emergency,
    persons: draft.persons,
    exposedPopulation: draft.surroundings.exposedPopulation,
    targets: draft.surroundings.targets,
    substances: draft.units.flatMap((unit, unitIndex) =>
      unit.substances.map(({ name, cas, safety }, index) => ({
        unit: unit.name,
        name,
        cas,
        safety,
        designMaximum: assessment.units[unitIndex]?.lines[index]?.q ?? null,
      })),
    ),
  }
}

interface Place {
  readonly tab: string
  readonly step: StepName
  readonly goTo: (tab: string, step?: StepName) => void
}

/** Tab and step live in the address, so that a link leads where it should and Back goes back. */
function usePlace(): Place {
  const [parameters, setParameters] = useSearchParams()
  const goTo = useCallback(
    (tab: string, step?: StepName) =>
      setParameters(step === undefined ? { tab } : { tab, step }, { replace: true }),
    [setParameters],
  )
  return {
    tab: parameters.get('tab') ?? 'overview',
    step: STEP_NAMES.find((name) => name === parameters.get('step')) ?? 'Basic',
    goTo,
  }
}

/** A draft that was never submitted may go. */
function DraftTools(props: { readonly page: HazardSourcePage; readonly edit: DraftEdit }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const navigate = useNavigate()
  const { message } = AntApp.useApp()
  const { page } = props
  if (!page.may.draft || page.newestVersion > 0) return null
  async function remove(): Promise<void> {
    try {
      await props.edit.flush()
      await api.removeHazardSource(page.id)
      await navigate('/hazard-sources')
    } catch (error) {
      void message.error(problemText(t, error))
    }
  }
  return (
    <Popconfirm
      title={t('hazard.removeConfirm')}
      description={t('hazard.removeWarning')}
      onConfirm={() => void remove()}
    >
      <Button size="small">{t('hazard.remove')}</Button>
    </Popconfirm>
  )
}
