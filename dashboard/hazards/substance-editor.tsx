import { Button, Collapse, Input, Select, Space } from 'antd'
import { useTranslation } from 'react-i18next'
import type {
  DossierSubstance,
  HazardSubstanceEntry,
  Mixture,
  QuantityUnit,
} from '../../gateway/contract.ts'
import { useResource } from '../api/use-resource.ts'
import { useWords } from '../format/use-words.ts'
import { useServices } from '../services.tsx'
import { Icon } from '../ui/icons.tsx'
import { Field, FieldFrame, FieldIssue } from './field.tsx'
import type { FieldPath } from './field-path.ts'
import { SubstanceSearch } from './substance-search.tsx'
import type { DraftEdit } from './use-draft.ts'

const UNITS: readonly { readonly value: QuantityUnit; readonly label: string }[] = [
  { value: 't', label: 't' },
  { value: 'kg', label: 'kg' },
  { value: 'm3', label: 'm³' },
]
const MIXTURES = ['pure', 'same-class', 'other-class'] as const satisfies readonly Mixture[]
const FEATURES = [
  'un',
  'physicalState',
  'purpose',
  'process',
  'container',
  'temperature',
  'pressure',
]
const SAFETY = ['dangers', 'firstAid', 'fireFighting', 'spill'] as const

interface SubstanceProps {
  readonly edit: DraftEdit
  readonly path: FieldPath
  readonly substance: DossierSubstance
}

/** One substance of a unit: what it is by the standard, and its design maximum. */
export function SubstanceEditor(props: SubstanceProps & { readonly onRemove: () => void }) {
  const { t } = useTranslation()
  const { edit, path, substance } = props
  const choose = (entry: HazardSubstanceEntry) =>
    edit.set(path, {
      ...substance,
      name: entry.name.zh,
      cas: entry.cas[0] ?? '',
      row: entry.row,
      betaRow: entry.betaRow,
      categories: [],
    })
  return (
    <div className="hazard-substance">
      <div className="hazard-substance-main">
        <FieldFrame
          edit={edit}
          path={[...path, 'name']}
          label={t('hazardField.units_substances_name')}
          className="is-name"
        >
          <SubstanceSearch
            value={substance.name}
            isDisabled={edit.isLocked}
            onType={(name) => edit.set([...path, 'name'], name)}
            onChoose={choose}
          />
        </FieldFrame>
        <QuantityField {...props} />
        {!edit.isLocked && (
          <Button
            type="text"
            aria-label={t('hazard.removeSubstance')}
            title={t('hazard.removeSubstance')}
            icon={<Icon name="close" size={16} />}
            onClick={props.onRemove}
          />
        )}
      </div>
      <Standing {...props} />
      <Collapse
        ghost
        size="small"
        items={[{ key: 'more', label: t('hazard.more'), children: <More {...props} /> }]}
      />
    </div>
  )
}

function QuantityField({ edit, path, substance }: SubstanceProps) {
  const { t } = useTranslation()
  const { quantity } = substance
  const set = (change: object) => edit.set([...path, 'quantity'], { ...quantity, ...change })
  const label = t('hazardField.units_substances_quantity')
  return (
    <FieldFrame edit={edit} path={[...path, 'quantity']} label={label} className="is-quantity">
      <Space.Compact>
        <Input
          value={quantity.value}
          disabled={edit.isLocked}
          inputMode="decimal"
          maxLength={40}
          aria-label={label}
          data-field="units_substances_quantity"
          onChange={(event) => set({ value: event.target.value })}
        />
        <Select
          className="hazard-quantity-unit"
          value={quantity.unit}
          disabled={edit.isLocked}
          aria-label={t('hazardField.unitOfQuantity')}
          options={[...UNITS]}
          onChange={(unit) => set({ unit })}
        />
        {quantity.unit === 'm3' && (
          <Input
            className="hazard-density"
            value={quantity.density}
            disabled={edit.isLocked}
            inputMode="decimal"
            maxLength={40}
            placeholder={t('hazardField.density')}
            aria-label={t('hazardField.density')}
            onChange={(event) => set({ density: event.target.value })}
          />
        )}
      </Space.Compact>
    </FieldFrame>
  )
}

/** By which row or categories it counts. */
function Standing({ edit, path, substance }: SubstanceProps) {
  const { t } = useTranslation()
  return (
    <div className="hazard-standing">
      {substance.row === null ? (
        <span className="quiet">{t('hazard.byCategory')}</span>
      ) : (
        <>
          <span className="hazard-chip">{t('hazard.chosenRow', { row: substance.row })}</span>
          {!edit.isLocked && (
            <Button type="link" size="small" onClick={() => edit.set([...path, 'row'], null)}>
              {t('hazard.clearRow')}
            </Button>
          )}
        </>
      )}
      <CategorySelect edit={edit} path={path} substance={substance} />
      <FieldIssue edit={edit} path={[...path, 'row']} />
      <FieldIssue edit={edit} path={[...path, 'categories']} />
    </div>
  )
}

function CategorySelect({ edit, path, substance }: SubstanceProps) {
  const { t } = useTranslation()
  const words = useWords()
  const { api } = useServices()
  const standard = useResource('hazard standard', (signal) => api.hazardStandard(signal))
  const options = (standard.data?.categories ?? []).map((row) => ({
    value: row.category,
    label: `${row.category} ${words.localized(row.class)}`,
    title: words.localized(row.criterion),
    search: `${row.category} ${row.class.zh} ${row.class.en} ${row.criterion.zh}`,
    criterion: `${words.localized(row.criterion)} · Q ${row.criticalQuantity} t · β ${row.beta}`,
    unverified: row.unverified,
  }))
  return (
    <Select
      mode="multiple"
      className="hazard-categories"
      value={substance.categories}
      disabled={edit.isLocked}
      placeholder={t('hazardField.units_substances_categories')}
      aria-label={t('hazardField.units_substances_categories')}
      showSearch={{ optionFilterProp: 'search' }}
      options={options}
      popupMatchSelectWidth={420}
      optionRender={({ data }) => (
        <span className="hazard-option">
          <strong>{data.label}</strong>
          <span className="quiet">{data.criterion}</span>
          {data.unverified !== null && (
            <span className="hazard-caution">
              {t('hazard.unverified')}: {words.localized(data.unverified)}
            </span>
          )}
        </span>
      )}
      onChange={(categories) => edit.set([...path, 'categories'], categories)}
    />
  )
}

function More({ edit, path, substance }: SubstanceProps) {
  const { t } = useTranslation()
  return (
    <div className="hazard-fields">
      <FieldFrame
        edit={edit}
        path={[...path, 'mixture']}
        label={t('hazardField.units_substances_mixture')}
      >
        <Select
          value={substance.mixture}
          disabled={edit.isLocked}
          aria-label={t('hazardField.units_substances_mixture')}
          options={MIXTURES.map((value) => ({ value, label: t(`mixture.${value}`) }))}
          onChange={(mixture) => edit.set([...path, 'mixture'], mixture)}
        />
      </FieldFrame>
      <Field edit={edit} path={[...path, 'cas']} />
      <Field edit={edit} path={[...path, 'beta']} />
      {FEATURES.map((name) => (
        <Field key={name} edit={edit} path={[...path, name]} />
      ))}
      <Field edit={edit} path={[...path, 'safety', 'forbiddenExtinguishers']} />
      {SAFETY.map((name) => (
        <Field
          key={name}
          edit={edit}
          path={[...path, 'safety', name]}
          kind="area"
          className="is-wide"
        />
      ))}
    </div>
  )
}
