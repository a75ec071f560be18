import { useEffect, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlarmDto } from '../../gateway/contract.ts'
import { needsAcknowledgement, shownState } from '../alarms/alarm-state.ts'
import { GRADES } from '../alarms/grade.ts'
import { GradeMark } from '../alarms/grade-mark.tsx'
import { StateMark } from '../alarms/state-mark.tsx'
import { formatClock } from '../format/format.ts'
import { useWords } from '../format/use-words.ts'
import { useLive, useNow, useServices } from '../services.tsx'
import { panelAt, redToShow, type WallPanel, wallPanels } from './wall-plan.ts'

const ROWS_MAX = 9

/**
 * A screen for a wall: no log-in, no keys, no cursor; large by night. It goes round the towns that have
 * alarms, jumps to red, and says when what it shows is old.
 */
export function WallPage() {
  const { link } = useServices()
  useEffect(() => {
    link.start()
    const { theme } = document.documentElement.dataset
    document.documentElement.dataset.theme = 'dark'
    return () => {
      link.stop()
      document.documentElement.dataset.theme = theme ?? 'light'
    }
  }, [link])
  const open = useLive((state) => state.open)
  const nowMs = useNow()
  const panels = useMemo(() => wallPanels(open.values()), [open])
  const red = redToShow(open.values(), nowMs)
  return (
    <div className="wall">
      <WallHead />
      <WallLink />
      {red === null ? (
        <Panel panel={panelAt(panels, nowMs)} of={panels.length} />
      ) : (
        <RedCard alarm={red} />
      )}
    </div>
  )
}

function WallHead() {
  const { t } = useTranslation()
  const nowMs = useNow()
  const counts = useLive((state) => state.counts)
  const flood = useLive((state) => state.flood)
  return (
    <header className="wall-head">
      <strong>{t('product.full')}</strong>
      <span className="wall-counts">
        {GRADES.map((grade) => {
          const { open, unacknowledged } = counts.byGrade[`${grade}`]
          return (
            <span key={grade} className={open === 0 ? 'is-none' : ''}>
              <GradeMark grade={grade} size={44} isCalling={unacknowledged > 0} />
              {unacknowledged} / {open}
            </span>
          )
        })}
      </span>
      {flood !== null && flood.since !== null && (
        <span className="wall-flood">
          {t('flood.title')} {flood.recent}
        </span>
      )}
      <time>{formatClock(nowMs)}</time>
    </header>
  )
}

/** Nobody sits here who would notice by themselves. */
function WallLink() {
  const { t } = useTranslation()
  const link = useLive((state) => state.link)
  const dataAt = useLive((state) => state.dataAt)
  if (link === 'live') return null
  return (
    <p className="wall-old" role="alert" data-testid="old-data">
      {dataAt === null
        ? t('wall.notIn')
        : `${t('link.oldData')} · ${t('strip.dataAsOf')} ${formatClock(Date.parse(dataAt))}`}
    </p>
  )
}

function Panel(props: { readonly panel: WallPanel | null; readonly of: number }) {
  const { t } = useTranslation()
  const { panel } = props
  if (panel === null) return <p className="wall-quiet">{t('wall.quiet')}</p>
  return (
    <main className="wall-panel" data-testid="wall-panel">
      <h1>
        {panel.name} <span>{t('wall.open', { count: panel.alarms.length })}</span>
      </h1>
      <ul>
        {panel.alarms.slice(0, ROWS_MAX).map((alarm) => (
          <WallRow key={alarm.id} alarm={alarm} />
        ))}
      </ul>
      {panel.alarms.length > ROWS_MAX && (
        <p className="quiet">{t('wall.more', { count: panel.alarms.length - ROWS_MAX })}</p>
      )}
    </main>
  )
}

function WallRow(props: { readonly alarm: AlarmDto }) {
  const words = useWords()
  const nowMs = useNow()
  const { alarm } = props
  return (
    <li>
      <GradeMark grade={alarm.grade} size={48} isCalling={needsAcknowledgement(alarm)} />
      <span className="wall-what">
        <strong>{words.localized(alarm.title)}</strong>
        <span className="wall-where">
          {[alarm.organizationName, alarm.siteName, alarm.deviceName].join(' / ')}
        </span>
      </span>
      <span className="wall-value">{words.value(alarm.value, alarm.unit)}</span>
      <StateMark state={shownState(alarm)} />
      <span>{words.age(nowMs - Date.parse(alarm.raisedAt))}</span>
    </li>
  )
}

function RedCard(props: { readonly alarm: AlarmDto }) {
  const words = useWords()
  const nowMs = useNow()
  const { alarm } = props
  return (
    <main className="wall-red" data-testid="wall-red">
      <GradeMark grade={1} size={220} isCalling />
      <h1>{words.localized(alarm.title)}</h1>
      <p className="wall-value">{words.value(alarm.value, alarm.unit)}</p>
      <p>
        {[...alarm.territory, alarm.organizationName, alarm.siteName, alarm.deviceName].join(' / ')}
      </p>
      <p>{words.age(nowMs - Date.parse(alarm.raisedAt))}</p>
    </main>
  )
}
