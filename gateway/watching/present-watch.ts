import type { RequiredPoints } from '#config/required-points.ts'
import type {
  Binding,
  DeviceStatus,
  LiveTank,
  Requirement,
  Tank,
  WatchedQuantity,
} from '../contract.ts'
import type { PlantModel } from '../registry/plant-model.ts'
import type { LatestPoints } from './latest-points.ts'
import { contentsAt, LEVEL_UNITS, type LevelUnit } from './tank-contents.ts'
import { capacityOf, heightOf } from './tank-volume.ts'
import type { BindingRow } from './watch-book.ts'

/** What tanks and bindings say at this moment. */
export interface WatchNow {
  readonly plant: PlantModel
  readonly latest: LatestPoints
  readonly statusOf: (deviceId: string) => DeviceStatus
}

export function liveTankOf(tank: Tank, { plant, latest, statusOf }: WatchNow): LiveTank {
  const { deviceId, point } = tank.level
  const level = numberOf(latest, deviceId, point)
  const unit = plant.pointOf(deviceId, point)?.unit ?? null
  const temperature =
    tank.temperature === null
      ? null
      : numberOf(latest, tank.temperature.deviceId, tank.temperature.point)
  const contents =
    level === null || !isLevelUnit(unit)
      ? null
      : contentsAt(tank, { value: level.value, unit }, temperature?.value ?? null)
  return {
    id: tank.id,
    name: tank.name,
    unitId: tank.unitId,
    substanceId: tank.substanceId,
    deviceId,
    status: statusOf(deviceId),
    level: level?.value ?? null,
    levelUnit: unit,
    levelM: contents?.levelM ?? null,
    heightM: heightOf(tank.shape),
    volumeM3: contents?.volumeM3 ?? null,
    capacityM3: capacityOf(tank.shape),
    temperatureC: temperature?.value ?? null,
    tonnes: contents?.tonnes ?? null,
    isBeyond: contents?.isBeyond ?? false,
    at: level === null ? null : new Date(level.atMs).toISOString(),
  }
}

export function bindingsNow(row: BindingRow, { plant, latest, statusOf }: WatchNow): Binding {
  const point = row.point ?? primaryOf(plant, row.deviceId)
  const value = point === null ? null : latest.of(row.deviceId, point)
  return {
    ...row,
    deviceName: plant.device(row.deviceId)?.name ?? row.deviceId,
    status: statusOf(row.deviceId),
    value: value?.value ?? null,
    unit: point === null ? null : (plant.pointOf(row.deviceId, point)?.unit ?? null),
    at: value === null ? null : new Date(value.observedAtMs).toISOString(),
  }
}

/** What must be measured against what is bound. */
export function requirementsOf(
  required: RequiredPoints[keyof RequiredPoints],
  bound: { readonly bindings: readonly BindingRow[]; readonly tanks: readonly Tank[] },
): Requirement[] {
  const devices = new Map<WatchedQuantity, Set<string>>()
  const add = (quantity: WatchedQuantity, deviceId: string) =>
    devices.set(quantity, (devices.get(quantity) ?? new Set()).add(deviceId))
  for (const { level, temperature } of bound.tanks) {
    add('level', level.deviceId)
    if (temperature !== null) add('temperature', temperature.deviceId)
  }
  for (const { quantity, deviceId } of bound.bindings) add(quantity, deviceId)
  return required.map(({ anyOf, source, confidence }) => {
    const boundTo = [...new Set(anyOf.flatMap((quantity) => [...(devices.get(quantity) ?? [])]))]
    return { anyOf: [...anyOf], isMet: boundTo.length > 0, boundTo, source, confidence }
  })
}

function numberOf(
  latest: LatestPoints,
  deviceId: string,
  point: string,
): { readonly value: number; readonly atMs: number } | null {
  const found = latest.of(deviceId, point)
  if (found === null || typeof found.value !== 'number') return null
  return { value: found.value, atMs: found.observedAtMs }
}

function primaryOf(plant: PlantModel, deviceId: string): string | null {
  const points = plant.pointsOf(deviceId)?.values().toArray() ?? []
  return points.find(({ primary }) => primary)?.name ?? null
}

function isLevelUnit(unit: string | null): unit is LevelUnit {
  return LEVEL_UNITS.some((known) => known === unit)
}
