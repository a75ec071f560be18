import { Button, Empty, Select } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useSearchParams } from 'react-router'
import type { Device, DeviceStatus } from '../../gateway/contract.ts'
import { usePages } from '../api/use-pages.ts'
import { useAccount, useLive, useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { Icon } from '../ui/icons.tsx'
import { PageSearch } from '../ui/page-search.tsx'
import { useIsNarrow } from '../ui/use-media.ts'
import { VirtualRows } from '../ui/virtual-rows.tsx'
import { DEVICE_STATUS_NAMES, matchesDevice, parseDeviceFilter } from './device-filter.ts'
import { DeviceRow } from './device-row.tsx'
import { useMainValues } from './use-main-values.ts'
import { usePlant } from './use-plant.ts'

const ROW_HEIGHT_WIDE = 52
const ROW_HEIGHT_NARROW = 88

export function DeviceListPage() {
  const { t } = useTranslation()
  const { api } = useServices()
  const [parameters, setParameters] = useSearchParams()
  const filter = useMemo(() => parseDeviceFilter(parameters), [parameters])
  const plant = usePlant()
  const pages = usePages<Device>('devices', api.devices)
  const liveStatus = useLive((state) => state.devices)
  const account = useAccount()
  const change = (name: string, value: string) =>
    setParameters(
      (before) => {
        const next = new URLSearchParams(before)
        if (value === '') next.delete(name)
        else next.set(name, value)
        return next
      },
      { replace: true },
    )
  const shown = useMemo(
    () =>
      pages.items.filter((device) => {
        const status = liveStatus.get(device.id)?.status ?? device.status
        return matchesDevice(device, { status, place: plant.placeOf(device) }, filter)
      }),
    [pages.items, liveStatus, plant, filter],
  )
  return (
    <div className="page list-page">
      <header className="page-head">
        <h1>{t('device.title')}</h1>
        <PageSearch
          text={filter.text}
          label={t('device.search')}
          onChange={(text) => change('q', text)}
        />
        <StatusFilter status={filter.status} onChange={(status) => change('status', status)} />
        {account.role === 'administrator' && (
          <Link to="/devices/new" className="page-action">
            <Button type="primary" icon={<Icon name="plus" size={16} />}>
              {t('device.add')}
            </Button>
          </Link>
        )}
      </header>
      {pages.error !== null && <ErrorNote error={pages.error} onRetry={pages.reload} />}
      <DeviceRows
        devices={shown}
        pages={pages}
        plant={plant}
        isFiltered={shown.length < pages.items.length}
      />
    </div>
  )
}

function StatusFilter(props: {
  readonly status: DeviceStatus | null
  readonly onChange: (status: string) => void
}) {
  const { t } = useTranslation()
  return (
    <Select
      className="status-filter"
      value={props.status ?? ''}
      aria-label={t('device.status')}
      onChange={props.onChange}
      options={[
        { value: '', label: t('common.all') },
        ...DEVICE_STATUS_NAMES.map((status) => ({
          value: status,
          label: t(`deviceStatus.${status}`),
        })),
      ]}
    />
  )
}

function DeviceRows(props: {
  readonly devices: readonly Device[]
  readonly pages: ReturnType<typeof usePages<Device>>
  readonly plant: ReturnType<typeof usePlant>
  readonly isFiltered: boolean
}) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const isNarrow = useIsNarrow()
  const { devices, pages, plant } = props
  const values = useMainValues(devices, plant.profiles)
  const isEmpty = devices.length === 0 && !pages.isLoading && !pages.hasMore
  if (isEmpty && pages.error === null) {
    return props.isFiltered ? (
      <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('device.emptyFiltered')} />
    ) : (
      <NoDevices hasSites={plant.sites.size > 0} />
    )
  }
  return (
    <>
      {!isNarrow && (
        <div className="row-head device-columns">
          <span>{t('device.status')}</span>
          <span>{t('device.name')}</span>
          <span>{t('device.profile')}</span>
          <span>{t('device.place')}</span>
          <span>{t('device.value')}</span>
          <span>{t('device.lastSeen')}</span>
        </div>
      )}
      <VirtualRows
        label={t('device.list')}
        count={devices.length}
        rowHeight={isNarrow ? ROW_HEIGHT_NARROW : ROW_HEIGHT_WIDE}
        onNearEnd={pages.loadMore}
        footer={pages.isLoading && <p className="rows-footer">{t('common.loading')}</p>}
        renderRow={(index) => {
          const device = devices[index]
          if (device === undefined) return null
          return (
            <DeviceRow
              key={device.id}
              index={index}
              device={device}
              plant={plant}
              value={values.valueFor(device)}
              onSeen={values.onSeen}
              isNarrow={isNarrow}
              onOpen={() => void navigate(`/devices/${encodeURIComponent(device.id)}`)}
            />
          )
        }}
      />
    </>
  )
}

function NoDevices(props: { readonly hasSites: boolean }) {
  const { t } = useTranslation()
  return (
    <Empty
      className="nothing"
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description={
        <>
          <strong>{t('device.empty')}</strong>
          <p className="quiet">
            {t(props.hasSites ? 'enterprise.nextDevice' : 'device.emptyHint')}
          </p>
        </>
      }
    >
      <Link to={props.hasSites ? '/devices/new' : '/enterprises'}>
        <Button type="primary">{t(props.hasSites ? 'device.add' : 'device.toEnterprises')}</Button>
      </Link>
    </Empty>
  )
}
