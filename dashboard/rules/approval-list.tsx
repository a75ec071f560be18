import { Empty } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { CalendarProposalDto, RuleDraftDto } from '../../gateway/contract.ts'
import type { Page } from '../api/endpoints.ts'
import { type Resource, useResource } from '../api/use-resource.ts'
import { useWords } from '../format/use-words.ts'
import { useNow, useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { DraftStateMark } from './activation-panel.tsx'
import { rulesLosing } from './calendars/loss-list.tsx'
import { useCalendarName } from './calendars/use-calendar-name.ts'
import { textAt } from './draft-path.ts'

/** What is being written, what waits for a second person, and how the last ones were decided. */
export function ApprovalList(props: {
  readonly open: Resource<Page<RuleDraftDto>>
  readonly calendars: Resource<Page<CalendarProposalDto>>
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { open } = props
  const decided = useResource('decided drafts', (signal) =>
    api.ruleDrafts({ state: 'decided' }, signal),
  )
  const items = open.data?.items ?? []
  const calendars = props.calendars.data?.items ?? []
  // What this person can decide stands first.
  const sorted = [...items].sort((one, other) => Number(other.may.decide) - Number(one.may.decide))
  return (
    <div className="rule-approvals">
      {open.error !== null && <ErrorNote error={open.error} onRetry={open.reload} />}
      <section className="panel">
        <h2>{t('ruleDraft.open')}</h2>
        {open.data !== null && items.length + calendars.length === 0 && (
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('ruleDraft.emptyOpen')} />
        )}
        {calendars.length > 0 && (
          <ul className="draft-items">
            {calendars.map((proposal) => (
              <CalendarItem key={proposal.id} proposal={proposal} />
            ))}
          </ul>
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

/** A change of a calendar, which is read and decided where calendars are. */
function CalendarItem(props: { readonly proposal: CalendarProposalDto }) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const { state, year, reason, proposal } = props.proposal
  const name = useCalendarName(props.proposal.calendar)
  return (
    <li data-waiting-calendar={props.proposal.calendarYearId}>
      <span className={`rule-draft-state is-${state}`}>{t(`calendarProposal.state_${state}`)}</span>
      <Link to="/rules?tab=calendars" className="draft-name">
        {t('calendar.editTitle', { name, year })}
      </Link>
      <span className="draft-why">
        {reason}
        <span className="rule-milder">
          {t('calendarLoss.short', { count: rulesLosing(props.proposal) })}
        </span>
      </span>
      <span className="quiet">
        {proposal.by} · {words.instant(proposal.at, nowMs)}
      </span>
    </li>
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
