import { useTranslation } from 'react-i18next'
import { CONDITION_KINDS, conditionOfKind } from '../condition-defaults.ts'
import { useDraft } from '../draft-context.tsx'
import { textAt, valueAt } from '../draft-path.ts'
import type { ConditionKind } from '../rule-types.ts'
import { CombinationFields } from './combination-fields.tsx'
import { FindingsAt } from './labeled.tsx'
import { ExpressionFields, VoteFields } from './many-point-fields.tsx'
import { MissingFields } from './missing-fields.tsx'
import { ChoiceField, DurationField, NumberField, SwitchField } from './plain-fields.tsx'
import { PointField, usePointOptions } from './plant-fields.tsx'
import { ReferenceFields } from './reference-fields.tsx'
import { CalendarField, ZoneField } from './schedule-fields.tsx'
import { SetpointFields, SingleLevelFields } from './setpoint-fields.tsx'

/** The condition, by its kind. */
export function ConditionFields() {
  const { t } = useTranslation()
  const { draft, set } = useDraft()
  const kind = textAt(draft, 'condition.kind') as ConditionKind | ''
  const unit = usePointOptions().find(({ value }) => value === textAt(draft, 'point'))?.unit ?? null
  const hasSetpoints = valueAt(draft, 'condition.setpoints') !== undefined
  const kinds = CONDITION_KINDS.map((value) => ({ value, label: t(`ruleKind.${value}`) }))
  return (
    <div className="rule-fields">
      <PointField path="point" label={t('ruleField.point')} />
      <ChoiceField
        path="condition.kind"
        label={t('ruleField.kind')}
        options={kinds}
        onChange={(next) => set('condition', conditionOfKind(next, valueAt(draft, 'condition')))}
      />
      <FindingsAt path="condition" />
      <KindFields kind={kind} unit={unit} />
      {hasSetpoints && <SetpointFields unit={figureUnitOf(kind, unit, t('ruleField.minute'))} />}
      {!hasSetpoints && kind !== '' && <SingleLevelFields />}
    </div>
  )
}

/** What the set-points of a kind are figures of. */
function figureUnitOf(
  kind: ConditionKind | '',
  unit: string | null,
  minute: string,
): string | null {
  if (kind === 'forecast') return minute
  return kind === 'expression' || kind === 'season' ? null : unit
}

function KindFields(props: { readonly kind: ConditionKind | ''; readonly unit: string | null }) {
  const { t } = useTranslation()
  const { unit } = props
  switch (props.kind) {
    case 'boolean':
      return <SwitchField path="condition.is" label={t('ruleField.is')} fallback={true} />
    case 'no-data':
      return <DurationField path="condition.afterMs" label={t('ruleField.after')} />
    case 'stuck':
      return (
        <>
          <NumberField path="condition.epsilon" label={t('ruleField.epsilon')} unit={unit} />
          <DurationField path="condition.afterMs" label={t('ruleField.after')} />
          <NumberField path="condition.readingsMin" label={t('ruleField.readingsMin')} />
        </>
      )
    case 'rate':
      return <RateFields />
    case 'deviation':
      return <DeviationFields unit={unit} />
    case 'count':
      return (
        <>
          <DirectionField />
          <NumberField path="condition.needed" label={t('ruleField.needed')} />
          <NumberField path="condition.of" label={t('ruleField.of')} />
          <DurationField path="condition.withinMs" label={t('ruleField.withinMs')} isOptional />
        </>
      )
    case 'aggregate':
      return <AggregateFields />
    case 'vote':
      return (
        <>
          <DirectionField />
          <VoteFields />
        </>
      )
    case 'combination':
      return <CombinationFields />
    case 'forecast':
      return <ForecastFields unit={unit} />
    case 'season':
      return <SeasonFields unit={unit} />
    case 'expression':
      return (
        <>
          <ExpressionFields />
          <DirectionField />
        </>
      )
    case 'limit':
      return <DirectionField />
    default:
      return null
  }
}

function DirectionField() {
  const { t } = useTranslation()
  const options = [
    { value: 'high', label: t('ruleField.high') },
    { value: 'low', label: t('ruleField.low') },
  ]
  return (
    <ChoiceField
      path="condition.direction"
      label={t('ruleField.direction')}
      options={options}
      fallback="high"
    />
  )
}

function RateFields() {
  const { t } = useTranslation()
  const changes = (['rise', 'fall', 'either'] as const).map((value) => ({
    value,
    label: t(`ruleField.${value}`),
  }))
  const units = (['second', 'minute', 'hour'] as const).map((value) => ({
    value,
    label: t(`ruleField.${value}`),
  }))
  return (
    <>
      <ChoiceField path="condition.change" label={t('ruleField.change')} options={changes} />
      <ChoiceField path="condition.per" label={t('ruleField.per')} options={units} />
      <DurationField path="condition.windowMs" label={t('ruleField.windowMs')} />
    </>
  )
}

function DeviationFields(props: { readonly unit: string | null }) {
  const { t } = useTranslation()
  const sides = (['above', 'below', 'either'] as const).map((value) => ({
    value,
    label: t(`ruleField.${value}`),
  }))
  return (
    <>
      <ReferenceFields path="condition.from" label={t('ruleField.from')} unit={props.unit} />
      <ChoiceField path="condition.side" label={t('ruleField.side')} options={sides} />
      <SwitchField path="condition.relative" label={t('ruleField.relative')} fallback={false} />
      <MissingFields />
    </>
  )
}

function AggregateFields() {
  const { t } = useTranslation()
  const options = (['mean', 'min', 'max', 'sum', 'count'] as const).map((value) => ({
    value,
    label: t(`ruleField.${value}`),
  }))
  return (
    <>
      <ChoiceField path="condition.aggregate" label={t('ruleField.aggregate')} options={options} />
      <DurationField path="condition.windowMs" label={t('ruleField.windowMs')} />
      <NumberField path="condition.readingsMin" label={t('ruleField.readingsMin')} />
      <DirectionField />
    </>
  )
}

function ForecastFields(props: { readonly unit: string | null }) {
  const { t } = useTranslation()
  return (
    <>
      <DirectionField />
      <NumberField path="condition.target" label={t('ruleField.target')} unit={props.unit} />
      <DurationField path="condition.windowMs" label={t('ruleField.windowMs')} />
      <NumberField path="condition.pointsMin" label={t('ruleField.pointsMin')} />
      <NumberField path="condition.qualityMin" label={t('ruleField.qualityMin')} />
    </>
  )
}

function SeasonFields(props: { readonly unit: string | null }) {
  const { t } = useTranslation()
  const judges = [
    { value: 'ahead', label: t('ruleField.ahead') },
    { value: 'day', label: t('ruleField.dayTotal') },
    { value: 'band', label: t('ruleField.band') },
  ]
  const edges = (['middle', 'upper', 'lower'] as const).map((value) => ({
    value,
    label: t(`ruleField.${value}`),
  }))
  return (
    <>
      <ChoiceField path="condition.judge" label={t('ruleField.judge')} options={judges} />
      <DirectionField />
      <NumberField path="condition.aheadHours" label={t('ruleField.aheadHours')} />
      <NumberField path="condition.band" label={t('ruleField.bandWidth')} />
      <ChoiceField
        path="condition.edge"
        label={t('ruleField.edge')}
        options={edges}
        fallback="middle"
      />
      <NumberField path="condition.daysMin" label={t('ruleField.daysMin')} />
      <ReferenceFields
        path="condition.less"
        label={t('ruleField.less')}
        unit={props.unit}
        isOptional
      />
      <CalendarField path="condition.calendar" />
      <ZoneField path="condition.timeZone" />
      <MissingFields />
    </>
  )
}
