import { Calendar, Input, Popover } from 'antd'
import dayjs from 'dayjs'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { instantOf, instantText, type ReadDate, readDay, readInstant } from '../format/read-date.ts'
import { Icon } from './icons.tsx'

interface Shared {
  readonly label: string
  readonly disabled?: boolean
  readonly className?: string
  /** What tests and the list of issues find the field by. */
  readonly field?: string
}

/** A day, `2026-11-26`; empty: none. What cannot be read counts as none, and is said beside the field. */
export function DayField(
  props: Shared & { readonly value: string; readonly onChange: (day: string) => void },
) {
  return (
    <DateField
      {...props}
      example="2026-11-26"
      read={readDay}
      chosen={(day) => day}
      refusal={() => null}
      isOptional
    />
  )
}

/** An instant of the desk's clock, `2026-11-26 08:30`. What cannot be read, or is refused, changes nothing. */
export function InstantField(
  props: Shared & {
    readonly atMs: number
    /** The instant moves with the clock: what is wrong here stays until it is put right. */
    readonly isMoving: boolean
    readonly onChange: (atMs: number) => void
    /** Why the instant cannot be taken, in words; null: it can. */
    readonly refusal: (atMs: number) => string | null
  },
) {
  const { atMs, onChange, refusal, ...shared } = props
  const value = instantText(atMs)
  return (
    <DateField
      {...shared}
      value={value}
      example="2026-11-26 08:30"
      read={readInstant}
      chosen={(day) => `${day}${value.slice(day.length)}`}
      refusal={(text) => refusal(instantOf(text))}
      onChange={(text) => onChange(instantOf(text))}
    />
  )
}

interface DateFieldProps extends Shared {
  readonly value: string
  readonly example: string
  readonly read: (typed: string) => ReadDate
  /** The value that a day chosen from the calendar makes. */
  readonly chosen: (day: string) => string
  readonly refusal: (text: string) => string | null
  readonly isOptional?: boolean
  readonly isMoving?: boolean
  readonly onChange: (text: string) => void
}

/**
 * Typed in the one order that both languages use, or chosen from a calendar in the language of the page:
 * a field of the browser's own speaks the language of the browser. Taken when the field is left, or on Enter.
 */
function DateField(props: DateFieldProps) {
  const { t } = useTranslation()
  const problemId = useId()
  const { value, label, example, isOptional = false, isMoving = false } = props
  const [draft, setDraft] = useState<Draft>({ ...taken(value), of: value })
  // Another value from elsewhere takes the place of what stands here, but not under the typing hand.
  const stays = draft.isTyped || (isMoving && draft.problem !== null)
  if (draft.of !== value) setDraft({ ...(stays ? draft : taken(value)), of: value })

  function take(typed: string): void {
    const read = typed.trim() === '' && isOptional ? NONE : props.read(typed)
    const problem = read.ok ? props.refusal(read.text) : t(`dateField.${read.problem}`, { example })
    if (read.ok && problem === null) {
      setDraft({ ...taken(read.text), of: value })
      if (read.text !== value) props.onChange(read.text)
      return
    }
    setDraft({ text: typed, isTyped: false, problem, of: isOptional ? '' : value })
    if (isOptional && value !== '') props.onChange('')
  }
  return (
    <span className={['date-field', props.className].filter(Boolean).join(' ')}>
      <Input
        value={draft.text}
        disabled={props.disabled ?? false}
        placeholder={example}
        maxLength={32}
        autoComplete="off"
        aria-label={label}
        title={label}
        data-field={props.field}
        {...(draft.problem !== null && {
          status: 'error' as const,
          'aria-invalid': true,
          'aria-describedby': problemId,
        })}
        onChange={(event) => setDraft({ ...draft, text: event.target.value, isTyped: true })}
        onBlur={(event) => take(event.target.value)}
        onPressEnter={(event) => take(event.currentTarget.value)}
        suffix={
          <DayChoice
            label={label}
            day={value.slice(0, DAY_LENGTH)}
            disabled={props.disabled ?? false}
            onChoose={(day) => take(props.chosen(day))}
          />
        }
      />
      {draft.problem !== null && (
        <span className="date-problem" id={problemId} role="alert">
          {draft.problem}
        </span>
      )}
    </span>
  )
}

interface Draft {
  readonly text: string
  /** Not taken yet. */
  readonly isTyped: boolean
  /** The value it was typed over. */
  readonly of: string
  readonly problem: string | null
}

function taken(text: string): Omit<Draft, 'of'> {
  return { text, isTyped: false, problem: null }
}

const NONE: ReadDate = { ok: true, text: '' }
const DAY_LENGTH = '2026-11-26'.length

function DayChoice(props: {
  readonly label: string
  readonly day: string
  readonly disabled: boolean
  readonly onChoose: (day: string) => void
}) {
  const { t } = useTranslation()
  const [isOpen, setIsOpen] = useState(false)
  return (
    <Popover
      trigger="click"
      open={isOpen && !props.disabled}
      onOpenChange={setIsOpen}
      destroyOnHidden
      content={
        <div className="date-choice">
          <Calendar
            fullscreen={false}
            {...(props.day !== '' && { defaultValue: dayjs(props.day) })}
            onSelect={(day, { source }) => {
              if (source !== 'date') return
              setIsOpen(false)
              props.onChoose(day.format('YYYY-MM-DD'))
            }}
          />
        </div>
      }
    >
      <button
        type="button"
        className="date-open"
        disabled={props.disabled}
        aria-label={t('dateField.choose', { label: props.label })}
      >
        <Icon name="calendar" size={16} />
      </button>
    </Popover>
  )
}
