import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/icons.tsx'
import { Field, type FieldKind } from './field.tsx'
import { type FieldPath, valueAt } from './field-path.ts'
import { newId } from './new-entries.ts'
import type { DraftEdit } from './use-draft.ts'

export interface EntryColumn {
  readonly name: string
  readonly kind?: FieldKind
}

/** A list of like entries, a line each: contacts, equipment, targets. */
export function EntryList(props: {
  readonly edit: DraftEdit
  readonly path: FieldPath
  readonly title: string
  readonly columns: readonly EntryColumn[]
  /** A new entry without its id. */
  readonly blank: object
}) {
  const { t } = useTranslation()
  const { edit, path, columns } = props
  const entries = valueAt(edit.dossier, path) as readonly { readonly id: string }[]
  const add = () => edit.set(path, [...entries, { ...props.blank, id: newId() }])
  const remove = (id: string) =>
    edit.set(
      path,
      entries.filter((entry) => entry.id !== id),
    )
  return (
    <fieldset className="hazard-entries">
      <legend>{props.title}</legend>
      {entries.map((entry, index) => (
        <div key={entry.id} className="hazard-entry">
          {columns.map(({ name, kind }) => (
            <Field
              key={name}
              edit={edit}
              path={[...path, index, name]}
              kind={kind ?? 'text'}
              className={kind === 'area' ? 'is-wide' : `is-${kind ?? 'text'}`}
            />
          ))}
          {!edit.isLocked && (
            <Button
              type="text"
              aria-label={t('hazard.removeRow')}
              title={t('hazard.removeRow')}
              icon={<Icon name="close" size={16} />}
              onClick={() => remove(entry.id)}
            />
          )}
        </div>
      ))}
      {entries.length === 0 && edit.isLocked && (
        <p className="quiet">{t('hazard.nothingStated')}</p>
      )}
      {!edit.isLocked && (
        <Button size="small" icon={<Icon name="plus" size={14} />} onClick={add}>
          {t('hazard.addRow')}
        </Button>
      )}
    </fieldset>
  )
}
