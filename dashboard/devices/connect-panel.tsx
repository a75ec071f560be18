import { Alert, Tabs } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Profile } from '../../gateway/contract.ts'
import { useResource } from '../api/use-resource.ts'
import { useServices } from '../services.tsx'
import { CopyBlock } from '../ui/copy-block.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { type ConnectTarget, curlCommand, mosquittoCommand, mqttUrl } from './connect-command.ts'

/** What to paste so that a device, or a person in its place, sends its first reading. */
export function ConnectPanel(props: {
  readonly deviceId: string
  /** Null: it was shown when it was made, and cannot be shown again. */
  readonly token: string | null
  readonly profile: Profile | undefined
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const entrances = useResource('entrances', (signal) => api.entrances(signal))
  const { mqttPort = null, mqttsPort = null } = entrances.data ?? {}
  const target: ConnectTarget = {
    deviceId: props.deviceId,
    token: props.token ?? t('connect.tokenPlaceholder'),
    host: window.location.hostname,
    mqttPort: mqttPort ?? mqttsPort ?? 0,
    isTls: mqttPort === null,
    origin: window.location.origin,
    profile: props.profile,
  }
  const mqtt = [
    { key: 'mosquitto', text: mosquittoCommand(target) },
    { key: 'mqttUrl', text: mqttUrl(target) },
  ] as const
  const http = { key: 'http', text: curlCommand(target) } as const
  const tabs = target.mqttPort === 0 ? [http] : [...mqtt, http]
  return (
    <div className="connect">
      {props.token !== null && (
        <>
          <Alert type="warning" showIcon title={t('connect.tokenOnce')} />
          <dl className="facts">
            <dt>{t('connect.username')}</dt>
            <dd>
              <CopyBlock text={props.deviceId} label={t('connect.username')} />
            </dd>
            <dt>{t('connect.token')}</dt>
            <dd data-testid="device-token">
              <CopyBlock text={props.token} label={t('connect.token')} />
            </dd>
          </dl>
        </>
      )}
      <p>{t('connect.explain')}</p>
      <Tabs
        // The first tab is chosen anew when the ports have been read.
        key={target.mqttPort}
        size="small"
        items={tabs.map(({ key, text }) => ({
          key,
          label: t(`connect.${key}`),
          children: <CopyBlock text={text} label={t(`connect.${key}`)} />,
        }))}
      />
      {entrances.error !== null && <ErrorNote error={entrances.error} onRetry={entrances.reload} />}
    </div>
  )
}
