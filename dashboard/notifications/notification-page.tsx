import { Alert, App, Button, Empty, Select, Tabs } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { NotificationDto } from '../../gateway/contract.ts'
import { alarmFilterParameters } from '../alarms/alarm-filter.ts'
import { GradeMark } from '../alarms/grade-mark.tsx'
import { problemText } from '../api/problem-text.ts'
import { type Pages, usePages } from '../api/use-pages.ts'
import { useWords } from '../format/use-words.ts'
import { useAccount, useNow, useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { ChannelPanel } from './channel-panel.tsx'
import { FateMark } from './fate-mark.tsx'

const STATES = [
  'pending',
  'delivered',
  'dead',
] as const satisfies readonly NotificationDto['state'][]

/** What was told to whom and what became of it; what did not arrive stands on top. */
export function NotificationPage() {
  const { t } = useTranslation()
  const { api } = useServices()
  const [state, setState] = useState<NotificationDto['state'] | ''>('')
  const dead = usePages<NotificationDto>('dead', (cursor, signal) =>
    api.notifications({ state: 'dead', cursor }, signal),
  )
  const all = usePages<NotificationDto>(`told ${state}`, (cursor, signal) =>
    api.notifications({ state: state === '' ? undefined : state, cursor, limit: 50 }, signal),
  )
  const reload = () => {
    dead.reload()
    all.reload()
  }
  const told = (
    <>
      <div className="panel-tools">
        <Select
          value={state}
          aria-label={t('notification.filterState')}
          className="state-filter"
          onChange={setState}
          options={[
            { value: '' as const, label: t('common.all') },
            ...STATES.map((value) => ({ value, label: t(`outboxState.${value}`) })),
          ]}
        />
        <Button onClick={reload}>{t('common.refresh')}</Button>
      </div>
      <NotificationList pages={all} onSentAgain={reload} />
    </>
  )
  return (
    <div className="page">
      <header className="page-head">
        <h1>{t('notification.title')}</h1>
      </header>
      {dead.items.length > 0 && (
        <section className="panel dead-letters" data-testid="dead-letters">
          <Alert
            type="error"
            showIcon
            title={t('notification.dead', {
              count: `${dead.items.length}${dead.hasMore ? '+' : ''}`,
            })}
            description={t('notification.deadHint')}
          />
          <NotificationList pages={dead} onSentAgain={reload} />
        </section>
      )}
      <section className="panel">
        <Tabs
          items={[
            { key: 'outbox', label: t('notification.outbox'), children: told },
            {
              key: 'channels',
              label: t('notification.channels'),
              children: <ChannelPanel onTested={reload} />,
            },
          ]}
        />
      </section>
    </div>
  )
}

function NotificationList(props: {
  readonly pages: Pages<NotificationDto>
  readonly onSentAgain: () => void
}) {
  const { t } = useTranslation()
  const { pages } = props
  return (
    <>
      {pages.error !== null && <ErrorNote error={pages.error} onRetry={pages.reload} />}
      {pages.items.length === 0 && !pages.isLoading && pages.error === null && (
        <Empty
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description={
            <>
              <strong>{t('notification.empty')}</strong>
              <p className="quiet">{t('notification.emptyHint')}</p>
            </>
          }
        />
      )}
      <ul className="notifications">
        {pages.items.map((notification) => (
          <NotificationItem
            key={notification.id}
            notification={notification}
            onSentAgain={props.onSentAgain}
          />
        ))}
      </ul>
      {pages.hasMore && !pages.isLoading && pages.items.length > 0 && (
        <Button onClick={pages.loadMore}>{t('common.loadMore')}</Button>
      )}
    </>
  )
}

function NotificationItem(props: {
  readonly notification: NotificationDto
  readonly onSentAgain: () => void
}) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const { notification } = props
  const { alarmId } = notification
  const address = alarmFilterParameters({ tab: 'all', grades: [], text: '', selectedId: alarmId })
  return (
    <li data-state={notification.state}>
      <span className="number">{words.instant(notification.createdAt, nowMs)}</span>
      {notification.type !== 'test' && <GradeMark grade={notification.grade} size={20} />}
      <span className="notification-what">
        <span>{notification.summary}</span>
        <span className="quiet">
          {notification.channelName} ({t(`channel.${notification.channelKind}`)}) ·{' '}
          {t(`notificationType.${notification.type}`)}
          {alarmId !== null && (
            <>
              {' · '}
              <Link to={`/alarms?${address}`}>{t('notification.openAlarm')}</Link>
            </>
          )}
        </span>
      </span>
      <FateMark notification={notification} />
      <SendAgain {...props} />
    </li>
  )
}

function SendAgain(props: {
  readonly notification: NotificationDto
  readonly onSentAgain: () => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { message } = App.useApp()
  const { role } = useAccount()
  const [isBusy, setIsBusy] = useState(false)
  const { notification } = props
  if (notification.state !== 'dead' || role === 'viewer') return <span />
  async function send(): Promise<void> {
    setIsBusy(true)
    try {
      await api.sendAgain(notification.id)
      void message.success(t('notification.sentAgain'))
      props.onSentAgain()
    } catch (error) {
      void message.error(problemText(t, error), 6)
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <Button size="small" loading={isBusy} onClick={() => void send()}>
      {t('notification.sendAgain')}
    </Button>
  )
}
