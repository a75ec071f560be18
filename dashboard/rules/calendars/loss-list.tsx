import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { CalendarLossDto } from '../../../gateway/contract.ts'
import { useWords } from '../../format/use-words.ts'
import { hoursOf, stretchText } from './loss-words.ts'

const DESK_ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone

export interface Losses {
  readonly losses: readonly CalendarLossDto[]
  readonly lossCount: number
}

/** A rule that loses in two ways is one rule; those that are not named are taken to be one each. */
export function rulesLosing({ losses, lossCount }: Losses): number {
  return new Set(losses.map(({ ruleId }) => ruleId)).size + lossCount - losses.length
}

/** Which safety rules lose supervision, and when. `isInDialog`: the rule opens beside what is being written. */
export function LossList(props: { readonly lost: Losses; readonly isInDialog?: boolean }) {
  const { t } = useTranslation()
  const { losses, lossCount } = props.lost
  return (
    <ul className="calendar-losses">
      {losses.map((loss) => (
        <OneLoss
          key={`${loss.ruleId} ${loss.kind}`}
          loss={loss}
          target={props.isInDialog === true ? '_blank' : '_self'}
        />
      ))}
      {lossCount > losses.length && (
        <li className="quiet">
          {t('calendarLoss.moreRules', { count: lossCount - losses.length })}
        </li>
      )}
    </ul>
  )
}

function OneLoss(props: { readonly loss: CalendarLossDto; readonly target: string }) {
  const { t } = useTranslation()
  const words = useWords()
  const { ruleId, ruleName, kind, timeZone, stretches, stretchCount, lostMs } = props.loss
  const { language } = words
  return (
    <li data-loss-rule={ruleId}>
      <Link to={`/rules/${encodeURIComponent(ruleId)}`} target={props.target}>
        {words.localized(ruleName)}
      </Link>{' '}
      <span className="rule-milder">
        {t(`calendarLoss.kind_${kind}`, { hours: words.number(hoursOf(lostMs)) })}
      </span>
      <span className="calendar-stretches">
        {stretches.map((stretch) => (
          <span key={stretch.from}>{stretchText(stretch, { timeZone, language })}</span>
        ))}
        {stretchCount > stretches.length && (
          <span className="quiet">
            {t('calendarLoss.moreTimes', { count: stretchCount - stretches.length })}
          </span>
        )}
        {timeZone !== DESK_ZONE && <span className="quiet">({timeZone})</span>}
      </span>
    </li>
  )
}
