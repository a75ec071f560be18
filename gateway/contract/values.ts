import { z } from 'zod'
import { HTTP_LIMITS, TEXT_LIMITS } from '#config/limits.ts'

/** What all schemas of the outside share: ids, texts, instants, pages, patches and problems. */

export const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/)
export const name = z.string().trim().min(1).max(TEXT_LIMITS.nameLengthMax)
/**
 * Words of a person, with line breaks. Nothing that a screen or a printout does not show, or shows in another order than
 * it stands: such words are evidence.
 */
const UNSHOWN = /(?![\n\r\t])[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u
export const note = z
  .string()
  .trim()
  .max(TEXT_LIMITS.noteLengthMax)
  .refine((text) => !UNSHOWN.test(text), 'holds characters that cannot be shown')
export const instant = z.iso.datetime()
export const gradeSchema = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)])

export type PatchShape<Shape extends z.ZodRawShape> = {
  [Key in keyof Shape]: z.ZodOptional<
    Shape[Key] extends z.ZodDefault<infer Inner> ? Inner : Shape[Key]
  >
}

/**
 * What PATCH takes of a draft: every field may be left out and stays as it is then. `partial()` would
 * fill the defaults of a new thing into what already exists.
 */
export function patchOf<Shape extends z.ZodRawShape>(
  draft: z.ZodObject<Shape>,
): z.ZodObject<PatchShape<Shape>, z.core.$strict> {
  const fields = Object.entries(draft.shape).map(([key, field]) => [
    key,
    z.optional(field instanceof z.ZodDefault ? field.unwrap() : field),
  ])
  // The loop does at run time what PatchShape says; TypeScript cannot follow Object.fromEntries.
  return z.strictObject(Object.fromEntries(fields) as PatchShape<Shape>)
}

export function page<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}

export const pageQuery = z.object({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(HTTP_LIMITS.pageSizeMax)
    .default(HTTP_LIMITS.pageSizeDefault),
  cursor: z.string().max(200).optional(),
})

/** RFC 9457, with our stable `code` and, for bad input, one issue a field. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  code: z.string(),
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})
export type Problem = z.infer<typeof problem>
