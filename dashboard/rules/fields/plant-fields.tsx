import { Select } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Profile } from '../../../gateway/contract.ts'
import { useResource } from '../../api/use-resource.ts'
import { useWords } from '../../format/use-words.ts'
import { useServices } from '../../services.tsx'
import { useDraft } from '../draft-context.tsx'
import { idsAt, textAt } from '../draft-path.ts'
import { Labeled } from './labeled.tsx'

interface Option {
  readonly value: string
  readonly label: string
}

/** Points of the device that is named, else those that all chosen device types have. */
export function usePointOptions(
  deviceId = '',
): readonly (Option & { readonly unit: string | null })[] {
  const { api } = useServices()
  const { draft, plant } = useDraft()
  const words = useWords()
  const device = useResource(deviceId === '' ? null : `device ${deviceId}`, (signal) =>
    api.device(deviceId, signal),
  )
  const profileIds = device.data === null ? idsAt(draft, 'profileIds') : [device.data.profileId]
  const profiles = profileIds.flatMap((id) => plant.profiles.get(id) ?? [])
  const [first, ...others] = profiles
  const has = (profile: Profile, name: string) => profile.points.some((one) => one.name === name)
  return (first?.points ?? [])
    .filter(({ name }) => others.every((profile) => has(profile, name)))
    .map(({ name, label, unit }) => ({
      value: name,
      label: `${words.localized(label)} ${unit === null ? '' : `(${unit})`}`.trim(),
      unit,
    }))
}

export function PointField(props: {
  readonly path: string
  readonly label: string
  /** Where the device stands that the point is of, if it is another one. */
  readonly devicePath?: string
}) {
  const { draft, set, isReadOnly } = useDraft()
  const options = usePointOptions(
    props.devicePath === undefined ? '' : textAt(draft, props.devicePath),
  )
  return (
    <Labeled path={props.path} label={props.label}>
      <Select
        value={textAt(draft, props.path) || undefined}
        disabled={isReadOnly}
        options={options.map(({ value, label }) => ({ value, label }))}
        onChange={(value) => set(props.path, value)}
      />
    </Labeled>
  )
}

export function IdsField(props: {
  readonly path: string
  readonly label: string
  readonly options: readonly Option[]
}) {
  const { draft, set, isReadOnly } = useDraft()
  return (
    <Labeled path={props.path} label={props.label}>
      <Select
        mode="multiple"
        value={idsAt(draft, props.path)}
        disabled={isReadOnly}
        options={[...props.options]}
        showSearch={{ optionFilterProp: 'label' }}
        maxTagCount="responsive"
        onChange={(ids: string[]) => set(props.path, ids.length === 0 ? undefined : ids)}
      />
    </Labeled>
  )
}

/** Devices are too many to list: found by what is typed, by the gateway. */
export function useDeviceOptions(text: string, chosen: readonly string[]): readonly Option[] {
  const { api } = useServices()
  const found = useResource(`devices like ${text}`, (signal) => api.devicesFound(text, signal))
  return useMemo(() => {
    const options = (found.data?.items ?? []).map(({ id, name }) => ({
      value: id,
      label: name === id ? id : `${name} (${id})`,
    }))
    const missing = chosen.filter((id) => !options.some(({ value }) => value === id))
    return [...options, ...missing.map((id) => ({ value: id, label: id }))]
  }, [found.data, chosen])
}

export function DevicesField(props: { readonly path: string; readonly label: string }) {
  const { draft, set, isReadOnly } = useDraft()
  const [text, setText] = useState('')
  const ids = idsAt(draft, props.path)
  const options = useDeviceOptions(text, ids)
  return (
    <Labeled path={props.path} label={props.label}>
      <Select
        mode="multiple"
        value={ids}
        disabled={isReadOnly}
        options={[...options]}
        showSearch={{ filterOption: false, onSearch: setText }}
        maxTagCount="responsive"
        onChange={(chosen: string[]) => set(props.path, chosen.length === 0 ? undefined : chosen)}
      />
    </Labeled>
  )
}

/** One device, or none: the one that is judged. */
export function DeviceField(props: { readonly path: string; readonly label?: string }) {
  const { t } = useTranslation()
  const { draft, set, isReadOnly } = useDraft()
  const [text, setText] = useState('')
  const id = textAt(draft, props.path)
  const options = useDeviceOptions(text, id === '' ? [] : [id])
  return (
    <Labeled path={props.path} label={props.label ?? t('ruleField.device')}>
      <Select
        allowClear
        value={id || undefined}
        disabled={isReadOnly}
        options={[...options]}
        showSearch={{ filterOption: false, onSearch: setText }}
        onChange={(chosen: string | undefined) => set(props.path, chosen)}
      />
    </Labeled>
  )
}
