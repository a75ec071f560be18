import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { CauseDto, SteadyingDto } from '../../gateway/contract.ts'
import { useResource } from '../api/use-resource.ts'
import { useWords } from '../format/use-words.ts'
import { useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'

/** Asks, when somebody wants to know, what would have steadied this alarm. */
export function SteadyingNote(props: {
  readonly cause: CauseDto
  readonly from: string
  readonly to: string
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { ruleId, deviceId, point } = props.cause
  const { from, to } = props
  const [isAsked, setIsAsked] = useState(false)
  const answer = useResource(
    isAsked ? `${ruleId} ${deviceId} ${point} ${from} ${to}` : null,
    (signal) => api.steadying({ ruleId, deviceId, point, from, to }, signal),
  )
  if (!isAsked) {
    return (
      <Button size="small" onClick={() => setIsAsked(true)}>
        {t('steadying.ask')}
      </Button>
    )
  }
  if (answer.error !== null) return <ErrorNote error={answer.error} onRetry={answer.reload} />
  if (answer.data === null) return <span className="quiet">{t('common.loading')}</span>
  return <Proposals answer={answer.data} ruleId={ruleId} />
}

function Proposals(props: { readonly answer: SteadyingDto; readonly ruleId: string }) {
  const { t } = useTranslation()
  const words = useWords()
  const { readings, alarmsBefore, proposals } = props.answer
  if (proposals.length === 0) {
    return <span className="quiet">{t('steadying.none', { readings, alarms: alarmsBefore })}</span>
  }
  return (
    <ul className="plain-lines">
      {proposals.map(({ kind, value, before, unit, alarmsAfter }) => {
        const shown = (amount: number) =>
          kind === 'deadband' ? words.value(amount, unit) : words.age(amount)
        return (
          <li key={kind}>
            {t(`steadying.${kind}`, { before: shown(before), value: shown(value) })}
            <strong>{t('steadying.effect', { before: alarmsBefore, after: alarmsAfter })}</strong>
          </li>
        )
      })}
      <li>
        <Link to={`/rules/${encodeURIComponent(props.ruleId)}`}>{t('steadying.toRule')}</Link>
      </li>
    </ul>
  )
}
