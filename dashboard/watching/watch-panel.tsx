import { Alert, Button, Skeleton } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { HazardSourceSummary, LiveTank, WatchState } from '../../gateway/contract.ts'
import { useResource } from '../api/use-resource.ts'
import { useAccount, useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { BindDialog } from './bind-dialog.tsx'
import { BindingList } from './binding-list.tsx'
import { Quantities } from './quantities.tsx'
import { Requirements } from './requirements.tsx'
import { TankDialog } from './tank-dialog.tsx'
import { TankList } from './tank-list.tsx'

export type WatchedSummary = Pick<HazardSourceSummary, 'id' | 'organizationId' | 'units'>

type Dialog =
  | { readonly kind: 'tank'; readonly tank: LiveTank | null }
  | { readonly kind: 'bind' }
  | null

/** So often it is asked again: quantities are computed once a second at most. */
const RELOAD_MS = 2_000

/** What watches a hazard source: quantities of now beside the registered ones, tanks, gaps, devices. */
export function WatchPanel({ source }: { readonly source: WatchedSummary }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { role } = useAccount()
  const [dialog, setDialog] = useState<Dialog>(null)
  const state = useResource(`watch ${source.id}`, (signal) => api.watchState(source.id, signal))
  const { reload } = state
  useEffect(() => {
    const timer = setInterval(reload, RELOAD_MS)
    return () => clearInterval(timer)
  }, [reload])
  const mayManage = role === 'administrator' || role === 'supervisor' || role === 'safety-manager'
  const close = () => {
    setDialog(null)
    reload()
  }
  if (state.data === null) {
    return state.error === null ? (
      <Skeleton active />
    ) : (
      <ErrorNote error={state.error} onRetry={reload} />
    )
  }
  return (
    <div className="watch-panel">
      {state.error !== null && <ErrorNote error={state.error} onRetry={reload} />}
      <Quantities units={state.data.units} />
      <section>
        <Heading
          text={t('watch.tanks')}
          action={mayManage && source.units.length > 0 ? t('watch.addTank') : null}
          onAct={() => setDialog({ kind: 'tank', tank: null })}
        />
        <TankList
          source={source}
          tanks={state.data.tanks}
          mayManage={mayManage}
          onEdit={(tank) => setDialog({ kind: 'tank', tank })}
          onChanged={reload}
        />
      </section>
      <Requirements state={state.data} />
      <section>
        <Heading
          text={t('watch.bindings')}
          action={mayManage ? t('watch.bind') : null}
          onAct={() => setDialog({ kind: 'bind' })}
        />
        <BindingList
          source={source}
          bindings={state.data.bindings}
          mayManage={mayManage}
          onChanged={reload}
        />
      </section>
      <Retention state={state.data} />
      {dialog?.kind === 'tank' && (
        <TankDialog source={source} tankId={dialog.tank?.id ?? null} onClose={close} />
      )}
      {dialog?.kind === 'bind' && <BindDialog source={source} onClose={close} />}
    </div>
  )
}

function Heading(props: {
  readonly text: string
  readonly action: string | null
  readonly onAct: () => void
}) {
  return (
    <header className="watch-heading">
      <h3>{props.text}</h3>
      {props.action !== null && (
        <Button size="small" onClick={props.onAct}>
          {props.action}
        </Button>
      )}
    </header>
  )
}

function Retention({ state }: { readonly state: WatchState }) {
  const { t } = useTranslation()
  const { days, daysByLaw, isEnough } = state.retention
  const figures = { days, law: daysByLaw }
  if (isEnough) return <p className="quiet">{t('watch.retention', figures)}</p>
  return <Alert type="error" showIcon title={t('watch.retentionShort', figures)} />
}
