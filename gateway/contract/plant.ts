import { z } from 'zod'
import { localizedText } from '#alerting/rules/alarm-rule.ts'
import { TEXT_LIMITS } from '#config/limits.ts'
import { id, instant, name, patchOf } from './values.ts'

/** Organizations, sites, devices and what they measure. */

export const ORGANIZATION_KINDS = ['district', 'town', 'village', 'enterprise'] as const
export const organizationDraft = z.strictObject({
  id: id.optional(),
  name,
  kind: z.enum(ORGANIZATION_KINDS).default('enterprise'),
  parentId: id.nullable().default(null),
})
export const organizationPatch = patchOf(z.strictObject({ name, parentId: id.nullable() }))
export const organization = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(ORGANIZATION_KINDS),
  parentId: z.string().nullable(),
  createdAt: instant,
})
export type Organization = z.infer<typeof organization>

const position = z.strictObject({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
})
export const siteDraft = z.strictObject({
  id: id.optional(),
  name,
  organizationId: id,
  address: z.string().trim().max(200).default(''),
  position: position.nullable().default(null),
  contactName: z.string().trim().max(TEXT_LIMITS.nameLengthMax).default(''),
  contactPhone: z.string().trim().max(40).default(''),
})
export const sitePatch = patchOf(siteDraft.omit({ id: true }))
export const site = siteDraft.required().extend({ id: z.string(), createdAt: instant })
export type Site = z.infer<typeof site>

export const DEVICE_STATUSES = ['never-seen', 'online', 'silent', 'fault', 'calibrating'] as const
export type DeviceStatus = (typeof DEVICE_STATUSES)[number]
export const deviceDraft = z.strictObject({
  id: id.optional(),
  name,
  profileId: id,
  siteId: id,
  location: z.string().trim().max(200).default(''),
  /** Its concentrator, or what feeds it: when that is down, its silence is explained. */
  attachedTo: id.nullable().default(null),
})
export const devicePatch = patchOf(deviceDraft.omit({ id: true }))
export const device = z.object({
  id: z.string(),
  name: z.string(),
  profileId: z.string(),
  siteId: z.string(),
  organizationId: z.string(),
  location: z.string(),
  attachedTo: z.string().nullable(),
  status: z.enum(DEVICE_STATUSES),
  lastSeenAt: instant.nullable(),
  connected: z.boolean(),
  rejectedMessages: z.int(),
  createdAt: instant,
})
export type Device = z.infer<typeof device>
export const credential = z.object({ username: z.string(), token: z.string() })
export const deviceWithCredential = device.extend({ credential })
export type DeviceWithCredential = z.infer<typeof deviceWithCredential>

export const profilePoint = z.object({
  name: z.string(),
  label: localizedText,
  kind: z.enum(['number', 'boolean']),
  unit: z.string().nullable(),
  range: z.object({ min: z.number(), max: z.number() }).nullable(),
  /** Shown first and as the large figure. */
  primary: z.boolean(),
})
export type ProfilePoint = z.infer<typeof profilePoint>
export const profile = z.object({
  id: z.string(),
  name: localizedText,
  family: z.string(),
  points: z.array(profilePoint),
  /** Silent when nothing arrived for this long. */
  silentAfterMs: z.int(),
  builtIn: z.boolean(),
})
export type Profile = z.infer<typeof profile>

/** Where devices connect; null: not open. The host is the one that this was asked from. */
export const entrances = z.object({ mqttPort: z.int().nullable(), mqttsPort: z.int().nullable() })
export type Entrances = z.infer<typeof entrances>

export const rejectedMessage = z.object({
  id: z.int(),
  deviceId: z.string(),
  receivedAt: instant,
  topic: z.string(),
  reason: z.string(),
  detail: z.string(),
  /** The first bytes, base64. */
  payload: z.string(),
  payloadBytes: z.int(),
})
export type RejectedMessage = z.infer<typeof rejectedMessage>
