import { App, Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useServices } from '../services.tsx'
import { LookBackDialog } from './look-back-dialog.tsx'
import { useAct } from './use-act.ts'
import type { DraftEditor } from './use-draft-editor.ts'

/** What can be done with a draft now. Nothing is put in force before one has seen how often it would have rung. */
export function DraftButtons(props: { readonly editor: DraftEditor; readonly hasErrors: boolean }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { message } = App.useApp()
  const navigate = useNavigate()
  const act = useAct()
  const [looking, setLooking] = useState<'activate' | 'approve' | null>(null)
  const [isRejecting, setIsRejecting] = useState(false)
  const { editor } = props
  const { saved, isDirty, check } = editor
  const toRule = (version: number | null) => {
    void message.success(t('ruleDraft.activated', { version: version ?? '' }))
    void navigate(
      saved.definition === null ? '/rules' : `/rules/${encodeURIComponent(saved.ruleId)}`,
    )
  }
  const look = async () => {
    if (isDirty) await editor.save()
    setLooking('activate')
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
          onClick={() => act.run(look)}
        >
          {t(check.needsSecondPerson ? 'ruleDraft.propose' : 'ruleDraft.activate')}
        </Button>
      )}
      {may.decide && (
        <>
          <Button type="primary" onClick={() => setLooking('approve')}>
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
      {looking !== null && (
        <Deciding
          editor={editor}
          what={looking}
          onInForce={toRule}
          onClose={() => setLooking(null)}
        />
      )}
      {isRejecting && <RejectDialog editor={editor} onClose={() => setIsRejecting(false)} />}
    </div>
  )
}

/** Activating, proposing or approving, with how often it would have rung before one's eyes. */
function Deciding(props: {
  readonly editor: DraftEditor
  readonly what: 'activate' | 'approve'
  readonly onInForce: (version: number | null) => void
  readonly onClose: () => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { message } = App.useApp()
  const { editor, what, onInForce, onClose } = props
  const { saved, check } = editor
  const activate = async (lookBackAt: string | undefined) => {
    const { outcome, version } = await api.activateRuleDraft(saved.id, lookBackAt)
    if (outcome === 'in-force') {
      onInForce(version)
      return
    }
    void message.info(t('ruleDraft.proposed'))
    onClose()
    editor.take(await api.ruleDraft(saved.id, new AbortController().signal))
  }
  const approve = async (lookBackAt: string | undefined) =>
    onInForce((await api.approveRuleDraft(saved.id, '', lookBackAt)).version)
  const verb = check.needsSecondPerson ? 'ruleDraft.propose' : 'ruleDraft.activate'
  return (
    <LookBackDialog
      draft={saved}
      verb={t(what === 'approve' ? 'ruleDraft.approve' : verb)}
      onDecide={what === 'approve' ? approve : activate}
      onClose={onClose}
    />
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
