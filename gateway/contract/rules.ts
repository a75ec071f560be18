import { z } from 'zod'
import { alarmRuleDraft } from '#alerting/rules/alarm-rule.ts'
import { instant, patchOf } from './values.ts'

export const rule = alarmRuleDraft.safeExtend({
  version: z.int(),
  builtIn: z.boolean(),
  updatedAt: instant,
})
export type Rule = z.infer<typeof rule>
/** Checked as a whole once it is merged with the rule that exists. */
export const rulePatch = patchOf(z.strictObject(alarmRuleDraft.shape).omit({ id: true }))
