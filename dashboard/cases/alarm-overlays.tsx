import { Alert, App, Button, Popconfirm } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { AlarmDto } from '../../gateway/contract.ts'
import { isOpen } from '../alarms/alarm-state.ts'
import { problemText } from '../api/problem-text.ts'
import { useWords } from '../format/use-words.ts'
import { useAccount, useNow, useServices } from '../services.tsx'

/** What lies over the state of an alarm, in words: suppressed, out of service, a drill that can be ended. */
export function AlarmOverlays({ alarm }: { readonly alarm: AlarmDto }) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  return (
    <>
      {alarm.suppressedBy !== null && (
        <Alert
          type="info"
          title={t('proof.suppressed')}
          action={
            <Link to={`/alarms?alarm=${encodeURIComponent(alarm.suppressedBy)}`}>
              {t('proof.openCause')}
            </Link>
          }
        />
      )}
      {alarm.outOfServiceUntil !== null && (
        <Alert
          type="info"
          title={t('proof.outOfService', { time: words.instant(alarm.outOfServiceUntil, nowMs) })}
          action={<Link to="/service-windows">{t('window.title')}</Link>}
        />
      )}
      {alarm.drill && isOpen(alarm) && <EndDrill alarm={alarm} />}
    </>
  )
}

function EndDrill({ alarm }: { readonly alarm: AlarmDto }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { message } = App.useApp()
  const { role } = useAccount()
  if (role === 'viewer') return null
  async function end(): Promise<void> {
    try {
      await api.endDrill(alarm.id)
      void message.success(t('proof.drillEnded'))
    } catch (error) {
      void message.error(problemText(t, error), 6)
    }
  }
  return (
    <Popconfirm title={t('proof.endDrill')} onConfirm={() => void end()}>
      <Button className="end-drill">{t('proof.endDrill')}</Button>
    </Popconfirm>
  )
}
