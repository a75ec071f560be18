import type { AlarmRule } from '#alerting/rules/alarm-rule.ts'
import { operandsOf, ownKey } from '#alerting/rules/operands.ts'
import {
  appliesTo,
  type ResolvedRule,
  type RulePlace,
  resolveRule,
} from '#alerting/rules/resolve-rule.ts'
import type { RuleListener } from '#alerting/rules/rule-directory.ts'

/** What the index asks of the plant. */
export interface RulePlaces {
  /** Null: there is no such device. */
  rulePlaceOf(deviceId: string): RulePlace | null
  deviceIds(): Iterable<string>
}

interface OfDevice {
  readonly rules: ReadonlyMap<string, readonly AlarmRule[]>
  readonly listeners: ReadonlyMap<string, readonly RuleListener[]>
}

interface Placed {
  readonly rule: AlarmRule
  /** Place in the list of rules, in which they are judged. */
  readonly order: number
}

const NO_RULES: readonly AlarmRule[] = []
const NO_LISTENERS: readonly RuleListener[] = []

/**
 * Which rules judge a point of a device: found by profile, device, site and organization, resolved
 * for the device once and cached, so that a reading costs two look-ups however many rules and devices
 * there are. Rules that look at points of other devices are found from those points too.
 */
export class RuleIndex {
  readonly #places: RulePlaces
  /** Keys: `profile/…`, `device/…`, `site/…`, `organization/…`. */
  #byScope = new Map<string, Placed[]>()
  #lookingElsewhere: readonly AlarmRule[] = []
  #foreign: ReadonlyMap<string, readonly RuleListener[]> | null = null
  readonly #byDevice = new Map<string, OfDevice>()
  /** Asked for last: the points of a device are asked about one after the other. */
  #last: { readonly deviceId: string; readonly found: OfDevice } | null = null

  constructor(places: RulePlaces) {
    this.#places = places
  }

  rebuild(rules: readonly AlarmRule[]): void {
    this.#byScope = new Map()
    for (const [order, rule] of rules.entries()) {
      for (const scope of scopesOf(rule)) {
        const known = this.#byScope.get(scope)
        if (known === undefined) this.#byScope.set(scope, [{ rule, order }])
        else known.push({ rule, order })
      }
    }
    this.#lookingElsewhere = rules.filter((rule) =>
      operandsOf(rule).some(({ deviceId }) => deviceId !== null),
    )
    this.forgetAll()
  }

  forgetDevice(deviceId: string): void {
    this.#byDevice.delete(deviceId)
    this.#last = null
    this.#foreign = null
  }

  /** Sites or organizations are not what they were. */
  forgetAll(): void {
    this.#byDevice.clear()
    this.#last = null
    this.#foreign = null
  }

  rulesFor(deviceId: string, point: string): readonly AlarmRule[] {
    return this.#ofDevice(deviceId)?.rules.get(point) ?? NO_RULES
  }

  listenersOf(deviceId: string, point: string): readonly RuleListener[] {
    const own = this.#ofDevice(deviceId)?.listeners.get(point) ?? NO_LISTENERS
    if (this.#lookingElsewhere.length === 0) return own
    this.#foreign ??= this.#findForeign()
    const foreign = this.#foreign.get(`${deviceId}/${point}`)
    return foreign === undefined ? own : [...own, ...foreign]
  }

  rulesOfDevice(deviceId: string): readonly AlarmRule[] {
    return [...(this.#ofDevice(deviceId)?.rules.values() ?? [])].flat()
  }

  /** Every rule in scope with what is overridden for the device, switched off ones too. */
  resolvedRules(deviceId: string): readonly ResolvedRule[] {
    const place = this.#places.rulePlaceOf(deviceId)
    return place === null ? [] : this.#inScope(place).map((rule) => resolveRule(rule, place))
  }

  #ofDevice(deviceId: string): OfDevice | null {
    if (this.#last?.deviceId === deviceId) return this.#last.found
    const found = this.#lookUp(deviceId)
    if (found !== null) this.#last = { deviceId, found }
    return found
  }

  /** Unknown devices are not cached: they would fill the memory with what strangers made up. */
  #lookUp(deviceId: string): OfDevice | null {
    const cached = this.#byDevice.get(deviceId)
    if (cached !== undefined) return cached
    const place = this.#places.rulePlaceOf(deviceId)
    if (place === null) return null
    const rules = this.#inScope(place)
      .map((rule) => resolveRule(rule, place).rule)
      .filter(({ enabled }) => enabled)
    const found = {
      rules: Map.groupBy(rules, (rule) => rule.point),
      listeners: ownListeners(deviceId, rules),
    }
    this.#byDevice.set(deviceId, found)
    return found
  }

  #inScope(place: RulePlace): readonly AlarmRule[] {
    const scopes = [
      `profile/${place.profileId}`,
      `device/${place.deviceId}`,
      `site/${place.siteId}`,
      ...place.organizationPath.map((id) => `organization/${id}`),
    ]
    const found = new Map<number, AlarmRule>()
    for (const { rule, order } of scopes.flatMap((scope) => this.#byScope.get(scope) ?? [])) {
      if (appliesTo(rule, place)) found.set(order, rule)
    }
    return [...found].sort(([one], [other]) => one - other).map(([, rule]) => rule)
  }

  /** Judged devices of rules that name points of other devices, by those points. */
  #findForeign(): ReadonlyMap<string, readonly RuleListener[]> {
    const found = new Map<string, RuleListener[]>()
    for (const rule of this.#lookingElsewhere) {
      const elsewhere = operandsOf(rule).filter(({ deviceId }) => deviceId !== null)
      for (const deviceId of this.#judgedBy(rule)) {
        const { point } = rule
        const resolved = this.rulesFor(deviceId, point).find(({ id }) => id === rule.id)
        if (resolved === undefined) continue
        for (const operand of elsewhere) {
          const listener = { rule: resolved, operand: operand.key, deviceId, point }
          const known = found.get(operand.key)
          if (known === undefined) found.set(operand.key, [listener])
          else known.push(listener)
        }
      }
    }
    return found
  }

  /** At most these: whether a rule really applies is asked of each. */
  #judgedBy({ deviceIds, siteIds, organizationIds }: AlarmRule): Iterable<string> {
    const isByDevice = siteIds === undefined && organizationIds === undefined
    return isByDevice && deviceIds !== undefined ? deviceIds : this.#places.deviceIds()
  }
}

function scopesOf(rule: AlarmRule): ReadonlySet<string> {
  const { deviceIds, siteIds, organizationIds, profileIds } = rule
  if (deviceIds === undefined && siteIds === undefined && organizationIds === undefined) {
    return new Set(profileIds.map((id) => `profile/${id}`))
  }
  return new Set([
    ...(deviceIds ?? []).map((id) => `device/${id}`),
    ...(siteIds ?? []).map((id) => `site/${id}`),
    ...(organizationIds ?? []).map((id) => `organization/${id}`),
  ])
}

/** Rules of the device that look at other points of it. */
function ownListeners(
  deviceId: string,
  rules: readonly AlarmRule[],
): ReadonlyMap<string, readonly RuleListener[]> {
  const found = new Map<string, RuleListener[]>()
  for (const rule of rules) {
    for (const operand of operandsOf(rule)) {
      if (operand.deviceId !== null || operand.key === ownKey(rule)) continue
      const listener = { rule, operand: operand.key, deviceId, point: rule.point }
      const known = found.get(operand.point)
      if (known === undefined) found.set(operand.point, [listener])
      else known.push(listener)
    }
  }
  return found
}
