import { Alert, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { type Losses, LossList, rulesLosing } from './loss-list.tsx'

/** Why a change has to wait for a second person, and the reason that person is to read. */
export function LossNote(props: {
  readonly lost: Losses
  readonly reason: string
  readonly onReason: (reason: string) => void
}) {
  const { t } = useTranslation()
  return (
    <div className="calendar-loss-note">
      <Alert
        type="warning"
        showIcon
        title={t('calendarLoss.title', { count: rulesLosing(props.lost) })}
        description={t('calendarLoss.hint')}
      />
      <LossList lost={props.lost} isInDialog />
      <label className="rule-field is-wide" htmlFor="calendar-reason">
        <span className="rule-field-name">{t('calendarLoss.reason')}</span>
        <Input.TextArea
          id="calendar-reason"
          value={props.reason}
          placeholder={t('calendarLoss.reasonHint')}
          maxLength={2_000}
          autoSize={{ minRows: 2, maxRows: 5 }}
          onChange={(event) => props.onReason(event.target.value)}
        />
      </label>
    </div>
  )
}
