import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { Device, LatestReadingDto } from '../../gateway/contract.ts'
import { useWords } from '../format/use-words.ts'
import { useNow } from '../services.tsx'
import { Cell, Row } from '../ui/row.tsx'
import { DeviceStatusMark } from './device-status.tsx'
import { mainPointOf } from './use-main-values.ts'
import type { Plant } from './use-plant.ts'

interface DeviceRowProps {
  readonly index: number
  readonly device: Device
  readonly plant: Plant
  readonly value: LatestReadingDto | null
  readonly isNarrow: boolean
  readonly onSeen: (deviceId: string) => void
  readonly onOpen: () => void
}

export function DeviceRow(props: DeviceRowProps) {
  const words = useWords()
  const { device, plant, onSeen } = props
  useEffect(() => onSeen(device.id), [onSeen, device.id])
  const profile = plant.profiles.get(device.profileId)
  const place = plant.placeOf(device)
  return (
    <Row
      index={props.index}
      className={props.isNarrow ? 'device-card' : 'device-columns'}
      data={{ 'data-device-id': device.id }}
      onOpen={props.onOpen}
    >
      <Cell className="device-state">
        <DeviceStatusMark device={device} />
      </Cell>
      <Cell className="cell device-name" title={device.name}>
        <span className="cell-main">{device.name}</span>
        <span className="cell-sub">{device.id}</span>
      </Cell>
      <Cell className="cell device-profile">
        <span className="cell-main">
          {profile === undefined ? device.profileId : words.localized(profile.name)}
        </span>
      </Cell>
      <Cell className="cell device-place" title={place}>
        <span className="cell-main">{place}</span>
        {device.location !== '' && <span className="cell-sub">{device.location}</span>}
      </Cell>
      <MainValue {...props} />
      <LastSeen device={device} value={props.value} />
    </Row>
  )
}

function MainValue(props: DeviceRowProps) {
  const { t } = useTranslation()
  const words = useWords()
  const { device, plant, value } = props
  const point = mainPointOf(plant.profiles.get(device.profileId))
  return (
    <Cell className="cell cell-number device-value">
      <span className="cell-main">
        {value === null ? '–' : words.value(value.value, point?.unit ?? null)}
      </span>
      {value !== null && value.quality !== 'good' && (
        <span className="cell-sub">{t(`quality.${value.quality}`)}</span>
      )}
    </Cell>
  )
}

function LastSeen(props: { readonly device: Device; readonly value: LatestReadingDto | null }) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const { device, value } = props
  const loadedMs = device.lastSeenAt === null ? 0 : Date.parse(device.lastSeenAt)
  const seenMs = Math.max(loadedMs, value?.ts ?? 0)
  return (
    <Cell className="cell cell-number device-seen">
      {seenMs === 0 ? t('common.never') : t('common.ago', { age: words.age(nowMs - seenMs) })}
    </Cell>
  )
}
