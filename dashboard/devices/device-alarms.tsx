import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { AlarmDto } from '../../gateway/contract.ts'
import { alarmFilterParameters } from '../alarms/alarm-filter.ts'
import { shownState } from '../alarms/alarm-state.ts'
import { GradeMark } from '../alarms/grade-mark.tsx'
import { StateMark } from '../alarms/state-mark.tsx'
import { usePages } from '../api/use-pages.ts'
import { useWords } from '../format/use-words.ts'
import { useLive, useNow, useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'

/** All alarms of one device, open ones as they are now. */
export function DeviceAlarms(props: { readonly deviceId: string }) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const { api } = useServices()
  const { deviceId } = props
  const pages = usePages<AlarmDto>(`alarms of ${deviceId}`, (cursor, signal) =>
    api.alarms({ deviceId, cursor, limit: 50 }, signal),
  )
  const open = useLive((state) => state.open)
  const ended = useLive((state) => state.ended)
  const live = [...open.values(), ...ended.values()].filter((alarm) => alarm.deviceId === deviceId)
  const byId = new Map([...pages.items, ...live].map((alarm) => [alarm.id, alarm]))
  const alarms = [...byId.values()].sort((a, b) => (a.raisedAt < b.raisedAt ? 1 : -1))
  return (
    <>
      {pages.error !== null && <ErrorNote error={pages.error} onRetry={pages.reload} />}
      {alarms.length === 0 && !pages.isLoading && <p className="quiet">{t('device.noAlarms')}</p>}
      <ul className="plain-list">
        {alarms.map((alarm) => {
          const filter = { tab: 'all', grades: [], text: '', selectedId: alarm.id } as const
          return (
            <li key={alarm.id}>
              <GradeMark grade={alarm.grade} />
              <Link to={`/alarms?${alarmFilterParameters(filter)}`}>
                {words.localized(alarm.title)}
              </Link>
              <span className="number">{words.value(alarm.value, alarm.unit)}</span>
              <span className="number">{words.instant(alarm.raisedAt, nowMs)}</span>
              <StateMark state={shownState(alarm)} />
            </li>
          )
        })}
      </ul>
      {pages.hasMore && !pages.isLoading && (
        <Button onClick={pages.loadMore}>{t('common.loadMore')}</Button>
      )}
    </>
  )
}
