import type { ProfileDocument } from '#config/profile-schema.ts'
import type { DeviceProfile } from './registry/types.ts'

/** A shipped profile as the registry holds it. */
export function toDeviceProfile(document: ProfileDocument): DeviceProfile {
  const points = document.points.map((point) => ({
    name: point.name,
    label: point.label,
    kind: point.kind,
    unit: point.kind === 'number' ? point.unit : null,
    range: point.kind === 'number' ? point.range : null,
    primary: point.primary,
  }))
  return {
    id: document.id,
    name: document.name,
    family: document.family,
    points: new Map(points.map((point) => [point.name, point])),
    silentAfterMs: document.silentAfterMs,
    builtIn: true,
  }
}
