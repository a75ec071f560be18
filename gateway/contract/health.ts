import { z } from 'zod'

/** What the gateway says of itself. */

export const healthPart = z.object({
  name: z.string(),
  state: z.enum(['ok', 'degraded', 'failing']),
  detail: z.string(),
})
export const health = z.object({ ready: z.boolean(), parts: z.array(healthPart) })
export type Health = z.infer<typeof health>
