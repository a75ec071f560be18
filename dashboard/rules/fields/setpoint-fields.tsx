import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { GRADES, presentGrade } from '../../alarms/grade.ts'
import { Icon } from '../../ui/icons.tsx'
import { useDraft } from '../draft-context.tsx'
import { listAt } from '../draft-path.ts'
import { FindingsAt } from './labeled.tsx'
import { ChoiceField, NumberField, TextField } from './plain-fields.tsx'

export function GradeField(props: { readonly path: string }) {
  const { t } = useTranslation()
  const options = GRADES.map((grade) => ({
    value: grade,
    label: `${presentGrade(grade).letter} · ${t(`grade.${grade}`)}`,
  }))
  return <ChoiceField path={props.path} label={t('ruleField.grade')} options={options} />
}

/** Grade and label of a condition that has one level only. */
export function SingleLevelFields() {
  const { t } = useTranslation()
  return (
    <>
      <GradeField path="condition.grade" />
      <TextField path="condition.label.zh" label={t('ruleField.labelZh')} />
      <TextField path="condition.label.en" label={t('ruleField.labelEn')} />
    </>
  )
}

/** Set-points from mild to severe, and the deadband they share. */
export function SetpointFields(props: { readonly unit: string | null }) {
  const { t } = useTranslation()
  const { draft, set, isReadOnly } = useDraft()
  const path = 'condition.setpoints'
  const setpoints = listAt(draft, path)
  return (
    <div className="rule-list-field is-wide">
      <span className="rule-field-name">{t('ruleField.setpoints')}</span>
      <FindingsAt path={path} />
      {setpoints.map((_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a set-point is its place.
        <div key={index} className="rule-list-item">
          <NumberField
            path={`${path}.${index}.setpoint`}
            label={t('ruleField.setpoint')}
            unit={props.unit}
          />
          <GradeField path={`${path}.${index}.grade`} />
          <TextField path={`${path}.${index}.label.zh`} label={t('ruleField.labelZh')} />
          <TextField path={`${path}.${index}.label.en`} label={t('ruleField.labelEn')} />
          <RemoveButton
            isHidden={isReadOnly || setpoints.length < 2}
            onRemove={() => set(path, setpoints.toSpliced(index, 1))}
          />
        </div>
      ))}
      {!isReadOnly && (
        <Button
          size="small"
          onClick={() =>
            set(path, [...setpoints, { grade: 2, label: { zh: '报警', en: 'Alarm' } }])
          }
        >
          {t('ruleField.addSetpoint')}
        </Button>
      )}
      <NumberField path="condition.deadband" label={t('ruleField.deadband')} unit={props.unit} />
    </div>
  )
}

export function RemoveButton(props: { readonly isHidden: boolean; readonly onRemove: () => void }) {
  const { t } = useTranslation()
  if (props.isHidden) return null
  return (
    <Button
      type="text"
      className="rule-remove"
      aria-label={t('ruleField.removeItem')}
      title={t('ruleField.removeItem')}
      icon={<Icon name="close" size={14} />}
      onClick={props.onRemove}
    />
  )
}
