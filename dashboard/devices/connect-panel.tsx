import { Alert, Tabs } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Profile } from '../../gateway/contract.ts'
import { CopyBlock } from '../ui/copy-block.tsx'
import { type ConnectTarget, curlCommand, mosquittoCommand, mqttUrl } from './connect-command.ts'

/** The gateway's default; the page cannot know a changed one and says so. */
const MQTT_PORT_DEFAULT = 1883

/** What to paste so that a device, or a person in its place, sends its first reading. */
export function ConnectPanel(props: {
  readonly deviceId: string
  /** Null: it was shown when it was made, and cannot be shown again. */
  readonly token: string | null
  readonly profile: Profile | undefined
}) {
  const { t } = useTranslation()
  const target: ConnectTarget = {
    deviceId: props.deviceId,
    token: props.token ?? t('connect.tokenPlaceholder'),
    host: window.location.hostname,
    mqttPort: MQTT_PORT_DEFAULT,
    origin: window.location.origin,
    profile: props.profile,
  }
  const tabs = [
    { key: 'mosquitto', text: mosquittoCommand(target) },
    { key: 'mqttUrl', text: mqttUrl(target) },
    { key: 'http', text: curlCommand(target) },
  ] as const
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
        size="small"
        items={tabs.map(({ key, text }) => ({
          key,
          label: t(`connect.${key}`),
          children: <CopyBlock text={text} label={t(`connect.${key}`)} />,
        }))}
      />
      <p className="quiet">{t('connect.ports')}</p>
    </div>
  )
}
