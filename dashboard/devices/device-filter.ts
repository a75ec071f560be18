import type { Device, DeviceStatus } from '../../gateway/contract.ts'

export const DEVICE_STATUS_NAMES = [
  'online',
  'silent',
  'fault',
  'calibrating',
  'never-seen',
] as const satisfies readonly DeviceStatus[]

/** Lives in the address, as the filter of the alarms does. */
export interface DeviceFilter {
  readonly text: string
  readonly status: DeviceStatus | null
  readonly siteId: string | null
}

export function parseDeviceFilter(parameters: URLSearchParams): DeviceFilter {
  const status = parameters.get('status')
  return {
    text: parameters.get('q') ?? '',
    status: DEVICE_STATUS_NAMES.find((known) => known === status) ?? null,
    siteId: parameters.get('site'),
  }
}

export function matchesDevice(
  device: Pick<Device, 'id' | 'name' | 'location' | 'siteId'>,
  now: { readonly status: DeviceStatus; readonly place: string },
  filter: DeviceFilter,
): boolean {
  if (filter.status !== null && now.status !== filter.status) return false
  if (filter.siteId !== null && device.siteId !== filter.siteId) return false
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean)
  const haystack = [device.id, device.name, device.location, now.place].join('\n').toLowerCase()
  return words.every((word) => haystack.includes(word))
}
