import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { AlarmDto, PerformanceDto, ResponseTimesDto } from '../../gateway/contract.ts'
import { GradeMark } from '../alarms/grade-mark.tsx'
import { useWords } from '../format/use-words.ts'
import { useNow } from '../services.tsx'

const PUT_ASIDE = ['stale', 'shelved', 'suppressed', 'outOfService'] as const

/** How long it takes until somebody acknowledges. */
export function ResponseTables(props: { readonly report: PerformanceDto }) {
  const { t } = useTranslation()
  const { report } = props
  return (
    <div className="performance-charts">
      <section className="panel">
        <h2>{t('performance.responseByGrade')}</h2>
        <Responses
          head={t('list.grade')}
          rows={report.responseByGrade.map((of) => ({
            key: String(of.grade),
            name: (
              <span className="grade-name">
                <GradeMark grade={of.grade} size={20} /> {t(`grade.${of.grade}`)}
              </span>
            ),
            of,
          }))}
        />
      </section>
      <section className="panel">
        <h2>{t('performance.responseByPlace')}</h2>
        <Responses
          head={t('performance.position')}
          rows={report.responseByOrganization.map((of) => ({
            key: of.organizationId,
            name: (
              <Link to={`/performance?organization=${encodeURIComponent(of.organizationId)}`}>
                {of.name}
              </Link>
            ),
            of,
          }))}
        />
      </section>
    </div>
  )
}

function Responses(props: {
  readonly head: string
  readonly rows: readonly {
    readonly key: string
    readonly name: React.ReactNode
    readonly of: ResponseTimesDto
  }[]
}) {
  const { t } = useTranslation()
  const words = useWords()
  const age = (seconds: number | null) => (seconds === null ? '–' : words.age(seconds * 1_000))
  if (props.rows.length === 0) return <p className="quiet">{t('performance.none')}</p>
  return (
    <div className="table-scroll">
      <table className="plain-table">
        <thead>
          <tr>
            <th>{props.head}</th>
            <th className="is-number">{t('performance.answered')}</th>
            <th className="is-number">{t('performance.unanswered')}</th>
            <th className="is-number">{t('performance.median')}</th>
            <th className="is-number">{t('performance.p95')}</th>
          </tr>
        </thead>
        <tbody>
          {props.rows.map(({ key, name, of }) => (
            <tr key={key}>
              <td>{name}</td>
              <td className="is-number">{of.answered}</td>
              <td className="is-number">{of.unanswered}</td>
              <td className="is-number">{age(of.medianSeconds)}</td>
              <td className="is-number">{age(of.p95Seconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** What stands for long, and what nobody is called for: each with its age. */
export function PutAside(props: { readonly report: PerformanceDto }) {
  const { t } = useTranslation()
  return (
    <div className="performance-charts">
      {PUT_ASIDE.map((name) => (
        <section className="panel" key={name}>
          <h2>
            {t(`performance.${name}`)}{' '}
            <span className="tab-count">{props.report[name].length}</span>
          </h2>
          <AlarmLines alarms={props.report[name]} />
        </section>
      ))}
    </div>
  )
}

export function AlarmLines(props: { readonly alarms: readonly AlarmDto[] }) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  if (props.alarms.length === 0) return <p className="quiet">{t('performance.none')}</p>
  return (
    <ul className="alarm-lines">
      {props.alarms.map((alarm) => (
        <li key={alarm.id}>
          <GradeMark grade={alarm.grade} size={20} />
          <Link to={`/alarms?tab=all&alarm=${encodeURIComponent(alarm.id)}`}>
            {words.localized(alarm.title)} · {words.place(alarm)}
          </Link>
          <span className="age">{words.age(nowMs - Date.parse(alarm.raisedAt))}</span>
        </li>
      ))}
    </ul>
  )
}
