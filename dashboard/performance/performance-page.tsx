import { Button, Segmented, Select, Skeleton } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import type { CauseDto, FigureDto, Organization, PerformanceDto } from '../../gateway/contract.ts'
import { GRADES, presentGrade } from '../alarms/grade.ts'
import { useAll } from '../api/use-all.ts'
import { useResource } from '../api/use-resource.ts'
import { organizationLines } from '../enterprises/organization-tree.ts'
import { useWords } from '../format/use-words.ts'
import { useNow, useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { saveFile } from '../ui/save-file.ts'
import { type Bar, BarChart } from './bar-chart.tsx'
import { performanceCsv } from './performance-csv.ts'
import { PutAside, ResponseTables } from './performance-tables.tsx'
import { SteadyingNote } from './steadying-note.tsx'

const PERIODS = { day: 1, week: 7, month: 30 } as const
type Period = keyof typeof PERIODS
const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
/** More bars than this are not told apart: ten minutes become hours, hours become days. */
const BARS_MAX = 168

/** How the alarms stand beside what a person can answer; each figure says how good it is. */
export function PerformancePage() {
  const { t } = useTranslation()
  const { api } = useServices()
  const [parameters, setParameters] = useSearchParams()
  const period = periodOf(parameters.get('period'))
  const organizationId = parameters.get('organization') ?? undefined
  const nowMs = useNow()
  // A report for the minute: the page does not ask again each second.
  const [toMs, setToMs] = useState(() => Math.floor(nowMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS)
  const from = new Date(toMs - PERIODS[period] * DAY_MS).toISOString()
  const to = new Date(toMs).toISOString()
  const report = useResource(`${from} ${to} ${organizationId}`, (signal) =>
    api.performance({ from, to, organizationId }, signal),
  )
  const organizations = useAll<Organization>('organizations', api.organizations)
  const change = (name: string, value: string | undefined) =>
    setParameters((before) => {
      const next = new URLSearchParams(before)
      if (value === undefined) next.delete(name)
      else next.set(name, value)
      return next
    })
  const options = organizationLines(organizations.data ?? [], '').map(
    ({ organization, depth }) => ({
      value: organization.id,
      label: `${'　'.repeat(depth)}${organization.name}`,
    }),
  )
  return (
    <div className="page performance-page">
      <header className="page-head">
        <h1>{t('performance.title')}</h1>
        <Segmented
          value={period}
          options={(Object.keys(PERIODS) as Period[]).map((value) => ({
            value,
            label: t(`performance.${value}`),
          }))}
          onChange={(value) => change('period', value)}
        />
        <Select
          className="performance-position"
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t('performance.wholeTerritory')}
          value={organizationId ?? null}
          options={options}
          onChange={(value: string | null) => change('organization', value ?? undefined)}
        />
        <Button
          className="page-action"
          onClick={() => setToMs(Math.floor(nowMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS)}
        >
          {t('common.refresh')}
        </Button>
        {report.data !== null && <SaveButton report={report.data} />}
      </header>
      {report.error !== null && <ErrorNote error={report.error} onRetry={report.reload} />}
      {report.data === null && report.isLoading && <Skeleton active />}
      {report.data !== null && <Report report={report.data} />}
    </div>
  )
}

function periodOf(text: string | null): Period {
  return text === 'week' || text === 'month' ? text : 'day'
}

function SaveButton(props: { readonly report: PerformanceDto }) {
  const { t } = useTranslation()
  const words = useWords()
  const { report } = props
  const save = () =>
    saveFile(
      `vigil-performance-${report.to.slice(0, 10)}.csv`,
      performanceCsv(report, {
        figure: (name) => t(`figure.${name}`),
        verdict: (verdict) => t(`verdict.${verdict}`),
        grade: (grade) => t(`grade.${grade}`),
        ruleName: words.localized,
        heads: {
          figures: t('performance.figures'),
          rate: t('performance.rate'),
          top: t('performance.top'),
          response: t('performance.response'),
          value: t('performance.value'),
          good: t('performance.good'),
          bound: t('performance.bound'),
          verdict: t('performance.verdict'),
        },
      }),
    )
  return <Button onClick={save}>{t('performance.csv')}</Button>
}

function Report(props: { readonly report: PerformanceDto }) {
  const { t } = useTranslation()
  const { report } = props
  const rate = useMemo(() => rateBars(report), [report])
  const mix = GRADES.map((grade) => ({
    label: t(`grade.${grade}`),
    value: report.byGrade[`${grade}`],
    colour: presentGrade(grade).fill,
  }))
  return (
    <>
      <p className="quiet">
        {t('performance.counted', {
          total: report.total,
          hidden: report.hidden,
          drills: report.drills,
        })}
      </p>
      <section className="figures" aria-label={t('performance.figures')}>
        {report.figures.map((figure) => (
          <Figure key={figure.name} figure={figure} />
        ))}
      </section>
      <div className="performance-charts">
        <section className="panel">
          <h2>{t('performance.rate')}</h2>
          <BarChart
            label={t('performance.rate')}
            bars={rate.bars}
            {...(rate.isTenMinutes
              ? { bound: report.floodStartsAbove, boundLabel: t('performance.floodBound') }
              : {})}
          />
        </section>
        <section className="panel">
          <h2>{t('performance.mix')}</h2>
          <BarChart label={t('performance.mix')} bars={mix} />
        </section>
      </div>
      <section className="panel">
        <h2>{t('performance.top')}</h2>
        <Causes causes={report.top} total={report.total} />
      </section>
      <div className="performance-charts">
        <section className="panel">
          <h2>{t('performance.chattering')}</h2>
          <Causes causes={report.chattering} span={report} />
        </section>
        <section className="panel">
          <h2>{t('performance.fleeting')}</h2>
          <Causes causes={report.fleeting} span={report} />
        </section>
      </div>
      <ResponseTables report={report} />
      <PutAside report={report} />
    </>
  )
}

/** Ten minutes, or wider where there would be too many. */
function rateBars({ perTenMinutes, from }: PerformanceDto): {
  readonly bars: readonly Bar[]
  readonly isTenMinutes: boolean
} {
  const widths = [1, 6, 144]
  const width = widths.find((one) => perTenMinutes.length / one <= BARS_MAX) ?? 144
  const fromMs = Date.parse(from)
  const bars: Bar[] = []
  for (let start = 0; start < perTenMinutes.length; start += width) {
    const atMs = fromMs + start * 10 * MINUTE_MS
    const local = new Date(atMs)
    const day = `${local.getMonth() + 1}-${local.getDate()}`
    const time = `${String(local.getHours()).padStart(2, '0')}:${String(local.getMinutes()).padStart(2, '0')}`
    bars.push({
      label: width === 144 ? day : perTenMinutes.length > 144 ? `${day} ${time}` : time,
      value: perTenMinutes.slice(start, start + width).reduce((sum, count) => sum + count, 0),
    })
  }
  return { bars, isTenMinutes: width === 1 }
}

function Figure(props: { readonly figure: FigureDto }) {
  const { t } = useTranslation()
  const words = useWords()
  const { name, value, good, bound, verdict } = props.figure
  const isPercent = name.endsWith('Percent')
  const shown = (amount: number) =>
    `${words.number(Math.round(amount * 10) / 10)}${isPercent ? ' %' : ''}`
  return (
    <div className={`figure is-${verdict}`} data-figure={name}>
      <span className="figure-name">{t(`figure.${name}`)}</span>
      <strong>{shown(value)}</strong>
      <span className="figure-bound">
        {good !== null && t('performance.goodIs', { value: shown(good) })}
        {bound !== null &&
          bound !== good &&
          ` ${t('performance.boundIs', { value: shown(bound) })}`}
      </span>
      {verdict !== 'none' && <span className="figure-verdict">{t(`verdict.${verdict}`)}</span>}
    </div>
  )
}

function Causes(props: {
  readonly causes: readonly (CauseDto & {
    readonly share?: number
    readonly runningShare?: number
  })[]
  readonly total?: number
  /** Of alarms that come and go: what would steady them. */
  readonly span?: { readonly from: string; readonly to: string }
}) {
  const { t } = useTranslation()
  const words = useWords()
  const percent = (share: number) => `${words.number(Math.round(share * 1_000) / 10)} %`
  if (props.causes.length === 0) return <p className="quiet">{t('performance.none')}</p>
  return (
    <div className="table-scroll">
      <table className="plain-table">
        <thead>
          <tr>
            <th>{t('list.what')}</th>
            <th>{t('list.place')}</th>
            <th className="is-number">{t('performance.times')}</th>
            {props.span !== undefined && <th>{t('steadying.title')}</th>}
            {props.total !== undefined && <th className="is-number">{t('performance.share')}</th>}
            {props.total !== undefined && <th className="is-number">{t('performance.running')}</th>}
          </tr>
        </thead>
        <tbody>
          {props.causes.map((cause) => (
            <tr key={`${cause.ruleId}/${cause.deviceId}/${cause.point}`}>
              <td>{words.localized(cause.ruleName)}</td>
              <td>
                <Link
                  to={`/alarms/history?device=${encodeURIComponent(cause.deviceId)}&rule=${encodeURIComponent(cause.ruleId)}`}
                >
                  {[cause.organizationName, cause.deviceName].filter(Boolean).join(' / ')}
                </Link>
              </td>
              <td className="is-number">{cause.count}</td>
              {props.span !== undefined && (
                <td>
                  <SteadyingNote cause={cause} from={props.span.from} to={props.span.to} />
                </td>
              )}
              {cause.share !== undefined && <td className="is-number">{percent(cause.share)}</td>}
              {cause.runningShare !== undefined && (
                <td className="is-number">{percent(cause.runningShare)}</td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
