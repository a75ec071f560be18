import type { Rule } from '../../gateway/contract.ts'

export interface RuleFilter {
  readonly text: string
  readonly profileId: string | null
  readonly state: 'on' | 'off' | 'waiting' | null
  readonly isSafetyOnly: boolean
}

const STATES = ['on', 'off', 'waiting'] as const

export function parseRuleFilter(parameters: URLSearchParams): RuleFilter {
  const profileId = parameters.get('profile')
  return {
    text: parameters.get('q') ?? '',
    profileId: profileId === '' ? null : profileId,
    state: STATES.find((state) => state === parameters.get('state')) ?? null,
    isSafetyOnly: parameters.get('safety') === 'yes',
  }
}

/** Every word of the text stands somewhere in what the rule is called or for. */
export function matchesRule(
  rule: Pick<Rule, 'id' | 'name' | 'profileIds' | 'point' | 'enabled' | 'safety' | 'condition'>,
  filter: RuleFilter,
  about: {
    readonly families: readonly string[]
    readonly profileNames: readonly string[]
    readonly isWaiting: boolean
  },
): boolean {
  const { profileId, state, isSafetyOnly } = filter
  if (profileId !== null && !rule.profileIds.includes(profileId)) return false
  if (isSafetyOnly && !rule.safety) return false
  if (state === 'waiting' && !about.isWaiting) return false
  if (state === 'on' && !rule.enabled) return false
  if (state === 'off' && rule.enabled) return false
  const texts = [
    rule.id,
    rule.name.zh,
    rule.name.en,
    rule.point,
    rule.condition.kind,
    ...rule.profileIds,
    ...about.families,
    ...about.profileNames,
  ]
  const all = texts.join('\n').toLowerCase()
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean)
  return words.every((word) => all.includes(word))
}
