import { useTranslation } from 'react-i18next'
import type { HazardSourceSummary } from '../../gateway/contract.ts'
import { useNow } from '../services.tsx'
import { Cell, Row } from '../ui/row.tsx'
import { daysUntil, nameOf, useLevelName } from './hazard-words.ts'

const DAYS_SOON = 60

export function HazardRow(props: {
  readonly index: number
  readonly source: HazardSourceSummary
  readonly enterprise: string
  readonly isNarrow: boolean
  readonly onOpen: () => void
}) {
  const { t } = useTranslation()
  const { source, enterprise } = props
  const { s, r } = source.registered
  const substances = source.units
    .flatMap((unit) => unit.substances.map(({ name }) => name))
    .filter((name) => name !== '')
  return (
    <Row
      index={props.index}
      className={props.isNarrow ? 'hazard-card' : 'hazard-columns'}
      data={{ 'data-hazard-source': source.id }}
      onOpen={props.onOpen}
    >
      <Cell className="hazard-cell-level">
        <LevelMark source={source} />
      </Cell>
      <Cell className="cell hazard-cell-name" title={source.name}>
        <span className="cell-main">{nameOf(source, t('hazard.unnamed'))}</span>
        <span className="cell-sub">
          {[t(`hazardKind.${source.kind}`), ...new Set(substances)].join(' · ')}
        </span>
      </Cell>
      <Cell className="cell hazard-cell-enterprise" title={enterprise}>
        <span className="cell-main">{enterprise}</span>
      </Cell>
      <Cell className="cell hazard-cell-figures">
        <span className="cell-main">
          {short(s)} / {short(r)}
        </span>
      </Cell>
      <Cell className="cell hazard-cell-state">
        <span className="cell-main">{t(`filingState.${source.filing.state}`)}</span>
        <span className="cell-sub">{source.filing.number ?? ''}</span>
      </Cell>
      <Cell className="cell hazard-cell-due">
        <DueWords dueAt={source.filing.dueAt} />
      </Cell>
    </Row>
  )
}

/** 一级 … 四级, or why there is none. Never in the colours of alarms: a level is no grade. */
export function LevelMark(props: { readonly source: Pick<HazardSourceSummary, 'registered'> }) {
  const levelName = useLevelName()
  const { registered } = props.source
  return (
    <span className="hazard-mark" data-level={registered.hazardLevel ?? 'none'}>
      {levelName(registered)}
    </span>
  )
}

export function DueWords(props: { readonly dueAt: string | null }) {
  const { t } = useTranslation()
  const nowMs = useNow()
  if (props.dueAt === null) return <span className="quiet">{t('hazard.noDue')}</span>
  const days = daysUntil(props.dueAt, nowMs)
  const day = props.dueAt.slice(0, 10)
  return (
    <>
      <span className="cell-main">{day}</span>
      {days <= DAYS_SOON && (
        <span className="hazard-issue">
          {days < 0 ? t('hazard.overdue', { days: -days }) : t('hazard.daysLeft', { days })}
        </span>
      )}
    </>
  )
}

/** In a list three places are enough; the page shows all. */
function short(text: string | null): string {
  if (text === null) return '—'
  const [whole = '', fraction = ''] = text.split('.')
  return fraction.length <= 3 ? text : `${whole}.${fraction.slice(0, 3)}…`
}
