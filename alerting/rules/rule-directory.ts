import type { AlarmRule } from './alarm-rule.ts'

/** A rule on some point for which another point is one of its operands. */
export interface RuleListener {
  readonly rule: AlarmRule
  /** Key of the operand; see `operandKey`. */
  readonly operand: string
  /** The point that is judged. */
  readonly deviceId: string
  readonly point: string
}

/**
 * Port: the rules in force, with what is overridden for the device put in. Asked for every reading,
 * so it answers from memory; the same rule of the same device is the same object until it changes.
 */
export interface RuleDirectory {
  /** Enabled rules that judge this point of this device; empty for a device that is not known. */
  rulesFor(deviceId: string, point: string): readonly AlarmRule[]
  /** Judged points elsewhere that look at this point too. */
  listenersOf(deviceId: string, point: string): readonly RuleListener[]
}
