import { useTranslation } from 'react-i18next'
import type { NotificationDto } from '../../gateway/contract.ts'
import { useWords } from '../format/use-words.ts'
import { useNow } from '../services.tsx'
import { Icon, type IconName } from '../ui/icons.tsx'

const ICONS: Readonly<Record<NotificationDto['state'], IconName>> = {
  pending: 'silence',
  delivered: 'acknowledged',
  dead: 'fault',
}

/** What became of a notification: delivered, waiting (and for when), or given up (and why). */
export function FateMark(props: { readonly notification: NotificationDto }) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const { state, attempts, lastReason, nextAttemptAt, lastDetail } = props.notification
  const details: string[] = []
  if (state !== 'delivered' && lastReason !== null) details.push(t(`deliveryReason.${lastReason}`))
  if (attempts > 1 || (attempts === 1 && state !== 'delivered')) {
    details.push(t('notification.attempts', { count: attempts }))
  }
  if (state === 'pending' && attempts > 0 && nextAttemptAt !== null) {
    details.push(t('notification.nextAttempt', { time: words.instant(nextAttemptAt, nowMs) }))
  }
  return (
    <span className={`fate is-${state}`} title={lastDetail ?? undefined}>
      <Icon name={ICONS[state]} size={16} />
      <span>
        {t(`outboxState.${state}`)}
        {details.length > 0 && <span className="fate-why"> · {details.join(' · ')}</span>}
      </span>
    </span>
  )
}
