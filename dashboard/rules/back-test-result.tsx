import { Segmented } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BackTestAlarmDto, BackTestJobDto } from '../../gateway/contract.ts'
import { GradeMark } from '../alarms/grade-mark.tsx'
import type { Plant } from '../devices/use-plant.ts'
import { useWords } from '../format/use-words.ts'
import { useNow } from '../services.tsx'
import { TrendPanel } from '../trend/trend-panel.tsx'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const ALARMS_SHOWN = 100

type Which = 'draft' | 'active'
type Summary = NonNullable<BackTestJobDto['summary']>

/** What came of a back-test: how often it would have rung, each alarm in a list, and on the readings. */
export function BackTestResultView(props: { readonly job: BackTestJobDto; readonly plant: Plant }) {
  const { t } = useTranslation()
  const [which, setWhich] = useState<Which>('draft')
  const { job } = props
  if (job.summary === null) return null
  const shown =
    which === 'active' && job.active !== null ? job.active : { ...job, summary: job.summary }
  return (
    <div className="back-test-result" data-testid="back-test-result">
      <p className="back-test-headline">
        <Headline job={job} summary={job.summary} />
      </p>
      {job.active !== null && (
        <Segmented<Which>
          value={which}
          options={[
            { value: 'draft', label: t('backTest.draft') },
            { value: 'active', label: t('backTest.active') },
          ]}
          onChange={setWhich}
        />
      )}
      <SummaryLine summary={shown.summary} />
      <div className="rule-grid">
        <AlarmTable alarms={shown.alarms} summary={shown.summary} />
        <BackTestChart alarms={shown.alarms} summary={shown.summary} plant={props.plant} />
      </div>
    </div>
  )
}

function Headline(props: { readonly job: BackTestJobDto; readonly summary: Summary }) {
  const { t } = useTranslation()
  const { job, summary } = props
  const isWeek = Date.parse(summary.to) - Date.parse(summary.from) === 7 * DAY_MS
  const draft = summary.annunciations
  const active = job.active?.summary.annunciations
  if (isWeek && active !== undefined) return t('backTest.ringsWeek', { draft, active })
  if (isWeek) return t('backTest.ringsWeekNew', { draft })
  const of = (name: Which, count: number) =>
    `${t(`backTest.${name}`)}: ${t('backTest.rings', { count })}`
  return [of('draft', draft), ...(active === undefined ? [] : [of('active', active)])].join(' · ')
}

function SummaryLine(props: { readonly summary: Summary }) {
  const { t } = useTranslation()
  const words = useWords()
  const { summary } = props
  return (
    <p className="quiet">
      {t('backTest.readings', { count: words.number(summary.readings) as unknown as number })} ·{' '}
      {t('backTest.standing', { duration: words.age(summary.standingMs) })}
      {summary.faults.map((fault) => (
        <span key={fault} className="rule-finding is-warning">
          {fault}
        </span>
      ))}
    </p>
  )
}

function AlarmTable(props: {
  readonly alarms: readonly BackTestAlarmDto[]
  readonly summary: Summary
}) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const { alarms, summary } = props
  if (alarms.length === 0) return <p>{t('backTest.none')}</p>
  const shown = alarms.slice(0, ALARMS_SHOWN)
  return (
    <div className="back-test-alarms">
      <table>
        <thead>
          <tr>
            <th>{t('backTest.grade')}</th>
            <th>{t('backTest.raisedAt')}</th>
            <th>{t('backTest.returnedAt')}</th>
            <th>{t('backTest.device')}</th>
            <th>{t('backTest.value')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((alarm) => (
            <tr key={`${alarm.deviceId} ${alarm.raisedAt}`}>
              <td>
                <GradeMark grade={alarm.grade} size={18} />
              </td>
              <td>{words.instant(alarm.raisedAt, nowMs)}</td>
              <td>
                {alarm.returnedAt === null
                  ? t('backTest.stillStands')
                  : words.instant(alarm.returnedAt, nowMs)}
              </td>
              <td>{alarm.deviceId}</td>
              <td>
                {words.value(alarm.steps[0]?.value ?? null, null)}
                {alarm.shelved && <span className="quiet"> · {t('backTest.shelved')}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {summary.alarmsTotal > shown.length && (
        <p className="quiet">
          {t('backTest.more', { count: shown.length, total: summary.alarmsTotal })}
        </p>
      )}
    </div>
  )
}

/** The readings of the device that rang most, with the alarms that would have been laid over them. */
function BackTestChart(props: {
  readonly alarms: readonly BackTestAlarmDto[]
  readonly summary: Summary
  readonly plant: Plant
}) {
  const { t } = useTranslation()
  const { alarms, summary } = props
  const first = alarms[0]
  const { from, to } = summary
  const picture = useMemo(() => {
    const [fromMs, toMs] = [Date.parse(from), Date.parse(to)]
    const isLong = toMs - fromMs > DAY_MS
    const bucket = isLong ? { every: '10m', ms: 10 * MINUTE_MS } : { every: '1m', ms: MINUTE_MS }
    const own = alarms.filter(({ deviceId }) => deviceId === first?.deviceId)
    return {
      request: {
        deviceId: first?.deviceId ?? '',
        point: first?.point ?? '',
        fromMs,
        toMs,
        bucket,
        silentAfterMs: null,
        isLive: false,
      },
      spans: own.map(({ raisedAt, returnedAt, grade }) => ({
        fromMs: Date.parse(raisedAt),
        toMs: returnedAt === null ? toMs : Date.parse(returnedAt),
        grade,
      })),
      setpoints: setpointsOf(own),
    }
  }, [alarms, first, from, to])
  if (first === undefined) return null
  return (
    <div>
      <h3>
        {t('backTest.chart')}: {first.deviceId}
      </h3>
      <TrendPanel
        request={picture.request}
        pointLabel={first.point}
        unit={null}
        isBoolean={typeof first.steps[0]?.value === 'boolean'}
        setpoints={picture.setpoints}
        spans={picture.spans}
      />
    </div>
  )
}

function setpointsOf(alarms: readonly BackTestAlarmDto[]) {
  const found = new Map<number, BackTestAlarmDto['grade']>()
  for (const { steps } of alarms) {
    for (const { setpoint, grade } of steps) {
      if (typeof setpoint === 'number') found.set(setpoint, grade)
    }
  }
  return [...found].map(([value, grade]) => ({ value, grade }))
}
