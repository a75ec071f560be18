import { z } from 'zod'

/** What the gateway says of itself. */

/** One thing a part says: a stable code with its figures, and the sentence in both languages. */
export const healthReason = z.object({
  code: z.string(),
  parameters: z.record(z.string(), z.union([z.string(), z.number()])),
  message: z.object({ zh: z.string(), en: z.string() }),
})
export type HealthReason = z.infer<typeof healthReason>

export const healthPart = z.object({
  name: z.string(),
  state: z.enum(['ok', 'degraded', 'failing']),
  /** The reasons in English, one after the other. */
  detail: z.string(),
  reasons: z.array(healthReason),
})
export const health = z.object({ ready: z.boolean(), parts: z.array(healthPart) })
export type Health = z.infer<typeof health>
