import { Button, InputNumber, Select } from 'antd'
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import { GRADES, type Grade } from '../../alarms/grade.ts'
import { useWords } from '../../format/use-words.ts'
import { useDraft } from '../draft-context.tsx'
import { type Draft, listAt, numberAt, valueAt, withValue } from '../draft-path.ts'
import { FindingsAt, Labeled } from './labeled.tsx'
import { ChoiceField, DurationField, NumberField, TextField } from './plain-fields.tsx'
import { DeviceField, usePointOptions } from './plant-fields.tsx'
import { RemoveButton } from './setpoint-fields.tsx'

const PLACES = ['device', 'site', 'organization', 'profile'] as const
type PlaceKind = (typeof PLACES)[number]
const PATH = 'overrides'

function placeKindOf(override: unknown): PlaceKind {
  return PLACES.find((kind) => valueAt(override, `${kind}Id`) !== undefined) ?? 'site'
}

/** Figures that are others in a part of the plant, each beside what the rule says. */
export function OverrideFields() {
  const { t } = useTranslation()
  const { draft, set, isReadOnly } = useDraft()
  const overrides = listAt(draft, PATH)
  return (
    <div className="rule-fields">
      <p className="quiet is-wide">{t('ruleField.overrideHint')}</p>
      <FindingsAt path={PATH} />
      {overrides.map((override, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an override is its place in the list.
        <div key={index} className="rule-list-item is-wide">
          <OverridePlace path={`${PATH}.${index}`} kind={placeKindOf(override)} />
          <OverriddenSetpoints path={`${PATH}.${index}.set`} />
          <OverriddenFigures path={`${PATH}.${index}.set`} />
          <TextField path={`${PATH}.${index}.note`} label={t('ruleField.overrideNote')} />
          <FindingsAt path={`${PATH}.${index}`} isDeep />
          <RemoveButton
            isHidden={isReadOnly}
            onRemove={() => set(PATH, overrides.toSpliced(index, 1))}
          />
        </div>
      ))}
      {!isReadOnly && (
        <Button size="small" onClick={() => set(PATH, [...overrides, { siteId: '', set: {} }])}>
          {t('ruleField.addOverride')}
        </Button>
      )}
    </div>
  )
}

/** What is left empty stays as in the rule. */
function OverriddenFigures({ path }: { readonly path: string }) {
  const { t } = useTranslation()
  const { draft, set } = useDraft()
  const enabled = valueAt(draft, `${path}.enabled`)
  return (
    <>
      {listAt(draft, 'condition.setpoints').length > 0 && (
        <NumberField
          path={`${path}.deadband`}
          label={`${t('ruleField.deadband')} · ${t('common.optional')}`}
        />
      )}
      <DurationField path={`${path}.onDelayMs`} label={t('ruleField.onDelayMs')} isOptional />
      <DurationField path={`${path}.offDelayMs`} label={t('ruleField.offDelayMs')} isOptional />
      <ChoiceField
        path={`${path}.enabled`}
        label={t('ruleField.enabled')}
        options={(['same', 'on', 'off'] as const).map((value) => ({
          value,
          label: t(`ruleField.enabled_${value}`),
        }))}
        shown={enabled === undefined ? 'same' : enabled === true ? 'on' : 'off'}
        onChange={(value) => set(`${path}.enabled`, value === 'same' ? undefined : value === 'on')}
      />
    </>
  )
}

function OverridePlace(props: { readonly path: string; readonly kind: PlaceKind }) {
  const { t } = useTranslation()
  const words = useWords()
  const { draft, set, plant } = useDraft()
  const { path, kind } = props
  const options = {
    site: [...plant.sites.values()].map(({ id, name }) => ({ value: id, label: name })),
    organization: [...plant.organizations.values()].map(({ id, name }) => ({
      value: id,
      label: name,
    })),
    profile: [...plant.profiles.values()].map(({ id, name }) => ({
      value: id,
      label: words.localized(name),
    })),
  }
  const changeKind = (next: PlaceKind) => {
    const {
      deviceId: _d,
      siteId: _s,
      organizationId: _o,
      profileId: _p,
      ...rest
    } = valueAt(draft, path) as Record<string, unknown>
    set(path, { ...rest, [`${next}Id`]: '' })
  }
  return (
    <>
      <ChoiceField
        path={`${path}.kind`}
        label={t('ruleField.overrideFor')}
        shown={kind}
        options={PLACES.map((value) => ({ value, label: t(`ruleField.place_${value}`) }))}
        onChange={changeKind}
      />
      {kind === 'device' ? (
        <DeviceField path={`${path}.deviceId`} label={t('ruleField.place_device')} />
      ) : (
        <ChoiceField
          path={`${path}.${kind}Id`}
          label={t(`ruleField.place_${kind}`)}
          options={options[kind]}
        />
      )}
    </>
  )
}

function OverriddenSetpoints({ path }: { readonly path: string }) {
  const { t } = useTranslation()
  const { draft, set, isReadOnly } = useDraft()
  const unit = usePointOptions().find(({ value }) => value === valueAt(draft, 'point'))?.unit ?? ''
  const given = listAt(draft, `${path}.setpoints`)
  const change = (level: number, field: 'setpoint' | 'grade', value: number | undefined) => {
    const others = given.filter((one) => numberAt(one, 'level') !== level)
    const own = given.find((one) => numberAt(one, 'level') === level) ?? { level }
    const changed = withValue(own as Draft, field, value)
    // A level of which nothing is overridden is none.
    const next = Object.keys(changed).length > 1 ? [...others, changed] : others
    set(`${path}.setpoints`, next.length === 0 ? undefined : next)
  }
  return listAt(draft, 'condition.setpoints').map((base, index) => {
    const level = index + 1
    const own = given.find((one) => numberAt(one, 'level') === level)
    const ofRule = `${numberAt(base, 'setpoint') ?? '–'} ${unit}`
    return (
      <Fragment key={level}>
        <Labeled
          path={`${path}.setpoints.${index}`}
          label={`${t('ruleField.setpoint')} ${level}`}
          hint={t('ruleField.ofRule', { value: ofRule })}
        >
          <InputNumber
            value={numberAt(own, 'setpoint')}
            disabled={isReadOnly}
            suffix={unit}
            onChange={(value) => change(level, 'setpoint', value ?? undefined)}
          />
        </Labeled>
        <Labeled
          path={`${path}.setpoints.${index}.grade`}
          label={`${t('ruleField.grade')} ${level}`}
        >
          <Select
            allowClear
            value={numberAt(own, 'grade') ?? undefined}
            disabled={isReadOnly}
            placeholder={t(`grade.${(numberAt(base, 'grade') ?? 3) as Grade}`)}
            options={GRADES.map((grade) => ({ value: grade, label: t(`grade.${grade}`) }))}
            onChange={(grade?: number) => change(level, 'grade', grade)}
          />
        </Labeled>
      </Fragment>
    )
  })
}
