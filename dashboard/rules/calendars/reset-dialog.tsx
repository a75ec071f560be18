import { Modal, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CalendarProposalDto, CalendarYearDto } from '../../../gateway/contract.ts'
import { useResource } from '../../api/use-resource.ts'
import { useServices } from '../../services.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { focusFirstField } from '../../ui/focus-first.ts'
import { useAct } from '../use-act.ts'
import { LossNote } from './loss-note.tsx'

/** Takes a year back to what is shipped, or away, once it was said which safety rules lose by it. */
export function ResetDialog(props: {
  readonly shown: CalendarYearDto
  readonly onClose: (outcome: CalendarProposalDto | 'in-force' | null) => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const act = useAct()
  const [reason, setReason] = useState('')
  const { id, year, version, origin } = props.shown
  const wayBack = origin === 'added' ? 'remove' : 'reset'
  const checked = useResource(`reset ${id} ${version}`, () => api.checkCalendar({ resets: id }))
  const lost = checked.data
  const waits = lost !== null && lost.lossCount > 0
  const takeBack = () =>
    act.run(async () => {
      const waiting = await api.resetCalendar({ id, version, reason: reason.trim() })
      props.onClose(waiting ?? 'in-force')
    })
  return (
    <Modal
      open
      title={t(`calendar.${wayBack}`)}
      okText={t(waits ? 'calendarLoss.propose' : `calendar.${wayBack}`)}
      cancelText={t('common.cancel')}
      okButtonProps={{
        danger: !waits,
        disabled: lost === null || (waits && reason.trim() === ''),
      }}
      confirmLoading={act.isBusy}
      afterOpenChange={focusFirstField}
      onOk={takeBack}
      onCancel={() => props.onClose(null)}
    >
      <div className="calendar-loss-note">
        <p>{t(`calendar.${wayBack}Confirm`, { year })}</p>
        {checked.error !== null && <ErrorNote error={checked.error} onRetry={checked.reload} />}
        {lost === null && checked.isLoading && <Skeleton active paragraph={{ rows: 2 }} />}
        {waits && <LossNote lost={lost} reason={reason} onReason={setReason} />}
      </div>
    </Modal>
  )
}
