import { Alert, App, Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { RuleDraftDto } from '../../gateway/contract.ts'
import { problemText } from '../api/problem-text.ts'
import { useWords } from '../format/use-words.ts'
import { useNow, useServices } from '../services.tsx'
import { DifferenceList } from './difference-list.tsx'
import { FindingList } from './finding-list.tsx'
import type { DraftEditor } from './use-draft-editor.ts'

/** Where a draft stands, what it changes, and what can be done with it now. */
export function ActivationPanel(props: { readonly editor: DraftEditor }) {
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
          <DifferenceList differences={check.differences} loosenings={check.loosenings} />
        </>
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
  const act = useAct()
  if (saved.currentVersion === saved.baseVersion) return null
  return (
    <Alert
      type="warning"
      showIcon
      title={t('ruleDraft.stale', { who: '', version: saved.currentVersion })}
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

function DraftButtons(props: { readonly editor: DraftEditor; readonly hasErrors: boolean }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { message } = App.useApp()
  const navigate = useNavigate()
  const act = useAct()
  const [isRejecting, setIsRejecting] = useState(false)
  const { editor } = props
  const { saved, isDirty, check } = editor
  const toRule = (version: number | null) => {
    void message.success(t('ruleDraft.activated', { version: version ?? '' }))
    void navigate(
      saved.definition === null ? '/rules' : `/rules/${encodeURIComponent(saved.ruleId)}`,
    )
  }
  const activate = async () => {
    if (isDirty) await editor.save()
    const { outcome, version } = await api.activateRuleDraft(saved.id)
    if (outcome === 'in-force') {
      toRule(version)
      return
    }
    void message.info(t('ruleDraft.proposed'))
    editor.take(await api.ruleDraft(saved.id, new AbortController().signal))
  }
  const { may, state } = saved
  return (
    <div className="buttons">
      {may.edit && (
        <Button
          disabled={!isDirty}
          loading={act.isBusy}
          onClick={() =>
            act.run(async () => {
              await editor.save()
              void message.success(t('ruleDraft.saved'))
            })
          }
        >
          {t('ruleDraft.save')}
        </Button>
      )}
      {may.edit && (state !== 'proposed' || isDirty) && (
        <Button
          type="primary"
          disabled={props.hasErrors}
          loading={act.isBusy}
          onClick={() => act.run(activate)}
        >
          {t(check.needsSecondPerson ? 'ruleDraft.propose' : 'ruleDraft.activate')}
        </Button>
      )}
      {may.decide && (
        <>
          <Button
            type="primary"
            loading={act.isBusy}
            onClick={() =>
              act.run(async () => toRule((await api.approveRuleDraft(saved.id, '')).version))
            }
          >
            {t('ruleDraft.approve')}
          </Button>
          <Button onClick={() => setIsRejecting(true)}>{t('ruleDraft.reject')}</Button>
        </>
      )}
      {may.edit && (
        <Button
          danger
          onClick={() =>
            act.run(async () => {
              await api.withdrawRuleDraft(saved.id)
              void message.success(t('ruleDraft.withdrawn'))
              void navigate('/rules?tab=approvals')
            })
          }
        >
          {t(state === 'proposed' ? 'ruleDraft.withdraw' : 'ruleDraft.discard')}
        </Button>
      )}
      {!may.edit && !may.decide && <span className="quiet">{t('ruleDraft.readOnly')}</span>}
      {isRejecting && <RejectDialog editor={editor} onClose={() => setIsRejecting(false)} />}
    </div>
  )
}

function RejectDialog(props: { readonly editor: DraftEditor; readonly onClose: () => void }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { message } = App.useApp()
  const [note, setNote] = useState('')
  const act = useAct()
  return (
    <Modal
      open
      title={t('ruleDraft.reject')}
      okText={t('ruleDraft.reject')}
      cancelText={t('common.cancel')}
      okButtonProps={{ disabled: note.trim() === '' }}
      confirmLoading={act.isBusy}
      onCancel={props.onClose}
      onOk={() =>
        act.run(async () => {
          props.editor.take(await api.rejectRuleDraft(props.editor.saved.id, note))
          void message.success(t('ruleDraft.rejected'))
          props.onClose()
        })
      }
    >
      <Input.TextArea
        value={note}
        placeholder={t('ruleDraft.rejectReason')}
        autoSize={{ minRows: 2 }}
        onChange={(event) => setNote(event.target.value)}
      />
    </Modal>
  )
}

/** Does one thing at a time, and says in words why it did not work. */
export function useAct() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const [isBusy, setIsBusy] = useState(false)
  const run = (action: () => Promise<void>) => {
    setIsBusy(true)
    action()
      .catch((error: unknown) => {
        void message.error(problemText(t, error), 8)
      })
      .finally(() => setIsBusy(false))
  }
  return { isBusy, run }
}
