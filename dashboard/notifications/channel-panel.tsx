import { Alert, App, Button, Empty } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Channel } from '../../gateway/contract.ts'
import { presentGrade } from '../alarms/grade.ts'
import { problemText } from '../api/problem-text.ts'
import { useResource } from '../api/use-resource.ts'
import { useAccount, useServices } from '../services.tsx'
import { CopyBlock } from '../ui/copy-block.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { RemoveButton } from '../ui/remove-button.tsx'
import { ChannelForm } from './channel-form.tsx'

/** The ways by which people are told. */
export function ChannelPanel(props: { readonly onTested: () => void }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { role } = useAccount()
  const [edited, setEdited] = useState<Channel | 'new' | null>(null)
  const [secret, setSecret] = useState<string | null>(null)
  const channels = useResource('channels', (signal) => api.channels(signal))
  const mayChange = role === 'administrator'
  const items = channels.data?.items ?? []

  function close(hasChanged: boolean): void {
    setEdited(null)
    if (hasChanged) channels.reload()
  }
  return (
    <>
      {mayChange && (
        <div className="panel-tools">
          <Button type="primary" onClick={() => setEdited('new')}>
            {t('channel.add')}
          </Button>
        </div>
      )}
      {channels.error !== null && <ErrorNote error={channels.error} onRetry={channels.reload} />}
      {secret !== null && (
        <Alert
          type="warning"
          showIcon
          closable={{ onClose: () => setSecret(null) }}
          title={t('channel.secretShown')}
          description={<CopyBlock text={secret} label={t('channel.secret')} />}
        />
      )}
      {items.length === 0 && channels.data !== null && (
        <Empty
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description={
            <>
              <strong>{t('channel.empty')}</strong>
              <p className="quiet">{t('channel.emptyHint')}</p>
            </>
          }
        />
      )}
      <ul className="channels">
        {items.map((channel) => (
          <ChannelItem
            key={channel.id}
            channel={channel}
            mayChange={mayChange}
            onEdit={() => setEdited(channel)}
            onTested={props.onTested}
            onRemoved={channels.reload}
          />
        ))}
      </ul>
      {edited !== null && (
        <ChannelForm
          channel={edited === 'new' ? null : edited}
          onSecret={setSecret}
          onClose={close}
        />
      )}
    </>
  )
}

function ChannelItem(props: {
  readonly channel: Channel
  readonly mayChange: boolean
  readonly onEdit: () => void
  readonly onTested: () => void
  readonly onRemoved: () => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { message } = App.useApp()
  const [isBusy, setIsBusy] = useState(false)
  const { channel, mayChange } = props

  async function test(): Promise<void> {
    setIsBusy(true)
    try {
      await api.testChannel(channel.id)
      void message.success(t('channel.tested'))
      props.onTested()
    } catch (error) {
      void message.error(problemText(t, error), 6)
    } finally {
      setIsBusy(false)
    }
  }
  const url = typeof channel.config.url === 'string' ? channel.config.url : ''
  const { letter } = presentGrade(channel.gradeMax)
  const grades = t('grade.andAbove', { letter, name: t(`grade.${channel.gradeMax}`) })
  return (
    <li data-channel-id={channel.id}>
      <span className="notification-what">
        <span>
          <strong>{channel.name}</strong> · {t(`channel.${channel.kind}`)}
          {!channel.enabled && <em> · {t('channel.disabled')}</em>}
        </span>
        <span className="quiet">
          {grades} · {url}
        </span>
      </span>
      {mayChange && (
        <span className="buttons">
          <Button size="small" loading={isBusy} onClick={() => void test()}>
            {t('channel.test')}
          </Button>
          <Button size="small" onClick={props.onEdit}>
            {t('common.edit')}
          </Button>
          <RemoveButton
            size="small"
            name={channel.name}
            warning={t('channel.removeWarning')}
            remove={() => api.removeChannel(channel.id)}
            onRemoved={props.onRemoved}
          />
        </span>
      )}
    </li>
  )
}
