import type { RulePlace } from '#alerting/rules/resolve-rule.ts'
import type { PlantModel } from './plant-model.ts'
import type { RegistryChange } from './registry.ts'
import type { RulePlaces } from './rule-index.ts'

/** The plant as the index of rules asks for it. */
export function rulePlacesOf(plant: PlantModel): RulePlaces {
  return {
    rulePlaceOf: (deviceId) => rulePlaceOf(plant, deviceId),
    deviceIds: () => [...plant.devices()].map(({ id }) => id),
  }
}

export function rulePlaceOf(plant: PlantModel, deviceId: string): RulePlace | null {
  const device = plant.device(deviceId)
  if (device === null) return null
  return {
    deviceId,
    profileId: device.profileId,
    siteId: device.siteId,
    organizationPath: plant.placeOf(deviceId)?.organizationPath ?? [],
    rangeOf: (point) => plant.pointOf(deviceId, point)?.range ?? null,
  }
}

/** Devices to which other rules may apply after the change. */
export function devicesTouchedBy(
  plant: PlantModel,
  { kind, id }: RegistryChange,
): readonly string[] {
  if (kind === 'device') return [id]
  const organizations = kind === 'organization' ? plant.subtree(id) : null
  const isInside = (siteId: string) =>
    organizations === null
      ? siteId === id
      : organizations.has(plant.organizationOfSite(siteId) ?? '')
  return [...plant.devices()].filter(({ siteId }) => isInside(siteId)).map((device) => device.id)
}
