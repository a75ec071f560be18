import { Collapse } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useWords } from '../format/use-words.ts'
import { useDraft } from './draft-context.tsx'
import { textAt, valueAt } from './draft-path.ts'
import { ConditionFields } from './fields/condition-fields.tsx'
import { FindingsAt } from './fields/labeled.tsx'
import { OverrideFields } from './fields/override-fields.tsx'
import { ChoiceField, DurationField, SwitchField, TextField } from './fields/plain-fields.tsx'
import { DevicesField, IdsField } from './fields/plant-fields.tsx'
import { ScheduleFields } from './fields/schedule-fields.tsx'

/** Every part of a rule as fields; what the checks say stands at the field it is about. */
export function RuleForm(props: { readonly isNew: boolean }) {
  const { t } = useTranslation()
  const { draft } = useDraft()
  const overrides = valueAt(draft, 'overrides')
  const parts = [
    {
      key: 'basics',
      label: t('ruleField.basics'),
      children: <ScopeFields isNew={props.isNew} />,
    },
    { key: 'condition', label: t('ruleField.conditionPart'), children: <ConditionFields /> },
    { key: 'behaviour', label: t('ruleField.behaviourPart'), children: <BehaviourFields /> },
    { key: 'schedule', label: t('ruleField.schedulePart'), children: <ScheduleFields /> },
    { key: 'overrides', label: t('ruleField.overridesPart'), children: <OverrideFields /> },
  ]
  const open = ['basics', 'condition', 'behaviour']
  if (valueAt(draft, 'schedule') !== undefined) open.push('schedule')
  if (Array.isArray(overrides) && overrides.length > 0) open.push('overrides')
  return <Collapse className="rule-form" items={parts} defaultActiveKey={open} />
}

function ScopeFields(props: { readonly isNew: boolean }) {
  const { t } = useTranslation()
  const words = useWords()
  const { plant } = useDraft()
  const options = useMemo(
    () => ({
      profiles: [...plant.profiles.values()].map(({ id, name }) => ({
        value: id,
        label: words.localized(name),
      })),
      organizations: [...plant.organizations.values()].map(({ id, name }) => ({
        value: id,
        label: name,
      })),
      sites: [...plant.sites.values()].map(({ id, name }) => ({ value: id, label: name })),
    }),
    [plant, words],
  )
  return (
    <div className="rule-fields">
      <TextField path="name.zh" label={t('ruleField.nameZh')} />
      <TextField path="name.en" label={t('ruleField.nameEn')} />
      <TextField path="id" label={t('ruleField.id')} isFixed={!props.isNew} />
      <IdsField path="profileIds" label={t('ruleField.profiles')} options={options.profiles} />
      <FindingsAt path="profileIds" isDeep />
      <p className="quiet is-wide">{t('ruleField.scopeHint')}</p>
      <IdsField
        path="organizationIds"
        label={t('ruleField.organizations')}
        options={options.organizations}
      />
      <IdsField path="siteIds" label={t('ruleField.sites')} options={options.sites} />
      <DevicesField path="deviceIds" label={t('ruleField.devices')} />
      <FindingsAt path="deviceIds" isDeep />
    </div>
  )
}

function BehaviourFields() {
  const { t } = useTranslation()
  return (
    <div className="rule-fields">
      <DurationField path="onDelayMs" label={t('ruleField.onDelayMs')} />
      <DurationField path="offDelayMs" label={t('ruleField.offDelayMs')} />
      <SwitchField path="latching" label={t('ruleField.latching')} fallback={false} />
      <SwitchField path="shelvable" label={t('ruleField.shelvable')} fallback={true} />
      <DurationField path="reAlarmMs" label={t('ruleField.reAlarmMs')} isOptional />
      <GoodOnlyField />
      <GapFields />
      <SwitchField path="enabled" label={t('ruleField.enabled')} fallback={true} />
      <TextField path="response.zh" label={t('ruleField.responseZh')} isLong />
      <TextField path="response.en" label={t('ruleField.responseEn')} isLong />
    </div>
  )
}

function GoodOnlyField() {
  const { t } = useTranslation()
  const { set } = useDraft()
  const options = [
    { value: 'uncertain', label: t('common.no') },
    { value: 'good', label: t('common.yes') },
  ]
  return (
    <ChoiceField
      path="qualityMin"
      label={t('ruleField.goodOnly')}
      options={options}
      fallback="uncertain"
      onChange={(value) => set('qualityMin', value === 'good' ? 'good' : undefined)}
    />
  )
}

function GapFields() {
  const { t } = useTranslation()
  const { draft, set } = useDraft()
  const policy = textAt(draft, 'gap.policy')
  const options = [
    { value: 'keep', label: t('ruleField.gapNone') },
    { value: 'pause', label: t('ruleField.gapPause') },
    { value: 'void', label: t('ruleField.gapVoid') },
  ]
  return (
    <>
      <ChoiceField
        path="gap"
        label={t('ruleField.gap')}
        options={options}
        onChange={(value) =>
          set(
            'gap',
            value === 'keep'
              ? undefined
              : { policy: value, afterMs: valueAt(draft, 'gap.afterMs') ?? 60_000 },
          )
        }
        shown={policy === '' ? 'keep' : policy}
      />
      {policy !== '' && <DurationField path="gap.afterMs" label={t('ruleField.gapAfter')} />}
    </>
  )
}
