import type { RiskEntry } from '../../gateway/contract.ts'
import { presentGrade } from '../alarms/grade.ts'

export type RiskColour = RiskEntry['colour']
export const RISK_COLOURS = ['red', 'orange', 'yellow', 'blue'] as const

const GRADE_OF = { red: 1, orange: 2, yellow: 3, blue: 4 } as const

/** The same four colours as those of alarms: they mean the same urgency. */
export function fillOf(colour: RiskColour): string {
  return presentGrade(GRADE_OF[colour]).fill
}

/** Hatching by colour, so that the map is read without colours too; ids of `RiskPatterns`. */
export function patternOf(colour: RiskColour): string {
  return `url(#risk-${colour})`
}

/** Worst first, then by name. */
export function byRisk(one: RiskEntry, other: RiskEntry): number {
  return other.points - one.points || one.name.localeCompare(other.name, 'zh')
}
