import type { PlaceDirectory } from '../alarms/place-directory.ts'
import type { RuleDirectory } from './rule-directory.ts'

/** Judges readings by rules, in memory. */
export class RuleEngine {
  constructor(_options: {
    readonly rules: RuleDirectory
    readonly places?: PlaceDirectory
  }) {}
}
