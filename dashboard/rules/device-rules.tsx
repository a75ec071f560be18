import { Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { DeviceRule, RuleExplanation } from '../../gateway/contract.ts'
import { GradeMark } from '../alarms/grade-mark.tsx'
import { useResource } from '../api/use-resource.ts'
import type { Plant } from '../devices/use-plant.ts'
import { useWords } from '../format/use-words.ts'
import { useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { ExplanationItem, useExplanations } from './explanation-panel.tsx'
import { fieldName } from './field-names.ts'
import { gradesOf } from './rule-grades.ts'
import { valueText } from './value-words.ts'
import { WordsCard } from './words-card.tsx'

/** There are many rules on the page. */
const EVALUATIONS_SHOWN = 4

/**
 * For every point of a device which rules judge it, in words and with the figures that count here, and what
 * they make of it at this moment. `only`: one rule, and what is said when it is not among them.
 */
export function DeviceRules(props: {
  readonly deviceId: string
  readonly plant: Plant
  readonly only?: { readonly ruleId: string; readonly absent: string }
}) {
  const { t } = useTranslation()
  const words = useWords()
  const { api } = useServices()
  const { deviceId, plant, only } = props
  const rules = useResource(`rules ${deviceId}`, (signal) => api.rulesOfDevice(deviceId, signal))
  const explanations = useExplanations(deviceId)
  const shown = (rules.data?.items ?? []).filter(
    ({ id }) => only === undefined || id === only.ruleId,
  )
  const points = [...new Set(shown.map(({ point }) => point))]
  const nameOf = (point: string) => {
    const every = shown.flatMap(({ profileIds }) => profileIds)
    const defined = every.flatMap((id) => plant.profiles.get(id)?.points ?? [])
    const found = defined.find(({ name }) => name === point)
    return found === undefined ? point : words.localized(found.label)
  }
  const error = rules.error ?? explanations.error
  return (
    <div className="explanations device-rules" data-testid="device-rules">
      {error !== null && <ErrorNote error={error} onRetry={rules.reload} />}
      {rules.data === null && rules.isLoading && <Skeleton active />}
      {rules.data !== null && shown.length === 0 && (
        <p className="quiet">{only?.absent ?? t('explain.none')}</p>
      )}
      {shown.length > 0 && <p className="quiet">{t('explain.hint')}</p>}
      {points.map((point) => (
        <section key={point} data-point={point}>
          {only === undefined && <h3>{nameOf(point)}</h3>}
          {shown
            .filter((rule) => rule.point === point)
            .map((rule) => (
              <RuleHere
                key={rule.id}
                rule={rule}
                plant={plant}
                explanation={explanations.data?.items.find((one) => one.ruleId === rule.id) ?? null}
              />
            ))}
        </section>
      ))}
    </div>
  )
}

function RuleHere(props: {
  readonly rule: DeviceRule
  readonly plant: Plant
  readonly explanation: RuleExplanation | null
}) {
  const { t } = useTranslation()
  const words = useWords()
  const { rule, plant, explanation } = props
  return (
    <div className="rule-here" data-rule={rule.id}>
      <div>
        <h4>
          {gradesOf(rule.condition).map((grade) => (
            <GradeMark key={grade} grade={grade} size={16} />
          ))}{' '}
          <Link to={`/rules/${encodeURIComponent(rule.id)}`}>{words.localized(rule.name)}</Link>{' '}
          {!rule.enabled && <span className="rule-off">{t('rule.off')}</span>}
        </h4>
        <WordsCard rule={rule} plant={plant} />
        <OverriddenFigures rule={rule} plant={plant} />
      </div>
      {explanation !== null && (
        <ExplanationItem explanation={explanation} evaluationsShown={EVALUATIONS_SHOWN} />
      )}
    </div>
  )
}

/** Figures that are others here than in the rule, with whose doing it is. */
function OverriddenFigures(props: { readonly rule: DeviceRule; readonly plant: Plant }) {
  const { t } = useTranslation()
  const words = useWords()
  const telling = { t, language: words.language, plant: props.plant }
  const { overridden } = props.rule
  if (overridden.length === 0) return null
  return (
    <ul className="rule-overridden">
      {overridden.map(({ path, from, to, by, note }) => (
        <li key={path}>
          {fieldName(path, telling)}:{' '}
          {t('explain.overridden', {
            to: valueText(path, to, telling),
            from: valueText(path, from, telling),
            place: by.name,
          })}
          {note !== '' && <span className="quiet"> {note}</span>}
        </li>
      ))}
    </ul>
  )
}
