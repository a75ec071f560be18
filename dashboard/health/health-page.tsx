import { Button, Skeleton } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Health } from '../../gateway/contract.ts'
import { useResource } from '../api/use-resource.ts'
import { formatClock } from '../format/format.ts'
import { useWords } from '../format/use-words.ts'
import { useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { Icon, type IconName } from '../ui/icons.tsx'

const LOOK_INTERVAL_MS = 10_000

type PartState = Health['parts'][number]['state']
const ICONS: Readonly<Record<PartState, IconName>> = {
  ok: 'acknowledged',
  degraded: 'unacknowledged',
  failing: 'fault',
}

/** The gateway about itself: every part with its state and why. */
export function HealthPage() {
  const { t } = useTranslation()
  const { api } = useServices()
  const health = useResource('health', (signal) => api.health(signal))
  const [checkedAtMs, setCheckedAtMs] = useState<number | null>(null)
  const { data, reload } = health
  useEffect(() => {
    const timer = setInterval(reload, LOOK_INTERVAL_MS)
    return () => clearInterval(timer)
  }, [reload])
  useEffect(() => {
    if (data !== null) setCheckedAtMs(Date.now())
  }, [data])
  return (
    <div className="page narrow-page">
      <header className="page-head">
        <h1>{t('health.title')}</h1>
        <Button className="page-action" onClick={reload}>
          {t('common.refresh')}
        </Button>
      </header>
      {health.error !== null && <ErrorNote error={health.error} onRetry={reload} />}
      {data === null && health.isLoading && <Skeleton active />}
      {data !== null && (
        <section className="panel">
          <p className="health-word">
            <Icon name={data.ready ? 'acknowledged' : 'fault'} size={26} />
            <strong>{t(data.ready ? 'health.ready' : 'health.notReady')}</strong>
          </p>
          <ul className="parts">
            {data.parts.map((part) => (
              <HealthPart key={part.name} part={part} />
            ))}
          </ul>
          {checkedAtMs !== null && (
            <p className="quiet">{t('health.checkedAt', { time: formatClock(checkedAtMs) })}</p>
          )}
        </section>
      )}
    </div>
  )
}

const PARTS = ['journal', 'database', 'timeseries', 'broker', 'clock'] as const

/** In our words; below stands why, as the gateway says it, in the language of the page. */
function HealthPart(props: { readonly part: Health['parts'][number] }) {
  const { t } = useTranslation()
  const words = useWords()
  const { part } = props
  const known = PARTS.find((name) => name === part.name.replaceAll(/[\s-]/g, ''))
  // Where all is well, our sentence says enough.
  const showsReasons = known === undefined || part.state !== 'ok'
  return (
    <li className={`part is-${part.state}`} data-part={part.name}>
      <span className="state-mark">
        <Icon name={ICONS[part.state]} />
        <span>{t(`health.${part.state}`)}</span>
      </span>
      <span className="part-words">
        <strong>{known === undefined ? part.name : t(`healthPart.${known}`)}</strong>
        {known !== undefined && <span>{t(`healthPart.${known}_${part.state}`)}</span>}
        {showsReasons &&
          part.reasons.map((reason) => (
            <span className="quiet" key={reason.code}>
              {words.localized(reason.message)}
            </span>
          ))}
      </span>
    </li>
  )
}
