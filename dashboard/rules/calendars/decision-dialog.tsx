import { App, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CalendarProposalDto } from '../../../gateway/contract.ts'
import { useServices } from '../../services.tsx'
import { focusFirstField } from '../../ui/focus-first.ts'
import { useAct } from '../use-act.ts'
import { LossList, rulesLosing } from './loss-list.tsx'

export type Verb = 'approve' | 'reject' | 'withdraw'

/** The last question before a proposal is decided; whoever does not agree says why. */
export function DecisionDialog(props: {
  readonly proposal: CalendarProposalDto
  readonly verb: Verb
  readonly onClose: (hasChanged: boolean) => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { message } = App.useApp()
  const act = useAct()
  const [note, setNote] = useState('')
  const { proposal, verb } = props
  const decide = () =>
    act.run(async () => {
      await api.decideCalendarProposal(proposal.id, verb, note.trim())
      void message.success(t(`calendarProposal.done_${verb}`))
      props.onClose(true)
    })
  return (
    <Modal
      open
      title={t(`calendarProposal.${verb}`)}
      okText={t(`calendarProposal.${verb}`)}
      cancelText={t('common.cancel')}
      okButtonProps={{ disabled: verb === 'reject' && note.trim() === '' }}
      confirmLoading={act.isBusy}
      afterOpenChange={focusFirstField}
      onOk={decide}
      onCancel={() => props.onClose(false)}
    >
      <div className="calendar-loss-note">
        <p>{t(`calendarProposal.ask_${verb}`, { count: rulesLosing(proposal) })}</p>
        {verb === 'approve' && <LossList lost={proposal} isInDialog />}
        <Input.TextArea
          value={note}
          maxLength={2_000}
          placeholder={t(verb === 'reject' ? 'ruleDraft.rejectReason' : 'ruleDraft.note')}
          aria-label={t(verb === 'reject' ? 'ruleDraft.rejectReason' : 'ruleDraft.note')}
          autoSize={{ minRows: 2, maxRows: 5 }}
          onChange={(event) => setNote(event.target.value)}
        />
      </div>
    </Modal>
  )
}
