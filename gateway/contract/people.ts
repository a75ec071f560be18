import { z } from 'zod'
import { TEXT_LIMITS } from '#config/limits.ts'
import { id, instant, name, patchOf } from './values.ts'

/** Accounts, sessions and tokens. */

/**
 * `administrator`: all; `supervisor` (of a district or town) and `safety-manager` (of an enterprise):
 * answer alarms of their territory and shape what is supervised there; `operator`: answers alarms;
 * `viewer`: looks.
 */
export const ROLES = [
  'administrator',
  'supervisor',
  'safety-manager',
  'operator',
  'viewer',
] as const
export const role = z.enum(ROLES)
export type Role = z.infer<typeof role>

export const account = z.object({
  id: z.string(),
  username: z.string(),
  displayName: z.string(),
  role,
  /** The organization whose subtree the account sees; null: everything. */
  organizationId: z.string().nullable(),
  language: z.enum(['zh', 'en']),
})
export type Account = z.infer<typeof account>

export const sessionRequest = z.strictObject({
  username: z.string().min(1).max(TEXT_LIMITS.nameLengthMax),
  password: z.string().min(1).max(TEXT_LIMITS.passwordLengthMax),
})
export const session = z.object({ account, expiresAt: instant })
export type Session = z.infer<typeof session>

const newPassword = z.string().min(TEXT_LIMITS.passwordLengthMin).max(TEXT_LIMITS.passwordLengthMax)

export const passwordChange = z.strictObject({
  currentPassword: sessionRequest.shape.password,
  newPassword,
})

export const userDraft = z.strictObject({
  username: z.string().regex(/^[A-Za-z0-9._@-]{2,64}$/),
  displayName: name,
  password: newPassword,
  role,
  organizationId: id.nullable().default(null),
  language: z.enum(['zh', 'en']).default('zh'),
})
export const userPatch = patchOf(userDraft.omit({ username: true }))

/**
 * `read`: everything GET; `operate`: alarms' verbs; `manage`: rules, windows and filings of one's own
 * territory; `ingest`: readings of any device; `administer`: all.
 */
export const TOKEN_SCOPES = ['read', 'operate', 'manage', 'ingest', 'administer'] as const
export type TokenScope = (typeof TOKEN_SCOPES)[number]
export const tokenDraft = z.strictObject({
  name,
  scopes: z.array(z.enum(TOKEN_SCOPES)).min(1),
  expiresAt: instant.optional(),
})
export const apiToken = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(TOKEN_SCOPES)),
  createdAt: instant,
  expiresAt: instant.nullable(),
  /** Only in the answer to its creation. */
  token: z.string().optional(),
})
export type ApiToken = z.infer<typeof apiToken>
