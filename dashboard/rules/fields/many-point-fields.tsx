import { Button, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { useDraft } from '../draft-context.tsx'
import { listAt, textAt, valueAt } from '../draft-path.ts'
import { FindingsAt, Labeled } from './labeled.tsx'
import { MissingFields } from './missing-fields.tsx'
import { ChoiceField, DurationField, NumberField, TextField } from './plain-fields.tsx'
import { DeviceField, PointField } from './plant-fields.tsx'
import { RemoveButton } from './setpoint-fields.tsx'

/** Conditions that look at several points. */
export function VoteFields() {
  const { t } = useTranslation()
  const { draft, set, isReadOnly } = useDraft()
  const path = 'condition.voters'
  const voters = listAt(draft, path)
  const bad = (['fewer', 'passed', 'cleared'] as const).map((value) => ({
    value,
    label: t(`ruleField.${value}`),
  }))
  return (
    <>
      <NumberField path="condition.needed" label={t('ruleField.needed')} />
      <DurationField path="condition.staleAfterMs" label={t('ruleField.staleAfterMs')} />
      <ChoiceField path="condition.badVoters" label={t('ruleField.badVoters')} options={bad} />
      <div className="rule-list-field is-wide">
        <span className="rule-field-name">{t('ruleField.voters')}</span>
        <FindingsAt path={path} />
        {voters.map((_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a voter is its place.
          <div key={index} className="rule-list-item">
            <DeviceField path={`${path}.${index}.deviceId`} label={t('ruleField.place_device')} />
            <PointField
              path={`${path}.${index}.point`}
              devicePath={`${path}.${index}.deviceId`}
              label={t('ruleField.point')}
            />
            <FindingsAt path={`${path}.${index}`} />
            <RemoveButton
              isHidden={isReadOnly}
              onRemove={() => set(path, voters.toSpliced(index, 1))}
            />
          </div>
        ))}
        {!isReadOnly && (
          <Button
            size="small"
            onClick={() => set(path, [...voters, { point: textAt(draft, 'point') }])}
          >
            {t('ruleField.addVoter')}
          </Button>
        )}
      </div>
    </>
  )
}

const NEW_NAME = 'other'

export function ExpressionFields() {
  const { t } = useTranslation()
  const { draft, set, isReadOnly } = useDraft()
  const path = 'condition.operands'
  const operands = Object.entries((valueAt(draft, path) ?? {}) as Readonly<Record<string, unknown>>)
  const rename = (index: number, name: string) =>
    set(path, Object.fromEntries(operands.map(([key, of], at) => [at === index ? name : key, of])))
  return (
    <>
      <TextField
        path="condition.expression"
        label={t('ruleField.expression')}
        hint={t('ruleField.expressionHint')}
        isLong
      />
      <div className="rule-list-field is-wide">
        <span className="rule-field-name">{t('ruleField.operands')}</span>
        {operands.map(([name], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the name is what is being typed.
          <div key={index} className="rule-list-item">
            <Labeled path={`${path}.${name}`} label={t('ruleField.operandName')}>
              <Input
                value={name}
                disabled={isReadOnly}
                onChange={(event) => rename(index, event.target.value)}
              />
            </Labeled>
            <DeviceField path={`${path}.${name}.deviceId`} />
            <PointField
              path={`${path}.${name}.point`}
              devicePath={`${path}.${name}.deviceId`}
              label={t('ruleField.point')}
            />
            <RemoveButton
              isHidden={isReadOnly}
              onRemove={() => set(path, Object.fromEntries(operands.toSpliced(index, 1)))}
            />
          </div>
        ))}
        {!isReadOnly && (
          <Button size="small" onClick={() => set(`${path}.${NEW_NAME}${operands.length + 1}`, {})}>
            {t('ruleField.addOperand')}
          </Button>
        )}
      </div>
      <MissingFields />
    </>
  )
}
