import { z } from 'zod'
import { FALSE_ALARM_CODES } from '#alerting/cases/case-file.ts'

/** What the alarms of a rule turned out to be, by the cases that were closed (F51: false alarms mend the rule). */
export const ruleQuality = z.object({
  ruleId: z.string(),
  /** Cases closed as put right or as false alarm; tests and drills count for neither. */
  closed: z.int(),
  falseAlarms: z.int(),
  /** The most frequent reason first. */
  reasons: z.array(z.object({ code: z.enum(FALSE_ALARM_CODES), count: z.int() })),
})
export type RuleQualityDto = z.infer<typeof ruleQuality>
