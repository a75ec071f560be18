import { useTranslation } from 'react-i18next'
import type { RuleFindingDto } from '../../gateway/contract.ts'
import { useWords } from '../format/use-words.ts'
import { fieldName } from './field-names.ts'

/** Everything the checks found, each with the field it is about. */
export function FindingList(props: { readonly findings: readonly RuleFindingDto[] }) {
  const { t } = useTranslation()
  const words = useWords()
  if (props.findings.length === 0) return <p className="quiet">{t('ruleDraft.checksGood')}</p>
  return (
    <ul className="rule-findings" data-testid="rule-findings">
      {props.findings.map(({ severity, code, path, message }) => (
        <li key={`${code} ${path} ${message.en}`} className={`rule-finding is-${severity}`}>
          {path !== '' && <strong>{fieldName(path, { t, language: words.language })}: </strong>}
          {words.localized(message)}
        </li>
      ))}
    </ul>
  )
}
