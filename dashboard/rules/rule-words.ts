import type { Language } from '../i18n/i18n.ts'
import { conditionInWords } from './condition-words.ts'
import type { RuleDefinition } from './rule-types.ts'
import { EN, scheduleEn } from './words-en.ts'
import type { Phrases, RuleNames } from './words-language.ts'
import { scheduleZh, ZH } from './words-zh.ts'

export interface RuleInWords {
  /** What it waits for and what it then raises; empty while nothing is chosen yet. */
  readonly condition: string
  /** What it does with that, a sentence each. */
  readonly behaviour: readonly string[]
}

export type Worded = Partial<Omit<RuleDefinition, 'point' | 'condition'>> &
  Pick<RuleDefinition, 'point'> & { readonly condition?: RuleDefinition['condition'] | undefined }

const PHRASES: Readonly<Record<Language, Phrases>> = { zh: ZH, en: EN }

/** A rule as a person would say it, also while it is still being written. Pure. */
export function ruleInWords(rule: Worded, language: Language, names: RuleNames): RuleInWords {
  const phrases = PHRASES[language]
  const { condition, point } = rule
  return {
    condition:
      condition === undefined ? '' : conditionInWords(condition, point, { phrases, names }),
    behaviour: behaviourInWords(rule, language),
  }
}

export function scheduleInWords(
  schedule: NonNullable<RuleDefinition['schedule']>,
  language: Language,
): string {
  return language === 'zh' ? scheduleZh(schedule) : scheduleEn(schedule)
}

export function durationInWords(ms: number, language: Language): string {
  return PHRASES[language].duration(ms)
}

function behaviourInWords(rule: Worded, language: Language): readonly string[] {
  const { behaviour: say, duration } = PHRASES[language]
  const { onDelayMs = 0, offDelayMs = 0, reAlarmMs, gap, schedule, overrides = [] } = rule
  return [
    ...(rule.enabled === false ? [say.off] : []),
    say.onDelay(onDelayMs === 0 ? null : duration(onDelayMs)),
    say.offDelay(offDelayMs === 0 ? null : duration(offDelayMs)),
    say.latching(rule.latching === true),
    say.shelvable(rule.shelvable !== false),
    ...(reAlarmMs === undefined ? [] : [say.reAlarm(duration(reAlarmMs))]),
    ...(rule.qualityMin === 'good' ? [say.goodOnly] : []),
    ...(gap === undefined ? [] : [say.gap(gap.policy, duration(gap.afterMs))]),
    ...(schedule === undefined ? [] : [say.schedule(scheduleInWords(schedule, language))]),
    ...(overrides.length === 0 ? [] : [say.overrides(overrides.length)]),
  ]
}
