import { useTranslation } from 'react-i18next'
import type {
  DossierUnit,
  HazardAssessment,
  IdentificationLineDto,
  UnitAssessment,
} from '../../gateway/contract.ts'
import { useWords } from '../format/use-words.ts'
import { useLevelName } from './hazard-words.ts'

type Named = Pick<DossierUnit, 'id' | 'name'>

/** The whole calculation, unit by unit and line by line, each figure with where it stands. */
export function Calculation(props: {
  readonly assessment: HazardAssessment
  readonly units: readonly Named[]
  readonly exposedPopulation: number | null
}) {
  const { t } = useTranslation()
  const { assessment, units } = props
  const nameOf = (id: string) => {
    const index = units.findIndex((unit) => unit.id === id)
    const name = units[index]?.name ?? ''
    return name === '' ? t('hazard.unit', { number: index + 1 }) : name
  }
  return (
    <div className="hazard-calculation">
      <Verdict figures={assessment} />
      {assessment.units.length > 1 && assessment.gravestUnitId !== null && (
        <p className="quiet">{t('hazard.gravest', { unit: nameOf(assessment.gravestUnitId) })}</p>
      )}
      {assessment.units.map((unit) => (
        <UnitCalculation
          key={unit.unitId}
          unit={unit}
          name={nameOf(unit.unitId)}
          exposedPopulation={props.exposedPopulation}
        />
      ))}
    </div>
  )
}

/** S, R and level at a glance. */
export function Verdict(props: {
  readonly figures: Pick<HazardAssessment, 's' | 'r' | 'alpha' | 'majorHazard' | 'hazardLevel'>
}) {
  const { t } = useTranslation()
  const levelName = useLevelName()
  const { s, r, alpha, majorHazard } = props.figures
  const verdict = majorHazard === null ? 'incomplete' : majorHazard ? 'major' : 'notMajor'
  return (
    <dl className="hazard-verdict" data-level={props.figures.hazardLevel ?? 'none'}>
      <div>
        <dt>{t('hazard.level')}</dt>
        <dd className="hazard-level">{levelName(props.figures)}</dd>
      </div>
      <div>
        <dt>S</dt>
        <dd data-figure="s">{s ?? '—'}</dd>
      </div>
      <div>
        <dt>α</dt>
        <dd>{alpha ?? '—'}</dd>
      </div>
      <div>
        <dt>R</dt>
        <dd data-figure="r">{r ?? '—'}</dd>
      </div>
      <p>{t(`hazard.${verdict}`)}</p>
    </dl>
  )
}

function UnitCalculation(props: {
  readonly unit: UnitAssessment
  readonly name: string
  readonly exposedPopulation: number | null
}) {
  const { t } = useTranslation()
  const levelName = useLevelName()
  const { unit } = props
  const lines = unit.lines.filter((line) => line !== null)
  const rTerms = lines.map(({ rTerm }) => rTerm ?? '?').join(' + ')
  return (
    <section className="hazard-unit-calculation">
      <h4>
        {props.name}
        {unit.majorHazard !== null && <span className="quiet"> · {levelName(unit)}</span>}
      </h4>
      {lines.length > 0 && <Lines lines={lines} />}
      <div className="hazard-formulas">
        {unit.s !== null && (
          <p>
            {t('hazard.formulaS', {
              terms: lines.map(({ sTerm }) => sTerm).join(' + '),
              s: unit.s,
            })}{' '}
            {Number(unit.s) >= 1 ? '≥ 1' : '< 1'}
          </p>
        )}
        {unit.alpha !== null && unit.majorHazard === true && (
          <p>{t('hazard.alphaFrom', { alpha: unit.alpha, people: props.exposedPopulation })}</p>
        )}
        {unit.r !== null && (
          <p>
            {t('hazard.formulaR', { alpha: unit.alpha, terms: rTerms, r: unit.r })} →{' '}
            {t('hazard.levelFrom', { level: levelName(unit) })}
          </p>
        )}
        {!unit.exact && <p className="quiet">{t('hazard.rounded')}</p>}
      </div>
    </section>
  )
}

function Lines(props: { readonly lines: readonly IdentificationLineDto[] }) {
  const { t } = useTranslation()
  return (
    <div className="table-scroll">
      <table className="hazard-lines">
        <thead>
          <tr>
            <th>{t('hazard.columnSubstance')}</th>
            <th className="is-number">{t('hazard.columnQuantity')}</th>
            <th className="is-number">{t('hazard.columnCritical')}</th>
            <th className="is-number">{t('hazard.columnShare')}</th>
            <th className="is-number">{t('hazard.columnBeta')}</th>
            <th className="is-number">{t('hazard.columnRisk')}</th>
          </tr>
        </thead>
        {props.lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one calculation never move.
          <Line key={index} line={line} />
        ))}
      </table>
    </div>
  )
}

/** The figures, and below them where each comes from and what of it is not verified. */
function Line({ line }: { readonly line: IdentificationLineDto }) {
  const { t } = useTranslation()
  const words = useWords()
  const { criticalQuantityFrom: from, betaFrom, given } = line
  const q =
    from.table === 1
      ? t('hazard.sourceRow', { entry: from.entry })
      : t('hazard.sourceCategory', { entry: from.entry })
  const beta =
    betaFrom === null
      ? null
      : betaFrom.table === 3
        ? t('hazard.betaTable3')
        : betaFrom.table === 4
          ? t('hazard.betaTable4', { entry: betaFrom.entry })
          : t('hazard.betaGiven')
  const converted =
    given.unit === 't'
      ? null
      : given.unit === 'kg'
        ? `${given.value} kg ÷ 1000`
        : `${given.value} m³ × ${given.density} kg/m³ ÷ 1000`
  const sources = [
    `Q: ${q}`,
    ...(beta === null ? [] : [`β: ${beta}`]),
    ...(converted === null ? [] : [`q = ${converted}`]),
    t('hazard.clauses', { clauses: line.clauses.join(', ') }),
  ]
  return (
    <tbody>
      <tr>
        <th scope="row">{words.localized(line.name)}</th>
        <td className="is-number">{line.q}</td>
        <td className="is-number">{line.criticalQuantity}</td>
        <td className="is-number">{line.sTerm}</td>
        <td className="is-number">{line.beta ?? '—'}</td>
        <td className="is-number">{line.rTerm ?? '—'}</td>
      </tr>
      <tr className="hazard-line-source">
        <td colSpan={6}>
          {sources.join(' · ')}
          {line.cautions.map((caution) => (
            <span key={caution.en} className="hazard-caution">
              ⚠ {t('hazard.unverified')}: {words.localized(caution)}
            </span>
          ))}
        </td>
      </tr>
    </tbody>
  )
}
