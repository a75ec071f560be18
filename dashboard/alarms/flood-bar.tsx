import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useWords } from '../format/use-words.ts'
import { useLive, useNow } from '../services.tsx'
import { Icon } from '../ui/icons.tsx'

/** Says that the list is folded, why, and how to see every row all the same. */
export function FloodBar(props: {
  readonly isFolding: boolean
  readonly setIsFolding: (isFolding: boolean) => void
}) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const flood = useLive((state) => state.flood)
  if (flood === null || flood.since === null) return null
  const { recent, startsAbove, since, windowSeconds } = flood
  const minutes = windowSeconds / 60
  const detail = { recent, startsAbove, minutes, since: words.instant(since, nowMs) }
  return (
    <div className="flood-note" role="status" data-testid="flood-note">
      <Icon name="alarms" size={20} />
      <strong>{t('flood.title')}</strong>
      <span>{t('flood.detail', detail)}</span>
      <Button size="small" onClick={() => props.setIsFolding(!props.isFolding)}>
        {t(props.isFolding ? 'flood.showAll' : 'flood.foldAgain')}
      </Button>
    </div>
  )
}
