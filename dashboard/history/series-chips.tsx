import { Button, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Device } from '../../gateway/contract.ts'
import { useResource } from '../api/use-resource.ts'
import { mainPointOf } from '../devices/use-main-values.ts'
import type { Plant } from '../devices/use-plant.ts'
import { useWords } from '../format/use-words.ts'
import { useServices } from '../services.tsx'
import { useStore } from '../store/store.ts'
import { Icon } from '../ui/icons.tsx'
import { lineStyleOf } from './history-option.ts'
import { keyOf, SERIES_MAX, type SeriesKey } from './history-state.ts'

/** What is drawn, each with the colour of its line; and a search for more. */
export function SeriesChips(props: {
  readonly series: readonly SeriesKey[]
  readonly devices: ReadonlyMap<string, Device>
  readonly plant: Plant
  readonly onChange: (series: readonly SeriesKey[]) => void
}) {
  const { series, devices, plant, onChange } = props
  const replace = (index: number, ...others: readonly SeriesKey[]) =>
    onChange([...series.slice(0, index), ...others, ...series.slice(index + 1)])
  return (
    <div className="history-chips">
      {series.map((one, index) => (
        <SeriesChip
          key={keyOf(one)}
          one={one}
          index={index}
          device={devices.get(one.deviceId)}
          plant={plant}
          taken={series}
          onPoint={(point) => replace(index, { ...one, point })}
          onRemove={() => replace(index)}
        />
      ))}
      {series.length < SERIES_MAX && (
        <DeviceSearch
          plant={plant}
          onChoose={(device) => {
            const added = firstFreePoint(device, plant, series)
            if (added !== null) onChange([...series, added])
          }}
        />
      )}
    </div>
  )
}

/** The main point, or the next one of a device that is there already. */
function firstFreePoint(
  device: Device,
  plant: Plant,
  series: readonly SeriesKey[],
): SeriesKey | null {
  const profile = plant.profiles.get(device.profileId)
  const main = mainPointOf(profile)
  const points = [...(main === undefined ? [] : [main]), ...(profile?.points ?? [])]
  const taken = new Set(series.map(keyOf))
  const free = points.find(({ name }) => !taken.has(keyOf({ deviceId: device.id, point: name })))
  return free === undefined ? null : { deviceId: device.id, point: free.name }
}

function SeriesChip(props: {
  readonly one: SeriesKey
  readonly index: number
  readonly device: Device | undefined
  readonly plant: Plant
  readonly taken: readonly SeriesKey[]
  readonly onPoint: (point: string) => void
  readonly onRemove: () => void
}) {
  const { t } = useTranslation()
  const words = useWords()
  const { preferences } = useServices()
  const isDark = useStore(preferences, (state) => state.theme) === 'dark'
  const { one, device, plant, taken } = props
  const { color, type } = lineStyleOf(props.index, isDark)
  const points = plant.profiles.get(device?.profileId ?? '')?.points ?? []
  const known = points.map(({ name, label }) => ({ value: name, label: words.localized(label) }))
  // Also what a device once sent and its type does not know.
  const options = known.some(({ value }) => value === one.point)
    ? known
    : [...known, { value: one.point, label: one.point }]
  const isTaken = (point: string) =>
    point !== one.point && taken.some((each) => keyOf(each) === keyOf({ ...one, point }))
  return (
    <div className="history-chip">
      <span className="history-swatch" style={{ borderTop: `3px ${type} ${color}` }} />
      <span className="history-chip-name" title={one.deviceId}>
        {device?.name ?? one.deviceId}
      </span>
      <Select
        size="small"
        variant="borderless"
        value={one.point}
        aria-label={t('detail.point')}
        popupMatchSelectWidth={false}
        options={options.map((option) => ({ ...option, disabled: isTaken(option.value) }))}
        onChange={props.onPoint}
      />
      <Button
        size="small"
        type="text"
        aria-label={t('history.remove', { name: device?.name ?? one.deviceId })}
        icon={<Icon name="close" size={14} />}
        onClick={props.onRemove}
      />
    </div>
  )
}

const FOUND_MAX = 30

function DeviceSearch(props: {
  readonly plant: Plant
  readonly onChoose: (device: Device) => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const [text, setText] = useState('')
  const [isOpen, setIsOpen] = useState(false)
  const found = useResource(isOpen ? `device search ${text}` : null, (signal) =>
    api.devicesLike(text, FOUND_MAX, signal),
  )
  const devices = found.data?.items ?? []
  return (
    <Select<string>
      showSearch={{ filterOption: false, onSearch: setText, searchValue: text }}
      className="history-search"
      value={null}
      placeholder={
        <>
          <Icon name="plus" size={14} /> {t('history.add')}
        </>
      }
      aria-label={t('history.add')}
      loading={found.isLoading && isOpen}
      notFoundContent={found.isLoading ? t('common.loading') : t('device.emptyFiltered')}
      popupMatchSelectWidth={false}
      onOpenChange={setIsOpen}
      options={devices.map((device) => ({
        value: device.id,
        label: (
          <span className="history-option">
            <span>{device.name}</span>
            <span className="quiet">{props.plant.placeOf(device)}</span>
          </span>
        ),
      }))}
      onSelect={(id: string) => {
        const device = devices.find((each) => each.id === id)
        setText('')
        if (device !== undefined) props.onChoose(device)
      }}
    />
  )
}
