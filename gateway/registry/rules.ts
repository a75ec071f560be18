import type { Clock } from '#alerting/clock.ts'
import type { AlarmRule, AlarmRuleDraft } from '#alerting/rules/alarm-rule.ts'
import type { Database } from '../database/open.ts'
import type { Page, PageRequest } from '../database/page.ts'
import type { Registry } from './registry.ts'

/** A rule with where it comes from. */
export interface RuleRow {
  readonly rule: AlarmRule
  /** Shipped with Vigil (it may have been edited since: then `version` is above 1). */
  readonly builtIn: boolean
  readonly updatedAtMs: number
  /** User name, or `system`. */
  readonly updatedBy: string
}

/**
 * The rules in force: built-in ones, and what people made of them. Every edit is a new version with
 * who and when. Codes: `not_found`, `already_exists`, `rule_built_in` (a built-in rule is switched
 * off, not removed), `profile_unknown`, `point_unknown`, `too_many`.
 */
export class RuleBook {
  constructor(_options: {
    readonly database: Database
    readonly clock: Clock
    readonly registry: Registry
    readonly builtIn: readonly AlarmRule[]
  }) {}

  async start(): Promise<void> {
    throw new Error('being built')
  }
  /** Enabled rules of one point of one device. */
  rulesFor(_deviceId: string, _point: string): readonly AlarmRule[] {
    throw new Error('being built')
  }
  /** All enabled rules that apply to a device. */
  rulesOfDevice(_deviceId: string): readonly AlarmRule[] {
    throw new Error('being built')
  }
  rule(_id: string): RuleRow | null {
    throw new Error('being built')
  }
  list(_request: { readonly profileId?: string | undefined } & PageRequest): Page<RuleRow> {
    throw new Error('being built')
  }
  /** Newest first. */
  async history(_id: string): Promise<readonly RuleRow[]> {
    throw new Error('being built')
  }
  async create(_draft: AlarmRuleDraft, _actor: string): Promise<RuleRow> {
    throw new Error('being built')
  }
  /** The whole new draft; `id` stays. */
  async edit(_id: string, _draft: AlarmRuleDraft, _actor: string): Promise<RuleRow> {
    throw new Error('being built')
  }
  async remove(_id: string, _actor: string): Promise<void> {
    throw new Error('being built')
  }
  /** Rules changed, or which rules apply to a device changed (`deviceId` then). */
  onChange(
    _listener: (change: { readonly ruleId: string } | { readonly deviceId: string }) => void,
  ): () => void {
    throw new Error('being built')
  }
}
