import { App, Button, Popconfirm } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Device, Profile } from '../../gateway/contract.ts'
import { problemText } from '../api/problem-text.ts'
import { useAccount, useServices } from '../services.tsx'
import { ConnectPanel } from './connect-panel.tsx'

/** How this device connects, and a new token when the old one is lost or known to too many. */
export function DeviceConnect(props: {
  readonly device: Device
  readonly profile: Profile | undefined
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { message } = App.useApp()
  const account = useAccount()
  const [token, setToken] = useState<string | null>(null)
  const [isBusy, setIsBusy] = useState(false)
  const { device, profile } = props

  async function rotate(): Promise<void> {
    setIsBusy(true)
    try {
      const credential = await api.rotateCredential(device.id)
      setToken(credential.token)
      void message.success(t('connect.rotated'))
    } catch (error) {
      void message.error(problemText(t, error), 6)
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <>
      <ConnectPanel deviceId={device.id} token={token} profile={profile} />
      {account.role === 'administrator' && (
        <Popconfirm
          title={t('connect.rotateConfirm')}
          description={t('connect.rotateWarning')}
          okText={t('connect.rotate')}
          cancelText={t('common.cancel')}
          onConfirm={() => void rotate()}
        >
          <Button className="rotate" loading={isBusy}>
            {t('connect.rotate')}
          </Button>
        </Popconfirm>
      )}
    </>
  )
}
