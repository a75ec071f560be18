import { useTranslation } from 'react-i18next'
import type { RuleQualityDto } from '../../gateway/contract.ts'
import { useResource } from '../api/use-resource.ts'
import { useServices } from '../services.tsx'

export function useRuleQuality(): ReadonlyMap<string, RuleQualityDto> {
  const { api } = useServices()
  const { data } = useResource('rule quality', (signal) => api.ruleQuality(signal))
  return new Map((data?.items ?? []).map((one) => [one.ruleId, one]))
}

function percentOf({ falseAlarms, closed }: RuleQualityDto): number {
  return Math.round((100 * falseAlarms) / closed)
}

/** In the list: the share of false alarms, where there are any. */
export function FalseAlarmMark(props: { readonly quality: RuleQualityDto | undefined }) {
  const { t } = useTranslation()
  const { quality } = props
  if (quality === undefined || quality.falseAlarms === 0) return null
  const { falseAlarms, closed } = quality
  return (
    <span className="rule-safety" title={t('falseAlarms.hint')}>
      {t('falseAlarms.mark', { percent: percentOf(quality), count: falseAlarms, of: closed })}
    </span>
  )
}

/** On the page of a rule: what its alarms turned out to be, and for what reasons. */
export function FalseAlarmLine(props: { readonly ruleId: string }) {
  const { t } = useTranslation()
  const quality = useRuleQuality().get(props.ruleId)
  if (quality === undefined) return <p className="quiet">{t('falseAlarms.none')}</p>
  const { falseAlarms, closed, reasons } = quality
  const named = reasons.map(({ code, count }) => `${t(`falseAlarm.${code}`)} ${count}`)
  return (
    <p data-testid="false-alarms">
      {t('falseAlarms.line', { percent: percentOf(quality), count: falseAlarms, of: closed })}
      {named.length > 0 && <span className="quiet"> {named.join(' · ')}</span>}
    </p>
  )
}
