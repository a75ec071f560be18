import type { Rule } from '../../gateway/contract.ts'

/** The parts of a rule as the contract has them. */
export type AlarmCondition = Rule['condition']
export type ConditionKind = AlarmCondition['kind']
export type ConditionOf<Kind extends ConditionKind> = Extract<AlarmCondition, { kind: Kind }>
export type ConditionTest = ConditionOf<'combination'>['tests'][number]
export type PointReference = ConditionOf<'deviation'>['from']
export type RuleSchedule = NonNullable<Rule['schedule']>
export type RuleOverride = NonNullable<Rule['overrides']>[number]
export type LevelledCondition = Extract<AlarmCondition, { setpoints: unknown }>

/** What a person edits: a rule without what the gateway adds to it. */
export type RuleDefinition = Pick<
  Rule,
  | 'id'
  | 'name'
  | 'profileIds'
  | 'organizationIds'
  | 'siteIds'
  | 'deviceIds'
  | 'overrides'
  | 'point'
  | 'condition'
  | 'onDelayMs'
  | 'offDelayMs'
  | 'latching'
  | 'reAlarmMs'
  | 'qualityMin'
  | 'gap'
  | 'schedule'
  | 'shelvable'
  | 'response'
  | 'enabled'
>
