import type { Rule } from '../../gateway/contract.ts'
import { type Draft, idsAt } from './draft-path.ts'

export type RuleScope = Pick<Rule, 'profileIds' | 'organizationIds' | 'siteIds' | 'deviceIds'>

/** What a rule that is being written is for; a list that is not there does not narrow it. */
export function scopeOf(draft: Draft): RuleScope {
  const listed = (field: keyof RuleScope) =>
    draft[field] === undefined ? {} : { [field]: idsAt(draft, field) }
  return {
    profileIds: idsAt(draft, 'profileIds'),
    ...listed('organizationIds'),
    ...listed('siteIds'),
    ...listed('deviceIds'),
  }
}
