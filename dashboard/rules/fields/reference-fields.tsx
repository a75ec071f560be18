import { useTranslation } from 'react-i18next'
import { useDraft } from '../draft-context.tsx'
import { textAt } from '../draft-path.ts'
import { FindingsAt } from './labeled.tsx'
import { ChoiceField, NumberField } from './plain-fields.tsx'
import { DeviceField, PointField } from './plant-fields.tsx'

/** A figure to reckon with: one that is typed, one of the range, or another point. */
export function ReferenceFields(props: {
  readonly path: string
  readonly label: string
  readonly unit: string | null
  /** There may be none. */
  readonly isOptional?: boolean
}) {
  const { t } = useTranslation()
  const { draft, set } = useDraft()
  const { path, label, unit } = props
  const kind = textAt(draft, `${path}.kind`)
  const kinds = [
    ...(props.isOptional === true ? [{ value: 'none', label: t('ruleField.nothing') }] : []),
    { value: 'constant', label: t('ruleField.constant') },
    { value: 'attribute', label: t('ruleField.attribute') },
    { value: 'point', label: t('ruleField.otherPoint') },
  ]
  const attributes = [
    { value: 'range.min', label: t('ruleField.rangeMin') },
    { value: 'range.max', label: t('ruleField.rangeMax') },
  ]
  return (
    <>
      <ChoiceField
        path={`${path}.kind`}
        label={label}
        options={kinds}
        shown={kind === '' && props.isOptional === true ? 'none' : kind}
        onChange={(next) => set(path, next === 'none' ? undefined : { kind: next })}
      />
      {kind === 'constant' && (
        <NumberField path={`${path}.value`} label={t('ruleField.constant')} unit={unit} />
      )}
      {kind === 'attribute' && (
        <ChoiceField path={`${path}.name`} label={t('ruleField.attribute')} options={attributes} />
      )}
      {kind === 'point' && (
        <>
          <DeviceField path={`${path}.deviceId`} />
          <PointField
            path={`${path}.point`}
            devicePath={`${path}.deviceId`}
            label={t('ruleField.otherPoint')}
          />
        </>
      )}
      <FindingsAt path={path} />
    </>
  )
}
