import type { AlarmRule } from './alarm-rule.ts'

/** Port: the rules in force. Asked for every reading, so it answers from memory. */
export interface RuleDirectory {
  /** Enabled rules that judge this point of this device; empty for a device that is not known. */
  rulesFor(deviceId: string, point: string): readonly AlarmRule[]
}
