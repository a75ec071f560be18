import { z } from 'zod'
import { PAYLOAD_LIMITS, TEXT_LIMITS } from './limits.ts'

const text = z.strictObject({
  zh: z.string().min(1).max(TEXT_LIMITS.nameLengthMax),
  en: z.string().min(1).max(TEXT_LIMITS.nameLengthMax),
})

const pointName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_.-]*$/)
  .max(PAYLOAD_LIMITS.pointNameLengthMax)

const numberPoint = z.strictObject({
  name: pointName,
  label: text,
  kind: z.literal('number'),
  unit: z.string().min(1).max(20),
  /** A value outside is kept as `uncertain`: over-range gas must still alarm. */
  range: z
    .strictObject({ min: z.number(), max: z.number() })
    .refine(({ min, max }) => min < max, { error: 'min must be below max', path: ['max'] }),
  primary: z.boolean().default(false),
})

const booleanPoint = z.strictObject({
  name: pointName,
  label: text,
  kind: z.literal('boolean'),
  primary: z.boolean().default(false),
})

/** What a family of devices measures: one file of config/profiles. */
export const profileSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  name: text,
  family: z.string().regex(/^[a-z][a-z-]*$/),
  /** Nothing heard for this long: the device counts as silent. */
  silentAfterMs: z
    .int()
    .min(1_000)
    .max(7 * 24 * 3_600_000),
  points: z
    .array(z.discriminatedUnion('kind', [numberPoint, booleanPoint]))
    .min(1)
    .max(PAYLOAD_LIMITS.pointsPerSampleMax)
    .superRefine((points, context) => {
      const names = new Set<string>()
      for (const [index, { name }] of points.entries()) {
        if (names.has(name)) {
          context.addIssue({
            code: 'custom',
            path: [index, 'name'],
            message: `${name} is there twice`,
          })
        }
        names.add(name)
      }
      if (points.filter((point) => point.primary).length !== 1) {
        context.addIssue({ code: 'custom', path: [], message: 'exactly one point must be primary' })
      }
    }),
})

export type ProfileDocument = z.infer<typeof profileSchema>
