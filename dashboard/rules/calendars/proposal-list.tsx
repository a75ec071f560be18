import { Alert, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CalendarProposalDto } from '../../../gateway/contract.ts'
import type { Page } from '../../api/endpoints.ts'
import { type Resource, useResource } from '../../api/use-resource.ts'
import { useWords } from '../../format/use-words.ts'
import { useAccount, useNow, useServices } from '../../services.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { DecisionDialog, type Verb } from './decision-dialog.tsx'
import { LossList } from './loss-list.tsx'
import { useCalendarName } from './use-calendar-name.ts'
import { type DayChange, dayChanges } from './year-days.ts'

/** Of runs of days; a proposal that changes more is read in the year itself. */
const CHANGES_SHOWN = 12

/** Changes of calendars that wait for a second person, and how the last ones were decided. */
export function CalendarProposals(props: {
  readonly open: Resource<Page<CalendarProposalDto>>
  readonly onChanged: () => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { open } = props
  const decided = useResource('decided calendar proposals', (signal) =>
    api.calendarProposals('decided', signal),
  )
  const items = open.data?.items ?? []
  const past = decided.data?.items ?? []
  if (open.error !== null) return <ErrorNote error={open.error} onRetry={open.reload} />
  const onChanged = () => {
    decided.reload()
    props.onChanged()
  }
  return (
    <>
      {items.length > 0 && (
        <section className="panel" aria-labelledby="calendar-waiting">
          <h2 id="calendar-waiting">{t('calendarProposal.waiting')}</h2>
          {items.map((proposal) => (
            <Proposal key={proposal.id} proposal={proposal} onChanged={onChanged} />
          ))}
        </section>
      )}
      {past.length > 0 && (
        <details className="panel calendar-decided">
          <summary>{t('calendarProposal.decided', { count: past.length })}</summary>
          {past.map((proposal) => (
            <Proposal key={proposal.id} proposal={proposal} onChanged={onChanged} />
          ))}
        </details>
      )}
    </>
  )
}

function Proposal(props: {
  readonly proposal: CalendarProposalDto
  readonly onChanged: () => void
}) {
  const { t } = useTranslation()
  const [verb, setVerb] = useState<Verb | null>(null)
  const { proposal } = props
  const { year, state, reason, may, resets, before, after } = proposal
  const name = useCalendarName(proposal.calendar)
  const isOpen = proposal.decision === null
  return (
    <article className="calendar-proposal" data-calendar-proposal={proposal.calendarYearId}>
      <header>
        <span className={`rule-draft-state is-${state}`} data-proposal-state={state}>
          {t(`calendarProposal.state_${state}`)}
        </span>
        <h3>{t('calendar.title', { name, year })}</h3>
        {resets && (
          <span>{t(after === null ? 'calendarProposal.removes' : 'calendarProposal.resets')}</span>
        )}
      </header>
      <Standing proposal={proposal} />
      <p>
        {t('calendarLoss.reason')}: {reason}
      </p>
      <DayChanges changes={dayChanges(year, before, after)} />
      <LossList lost={proposal} />
      {isOpen && <SecondPerson proposal={proposal} />}
      <div className="buttons">
        {may.decide && (
          <>
            <Button
              type="primary"
              disabled={proposal.isOutdated}
              onClick={() => setVerb('approve')}
            >
              {t('calendarProposal.approve')}
            </Button>
            <Button onClick={() => setVerb('reject')}>{t('calendarProposal.reject')}</Button>
          </>
        )}
        {may.withdraw && (
          <Button danger onClick={() => setVerb('withdraw')}>
            {t('calendarProposal.withdraw')}
          </Button>
        )}
      </div>
      {verb !== null && (
        <DecisionDialog
          proposal={proposal}
          verb={verb}
          onClose={(hasChanged) => {
            setVerb(null)
            if (hasChanged) props.onChanged()
          }}
        />
      )}
    </article>
  )
}

function Standing(props: { readonly proposal: CalendarProposalDto }) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const { proposal, decision } = props.proposal
  return (
    <p className="quiet">
      {t('calendarProposal.by', {
        who: proposal.by,
        when: words.instant(proposal.at, nowMs),
      })}
      {decision === null
        ? ` · ${t('calendarProposal.until', { until: words.instant(proposal.expiresAt, nowMs) })}`
        : ` · ${t('calendarProposal.decidedBy', {
            who: decision.by,
            when: words.instant(decision.at, nowMs),
          })}`}
      {decision !== null && decision.note !== '' && ` · ${decision.note}`}
    </p>
  )
}

/** `03-01 – 03-02 plain day → holiday` */
function DayChanges(props: { readonly changes: readonly DayChange[] }) {
  const { t } = useTranslation()
  const { changes } = props
  return (
    <ul className="calendar-changes">
      {changes.slice(0, CHANGES_SHOWN).map(({ from, to, before, after }) => (
        <li key={from}>
          <strong>{from === to ? from.slice(5) : `${from.slice(5)} – ${to.slice(5)}`}</strong>{' '}
          {t(`calendarProposal.day_${before}`)} → {t(`calendarProposal.day_${after}`)}
        </li>
      ))}
      {changes.length > CHANGES_SHOWN && (
        <li className="quiet">
          {t('calendarLoss.moreTimes', { count: changes.length - CHANGES_SHOWN })}
        </li>
      )}
    </ul>
  )
}

function SecondPerson(props: { readonly proposal: CalendarProposalDto }) {
  const { t } = useTranslation()
  const isOfDistrict = useAccount().organizationId === null
  const { state, isOutdated, approvers, may } = props.proposal
  if (isOutdated) return <Alert type="warning" showIcon title={t('calendarProposal.outdated')} />
  if (state === 'expired') {
    return <Alert type="warning" showIcon title={t('calendarProposal.expired')} />
  }
  if (may.decide) return null
  const names = approvers.join(', ')
  if (names !== '') return <p className="quiet">{t('ruleDraft.approvers', { names })}</p>
  // Who sees a part of the district does not see who could approve.
  return (
    <p className="quiet">{t(isOfDistrict ? 'ruleDraft.noApprover' : 'ruleDraft.needsSecond')}</p>
  )
}
