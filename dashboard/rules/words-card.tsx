import { useTranslation } from 'react-i18next'
import type { Plant } from '../devices/use-plant.ts'
import { languageOf } from '../i18n/i18n.ts'
import { ruleInWords, type Worded } from './rule-words.ts'
import { useRuleNames } from './use-rule-names.ts'

/** A rule in sentences. */
export function WordsCard(props: { readonly rule: unknown; readonly plant: Plant }) {
  const { i18n } = useTranslation()
  const names = useRuleNames(props.rule, props.plant)
  // Half-written drafts are said as far as they go.
  const words = ruleInWords(props.rule as Worded, languageOf(i18n.language), names)
  return (
    <div className="rule-words" data-testid="rule-words">
      {words.condition !== '' && <p className="rule-words-condition">{words.condition}</p>}
      <p>{words.behaviour.join(languageOf(i18n.language) === 'zh' ? '' : ' ')}</p>
    </div>
  )
}
