import { readFileSync } from 'node:fs'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'

/** What can be measured at a major hazard source. */
export const WATCHED_QUANTITIES = [
  'level',
  'temperature',
  'pressure',
  'combustible-gas',
  'toxic-gas',
  'flame',
  'smoke',
  'humidity',
  'flow',
  'valve-position',
  'weather',
  'video',
] as const

const requirements = z
  .array(
    z.strictObject({
      anyOf: z.array(z.enum(WATCHED_QUANTITIES)).min(1),
      source: z.string().min(1),
      confidence: z.enum(['verified', 'partly', 'from-memory']),
    }),
  )
  .min(1)
const schema = z.strictObject({
  'tank-farm': requirements,
  warehouse: requirements,
  production: requirements,
  other: requirements,
})
export type RequiredPoints = z.infer<typeof schema>

/** Of config/watching/required-points.yaml; throws a `ZodError` naming what does not fit. */
export function loadRequiredPoints(): RequiredPoints {
  const file = new URL('./watching/required-points.yaml', import.meta.url)
  return schema.parse(parseYaml(readFileSync(file, 'utf8')))
}
