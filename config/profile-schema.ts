import { z } from 'zod'
import { PAYLOAD_LIMITS, TEXT_LIMITS } from './limits.ts'

const localizedText = z.strictObject({
  zh: z.string().min(1).max(TEXT_LIMITS.nameLengthMax),
  en: z.string().min(1).max(TEXT_LIMITS.nameLengthMax),
})

const range = z
  .strictObject({ min: z.number(), max: z.number() })
  .refine(({ min, max }) => min < max, { message: 'min must lie below max' })

const point = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_.-]*$/)
      .max(PAYLOAD_LIMITS.pointNameLengthMax),
    label: localizedText,
    kind: z.enum(['number', 'boolean']),
    unit: z.string().min(1).max(20).nullable().default(null),
    /** What the quantity can be at all; a value outside is a fault of the device. */
    range: range.nullable().default(null),
    /** Shown first and as the large figure. */
    primary: z.boolean().default(false),
  })
  .refine(({ kind, unit, range }) => kind === 'number' || (unit === null && range === null), {
    message: 'a boolean has neither unit nor range',
  })

/** A family of devices: what it measures, and when it counts as silent. */
export const profileDocument = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  name: localizedText,
  family: z.string().min(1).max(TEXT_LIMITS.nameLengthMax),
  points: z
    .array(point)
    .min(1)
    .max(PAYLOAD_LIMITS.pointsPerSampleMax)
    .superRefine((points, context) => {
      const names = points.map(({ name }) => name)
      for (const [index, name] of names.entries()) {
        if (names.indexOf(name) === index) continue
        context.addIssue({ code: 'custom', path: [index, 'name'], message: `${name} stands twice` })
      }
      if (points.filter(({ primary }) => primary).length !== 1) {
        context.addIssue({ code: 'custom', path: [], message: 'exactly one point is primary' })
      }
    }),
  /** Silent when nothing arrived for this long. */
  silentAfterMs: z
    .int()
    .min(1_000)
    .max(7 * 24 * 3_600_000),
})
export type ProfileDocument = z.infer<typeof profileDocument>
export type ProfilePoint = ProfileDocument['points'][number]

/** A shipped profile, its points by name. */
export interface ShippedProfile extends Omit<ProfileDocument, 'points'> {
  readonly points: ReadonlyMap<string, ProfilePoint>
  readonly builtIn: true
}
