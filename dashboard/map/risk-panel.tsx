import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { RiskDetail, RiskEntry } from '../../gateway/contract.ts'
import { useResource } from '../api/use-resource.ts'
import { useWords } from '../format/use-words.ts'
import { useNow, useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { fillOf, patternOf, RISK_COLOURS, type RiskColour } from './risk-look.ts'

/** Colour, hatching and word: each tells it alone. */
export function RiskMark(props: { readonly colour: RiskColour; readonly isShort?: boolean }) {
  const { t } = useTranslation()
  const { colour, isShort } = props
  return (
    <span className="risk-mark">
      <svg viewBox="0 0 18 14" width={18} height={14} aria-hidden="true">
        <rect
          x="1"
          y="1"
          width="16"
          height="12"
          fill={patternOf(colour)}
          stroke={fillOf(colour)}
          strokeWidth="2"
        />
      </svg>
      <span>{isShort === true ? t(`riskName.${colour}`) : t(`riskColour.${colour}`)}</span>
    </span>
  )
}

/** Why an organization has its colour: parts, points, and live every single thing. */
export function RiskPanel(props: { readonly entry: RiskEntry; readonly isLive: boolean }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { entry, isLive } = props
  const { organizationId: id } = entry
  // The points are in the key: what changes them is a reason to read the single things anew.
  const detail = useResource(isLive ? `risk of ${id} ${entry.points}` : null, (signal) =>
    api.riskDetail(id, signal),
  )
  const isAbove = entry.kind !== 'enterprise'
  return (
    <section className="map-card">
      <h2>{entry.name}</h2>
      <p className="map-card-line">
        <RiskMark colour={entry.colour} />
        <strong>{t('risk.points', { count: entry.points })}</strong>
      </p>
      {isAbove && <EnterpriseCounts entry={entry} />}
      {isAbove && detail.data !== null && entry.worstId !== id && (
        <p className="quiet">{t('risk.worst', { name: detail.data.worst.name })}</p>
      )}
      <h3>{t('risk.why')}</h3>
      {entry.groups.length === 0 && <p className="quiet">{t('risk.nothing')}</p>}
      <Groups groups={entry.groups} />
      {!isLive && <p className="quiet">{t('risk.past')}</p>}
      {detail.error !== null && <ErrorNote error={detail.error} onRetry={detail.reload} />}
      {detail.data !== null && <Items detail={detail.data} />}
      <p className="quiet">{t('risk.rule')}</p>
    </section>
  )
}

function EnterpriseCounts({ entry }: { readonly entry: RiskEntry }) {
  const { t } = useTranslation()
  return (
    <p className="map-card-line">
      <span>{t('risk.enterprises')}</span>
      {RISK_COLOURS.map((colour) => (
        <span key={colour} className="map-card-line">
          <RiskMark colour={colour} isShort />
          <span className="number">{entry.enterprises[colour]}</span>
        </span>
      ))}
    </p>
  )
}

function Groups({ groups }: { readonly groups: RiskEntry['groups'] }) {
  const { t } = useTranslation()
  return (
    <ul className="risk-groups">
      {groups.map(({ group, points, most, parts }) => (
        <li key={group}>
          <span className="risk-group-head">
            <strong>{t(`riskGroup.${group}`)}</strong>
            <span className="number">{t('risk.points', { count: points })}</span>
          </span>
          {parts.map((part) => (
            <span key={part.factor} className="risk-part">
              <span>
                {t('risk.part', { count: part.count, factor: t(`riskFactor.${part.factor}`) })}
              </span>
              <span className="number quiet">{t('risk.points', { count: part.points })}</span>
            </span>
          ))}
          {parts.reduce((sum, part) => sum + part.points, 0) > points && (
            <span className="quiet">{t('risk.most', { most })}</span>
          )}
        </li>
      ))}
    </ul>
  )
}

function Items({ detail }: { readonly detail: RiskDetail }) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const left = detail.itemsTotal - detail.items.length
  if (detail.items.length === 0) return null
  return (
    <>
      <h3>{t('risk.items')}</h3>
      <ul className="plain-list">
        {detail.items.map((item) => (
          <li key={`${item.factor} ${item.kind} ${item.id} ${item.since}`}>
            <Link to={pathOf(item)}>{item.name}</Link>
            <span className="quiet">
              {t(`riskFactor.${item.factor}`)}
              {item.since !== null && ` · ${words.instant(item.since, nowMs)}`}
            </span>
          </li>
        ))}
      </ul>
      {left > 0 && <p className="quiet">{t('risk.moreItems', { count: left })}</p>}
    </>
  )
}

function pathOf({ kind, id }: RiskDetail['items'][number]): string {
  const name = encodeURIComponent(id)
  if (kind === 'alarm') return `/alarms?tab=all&alarm=${name}`
  return kind === 'device' ? `/devices/${name}` : `/hazard-sources/${name}`
}
