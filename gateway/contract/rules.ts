import { z } from 'zod'
import { alarmRuleDraft, localizedText } from '#alerting/rules/alarm-rule.ts'
import { LOOSENING_KINDS } from '#alerting/rules/rule-loosening.ts'
import { RULE_LIFE_LIMITS, TEXT_LIMITS } from '#config/limits.ts'
import { instant, patchOf } from './values.ts'

/** Rules, what they were, and what somebody wants to make of them. */

/** How a version came to be; `release`: shipped with this or an earlier Vigil. */
export const RULE_ORIGINS = [
  'release',
  'created',
  'edited',
  'imported',
  'rolled-back',
  'removed',
] as const
export type RuleOrigin = (typeof RULE_ORIGINS)[number]

/**
 * `draft`: being written, has errors; `checked`: could be judged; `proposed`: waits for a second
 * person; `expired`: nobody decided in time; then how it was decided.
 */
export const RULE_DRAFT_STATES = [
  'draft',
  'checked',
  'proposed',
  'expired',
  'activated',
  'rejected',
  'withdrawn',
] as const
export type RuleDraftState = (typeof RULE_DRAFT_STATES)[number]

/**
 * How often a draft would have rung over the last days, beside the version in force: what a person sees
 * before it is activated.
 */
export const ruleLookBack = z.object({
  /** When it was worked out. */
  at: instant,
  from: instant,
  to: instant,
  /** Devices that were looked at, the ones that rang lately first; not all of `devicesTotal` where that is too much work. */
  devices: z.int(),
  devicesTotal: z.int(),
  /** 0: nothing is stored of them for this time. */
  readings: z.int(),
  /** Calls for attention; null: it is switched off or goes, and rings no more. */
  draft: z.int().nullable(),
  /** The same of the version in force; null: there is none, or it is switched off. */
  active: z.int().nullable(),
  /** 0: there was none. */
  activeVersion: z.int(),
  /** Who had it before their eyes when they proposed, activated or approved. */
  seenBy: z.array(z.string()),
})
export type RuleLookBack = z.infer<typeof ruleLookBack>

/** Of a draft: looked back at already (`done`), at work, or not (`none`). */
export const ruleLookBackState = z.object({
  state: z.enum(['none', 'running', 'done', 'failed']),
  /** 0 … 1 */
  share: z.number(),
  readings: z.int(),
  detail: z.string(),
  lookBack: ruleLookBack.nullable(),
})
export type RuleLookBackState = z.infer<typeof ruleLookBackState>

/** Why a rule is changed; a safety rule asks for it. */
const reason = z.string().trim().max(TEXT_LIMITS.noteLengthMax)
export const ruleIdText = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/)

export const rule = alarmRuleDraft.safeExtend({
  version: z.int(),
  builtIn: z.boolean(),
  /** People's safety hangs on it: loosening it needs a second person. */
  safety: z.boolean(),
  updatedAt: instant,
  updatedBy: z.string(),
  reason: z.string(),
  origin: z.enum(RULE_ORIGINS),
  approvedBy: z.string().nullable(),
})
export type Rule = z.infer<typeof rule>

export const ruleRequest = alarmRuleDraft.safeExtend({ reason: reason.optional() })
/** Checked as a whole once it is merged with the rule that exists. */
export const rulePatch = patchOf(z.strictObject(alarmRuleDraft.shape).omit({ id: true })).extend({
  reason: reason.optional(),
  /** Refused with `rule_changed_meanwhile` when the rule has another version by now. */
  baseVersion: z.int().min(0).optional(),
})

export const ruleReasonQuery = z.object({ reason: reason.default('') })

export const ruleFinding = z.object({
  severity: z.enum(['error', 'warning']),
  code: z.string(),
  /** Of the field, e.g. `condition.setpoints.0.setpoint`; empty: the rule as a whole. */
  path: z.string(),
  message: z.object({ zh: z.string(), en: z.string() }),
})
export type RuleFindingDto = z.infer<typeof ruleFinding>

export const loosening = z.object({ kind: z.enum(LOOSENING_KINDS), path: z.string() })
export type LooseningDto = z.infer<typeof loosening>

/** One field that differs; null: it was or is not there. */
export const ruleDifference = z.object({
  path: z.string(),
  before: z.unknown(),
  after: z.unknown(),
})
export type RuleDifferenceDto = z.infer<typeof ruleDifference>

export const ruleVersion = rule.safeExtend({
  /** Against the version before it. */
  differences: z.array(ruleDifference),
  loosenings: z.array(loosening),
  /** What whoever put it in force had seen; null: nobody had looked. */
  lookBack: ruleLookBack.nullable(),
})
export type RuleVersion = z.infer<typeof ruleVersion>

/** A draft is kept as the person left it, also half done; null: the rule is to go. */
const draftDefinition = z.record(z.string(), z.unknown()).nullable()

export const ruleDraftRequest = z.strictObject({
  /** Of a rule that exists: a change of it. Left out: a new rule. */
  ruleId: ruleIdText.optional(),
  definition: draftDefinition.optional(),
  reason: reason.default(''),
})
export const ruleDraftPatch = z.strictObject({
  definition: draftDefinition.optional(),
  reason: reason.optional(),
  baseVersion: z.int().min(0).optional(),
  /** That one was looking at; another one is refused with `rule_draft_changed_meanwhile`. */
  revision: z.int(),
})
/** `lookBackAt`: the look-back that the person has before their eyes; kept with what is decided. */
const seenLookBack = { lookBackAt: instant.optional() }
export const ruleActivationRequest = z.strictObject(seenLookBack)
export const ruleDecisionRequest = z.strictObject({ note: reason.default('') })
export const ruleApprovalRequest = ruleDecisionRequest.extend(seenLookBack)

export const ruleDraft = z.object({
  id: z.string(),
  ruleId: z.string(),
  state: z.enum(RULE_DRAFT_STATES),
  definition: draftDefinition,
  reason: z.string(),
  origin: z.enum(RULE_ORIGINS),
  /** The version it was made from; 0: a new rule. */
  baseVersion: z.int(),
  /** The version in force; 0: none. Another than `baseVersion`: somebody was faster. */
  currentVersion: z.int(),
  createdBy: z.string(),
  createdAt: instant,
  changedBy: z.string(),
  changedAt: instant,
  revision: z.int(),
  proposal: z.object({ by: z.string(), at: instant, expiresAt: instant }).nullable(),
  decision: z
    .object({
      by: z.string(),
      at: instant,
      note: z.string(),
      version: z.int().nullable(),
    })
    .nullable(),
  safety: z.boolean(),
  findings: z.array(ruleFinding),
  /** Against the version in force. */
  differences: z.array(ruleDifference),
  loosenings: z.array(loosening),
  needsSecondPerson: z.boolean(),
  /** Of the definition as it stands; null: nobody has looked since it was changed. */
  lookBack: ruleLookBack.nullable(),
  /** What the caller may do with it now. */
  may: z.object({ edit: z.boolean(), decide: z.boolean() }),
  /** Who else could be the second person, as far as the caller may see them. */
  approvers: z.array(z.string()),
})
export type RuleDraftDto = z.infer<typeof ruleDraft>

export const ruleCheckRequest = z.strictObject({
  ruleId: ruleIdText.optional(),
  definition: z.record(z.string(), z.unknown()),
})
export const ruleCheck = ruleDraft.pick({
  findings: true,
  differences: true,
  loosenings: true,
  safety: true,
  needsSecondPerson: true,
})
export type RuleCheck = z.infer<typeof ruleCheck>

/** What became of a change: in force, or waiting for a second person. */
export const ruleOutcome = z.object({
  outcome: z.enum(['in-force', 'waits']),
  ruleId: z.string(),
  version: z.int().nullable(),
  draftId: z.string().nullable(),
})
export type RuleOutcomeDto = z.infer<typeof ruleOutcome>

export const rollBackRequest = z.strictObject({
  version: z.int().min(1),
  reason: reason.default(''),
})

export const ruleImportRequest = z.strictObject({
  yaml: z.string().min(1).max(RULE_LIFE_LIMITS.importBytesMax),
  /** False: a dry run. */
  apply: z.boolean().default(false),
  reason: reason.default(''),
})
export const ruleImport = z.object({
  /** In the order of the file. */
  items: z.array(
    z.object({
      /** Of the file, from 1: where the rule begins. */
      line: z.int(),
      ruleId: z.string(),
      name: localizedText.nullable(),
      action: z.enum(['new', 'changed', 'same', 'refused']),
      findings: z.array(ruleFinding),
      differences: z.array(ruleDifference),
      loosenings: z.array(loosening),
      needsSecondPerson: z.boolean(),
    }),
  ),
  /** What became of it; empty after a dry run. */
  outcomes: z.array(ruleOutcome),
})
export type RuleImport = z.infer<typeof ruleImport>
