import { Checkbox, Input, InputNumber } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { DayField } from '../ui/date-field.tsx'
import { dotted, type FieldPath, fieldKeyOf, valueAt } from './field-path.ts'
import { useFieldLabel } from './hazard-words.ts'
import type { DraftEdit } from './use-draft.ts'

export type FieldKind = 'text' | 'area' | 'day' | 'count' | 'number' | 'flag'

/** One field of the dossier with its label, and what stands against it. */
export function Field(props: {
  readonly edit: DraftEdit
  readonly path: FieldPath
  readonly kind?: FieldKind
  readonly className?: string
}) {
  const { edit, path } = props
  const label = useFieldLabel()(dotted(path))
  return (
    <FieldFrame edit={edit} path={path} label={label} className={props.className}>
      <FieldInput edit={edit} path={path} label={label} kind={props.kind ?? 'text'} />
    </FieldFrame>
  )
}

export function FieldFrame(props: {
  readonly edit: DraftEdit
  readonly path: FieldPath
  readonly label: string
  readonly className?: string | undefined
  readonly children: ReactNode
}) {
  return (
    <div className={['hazard-field', props.className].filter(Boolean).join(' ')}>
      <span className="hazard-field-label">{props.label}</span>
      {props.children}
      <FieldIssue edit={props.edit} path={props.path} />
    </div>
  )
}

/** What is impossible or missing here, in words. */
export function FieldIssue(props: { readonly edit: DraftEdit; readonly path: FieldPath }) {
  const { t } = useTranslation()
  const here = dotted(props.path)
  const wanted = here === 'surroundings.exposedPopulation' ? 'exposedPopulation' : here
  const issue = props.edit.assessment.issues.find(({ path }) => path === wanted)
  if (issue === undefined) return null
  return <span className="hazard-issue">{t(`hazardIssue.${issue.code}`)}</span>
}

export function FieldInput(props: {
  readonly edit: DraftEdit
  readonly path: FieldPath
  readonly label: string
  readonly kind: FieldKind
}) {
  const { edit, path, kind, label } = props
  const value = valueAt(edit.dossier, path)
  const shared = {
    disabled: edit.isLocked,
    'aria-label': label,
    'data-field': fieldKeyOf(dotted(path)),
  }
  const set = (next: unknown) => edit.set(path, next)
  switch (kind) {
    case 'text':
      return (
        <Input
          {...shared}
          value={String(value ?? '')}
          maxLength={200}
          onChange={(event) => set(event.target.value)}
        />
      )
    case 'area':
      return (
        <Input.TextArea
          {...shared}
          value={String(value ?? '')}
          maxLength={2_000}
          autoSize={{ minRows: 2, maxRows: 8 }}
          onChange={(event) => set(event.target.value)}
        />
      )
    case 'day':
      return (
        <DayField
          label={label}
          disabled={edit.isLocked}
          field={shared['data-field']}
          value={String(value ?? '')}
          onChange={(day) => set(day === '' ? null : day)}
        />
      )
    case 'count':
    case 'number':
      return (
        <InputNumber
          {...shared}
          value={typeof value === 'number' ? value : null}
          {...(kind === 'count' ? { min: 0, precision: 0 } : {})}
          onChange={set}
        />
      )
    case 'flag':
      return (
        <Checkbox
          {...shared}
          checked={value === true}
          onChange={(event) => set(event.target.checked)}
        />
      )
    default:
      return kind satisfies never
  }
}
