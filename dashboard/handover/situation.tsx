import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { HandoverSituation } from '../../gateway/contract.ts'
import { useWords } from '../format/use-words.ts'
import { AlarmLines } from '../performance/performance-tables.tsx'
import { useNow } from '../services.tsx'

/** What there is to hand over: what calls, what is put aside, what is switched off or silent. */
export function Situation(props: { readonly situation: HandoverSituation }) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const { situation } = props
  return (
    <>
      <p className="quiet">
        {t('handover.asOf', { time: words.instant(situation.at, nowMs) })}
        {' · '}
        {t('handover.openCount', {
          count: situation.openTotal,
          unacknowledged: situation.unacknowledged,
        })}
      </p>
      <div className="performance-charts">
        <Part title={t('handover.open')} count={situation.openTotal}>
          <AlarmLines alarms={situation.open} />
          {situation.notListed > 0 && (
            <p className="quiet">{t('handover.notListed', { count: situation.notListed })}</p>
          )}
        </Part>
        <Part title={t('performance.shelved')} count={situation.shelved.length}>
          <AlarmLines alarms={situation.shelved} />
        </Part>
        <Part title={t('performance.suppressed')} count={situation.suppressed.length}>
          <AlarmLines alarms={situation.suppressed} />
        </Part>
        <Part title={t('performance.outOfService')} count={situation.outOfService.length}>
          <AlarmLines alarms={situation.outOfService} />
        </Part>
        <Part title={t('handover.silent')} count={situation.silentTotal}>
          <ul className="plain-lines">
            {situation.silentDevices.map((device) => (
              <li key={device.id}>
                <Link to={`/devices/${encodeURIComponent(device.id)}`}>{device.name}</Link>
                <span className="quiet">
                  {device.place}
                  {device.lastSeenAt !== null &&
                    ` · ${t('handover.lastSeen', { time: words.instant(device.lastSeenAt, nowMs) })}`}
                </span>
              </li>
            ))}
          </ul>
        </Part>
        <Part title={t('handover.disabledRules')} count={situation.disabledRules.length}>
          <ul className="plain-lines">
            {situation.disabledRules.map((rule) => (
              <li key={rule.id}>{words.localized(rule.name)}</li>
            ))}
          </ul>
        </Part>
      </div>
    </>
  )
}

function Part(props: {
  readonly title: string
  readonly count: number
  readonly children: ReactNode
}) {
  const { t } = useTranslation()
  return (
    <section className="panel">
      <h2>
        {props.title} <span className="tab-count">{props.count}</span>
      </h2>
      {props.count === 0 ? <p className="quiet">{t('performance.none')}</p> : props.children}
    </section>
  )
}
