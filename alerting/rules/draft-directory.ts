import type { AlarmRule } from './alarm-rule.ts'
import { operandsOf, ownKey } from './operands.ts'
import type { RuleDirectory, RuleListener } from './rule-directory.ts'

const NO_RULES: readonly AlarmRule[] = []
const NO_LISTENERS: readonly RuleListener[] = []

/**
 * One rule for the devices it is tried on, each with the figures that are overridden for it: what a
 * back-test and a try-out give the engine instead of the rules in force.
 */
export class DraftDirectory implements RuleDirectory {
  readonly #rules = new Map<string, readonly AlarmRule[]>()
  readonly #listeners = new Map<string, RuleListener[]>()

  /** `rules` by device id; see `resolveRule`. */
  constructor(rules: ReadonlyMap<string, AlarmRule>) {
    for (const [deviceId, rule] of rules) {
      this.#rules.set(`${deviceId}/${rule.point}`, [rule])
      for (const operand of operandsOf(rule)) {
        if (operand.key === ownKey(rule)) continue
        const key = `${operand.deviceId ?? deviceId}/${operand.point}`
        const listener = { rule, operand: operand.key, deviceId, point: rule.point }
        const known = this.#listeners.get(key)
        if (known === undefined) this.#listeners.set(key, [listener])
        else known.push(listener)
      }
    }
  }

  rulesFor(deviceId: string, point: string): readonly AlarmRule[] {
    return this.#rules.get(`${deviceId}/${point}`) ?? NO_RULES
  }

  listenersOf(deviceId: string, point: string): readonly RuleListener[] {
    return this.#listeners.get(`${deviceId}/${point}`) ?? NO_LISTENERS
  }

  /** Every point whose readings the rule needs. */
  points(): readonly { readonly deviceId: string; readonly point: string }[] {
    const keys = new Set([...this.#rules.keys(), ...this.#listeners.keys()])
    return [...keys].map((key) => {
      const [deviceId = '', point = ''] = key.split('/')
      return { deviceId, point }
    })
  }
}
