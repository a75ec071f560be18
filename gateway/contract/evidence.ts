import { z } from 'zod'
import { PHOTO_LIMITS } from '#config/limits.ts'
import { id, instant } from './values.ts'

/** Photos and evidence of an alarm. */

export const alarmPhoto = z.object({
  id: z.string(),
  mediaType: z.string(),
  bytes: z.int(),
  /** Of the file; stands in the time line too. */
  sha256: z.string(),
  name: z.string(),
  addedBy: z.string(),
  addedAt: instant,
})
export type AlarmPhotoDto = z.infer<typeof alarmPhoto>

export const photoQuery = z.object({
  name: z.string().trim().min(1).max(PHOTO_LIMITS.nameLengthMax).default('photo'),
})
export const photoParams = z.object({ id: z.string().min(1).max(200), photoId: id })
export const evidenceQuery = z.object({
  format: z.enum(['json', 'pdf']).default('json'),
  language: z.enum(['zh', 'en']).default('zh'),
})
