import { Skeleton, Tabs } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import type { Device, Profile } from '../../gateway/contract.ts'
import { ApiError } from '../api/api-client.ts'
import { useResource } from '../api/use-resource.ts'
import { useWords } from '../format/use-words.ts'
import { DeviceRules } from '../rules/device-rules.tsx'
import { useAccount, useNow, useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { Icon } from '../ui/icons.tsx'
import { DeviceWork } from '../windows/device-work.tsx'
import { DeviceAlarms } from './device-alarms.tsx'
import { DeviceChange } from './device-change.tsx'
import { DeviceConnect } from './device-connect.tsx'
import { DeviceStatusMark } from './device-status.tsx'
import { DeviceTrend } from './device-trend.tsx'
import { LiveValues } from './live-values.tsx'
import { RejectedMessages } from './rejected-messages.tsx'
import { useLatest } from './use-latest.ts'
import { type Plant, usePlant } from './use-plant.ts'

export function DevicePage() {
  const { t } = useTranslation()
  const { deviceId = '' } = useParams()
  const { api } = useServices()
  const plant = usePlant()
  const device = useResource(deviceId, (signal) => api.device(deviceId, signal))
  const isGone = device.error instanceof ApiError && device.error.status === 404
  return (
    <div className="page device-page">
      <Link to="/devices" className="back-link">
        <Icon name="back" size={16} /> {t('device.title')}
      </Link>
      {isGone && <p>{t('device.gone')}</p>}
      {device.error !== null && !isGone && (
        <ErrorNote error={device.error} onRetry={device.reload} />
      )}
      {device.data === null && device.isLoading && <Skeleton active />}
      {device.data !== null && (
        <DeviceBody key={deviceId} device={device.data} plant={plant} onChanged={device.reload} />
      )}
    </div>
  )
}

function DeviceBody(props: {
  readonly device: Device
  readonly plant: Plant
  readonly onChanged: () => void
}) {
  const { t } = useTranslation()
  const { device, plant } = props
  const { api } = useServices()
  const profile = plant.profiles.get(device.profileId)
  const latest = useLatest(device.id)
  const rules = useResource(`rules ${device.id}`, (signal) => api.rulesOfDevice(device.id, signal))
  const ruleItems = rules.data?.items ?? []
  const tabs = [
    { key: 'alarms', label: t('device.alarms'), children: <DeviceAlarms deviceId={device.id} /> },
    {
      key: 'rules',
      label: t('device.rules'),
      children: <DeviceRules deviceId={device.id} plant={plant} />,
      // The gateway notes evaluations for as long as somebody looks.
      destroyOnHidden: true,
    },
    {
      key: 'rejected',
      label: `${t('device.rejected')}${device.rejectedMessages > 0 ? ` (${device.rejectedMessages})` : ''}`,
      children: <RejectedMessages deviceId={device.id} />,
    },
    {
      key: 'work',
      label: t('window.device'),
      children: <DeviceWork device={device} profile={profile} />,
    },
    {
      key: 'connect',
      label: t('device.connect'),
      children: <DeviceConnect device={device} profile={profile} />,
    },
  ]
  return (
    <>
      <DeviceHead
        device={device}
        plant={plant}
        profile={profile}
        lastTs={latest.lastTs}
        onChanged={props.onChanged}
      />
      <div className="device-grid">
        <section className="panel">
          <h2>{t('device.liveValues')}</h2>
          <LiveValues profile={profile} rules={ruleItems} latest={latest.byPoint} />
        </section>
        {profile !== undefined && (
          <DeviceTrend device={device} profile={profile} rules={ruleItems} />
        )}
      </div>
      <section className="panel">
        <Tabs size="small" items={tabs} />
      </section>
    </>
  )
}

function DeviceHead(props: {
  readonly device: Device
  readonly plant: Plant
  readonly profile: Profile | undefined
  readonly lastTs: number | null
  readonly onChanged: () => void
}) {
  const { t } = useTranslation()
  const words = useWords()
  const nowMs = useNow()
  const { role } = useAccount()
  const { device, plant, profile } = props
  const loadedMs = device.lastSeenAt === null ? 0 : Date.parse(device.lastSeenAt)
  const seenMs = Math.max(loadedMs, props.lastTs ?? 0)
  return (
    <header className="device-head">
      <div>
        <h1>{device.name}</h1>
        <p className="quiet">
          {device.id} · {profile === undefined ? device.profileId : words.localized(profile.name)}
        </p>
        <p>
          {plant.placeOf(device)}
          {device.location !== '' && ` · ${device.location}`}
        </p>
      </div>
      <div className="device-now">
        <DeviceStatusMark device={device} />
        <span>{t(device.connected ? 'device.connected' : 'device.notConnected')}</span>
        <span>
          {t('device.lastSeen')}:{' '}
          {seenMs === 0
            ? t('common.never')
            : `${words.instant(new Date(seenMs).toISOString(), nowMs)} (${t('common.ago', { age: words.age(nowMs - seenMs) })})`}
        </span>
        {role === 'administrator' && (
          <DeviceChange device={device} plant={plant} onChanged={props.onChanged} />
        )}
      </div>
    </header>
  )
}
