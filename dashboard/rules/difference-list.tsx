import { useTranslation } from 'react-i18next'
import type { LooseningDto, RuleDifferenceDto } from '../../gateway/contract.ts'
import type { Plant } from '../devices/use-plant.ts'
import { useWords } from '../format/use-words.ts'
import { fieldName } from './field-names.ts'
import { valueText } from './value-words.ts'

/** What differs, field by field, before and after; what gets milder says so. */
export function DifferenceList(props: {
  readonly differences: readonly RuleDifferenceDto[]
  readonly loosenings: readonly LooseningDto[]
  readonly plant: Plant
}) {
  const { t } = useTranslation()
  const words = useWords()
  const { differences, loosenings, plant } = props
  const say = { t, language: words.language, plant }
  const elsewhere = loosenings.filter(
    (one) => !differences.some(({ path }) => touches(path, one.path)),
  )
  return (
    <div className="rule-differences">
      {differences.length > 0 && (
        <table>
          <thead>
            <tr>
              <th />
              <th>{t('ruleVersion.before')}</th>
              <th>{t('ruleVersion.after')}</th>
            </tr>
          </thead>
          <tbody>
            {differences.map(({ path, before, after }) => {
              const milder = loosenings.filter((one) => touches(path, one.path))
              return (
                <tr key={path} data-path={path} className={milder.length > 0 ? 'is-milder' : ''}>
                  <th scope="row">{fieldName(path, say)}</th>
                  <td className="is-before">{valueText(path, before, say)}</td>
                  <td>
                    {valueText(path, after, say)}
                    {milder.map(({ kind }) => (
                      <span key={kind} className="rule-milder">
                        {t(`loosening.${kind}`)}
                      </span>
                    ))}
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      )}
      {elsewhere.map(({ kind, path }) => (
        <p key={`${kind} ${path}`} className="rule-milder">
          {t(`loosening.${kind}`)}
        </p>
      ))}
    </div>
  )
}

function touches(path: string, other: string): boolean {
  return (
    path === other || path.startsWith(`${other}.`) || (other !== '' && other.startsWith(`${path}.`))
  )
}
