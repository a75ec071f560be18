import { Empty } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { RuleDraftDto } from '../../gateway/contract.ts'
import type { Page } from '../api/endpoints.ts'
import { type Resource, useResource } from '../api/use-resource.ts'
import { useWords } from '../format/use-words.ts'
import { useNow, useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { DraftStateMark } from './activation-panel.tsx'
import { textAt } from './draft-path.ts'

/** What is being written, what waits for a second person, and how the last ones were decided. */
export function ApprovalList(props: { readonly open: Resource<Page<RuleDraftDto>> }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { open } = props
  const decided = useResource('decided drafts', (signal) =>
    api.ruleDrafts({ state: 'decided' }, signal),
  )
  const items = open.data?.items ?? []
  // What this person can decide stands first.
  const sorted = [...items].sort((one, other) => Number(other.may.decide) - Number(one.may.decide))
  return (
    <div className="rule-approvals">
      {open.error !== null && <ErrorNote error={open.error} onRetry={open.reload} />}
      <section className="panel">
        <h2>{t('ruleDraft.open')}</h2>
        {open.data !== null && items.length === 0 && (
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('ruleDraft.emptyOpen')} />
        )}
        <DraftItems drafts={sorted} />
      </section>
      <section className="panel">
        <h2>{t('ruleDraft.decided')}</h2>
        {decided.data?.items.length === 0 && <p className="quiet">{t('ruleDraft.emptyDecided')}</p>}
        <DraftItems drafts={decided.data?.items ?? []} />
      </section>
    </div>
  )
}

function DraftItems(props: { readonly drafts: readonly RuleDraftDto[] }) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  return (
    <ul className="draft-items">
      {props.drafts.map((draft) => (
        <li key={draft.id} data-draft-id={draft.id}>
          <DraftStateMark draft={draft} />
          <Link to={`/rules/drafts/${draft.id}`} className="draft-name">
            {draft.definition === null && `${t('ruleDraft.titleRemove')}: `}
            {textAt(draft.definition, `name.${words.language}`) || draft.ruleId}
          </Link>
          <span className="draft-why">
            {draft.reason}
            {draft.loosenings.map(({ kind, path }) => (
              <span key={`${kind} ${path}`} className="rule-milder">
                {t(`loosening.${kind}`)}
              </span>
            ))}
          </span>
          <span className="quiet">
            {draft.decision?.by ?? draft.proposal?.by ?? draft.createdBy} ·{' '}
            {words.instant(draft.changedAt, nowMs)}
          </span>
        </li>
      ))}
    </ul>
  )
}
