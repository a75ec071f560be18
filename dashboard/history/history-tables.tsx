import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { AlarmDto, HistoryAnswer } from '../../gateway/contract.ts'
import { GradeMark } from '../alarms/grade-mark.tsx'
import { useWords } from '../format/use-words.ts'
import { useNow } from '../services.tsx'
import { type HistoryLine, summaryOf } from './history-lines.ts'
import { keyOf } from './history-state.ts'

/** What each line comes to over the range. */
export function HistorySummaryTable(props: {
  readonly answer: HistoryAnswer
  readonly lines: readonly HistoryLine[]
}) {
  const { t } = useTranslation()
  const words = useWords()
  const series = new Map(props.answer.series.map((each) => [keyOf(each), each]))
  return (
    <div className="history-table-box">
      <table className="history-table">
        <thead>
          <tr>
            <th>{t('history.line')}</th>
            <th>{t('history.min')}</th>
            <th>{t('history.mean')}</th>
            <th>{t('history.max')}</th>
            <th>{t('history.lastValue')}</th>
            <th>{t('history.readings')}</th>
            <th>{t('history.notUsable')}</th>
          </tr>
        </thead>
        <tbody>
          {props.lines.map((line) => {
            const one = series.get(line.key)
            if (one === undefined) return null
            const { min, mean, max, last, total, usable } = summaryOf(one)
            const figure = (value: number | null) => {
              if (value === null || !line.isBoolean) return words.value(value, line.unit)
              return value === 0 || value === 1
                ? words.value(value === 1, null)
                : words.number(value)
            }
            return (
              <tr key={line.key}>
                <td>{line.name}</td>
                {[min, mean, max, last].map((value, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: four columns, always the same.
                  <td key={index} className="number">
                    {figure(value)}
                  </td>
                ))}
                <td className="number">{total.toLocaleString()}</td>
                <td className="number">{(total - usable).toLocaleString()}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

/** Alarms of the points within the range: the shaded stretches of the chart, in words. */
export function HistoryAlarmList(props: { readonly alarms: readonly AlarmDto[] }) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  if (props.alarms.length === 0) return <p className="quiet">{t('history.noAlarms')}</p>
  return (
    <ul className="history-alarms">
      {props.alarms.map((alarm) => (
        <li key={alarm.id}>
          <GradeMark grade={alarm.grade} />
          <Link to={`/alarms?tab=all&alarm=${encodeURIComponent(alarm.id)}`}>
            {alarm.deviceName} · {words.localized(alarm.title)}
          </Link>
          <span className="quiet number">
            {words.instant(alarm.raisedAt, nowMs)} –{' '}
            {alarm.returnedAt === null
              ? t('history.stillOn')
              : words.instant(alarm.returnedAt, nowMs)}
          </span>
        </li>
      ))}
    </ul>
  )
}
