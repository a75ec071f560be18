import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { AlarmDto } from '../../gateway/contract.ts'
import { alarmFilterParameters } from '../alarms/alarm-filter.ts'
import { compareUrgency, needsAcknowledgement } from '../alarms/alarm-state.ts'
import { GRADES, presentGrade } from '../alarms/grade.ts'
import { GradeMark } from '../alarms/grade-mark.tsx'
import { formatClock } from '../format/format.ts'
import { useWords } from '../format/use-words.ts'
import { useLive, useNow } from '../services.tsx'
import { FloodMeter } from './flood-meter.tsx'
import { SoundControl } from './sound-control.tsx'

function highestOf(alarms: Iterable<AlarmDto>): AlarmDto | null {
  let highest: AlarmDto | null = null
  for (const alarm of alarms) {
    if (!needsAcknowledgement(alarm)) continue
    if (highest === null || compareUrgency(alarm, highest) < 0) highest = alarm
  }
  return highest
}

/** On every page: the alarm that needs a person most, how many there are, and how fresh this is. */
export function AlarmStrip() {
  const { t } = useTranslation()
  return (
    <section className="strip" aria-label={t('strip.label')}>
      <HighestAlarm />
      <GradeCounts />
      <FloodMeter />
      <SoundControl />
      <LinkState />
    </section>
  )
}

function HighestAlarm() {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const open = useLive((state) => state.open)
  const hasSnapshot = useLive((state) => state.hasSnapshot)
  const alarm = useMemo(() => highestOf(open.values()), [open])
  if (alarm === null) {
    return (
      <span className="strip-highest is-quiet">
        {t(hasSnapshot ? 'strip.quiet' : 'strip.unread')}
      </span>
    )
  }
  const address = alarmFilterParameters({
    tab: 'todo',
    grades: [],
    text: '',
    selectedId: alarm.id,
  })
  return (
    <Link className="strip-highest" to={`/alarms?${address}`} title={words.place(alarm)}>
      <GradeMark grade={alarm.grade} size={28} isCalling />
      <span className="strip-words">
        <strong>{words.localized(alarm.title)}</strong>
        {alarm.value !== null && (
          <span className="strip-value">{words.value(alarm.value, alarm.unit)}</span>
        )}
        <span className="strip-place">{words.place(alarm)}</span>
      </span>
      <span className="strip-age">{words.age(nowMs - Date.parse(alarm.raisedAt))}</span>
    </Link>
  )
}

function GradeCounts() {
  const { t } = useTranslation()
  const counts = useLive((state) => state.counts)
  return (
    <span className="strip-counts">
      {GRADES.map((grade) => {
        const { open, unacknowledged } = counts.byGrade[`${grade}`]
        const address = alarmFilterParameters({
          tab: 'all',
          grades: [grade],
          text: '',
          selectedId: null,
        })
        const { letter } = presentGrade(grade)
        const name = t('grade.full', { letter, name: t(`grade.${grade}`) })
        const label = t('strip.counts', { name, unacknowledged, open })
        return (
          <Link
            key={grade}
            to={`/alarms?${address}`}
            className={open === 0 ? 'strip-count is-zero' : 'strip-count'}
            title={label}
            aria-label={label}
          >
            <GradeMark grade={grade} size={20} />
            <span>
              <strong>{unacknowledged}</strong>/{open}
            </span>
          </Link>
        )
      })}
    </span>
  )
}

function LinkState() {
  const { t } = useTranslation()
  const link = useLive((state) => state.link)
  const dataAt = useLive((state) => state.dataAt)
  return (
    <span className={`strip-link is-${link}`} data-testid="link-state">
      <span className="strip-link-word">{t(`strip.${link}`)}</span>
      {dataAt !== null && (
        <span className="strip-data-at">
          <span>{t('strip.dataAsOf')}</span> <time>{formatClock(Date.parse(dataAt))}</time>
        </span>
      )}
    </span>
  )
}
