import { Input, InputNumber, Select, Switch } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDraft } from '../draft-context.tsx'
import { numberAt, textAt, valueAt } from '../draft-path.ts'
import { Labeled } from './labeled.tsx'

interface FieldProps {
  readonly path: string
  readonly label: string
}

export function NumberField(props: FieldProps & { readonly unit?: string | null }) {
  const { draft, set, isReadOnly } = useDraft()
  return (
    <Labeled path={props.path} label={props.label}>
      <InputNumber
        value={numberAt(draft, props.path)}
        disabled={isReadOnly}
        suffix={props.unit ?? undefined}
        onChange={(value) => set(props.path, value ?? undefined)}
      />
    </Labeled>
  )
}

export function TextField(
  props: FieldProps & {
    readonly isLong?: boolean
    readonly isFixed?: boolean
    readonly hint?: string
  },
) {
  const { draft, set, isReadOnly } = useDraft()
  const shared = {
    value: textAt(draft, props.path),
    disabled: isReadOnly || props.isFixed === true,
    onChange: (event: { readonly target: { readonly value: string } }) =>
      set(props.path, event.target.value === '' ? undefined : event.target.value),
  }
  return (
    <Labeled
      path={props.path}
      label={props.label}
      isWide={props.isLong === true}
      {...(props.hint !== undefined && { hint: props.hint })}
    >
      {props.isLong === true ? (
        <Input.TextArea autoSize={{ minRows: 1, maxRows: 6 }} {...shared} />
      ) : (
        <Input {...shared} />
      )}
    </Labeled>
  )
}

export function ChoiceField<Choice extends string | number | boolean>(
  props: FieldProps & {
    readonly options: readonly { readonly value: Choice; readonly label: string }[]
    /** What counts while nothing is chosen. */
    readonly fallback?: Choice
    /** Where the field holds more than the choice. */
    readonly shown?: Choice
    readonly onChange?: (value: Choice) => void
  },
) {
  const { draft, set, isReadOnly } = useDraft()
  const value = props.shown ?? valueAt(draft, props.path) ?? props.fallback
  return (
    <Labeled path={props.path} label={props.label}>
      <Select
        value={value as Choice}
        disabled={isReadOnly}
        options={[...props.options]}
        onChange={props.onChange ?? ((chosen) => set(props.path, chosen))}
      />
    </Labeled>
  )
}

export function SwitchField(props: FieldProps & { readonly fallback: boolean }) {
  const { draft, set, isReadOnly } = useDraft()
  const value = valueAt(draft, props.path)
  return (
    <Labeled path={props.path} label={props.label}>
      <Switch
        checked={typeof value === 'boolean' ? value : props.fallback}
        disabled={isReadOnly}
        onChange={(checked) => set(props.path, checked)}
      />
    </Labeled>
  )
}

const UNIT_MS = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const
type DurationUnit = keyof typeof UNIT_MS
const UNITS = ['second', 'minute', 'hour', 'day'] as const satisfies readonly DurationUnit[]

function unitOf(ms: number | null): DurationUnit {
  if (ms === null || ms === 0) return 'second'
  return UNITS.findLast((unit) => ms % UNIT_MS[unit] === 0) ?? 'second'
}

/** Milliseconds in the rule, in seconds to days on the screen; empty: none. */
export function DurationField(props: FieldProps & { readonly isOptional?: boolean }) {
  const { t } = useTranslation()
  const { draft, set, isReadOnly } = useDraft()
  const ms = numberAt(draft, props.path)
  const [chosen, setChosen] = useState<DurationUnit | null>(null)
  const unit = chosen ?? unitOf(ms)
  const label = props.isOptional === true ? `${props.label} · ${t('common.optional')}` : props.label
  return (
    <Labeled path={props.path} label={label}>
      <span className="duration-field">
        <InputNumber
          min={0}
          value={ms === null ? null : ms / UNIT_MS[unit]}
          disabled={isReadOnly}
          onChange={(value) =>
            set(props.path, value === null ? undefined : Math.round(value * UNIT_MS[unit]))
          }
        />
        <Select
          value={unit}
          disabled={isReadOnly}
          aria-label={props.label}
          options={UNITS.map((name) => ({ value: name, label: t(`ruleField.${name}`) }))}
          onChange={(next) => {
            setChosen(next)
            if (ms !== null) set(props.path, Math.round((ms / UNIT_MS[unit]) * UNIT_MS[next]))
          }}
        />
      </span>
    </Labeled>
  )
}
