import { useTranslation } from 'react-i18next'
import type { Device, DeviceStatus } from '../../gateway/contract.ts'
import { useLive } from '../services.tsx'
import { Icon, type IconName } from '../ui/icons.tsx'

const ICONS: Readonly<Record<DeviceStatus, IconName>> = {
  'never-seen': 'never-seen',
  online: 'online',
  silent: 'silence',
  fault: 'fault',
  calibrating: 'calibrating',
}

/** The status as it is now: what the live feed said last goes before what the list was loaded with. */
export function useDeviceStatus(device: Pick<Device, 'id' | 'status'>): DeviceStatus {
  return useLive((state) => state.devices.get(device.id)?.status) ?? device.status
}

export function DeviceStatusMark(props: { readonly device: Pick<Device, 'id' | 'status'> }) {
  const { t } = useTranslation()
  const status = useDeviceStatus(props.device)
  return (
    <span className={`state-mark device-status is-${status}`} data-status={status}>
      <Icon name={ICONS[status]} />
      <span>{t(`deviceStatus.${status}`)}</span>
    </span>
  )
}
