import { Alert, Button, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import type { RuleDraftDto } from '../../gateway/contract.ts'
import { useResource } from '../api/use-resource.ts'
import type { Plant } from '../devices/use-plant.ts'
import { useWords } from '../format/use-words.ts'
import { useNow, useServices } from '../services.tsx'
import { DifferenceList } from './difference-list.tsx'
import { DraftButtons } from './draft-buttons.tsx'
import { FindingList } from './finding-list.tsx'
import { LookBackFigures } from './look-back-figures.tsx'
import { useAct } from './use-act.ts'
import type { DraftEditor } from './use-draft-editor.ts'

/** Where a draft stands, what it changes, and what can be done with it now. */
export function ActivationPanel(props: { readonly editor: DraftEditor; readonly plant: Plant }) {
  const { t } = useTranslation()
  const { editor } = props
  const { saved, check, reason } = editor
  const isOpen = saved.decision === null
  const hasErrors = check.findings.some(({ severity }) => severity === 'error')
  return (
    <section className="panel rule-activation">
      <header className="panel-head">
        <h2>{t('ruleDraft.checks')}</h2>
        <DraftStateMark draft={saved} />
      </header>
      <Standing draft={saved} />
      {isOpen && <StaleNote editor={editor} />}
      <FindingList findings={check.findings} />
      {saved.baseVersion > 0 && (check.differences.length > 0 || check.loosenings.length > 0) && (
        <>
          <h3>{t('ruleDraft.differences')}</h3>
          <DifferenceList
            differences={check.differences}
            loosenings={check.loosenings}
            plant={props.plant}
          />
        </>
      )}
      {saved.lookBack !== null && !editor.isTouched && (
        <section className="rule-look-back">
          <h3>{t('lookBack.heading')}</h3>
          <LookBackFigures lookBack={saved.lookBack} />
        </section>
      )}
      {isOpen && check.needsSecondPerson && <SecondPersonNote draft={saved} />}
      {isOpen && (
        <label className="rule-field is-wide" htmlFor="draft-reason">
          <span className="rule-field-name">{t('ruleDraft.reason')}</span>
          <Input.TextArea
            value={reason}
            disabled={!saved.may.edit}
            id="draft-reason"
            placeholder={t('ruleDraft.reasonHint')}
            autoSize={{ minRows: 2, maxRows: 5 }}
            onChange={(event) => editor.setReason(event.target.value)}
          />
        </label>
      )}
      {isOpen && <DraftButtons editor={editor} hasErrors={hasErrors} />}
    </section>
  )
}

export function DraftStateMark(props: { readonly draft: RuleDraftDto }) {
  const { t } = useTranslation()
  const { state } = props.draft
  return (
    <span className={`rule-draft-state is-${state}`} data-draft-state={state}>
      {t(`ruleDraft.state_${state}`)}
    </span>
  )
}

function Standing(props: { readonly draft: RuleDraftDto }) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const { proposal, decision } = props.draft
  return (
    <>
      {proposal !== null && decision === null && (
        <p>
          {t('ruleDraft.proposedBy', {
            who: proposal.by,
            when: words.instant(proposal.at, nowMs),
            until: words.instant(proposal.expiresAt, nowMs),
          })}
        </p>
      )}
      {decision !== null && (
        <p>
          {t('ruleDraft.decidedBy', { who: decision.by, when: words.instant(decision.at, nowMs) })}
          {decision.note !== '' && <> · {decision.note}</>}
        </p>
      )}
    </>
  )
}

function StaleNote(props: { readonly editor: DraftEditor }) {
  const { t } = useTranslation()
  const { editor } = props
  const { saved } = editor
  const { api } = useServices()
  const act = useAct()
  const isStale = saved.currentVersion !== saved.baseVersion
  const { ruleId, currentVersion: version } = saved
  const present = useResource(isStale ? `rule ${ruleId} ${version}` : null, (signal) =>
    api.rule(ruleId, signal),
  )
  if (!isStale) return null
  const who = present.data?.updatedBy
  return (
    <Alert
      type="warning"
      showIcon
      title={
        who === undefined
          ? t('ruleDraft.staleAnybody', { version })
          : t('ruleDraft.stale', { who, version })
      }
      action={
        <Button
          size="small"
          loading={act.isBusy}
          onClick={() =>
            act.run(async () => {
              await editor.save({ baseVersion: saved.currentVersion })
            })
          }
        >
          {t('ruleDraft.rebase')}
        </Button>
      }
    />
  )
}

function SecondPersonNote(props: { readonly draft: RuleDraftDto }) {
  const { t } = useTranslation()
  const { approvers, proposal, may } = props.draft
  const isOwn = proposal !== null && !may.decide
  return (
    <Alert
      type="info"
      showIcon
      title={t(isOwn ? 'ruleDraft.youProposed' : 'ruleDraft.needsSecond')}
      description={
        approvers.length === 0
          ? !may.decide && t('ruleDraft.noApprover')
          : t('ruleDraft.approvers', { names: approvers.join(', ') })
      }
    />
  )
}
