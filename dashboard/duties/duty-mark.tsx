import { useTranslation } from 'react-i18next'
import type { DutyDto } from '../../gateway/contract.ts'
import { formatInstant } from '../format/format.ts'
import { useNow } from '../services.tsx'

const DAY_MS = 24 * 3_600_000

/** Where a duty stands, in words; what is overdue stands out by weight, not by an alarm's colour. */
export function DutyMark({ duty }: { readonly duty: Pick<DutyDto, 'state' | 'dueAt'> }) {
  const { t } = useTranslation()
  const nowMs = useNow()
  const { state, dueAt } = duty
  const days = dueAt === null ? 0 : Math.ceil((Date.parse(dueAt) - nowMs) / DAY_MS)
  return (
    <span className="duty-mark" data-state={state}>
      {state === 'overdue' ? t('duty.overdueBy', { days: 1 - days }) : t(`dutyState.${state}`)}
      {dueAt !== null && state !== 'overdue' && (
        <span className="quiet">
          {' '}
          {t('duty.due', { day: formatInstant(Date.parse(dueAt), nowMs) })}
        </span>
      )}
    </span>
  )
}
