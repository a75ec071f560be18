import { useTranslation } from 'react-i18next'
import { ChoiceField, DurationField } from './plain-fields.tsx'

/** What it means when another point of the condition says nothing. */
export function MissingFields() {
  const { t } = useTranslation()
  const options = (['hold', 'passed', 'cleared'] as const).map((value) => ({
    value,
    label: t(`ruleField.${value}`),
  }))
  return (
    <>
      <DurationField path="condition.staleAfterMs" label={t('ruleField.staleAfterMs')} isOptional />
      <ChoiceField
        path="condition.missing"
        label={t('ruleField.missing')}
        options={options}
        fallback="hold"
      />
    </>
  )
}
