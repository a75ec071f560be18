import type { AlarmRuleDraft } from '#alerting/rules/alarm-rule.ts'
import { operandsOf } from '#alerting/rules/operands.ts'
import { isSame } from '#alerting/rules/strictness.ts'
import { hasRight } from '../rights.ts'
import type { PlantModel } from './plant-model.ts'
import { maySee } from './territory.ts'
import type { Principal } from './types.ts'

const PLACES = ['organizationIds', 'siteIds', 'deviceIds'] as const
type Scoped = Pick<AlarmRuleDraft, 'organizationIds' | 'siteIds' | 'deviceIds'>
type Override = NonNullable<AlarmRuleDraft['overrides']>[number]

/** What a rule is (null: not there), and what it is to become (null: it goes). */
export interface RuleChangeOfHands {
  readonly before: AlarmRuleDraft | null
  readonly after: AlarmRuleDraft | null
  readonly builtIn: boolean
}

/**
 * Who may see and shape which rule. A rule that names places is managed by whoever has the scope
 * `manage` and sees all of them. One for the whole district, and a shipped one, needs an administrator
 * or supervisor of the whole district; but everybody may override its figures for places of their own.
 */
export class RuleRights {
  readonly #model: PlantModel

  constructor(model: PlantModel) {
    this.#model = model
  }

  /** Both `before` (null: a new rule) and `after` (null: it goes) must be the principal's to shape. */
  mayChange(principal: Principal, { before, after, builtIn }: RuleChangeOfHands): boolean {
    if (!hasRight(principal, 'manage')) return false
    if (this.#isOfDistrict(principal)) return true
    if (before !== null && after !== null && this.#changesOwnOverrides(principal, before, after)) {
      return true
    }
    return (
      !builtIn && [before, after].every((rule) => rule === null || this.#isWithin(principal, rule))
    )
  }

  /** What of a rule the principal is shown: places of others are left out; null: nothing at all. */
  visible<Rule extends AlarmRuleDraft>(principal: Principal, rule: Rule): Rule | null {
    if (principal.organizationId === null) return rule
    const shown: Rule = {
      ...rule,
      ...(rule.organizationIds && {
        organizationIds: rule.organizationIds.filter((id) => this.#touches(principal, id)),
      }),
      ...(rule.siteIds && { siteIds: rule.siteIds.filter((id) => this.#seesSite(principal, id)) }),
      ...(rule.deviceIds && {
        deviceIds: rule.deviceIds.filter((id) => this.#seesDevice(principal, id)),
      }),
      ...(rule.overrides && {
        overrides: rule.overrides.filter((one) => this.#seesOverride(principal, one)),
      }),
    }
    const isPlaced = placesOf(rule).length > 0
    return isPlaced && placesOf(shown).length === 0 ? null : shown
  }

  /** Puts back what the principal was not shown, so that an edit does not take it away unseen. */
  withHidden(
    principal: Principal,
    before: AlarmRuleDraft | null,
    after: AlarmRuleDraft,
  ): AlarmRuleDraft {
    const shown = before === null ? null : this.visible(principal, before)
    if (before === null || shown === null || principal.organizationId === null) return after
    const whole = { ...after }
    for (const field of PLACES) {
      const all = before[field]
      if (all !== undefined && isSame(after[field], shown[field])) whole[field] = all
    }
    const hidden = (before.overrides ?? []).filter((one) => !this.#seesOverride(principal, one))
    if (hidden.length > 0) whole.overrides = [...hidden, ...(after.overrides ?? [])]
    return whole
  }

  #isOfDistrict({ organizationId, role }: Principal): boolean {
    return organizationId === null && (role === 'administrator' || role === 'supervisor')
  }

  #isWithin(principal: Principal, rule: AlarmRuleDraft): boolean {
    const places = placesOf(rule)
    return (
      places.length > 0 &&
      (rule.organizationIds ?? []).every((id) => maySee(this.#model, principal, id)) &&
      (rule.siteIds ?? []).every((id) => this.#seesSite(principal, id)) &&
      (rule.deviceIds ?? []).every((id) => this.#seesDevice(principal, id)) &&
      // What others measure is not told by a detour over a rule of one's own.
      operandsOf(rule).every(
        ({ deviceId }) => deviceId === null || this.#seesDevice(principal, deviceId),
      )
    )
  }

  #changesOwnOverrides(
    principal: Principal,
    before: AlarmRuleDraft,
    after: AlarmRuleDraft,
  ): boolean {
    const { overrides: old = [], ...rest } = before
    const { overrides: own = [], ...restAfter } = after
    // A rule in force has a version, what it is to become has none yet.
    if (!isSame({ ...rest, version: 0 }, { ...restAfter, version: 0 })) return false
    const changed = [
      ...old.filter((one) => !own.some((other) => isSame(one, other))),
      ...own.filter((one) => !old.some((other) => isSame(one, other))),
    ]
    return changed.every((one) => one.profileId === undefined && this.#seesOverride(principal, one))
  }

  #seesOverride(principal: Principal, override: Override): boolean {
    const { organizationId, siteId, deviceId } = override
    if (organizationId !== undefined) return maySee(this.#model, principal, organizationId)
    if (siteId !== undefined) return this.#seesSite(principal, siteId)
    if (deviceId !== undefined) return this.#seesDevice(principal, deviceId)
    return true
  }

  /** The territory lies in the organization, or the organization in the territory. */
  #touches(principal: Principal, organizationId: string): boolean {
    return (
      maySee(this.#model, principal, organizationId) ||
      (principal.organizationId !== null &&
        this.#model.ancestors(principal.organizationId).some(({ id }) => id === organizationId))
    )
  }

  #seesSite(principal: Principal, siteId: string): boolean {
    if (principal.organizationId === null) return true
    return maySee(this.#model, principal, this.#model.organizationOfSite(siteId))
  }

  #seesDevice(principal: Principal, deviceId: string): boolean {
    if (principal.organizationId === null) return true
    return maySee(this.#model, principal, this.#model.organizationOfDevice(deviceId))
  }
}

function placesOf(rule: Scoped): readonly string[] {
  return [...(rule.organizationIds ?? []), ...(rule.siteIds ?? []), ...(rule.deviceIds ?? [])]
}
