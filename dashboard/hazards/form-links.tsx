import { useTranslation } from 'react-i18next'
import type { HazardForm } from '../../gateway/contract.ts'
import { useServices } from '../services.tsx'

const FORMS = [
  'application',
  'characteristics',
  'identification',
] as const satisfies readonly HazardForm[]

/** The official forms of a submission, or of the draft, to print and to fill further. */
export function FormLinks(props: {
  readonly sourceId: string
  readonly version: number | 'draft'
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  return (
    <ul className="hazard-forms">
      {FORMS.map((form) => (
        <li key={form}>
          <span>{t(`hazardForm.${form}`)}</span>
          {(['pdf', 'xlsx'] as const).map((format) => (
            <a
              key={format}
              href={api.hazardFormUrl(props.sourceId, form, { version: props.version, format })}
              download
            >
              {format.toUpperCase()}
            </a>
          ))}
        </li>
      ))}
    </ul>
  )
}
