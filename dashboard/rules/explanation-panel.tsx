import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { RuleExplanation } from '../../gateway/contract.ts'
import { useResource } from '../api/use-resource.ts'
import { formatClock, formatCountdown } from '../format/format.ts'
import { useWords } from '../format/use-words.ts'
import { useNow, useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'

const ASK_AGAIN_MS = 1_000
const EVALUATIONS_SHOWN = 12

/** What a rule makes of a device at this moment, asked anew each second. */
export function ExplanationPanel(props: { readonly deviceId: string; readonly ruleId: string }) {
  const { t } = useTranslation()
  const explanations = useExplanations(props.deviceId)
  const items = explanations.data?.items.filter(({ ruleId }) => ruleId === props.ruleId) ?? []
  return (
    <div className="explanations">
      {explanations.error !== null && (
        <ErrorNote error={explanations.error} onRetry={explanations.reload} />
      )}
      <p className="quiet">{t('explain.hint')}</p>
      {explanations.data !== null && items.length === 0 && (
        <p className="quiet">{t('explain.none')}</p>
      )}
      {items.map((one) => (
        <ExplanationItem key={one.ruleId} explanation={one} />
      ))}
    </div>
  )
}

/** Asked anew each second: the gateway keeps evaluations for as long as somebody asks. */
export function useExplanations(deviceId: string) {
  const { api } = useServices()
  const explanations = useResource(`explanation ${deviceId}`, (signal) =>
    api.explanationOf(deviceId, signal),
  )
  const { reload } = explanations
  useEffect(() => {
    const timer = setInterval(reload, ASK_AGAIN_MS)
    return () => clearInterval(timer)
  }, [reload])
  return explanations
}

export function ExplanationItem(props: {
  readonly explanation: RuleExplanation
  /** Of the newest evaluations; left out: `EVALUATIONS_SHOWN`. */
  readonly evaluationsShown?: number
}) {
  const { t } = useTranslation()
  const words = useWords()
  const { explanation } = props
  const { level, timers, evaluations, fault, unknown } = explanation
  return (
    <article data-explanation={explanation.ruleId} data-level={level}>
      <p>
        {t('explain.level')}:{' '}
        <strong>{level === 0 ? t('explain.normal') : t('explain.levelOf', { level })}</strong>
        {!explanation.inSchedule && <> · {t('explain.outOfSchedule')}</>}
        {explanation.paused && <> · {t('explain.paused')}</>}
        {unknown !== null && <> · {t('explain.unknown')}</>}
      </p>
      {fault !== null && (
        <p className="rule-finding is-error">
          {t('explain.fault', { times: fault.times, detail: fault.detail })}
        </p>
      )}
      <Countdowns timers={timers} />
      <ol className="evaluations">
        {evaluations.slice(0, props.evaluationsShown ?? EVALUATIONS_SHOWN).map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: several may fall on one instant, and the list is drawn anew each second.
          <li key={`${one.at} ${one.reason} ${index}`}>
            <time>{formatClock(Date.parse(one.at))}</time>
            <span>{t(causeKey(one.cause), { value: words.value(one.value, null) })}</span>
            <strong>{t(`evaluationReason.${one.reason}`)}</strong>
          </li>
        ))}
      </ol>
      {evaluations.length === 0 && <p className="quiet">{t('explain.noEvaluations')}</p>}
    </article>
  )
}

const CAUSES = ['reading', 'timer', 'rule-changed', 'listening-again'] as const

function causeKey(cause: string) {
  const known = CAUSES.find((one) => one === cause) ?? 'timer'
  return `explain.cause_${known}` as const
}

/** The seconds run down by the gateway's clock. */
function Countdowns(props: { readonly timers: RuleExplanation['timers'] }) {
  const { t } = useTranslation()
  const nowMs = useNow()
  const { timers } = props
  if (timers.length === 0) return <p className="quiet">{t('explain.noTimers')}</p>
  return (
    <ul className="countdowns">
      {timers.map(({ kind, level, due }) => (
        <li key={`${kind} ${level} ${due}`} data-timer={kind}>
          <span className="countdown">{formatCountdown(Date.parse(due) - nowMs)}</span>
          <span>
            {kind === 'rise' && level === 1
              ? t('explain.timer_riseFirst')
              : t(`explain.timer_${kind}`, { level: level ?? '' })}
          </span>
        </li>
      ))}
    </ul>
  )
}
