import { Button, Empty, Space } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Device, Profile } from '../../gateway/contract.ts'
import { useResource } from '../api/use-resource.ts'
import { useAccount, useServices } from '../services.tsx'
import { DrillForm } from './drill-form.tsx'
import { WindowCard } from './window-card.tsx'
import { WindowForm } from './window-form.tsx'

/** Maintenance, calibration and drills of one device. */
export function DeviceWork(props: {
  readonly device: Device
  readonly profile: Profile | undefined
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { role } = useAccount()
  const [dialog, setDialog] = useState<'window' | 'drill' | null>(null)
  const { device, profile } = props
  const windows = useResource(`windows of ${device.id}`, (signal) =>
    api.serviceWindows({ deviceId: device.id }, signal),
  )
  const items = windows.data?.items ?? []
  const mayManage = role !== 'viewer' && role !== 'operator'
  const close = (hasChanged: boolean) => {
    setDialog(null)
    if (hasChanged) windows.reload()
  }
  return (
    <div className="device-work">
      {mayManage && (
        <Space wrap>
          <Button type="primary" onClick={() => setDialog('window')}>
            {t('window.create')}
          </Button>
          <Button onClick={() => setDialog('drill')}>{t('drill.start')}</Button>
        </Space>
      )}
      {items.length === 0 && !windows.isLoading && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('window.empty')} />
      )}
      {items.map((window) => (
        <WindowCard key={window.id} window={window} onChanged={windows.reload} />
      ))}
      {dialog === 'window' && <WindowForm device={device} profile={profile} onClose={close} />}
      {dialog === 'drill' && profile !== undefined && (
        <DrillForm device={device} profile={profile} onClose={close} />
      )}
    </div>
  )
}
