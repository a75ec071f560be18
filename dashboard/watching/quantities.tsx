import { useTranslation } from 'react-i18next'
import type { LiveSubstance, LiveUnit } from '../../gateway/contract.ts'
import { useWords } from '../format/use-words.ts'
import { Icon } from '../ui/icons.tsx'

/** S, R and level of each unit, and its substances: what is there now beside what was registered. */
export function Quantities({ units }: { readonly units: readonly LiveUnit[] }) {
  const { t } = useTranslation()
  return (
    <section>
      <h3>{t('watch.quantities')}</h3>
      {units.length === 0 && <p className="quiet">{t('watch.noUnits')}</p>}
      {units.map((unit) => (
        <UnitNow key={unit.id} unit={unit} />
      ))}
    </section>
  )
}

function UnitNow({ unit }: { readonly unit: LiveUnit }) {
  const { t } = useTranslation()
  const words = useWords()
  const figure = (text: string | null) =>
    text === null ? '—' : words.number(Number(Number(text).toFixed(3)))
  const level = (value: number | null) =>
    value === null ? t('watch.levelNone') : t('watch.levelOf', { level: value })
  return (
    <article className="watch-unit" data-unit={unit.id}>
      <h4>{unit.name || unit.id}</h4>
      <table className="watch-figures">
        <thead>
          <tr>
            <td />
            <th scope="col">S</th>
            <th scope="col">R</th>
            <th scope="col">{t('watch.level')}</th>
          </tr>
        </thead>
        <tbody>
          {(['now', 'registered'] as const).map((when) => (
            <tr key={when} data-when={when}>
              <th scope="row">{t(`watch.${when}`)}</th>
              <td>{figure(unit.s[when])}</td>
              <td>{figure(unit.r[when])}</td>
              <td>{level(unit.hazardLevel[when])}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="watch-substances">
        {unit.substances.map((substance) => (
          <SubstanceNow key={substance.id} substance={substance} />
        ))}
      </ul>
    </article>
  )
}

function SubstanceNow({ substance }: { readonly substance: LiveSubstance }) {
  const { t } = useTranslation()
  const words = useWords()
  const { now, registered, isExceeded, basis, name } = substance
  const tonnes = (text: string | null) =>
    text === null
      ? '—'
      : t('watch.tonnes', { value: words.number(Number(Number(text).toFixed(2))) })
  const share = now === null || registered === null ? 0 : Number(now) / Number(registered)
  return (
    <li className={isExceeded ? 'is-exceeded' : ''} data-substance={substance.id}>
      <span className="watch-substance-name">{name}</span>
      <span className="watch-amounts">
        {tonnes(now)} <span className="quiet">/ {tonnes(registered)}</span>
      </span>
      <meter className="watch-meter" min={0} max={1} value={Math.min(1, share)} aria-label={name} />
      <span className="quiet watch-basis">
        {isExceeded && (
          <strong className="watch-exceeded">
            <Icon name="fault" size={14} /> {t('watch.exceeded')} ·{' '}
          </strong>
        )}
        {t(`watch.basis_${basis}`)}
      </span>
    </li>
  )
}
