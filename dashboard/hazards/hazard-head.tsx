import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { HazardSourcePage } from '../../gateway/contract.ts'
import { usePlant } from '../devices/use-plant.ts'
import { DueWords, LevelMark } from './hazard-row.tsx'
import { nameOf } from './hazard-words.ts'
import type { DraftEdit } from './use-draft.ts'

/** Whose it is, how grave, where its filing stands, and whether what is typed is saved. */
export function HazardHead(props: {
  readonly page: HazardSourcePage
  readonly edit: DraftEdit
  readonly tools: ReactNode
}) {
  const { t } = useTranslation()
  const plant = usePlant()
  const { page, edit } = props
  const { filing } = page
  const enterprise = plant.organizations.get(page.organizationId)?.name ?? ''
  return (
    <header className="hazard-head">
      <div>
        <h1>
          <LevelMark source={page} />
          {nameOf(page, nameOf(edit.dossier, t('hazard.unnamed')))}
        </h1>
        <p className="quiet">
          {[enterprise, t(`hazardKind.${page.kind}`), page.address]
            .filter((part) => part !== '')
            .join(' · ')}
        </p>
      </div>
      <dl className="hazard-facts">
        <div>
          <dt>{t('hazard.state')}</dt>
          <dd data-filing-state={filing.state}>{t(`filingState.${filing.state}`)}</dd>
          <dd className="quiet">
            {filing.inForceVersion === null
              ? t('hazard.notInForce')
              : t('hazard.inForce', { number: filing.number, version: filing.inForceVersion })}
          </dd>
        </div>
        <div>
          <dt>{t('hazard.due')}</dt>
          <dd>
            <DueWords dueAt={filing.dueAt} />
          </dd>
        </div>
        <div className="hazard-save">
          {!edit.isLocked && <SaveMark edit={edit} />}
          {props.tools}
        </div>
      </dl>
    </header>
  )
}

function SaveMark({ edit }: { readonly edit: DraftEdit }) {
  const { t } = useTranslation()
  const words = {
    saved: t('hazard.saved', { time: '' }),
    unsaved: t('hazard.unsaved'),
    saving: t('hazard.saving'),
    failed: t('hazard.saveFailed'),
  }
  return (
    <span className={`hazard-save-state is-${edit.saveState}`} role="status">
      {words[edit.saveState].trim()}
    </span>
  )
}
