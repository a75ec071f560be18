import { useTranslation } from 'react-i18next'
import type { CalendarYearDto } from '../../../gateway/contract.ts'
import { useWords } from '../../format/use-words.ts'
import { lengthInDays, monthsOf } from './year-days.ts'

type Days = Pick<CalendarYearDto, 'year' | 'holidays' | 'workdays'>

/** A year as it hangs on a wall, and under it the same in words. */
export function YearView(props: { readonly days: Days }) {
  const { t } = useTranslation()
  const words = useWords()
  const { days } = props
  const locale = words.language === 'zh' ? 'zh-CN' : 'en-GB'
  const monthName = new Intl.DateTimeFormat(locale, { month: 'short', timeZone: 'UTC' })
  return (
    <>
      <ul className="calendar-legend">
        <li>
          <span className="calendar-day is-holiday">1</span> {t('calendar.holidayMark')}
        </li>
        <li>
          <span className="calendar-day is-workday">2</span> {t('calendar.workdayMark')}
        </li>
        <li>
          <span className="calendar-day is-weekend">3</span> {t('calendar.weekendMark')}
        </li>
      </ul>
      <div className="calendar-months">
        {monthsOf(days).map(({ month, offset, days: ofMonth }) => (
          <section key={month} className="calendar-month">
            <h3>{monthName.format(Date.UTC(days.year, month - 1, 1))}</h3>
            <div className="calendar-grid">
              {ofMonth.map(({ day, kind, holiday }, index) => {
                const named = holiday === null ? undefined : days.holidays[holiday]
                return (
                  <span
                    key={day}
                    className={`calendar-day is-${kind}`}
                    style={index === 0 ? { gridColumnStart: offset + 1 } : undefined}
                    title={named === undefined ? undefined : words.localized(named.name)}
                    data-day={day}
                  >
                    {Number(day.slice(8))}
                  </span>
                )
              })}
            </div>
          </section>
        ))}
      </div>
      <YearInWords days={days} />
    </>
  )
}

function YearInWords(props: { readonly days: Days }) {
  const { t } = useTranslation()
  const words = useWords()
  const { holidays, workdays } = props.days
  return (
    <dl className="calendar-words">
      <dt>{t('calendar.holidays')}</dt>
      <dd>
        {holidays.length === 0 && t('calendar.none')}
        {holidays.map(({ name, from, to }) => (
          <span key={`${from} ${to}`} className="calendar-holiday">
            <strong>{words.localized(name)}</strong> {shortDay(from)}
            {from !== to && ` – ${shortDay(to)}`}{' '}
            <span className="quiet">{t('calendar.days', { count: lengthInDays(from, to) })}</span>
          </span>
        ))}
      </dd>
      <dt>{t('calendar.workdays')}</dt>
      <dd>{workdays.length === 0 ? t('calendar.none') : workdays.map(shortDay).join(', ')}</dd>
    </dl>
  )
}

/** `2026-10-01` within its year: `10-01`. */
function shortDay(day: string): string {
  return day.slice(5)
}
