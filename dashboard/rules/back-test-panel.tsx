import { Button, Progress, Segmented, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BackTestJobDto } from '../../gateway/contract.ts'
import type { Plant } from '../devices/use-plant.ts'
import { useWords } from '../format/use-words.ts'
import { useServices } from '../services.tsx'
import { BackTestResultView } from './back-test-result.tsx'
import type { Draft } from './draft-path.ts'
import { scopeOf } from './draft-scope.ts'
import { useDevicesOf } from './rule-at-work.tsx'
import { useBackTest } from './use-back-test.ts'

const DAY_MS = 86_400_000
const SPANS = { day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS } as const
type SpanName = keyof typeof SPANS
const SPAN_NAMES = ['day', 'week', 'month'] as const satisfies readonly SpanName[]
/** Tried at once without being asked: more takes longer than one waits for. */
const DEVICES_CHOSEN = 5
const DEVICES_MAX = 50

/** The draft over stored readings, beside the version in force: how often each would have rung. */
export function BackTestPanel(props: {
  readonly draft: Draft
  /** Of the rule it changes; null: a new one. */
  readonly ruleId: string | null
  readonly hasErrors: boolean
  readonly plant: Plant
}) {
  const { t } = useTranslation()
  const { nowMs } = useServices()
  const { draft, ruleId, plant } = props
  const devices = useDevicesOf(scopeOf(draft), plant)
  const [chosen, setChosen] = useState<readonly string[] | null>(null)
  const [span, setSpan] = useState<SpanName>('week')
  const test = useBackTest()
  const deviceIds = chosen ?? devices.slice(0, DEVICES_CHOSEN).map(({ id }) => id)
  const run = () => {
    const toMs = nowMs()
    test.run({
      rule: draft,
      deviceIds,
      from: new Date(toMs - SPANS[span]).toISOString(),
      to: new Date(toMs).toISOString(),
      compare: ruleId !== null,
      background: true,
    })
  }
  const isRunning = test.job?.state === 'running'
  return (
    <section className="panel back-test" data-testid="back-test">
      <header className="panel-head">
        <h2>{t('backTest.title')}</h2>
        <Select
          mode="multiple"
          className="device-select"
          value={[...deviceIds]}
          maxCount={DEVICES_MAX}
          maxTagCount="responsive"
          aria-label={t('backTest.devices')}
          placeholder={t('backTest.devices')}
          options={devices.map(({ id, name }) => ({ value: id, label: name }))}
          showSearch={{ optionFilterProp: 'label' }}
          onChange={setChosen}
        />
        <Segmented<SpanName>
          value={span}
          options={SPAN_NAMES.map((name) => ({ value: name, label: t(`backTest.${name}`) }))}
          onChange={setSpan}
        />
        {isRunning ? (
          <Button onClick={test.cancel}>{t('backTest.cancel')}</Button>
        ) : (
          <Button
            type="primary"
            disabled={props.hasErrors || deviceIds.length === 0}
            loading={test.isStarting}
            onClick={run}
          >
            {t('backTest.run')}
          </Button>
        )}
      </header>
      <p className="quiet">{t(props.hasErrors ? 'backTest.needsChecked' : 'backTest.hint')}</p>
      <JobView job={test.job} span={span} ruleId={ruleId} plant={plant} />
    </section>
  )
}

/** The lists by which a draft is for some devices only, as far as they are lists yet. */
function JobView(props: {
  readonly job: BackTestJobDto | null
  readonly span: SpanName
  readonly ruleId: string | null
  readonly plant: Plant
}) {
  const { t } = useTranslation()
  const words = useWords()
  const { job } = props
  if (job === null) return null
  switch (job.state) {
    case 'running':
      return (
        <div>
          <Progress percent={Math.round(job.share * 100)} />
          <p className="quiet">
            {t('backTest.progress', { readings: words.number(job.readings) })}
          </p>
        </div>
      )
    case 'cancelled':
      return <p>{t('backTest.cancelled')}</p>
    case 'failed':
      return <p className="rule-finding is-error">{t('backTest.failed', { detail: job.detail })}</p>
    case 'done':
      return <BackTestResultView job={job} plant={props.plant} />
  }
}
