import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { languageOf } from '../../i18n/i18n.ts'
import { useDraft } from '../draft-context.tsx'

/** A field with its name, and under it what the checks say of it. */
export function Labeled(props: {
  readonly path: string
  readonly label: string
  readonly hint?: string
  readonly isWide?: boolean
  readonly children: ReactNode
}) {
  const { findings } = useDraft()
  const own = findings.filter(({ path }) => path === props.path)
  const worst = own.some(({ severity }) => severity === 'error')
    ? 'is-error'
    : own.length > 0
      ? 'is-warning'
      : ''
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child.
    <label
      className={`rule-field ${props.isWide === true ? 'is-wide' : ''} ${worst}`}
      data-field={props.path}
    >
      <span className="rule-field-name">{props.label}</span>
      {props.children}
      {props.hint !== undefined && <span className="quiet">{props.hint}</span>}
      <FindingsAt path={props.path} />
    </label>
  )
}

/** Sentences of the checks about a field, and about what stands below it where `isDeep`. */
export function FindingsAt(props: { readonly path: string; readonly isDeep?: boolean }) {
  const { i18n } = useTranslation()
  const { findings } = useDraft()
  const language = languageOf(i18n.language)
  const shown = findings.filter(
    ({ path }) =>
      path === props.path || (props.isDeep === true && path.startsWith(`${props.path}.`)),
  )
  return shown.map(({ severity, code, path, message }) => (
    <span key={`${code} ${path}`} className={`rule-finding is-${severity}`} role="alert">
      {message[language]}
    </span>
  ))
}
