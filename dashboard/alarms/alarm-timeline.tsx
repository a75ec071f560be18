import { useTranslation } from 'react-i18next'
import type { TimelineEntryDto } from '../../gateway/contract.ts'
import { useWords } from '../format/use-words.ts'
import { useNow } from '../services.tsx'
import { presentGrade } from './grade.ts'

/** What happened, in words, the newest on top. */
export function AlarmTimeline(props: {
  readonly entries: readonly TimelineEntryDto[]
  readonly unit: string | null
}) {
  const newestFirst = [...props.entries].sort((a, b) => b.sequence - a.sequence)
  return (
    <ol className="timeline">
      {newestFirst.map((entry) => (
        <TimelineItem key={entry.sequence} entry={entry} unit={props.unit} />
      ))}
    </ol>
  )
}

function TimelineItem(props: { readonly entry: TimelineEntryDto; readonly unit: string | null }) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const { entry } = props
  const { letter } = presentGrade(entry.grade)
  const grade = t('grade.full', { letter, name: t(`grade.${entry.grade}`) })
  const isBySystem = entry.actor === 'system'
  return (
    <li data-kind={entry.kind}>
      <span className="timeline-time">{words.instant(entry.at, nowMs)}</span>
      <span className="timeline-words">
        <strong>{t(`timelineKind.${entry.kind}`, { grade })}</strong>
        {!isBySystem && <span> {t('timelineKind.by', { who: entry.actor })}</span>}
        {entry.value !== null && isBySystem && (
          <span>
            {' '}
            {t('timelineKind.withValue', { value: words.value(entry.value, props.unit) })}
          </span>
        )}
        {entry.note !== null && <q className="timeline-note">{entry.note}</q>}
      </span>
    </li>
  )
}
