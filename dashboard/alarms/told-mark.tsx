import { useTranslation } from 'react-i18next'
import { useTold } from './told-context.tsx'

/** Whether people have been told of it: arrived, under way, or not to be had. */
export function ToldMark(props: { readonly alarmId: string }) {
  const { t } = useTranslation()
  const told = useTold(props.alarmId)
  if (told === null) return <span className="quiet">–</span>
  const { delivered, pending, dead } = told
  if (delivered + pending + dead === 0) {
    return (
      <span className="quiet" title={t('told.nobody')}>
        –
      </span>
    )
  }
  const words = [
    delivered > 0 ? t('told.delivered', { count: delivered }) : '',
    pending > 0 ? t('told.pending', { count: pending }) : '',
    dead > 0 ? t('told.dead', { count: dead }) : '',
  ].filter((part) => part !== '')
  return (
    <span className={dead > 0 ? 'told-mark is-dead' : 'told-mark'} title={words.join(' · ')}>
      {delivered > 0 && <span>✓ {delivered}</span>}
      {pending > 0 && <span>… {pending}</span>}
      {dead > 0 && <strong>✗ {dead}</strong>}
    </span>
  )
}
