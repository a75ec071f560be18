import { Button, Popconfirm, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { DossierUnit, UnitBoundary } from '../../gateway/contract.ts'
import { Icon } from '../ui/icons.tsx'
import { Field, FieldFrame, FieldIssue } from './field.tsx'
import { newSubstance, newUnit } from './new-entries.ts'
import { SubstanceEditor } from './substance-editor.tsx'
import type { DraftEdit } from './use-draft.ts'

const BOUNDARIES = ['valve', 'dike', 'building'] as const satisfies readonly UnitBoundary[]

/** The units of the source, each with what divides it from the next and what is in it. */
export function UnitsEditor(props: { readonly edit: DraftEdit }) {
  const { t } = useTranslation()
  const { edit } = props
  const { units } = edit.dossier
  return (
    <div className="hazard-units">
      <p className="quiet">{t('hazard.unitHint')}</p>
      {units.map((unit, index) => (
        <UnitEditor key={unit.id} edit={edit} unit={unit} index={index} />
      ))}
      {units.length === 0 && <FieldIssue edit={edit} path={['units']} />}
      {!edit.isLocked && (
        <Button
          icon={<Icon name="plus" size={14} />}
          onClick={() => edit.set(['units'], [...units, newUnit()])}
        >
          {t('hazard.addUnit')}
        </Button>
      )}
    </div>
  )
}

function UnitEditor(props: {
  readonly edit: DraftEdit
  readonly unit: DossierUnit
  readonly index: number
}) {
  const { t } = useTranslation()
  const { edit, unit, index } = props
  const path = ['units', index]
  const { substances } = unit
  const remove = () =>
    edit.set(
      ['units'],
      edit.dossier.units.filter(({ id }) => id !== unit.id),
    )
  return (
    <section className="hazard-unit">
      <header>
        <h3>{unit.name === '' ? t('hazard.unit', { number: index + 1 }) : unit.name}</h3>
        {!edit.isLocked && (
          <Popconfirm title={t('hazard.removeUnitConfirm')} onConfirm={remove}>
            <Button type="text" size="small">
              {t('hazard.removeUnit')}
            </Button>
          </Popconfirm>
        )}
      </header>
      <div className="hazard-fields">
        <Field edit={edit} path={[...path, 'name']} />
        <FieldFrame
          edit={edit}
          path={[...path, 'boundary']}
          label={t('hazardField.units_boundary')}
        >
          <Select
            value={unit.boundary}
            disabled={edit.isLocked}
            aria-label={t('hazardField.units_boundary')}
            options={BOUNDARIES.map((value) => ({ value, label: t(`unitBoundary.${value}`) }))}
            onChange={(value) => edit.set([...path, 'boundary'], value)}
          />
        </FieldFrame>
        <Field edit={edit} path={[...path, 'boundaryNote']} />
      </div>
      {substances.map((substance, at) => (
        <SubstanceEditor
          key={substance.id}
          edit={edit}
          path={[...path, 'substances', at]}
          substance={substance}
          onRemove={() =>
            edit.set(
              [...path, 'substances'],
              substances.filter(({ id }) => id !== substance.id),
            )
          }
        />
      ))}
      <FieldIssue edit={edit} path={[...path, 'substances']} />
      {!edit.isLocked && (
        <Button
          size="small"
          icon={<Icon name="plus" size={14} />}
          onClick={() => edit.set([...path, 'substances'], [...substances, newSubstance()])}
        >
          {t('hazard.addSubstance')}
        </Button>
      )}
    </section>
  )
}
