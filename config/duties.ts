import { readFileSync } from 'node:fs'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'

export const DUTY_INTERVALS = ['operating', 'technical', 'halfYearly', 'yearly'] as const
export type DutyInterval = (typeof DUTY_INTERVALS)[number]

const text = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) })
const duty = z.strictObject({
  id: z.string().regex(/^[a-z][a-z-]*$/),
  role: z.enum(['principal', 'technical', 'operating']),
  /** Null: on occasion. */
  interval: z.enum(DUTY_INTERVALS).nullable(),
  confidence: z.enum(['verified', 'partly', 'from-memory']),
  text,
})
export type Duty = z.infer<typeof duty>

/** Of config/duties/responsible-persons.yaml; throws a `ZodError` naming what does not fit. */
export function loadDuties(): readonly Duty[] {
  const file = new URL('./duties/responsible-persons.yaml', import.meta.url)
  return z
    .array(duty)
    .min(1)
    .parse(parseYaml(readFileSync(file, 'utf8')))
}
