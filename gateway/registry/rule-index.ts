import type { AlarmRule } from '#alerting/rules/alarm-rule.ts'

const NONE: readonly AlarmRule[] = []

/**
 * Which rules judge a point of a device: by profile and point, then cached by device and point, so
 * that a reading costs two look-ups however many rules there are for other things.
 */
export class RuleIndex {
  readonly #profileIdOf: (deviceId: string) => string | null
  #byProfile: ReadonlyMap<string, readonly AlarmRule[]> = new Map()
  readonly #byDevice = new Map<string, ReadonlyMap<string, readonly AlarmRule[]>>()

  constructor(profileIdOf: (deviceId: string) => string | null) {
    this.#profileIdOf = profileIdOf
  }

  rebuild(rules: readonly AlarmRule[]): void {
    const byProfile = new Map<string, AlarmRule[]>()
    for (const rule of rules) {
      for (const profileId of new Set(rule.profileIds)) {
        const known = byProfile.get(profileId)
        if (known === undefined) byProfile.set(profileId, [rule])
        else known.push(rule)
      }
    }
    this.#byProfile = byProfile
    this.#byDevice.clear()
  }

  forgetDevice(deviceId: string): void {
    this.#byDevice.delete(deviceId)
  }

  rulesFor(deviceId: string, point: string): readonly AlarmRule[] {
    return this.#ofDevice(deviceId)?.get(point) ?? NONE
  }

  rulesOfDevice(deviceId: string): readonly AlarmRule[] {
    return [...(this.#ofDevice(deviceId)?.values() ?? [])].flat()
  }

  /** Unknown devices are not cached: they would fill the memory with what strangers made up. */
  #ofDevice(deviceId: string): ReadonlyMap<string, readonly AlarmRule[]> | null {
    const cached = this.#byDevice.get(deviceId)
    if (cached !== undefined) return cached
    const profileId = this.#profileIdOf(deviceId)
    if (profileId === null) return null
    const rules = (this.#byProfile.get(profileId) ?? NONE).filter(
      (rule) => rule.deviceIds === undefined || rule.deviceIds.includes(deviceId),
    )
    const byPoint = Map.groupBy(rules, (rule) => rule.point)
    this.#byDevice.set(deviceId, byPoint)
    return byPoint
  }
}
