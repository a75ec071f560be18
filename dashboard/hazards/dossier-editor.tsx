import { Button, Select, Steps, Tabs } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type {
  HazardSourceKind,
  HazardSourcePage,
  ResponsiblePerson,
} from '../../gateway/contract.ts'
import { usePlant } from '../devices/use-plant.ts'
import { useIsNarrow } from '../ui/use-media.ts'
import { Calculation } from './calculation.tsx'
import { EntryList } from './entry-list.tsx'
import { Field, FieldFrame } from './field.tsx'
import { UnitsEditor } from './unit-editor.tsx'
import type { DraftEdit } from './use-draft.ts'
import { WhatIf } from './what-if.tsx'

export const STEP_NAMES = [
  'Basic',
  'Units',
  'Around',
  'Equipment',
  'Emergency',
  'Assessment',
] as const
export type StepName = (typeof STEP_NAMES)[number]

const KINDS = [
  'tank-farm',
  'warehouse',
  'production',
  'other',
] as const satisfies readonly HazardSourceKind[]
const PERSONS = [
  'principal',
  'technical',
  'operating',
] as const satisfies readonly ResponsiblePerson[]
const ASSESSORS = ['own', 'experts', 'agency'] as const

/** Where a field is filled in, by its path. */
export function stepOf(path: string): StepName {
  if (path.startsWith('units')) return 'Units'
  if (/^(surroundings|exposedPopulation|accidents)/.test(path)) return 'Around'
  if (/^(equipment|persons)/.test(path)) return 'Equipment'
  if (path.startsWith('emergency')) return 'Emergency'
  return path.startsWith('assessment') ? 'Assessment' : 'Basic'
}

/** The registration, step by step, with the calculation beside it. */
export function DossierEditor(props: {
  readonly page: HazardSourcePage
  readonly edit: DraftEdit
  readonly step: StepName
  readonly onStep: (step: StepName) => void
  readonly onFinished: () => void
}) {
  const { t } = useTranslation()
  const isNarrow = useIsNarrow()
  const { edit, step, onStep } = props
  const at = STEP_NAMES.indexOf(step)
  const before = STEP_NAMES[at - 1]
  const after = STEP_NAMES[at + 1]
  return (
    <div className="hazard-editor">
      <div className="hazard-editor-main">
        {isNarrow ? (
          <Select
            value={step}
            aria-label={t('hazard.tabEdit')}
            options={STEP_NAMES.map((name) => ({ value: name, label: t(`hazard.step${name}`) }))}
            onChange={onStep}
          />
        ) : (
          <Steps
            size="small"
            titlePlacement="vertical"
            current={at}
            items={STEP_NAMES.map((name) => ({ title: t(`hazard.step${name}`) }))}
            onChange={(index) => onStep(STEP_NAMES[index] ?? 'Basic')}
          />
        )}
        <Step page={props.page} edit={edit} step={step} />
        <div className="buttons hazard-step-buttons">
          {before !== undefined && (
            <Button onClick={() => onStep(before)}>{t('hazard.previous')}</Button>
          )}
          {after === undefined ? (
            <Button type="primary" onClick={props.onFinished}>
              {t('hazard.toFiling')}
            </Button>
          ) : (
            <Button type="primary" onClick={() => onStep(after)}>
              {t('hazard.next')}
            </Button>
          )}
        </div>
      </div>
      <aside className="panel hazard-beside">
        <Beside edit={edit} />
      </aside>
    </div>
  )
}

function Beside({ edit }: { readonly edit: DraftEdit }) {
  const { t } = useTranslation()
  const [shown, setShown] = useState('calculation')
  return (
    <Tabs
      size="small"
      activeKey={shown}
      onChange={setShown}
      items={[
        {
          key: 'calculation',
          label: t('hazard.calculation'),
          children: (
            <Calculation
              assessment={edit.assessment}
              units={edit.dossier.units}
              exposedPopulation={edit.dossier.surroundings.exposedPopulation}
            />
          ),
        },
        {
          key: 'what-if',
          label: t('hazard.whatIf'),
          children: <WhatIf dossier={edit.dossier} assessment={edit.assessment} />,
        },
      ]}
    />
  )
}

function Step(props: {
  readonly page: HazardSourcePage
  readonly edit: DraftEdit
  readonly step: StepName
}) {
  const { edit, step } = props
  switch (step) {
    case 'Basic':
      return <BasicStep page={props.page} edit={edit} />
    case 'Units':
      return <UnitsEditor edit={edit} />
    case 'Around':
      return <AroundStep edit={edit} />
    case 'Equipment':
      return <EquipmentStep edit={edit} />
    case 'Emergency':
      return <EmergencyStep edit={edit} />
    case 'Assessment':
      return <AssessmentStep edit={edit} />
    default:
      return step satisfies never
  }
}

function BasicStep(props: { readonly page: HazardSourcePage; readonly edit: DraftEdit }) {
  const { t } = useTranslation()
  const plant = usePlant()
  const { edit } = props
  const { dossier } = edit
  const sites = [...plant.sites.values()].filter(
    ({ organizationId }) => organizationId === props.page.organizationId,
  )
  const setPosition = (change: object) => {
    const position = { ...(dossier.position ?? { latitude: 0, longitude: 0 }), ...change }
    edit.set(['position'], position)
  }
  return (
    <div className="hazard-fields">
      <Field edit={edit} path={['name']} />
      <FieldFrame edit={edit} path={['kind']} label={t('hazardField.kind')}>
        <Select
          value={dossier.kind}
          disabled={edit.isLocked}
          aria-label={t('hazardField.kind')}
          options={KINDS.map((value) => ({ value, label: t(`hazardKind.${value}`) }))}
          onChange={(kind) => edit.set(['kind'], kind)}
        />
      </FieldFrame>
      <FieldFrame edit={edit} path={['siteId']} label={t('hazardField.siteId')}>
        <Select
          value={dossier.siteId ?? ''}
          disabled={edit.isLocked}
          aria-label={t('hazardField.siteId')}
          options={[
            { value: '', label: t('hazard.noSite') },
            ...sites.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(siteId) => {
            edit.set(['siteId'], siteId === '' ? null : siteId)
            const site = plant.sites.get(siteId)
            if (site !== undefined && dossier.address === '') edit.set(['address'], site.address)
            if (site?.position != null && dossier.position === null) {
              edit.set(['position'], site.position)
            }
          }}
        />
      </FieldFrame>
      <Field edit={edit} path={['address']} />
      <PositionField edit={edit} onChange={setPosition} />
      <Field edit={edit} path={['inUseSince']} kind="day" />
      <Field edit={edit} path={['chemicalPark']} />
      <Field edit={edit} path={['scale']} kind="area" className="is-wide" />
    </div>
  )
}

function PositionField(props: {
  readonly edit: DraftEdit
  readonly onChange: (change: object) => void
}) {
  const { t } = useTranslation()
  const { edit } = props
  return (
    <div className="hazard-field">
      <span className="hazard-field-label">{t('hazardField.position')}</span>
      <span className="hazard-pair">
        {(['latitude', 'longitude'] as const).map((name) => (
          <input
            key={name}
            className="ant-input ant-input-outlined"
            type="number"
            step="any"
            min={name === 'latitude' ? -90 : -180}
            max={name === 'latitude' ? 90 : 180}
            disabled={edit.isLocked}
            aria-label={t(`hazardField.${name}`)}
            placeholder={t(`hazardField.${name}`)}
            value={edit.dossier.position?.[name] ?? ''}
            onChange={(event) => {
              const value = event.target.valueAsNumber
              if (Number.isNaN(value)) edit.set(['position'], null)
              else if (event.target.validity.valid) props.onChange({ [name]: value })
            }}
          />
        ))}
      </span>
    </div>
  )
}

function AroundStep({ edit }: { readonly edit: DraftEdit }) {
  const { t } = useTranslation()
  return (
    <>
      <div className="hazard-fields">
        <Field edit={edit} path={['surroundings', 'exposedPopulation']} kind="count" />
        <Field edit={edit} path={['surroundings', 'countedOn']} kind="day" />
      </div>
      <EntryList
        edit={edit}
        path={['surroundings', 'targets']}
        title={t('hazard.targets')}
        columns={[
          { name: 'name' },
          { name: 'kind' },
          { name: 'distanceMetres', kind: 'count' },
          { name: 'people', kind: 'count' },
          { name: 'phone' },
        ]}
        blank={{ name: '', kind: '', distanceMetres: null, people: null, phone: '' }}
      />
      <EntryList
        edit={edit}
        path={['accidents']}
        title={t('hazardField.accidents')}
        columns={[
          { name: 'on', kind: 'day' },
          { name: 'deaths', kind: 'count' },
          { name: 'injured', kind: 'count' },
          { name: 'affectedPublicSafety', kind: 'flag' },
          { name: 'description', kind: 'area' },
        ]}
        blank={{ on: null, deaths: 0, injured: 0, affectedPublicSafety: false, description: '' }}
      />
    </>
  )
}

function EquipmentStep({ edit }: { readonly edit: DraftEdit }) {
  const { t } = useTranslation()
  return (
    <>
      {PERSONS.map((role) => (
        <fieldset key={role} className="hazard-entries">
          <legend>{t(`responsible.${role}`)}</legend>
          <div className="hazard-fields">
            {['name', 'position', 'phone'].map((name) => (
              <Field key={name} edit={edit} path={['persons', role, name]} />
            ))}
          </div>
        </fieldset>
      ))}
      <EntryList
        edit={edit}
        path={['equipment']}
        title={t('hazardField.equipment')}
        columns={[
          { name: 'tag' },
          { name: 'name' },
          { name: 'specification' },
          { name: 'count', kind: 'count' },
          { name: 'important', kind: 'flag' },
        ]}
        blank={{ tag: '', name: '', specification: '', count: null, important: false }}
      />
    </>
  )
}

function EmergencyStep({ edit }: { readonly edit: DraftEdit }) {
  const { t } = useTranslation()
  return (
    <>
      <div className="hazard-fields">
        <Field edit={edit} path={['emergency', 'planName']} />
        <Field edit={edit} path={['emergency', 'planReviewedOn']} kind="day" />
        <Field edit={edit} path={['emergency', 'lastDrillOn']} kind="day" />
        <Field edit={edit} path={['emergency', 'assemblyPoint']} />
        <Field edit={edit} path={['emergency', 'firstSteps']} kind="area" className="is-wide" />
      </div>
      <EntryList
        edit={edit}
        path={['emergency', 'contacts']}
        title={t('hazard.contacts')}
        columns={[{ name: 'name' }, { name: 'role' }, { name: 'phone' }]}
        blank={{ name: '', role: '', phone: '' }}
      />
      <EntryList
        edit={edit}
        path={['emergency', 'supplies']}
        title={t('hazard.supplies')}
        columns={[{ name: 'name' }, { name: 'amount' }, { name: 'place' }]}
        blank={{ name: '', amount: '', place: '' }}
      />
    </>
  )
}

function AssessmentStep({ edit }: { readonly edit: DraftEdit }) {
  const { t } = useTranslation()
  return (
    <div className="hazard-fields">
      <FieldFrame edit={edit} path={['assessment', 'by']} label={t('hazardField.assessment_by')}>
        <Select
          value={edit.dossier.assessment.by}
          disabled={edit.isLocked}
          aria-label={t('hazardField.assessment_by')}
          options={ASSESSORS.map((value) => ({ value, label: t(`assessor.${value}`) }))}
          onChange={(by) => edit.set(['assessment', 'by'], by)}
        />
      </FieldFrame>
      <Field edit={edit} path={['assessment', 'assessor']} />
      <Field edit={edit} path={['assessment', 'completedOn']} kind="day" />
      <Field edit={edit} path={['assessment', 'conclusion']} kind="area" className="is-wide" />
    </div>
  )
}
