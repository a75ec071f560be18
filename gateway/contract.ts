import { z } from 'zod'
import { ALARM_STATES, TIMELINE_KINDS } from '#alerting/alarms/alarm.ts'
import {
  DELIVERY_REASONS,
  NOTIFICATION_TYPES,
  OUTBOX_STATES,
} from '#alerting/notification/outbox.ts'
import { QUALITIES } from '#alerting/reading.ts'
import { alarmRuleDraft, localizedText } from '#alerting/rules/alarm-rule.ts'
import { ALARM_LIMITS, HTTP_LIMITS, LIVE_LIMITS, TEXT_LIMITS } from '#config/limits.ts'

/**
 * The outside of the gateway as schemas and the types they imply: what the HTTP API and the live
 * feed take and give. The dashboard imports the types only. Instants are ISO 8601 UTC strings,
 * except `ts` of readings (epoch ms).
 */

export const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/)
const name = z.string().trim().min(1).max(TEXT_LIMITS.nameLengthMax)
const note = z.string().trim().max(TEXT_LIMITS.noteLengthMax)
const instant = z.iso.datetime()
export const gradeSchema = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)])

type PatchShape<Shape extends z.ZodRawShape> = {
  [Key in keyof Shape]: z.ZodOptional<
    Shape[Key] extends z.ZodDefault<infer Inner> ? Inner : Shape[Key]
  >
}

/**
 * What PATCH takes of a draft: every field may be left out and stays as it is then. `partial()` would
 * fill the defaults of a new thing into what already exists.
 */
function patchOf<Shape extends z.ZodRawShape>(
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

// People and sessions.

/** `administrator`: all; `supervisor`: sees and answers alarms of its territory; `operator`: of its enterprise; `viewer`: looks. */
export const ROLES = ['administrator', 'supervisor', 'operator', 'viewer'] as const
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

export const userDraft = z.strictObject({
  username: z.string().regex(/^[A-Za-z0-9._@-]{2,64}$/),
  displayName: name,
  password: z.string().min(TEXT_LIMITS.passwordLengthMin).max(TEXT_LIMITS.passwordLengthMax),
  role,
  organizationId: id.nullable().default(null),
  language: z.enum(['zh', 'en']).default('zh'),
})
export const userPatch = patchOf(userDraft.omit({ username: true }))

/** `read`: everything GET; `operate`: alarms' verbs; `ingest`: readings of any device; `administer`: all. */
export const TOKEN_SCOPES = ['read', 'operate', 'ingest', 'administer'] as const
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

// The plant model.

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
})
export const devicePatch = patchOf(deviceDraft.omit({ id: true }))
export const device = z.object({
  id: z.string(),
  name: z.string(),
  profileId: z.string(),
  siteId: z.string(),
  organizationId: z.string(),
  location: z.string(),
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

// Readings.

export const storedReading = z.object({
  ts: z.int(),
  arrivedAt: z.int(),
  value: z.union([z.number(), z.boolean()]),
  quality: z.enum(QUALITIES),
  late: z.boolean(),
  clockSkewed: z.boolean(),
})
export const readingBucket = z.object({ ts: z.int(), value: z.number(), count: z.int() })
export const readingsAnswer = z.object({
  deviceId: z.string(),
  point: z.string(),
  unit: z.string().nullable(),
  items: z.array(z.union([storedReading, readingBucket])),
  /** True when the limit cut the answer. */
  truncated: z.boolean(),
})
export type StoredReadingDto = z.infer<typeof storedReading>
export type ReadingBucketDto = z.infer<typeof readingBucket>
export type ReadingsAnswer = z.infer<typeof readingsAnswer>
export const latestReading = z.object({
  deviceId: z.string(),
  point: z.string(),
  ts: z.int(),
  value: z.union([z.number(), z.boolean()]),
  quality: z.enum(QUALITIES),
})
export type LatestReadingDto = z.infer<typeof latestReading>

const sample = z.object({
  /** Epoch ms or ISO 8601; missing: time of arrival. */
  ts: z.union([z.int(), z.string()]).optional(),
  values: z.record(z.string(), z.union([z.number(), z.boolean()])),
  quality: z.record(z.string(), z.enum(QUALITIES)).optional(),
})
/** One sample, several, or the plain object of values; see the MQTT topics. */
export const sentReadings = z.union([
  sample,
  z.array(sample),
  z.record(z.string(), z.union([z.number(), z.boolean()])),
])
export const acceptedReadings = z.object({
  /** On disk now. */
  accepted: z.int(),
  /** Were on disk before. */
  duplicates: z.int(),
  /** Not taken, and why; also in the device's inbox. */
  rejected: z.array(
    z.object({
      reason: z.string(),
      detail: z.string(),
      point: z.string().optional(),
      count: z.int(),
    }),
  ),
})

// Alarms.

export const timelineEntry = z.object({
  sequence: z.int(),
  at: instant,
  kind: z.enum(TIMELINE_KINDS),
  actor: z.string(),
  note: z.string().nullable(),
  state: z.enum(ALARM_STATES),
  value: z.union([z.number(), z.boolean()]).nullable(),
  grade: gradeSchema,
})
export type TimelineEntryDto = z.infer<typeof timelineEntry>

export const alarm = z.object({
  id: z.string(),
  grade: gradeSchema,
  state: z.enum(ALARM_STATES),
  deviceId: z.string(),
  deviceName: z.string(),
  point: z.string(),
  siteId: z.string(),
  siteName: z.string(),
  organizationId: z.string(),
  organizationName: z.string(),
  /** Names of the organizations above it, outermost first, e.g. district, town. */
  territory: z.array(z.string()),
  ruleId: z.string(),
  ruleVersion: z.int(),
  title: localizedText,
  value: z.union([z.number(), z.boolean()]).nullable(),
  setpoint: z.union([z.number(), z.boolean()]).nullable(),
  unit: z.string().nullable(),
  latching: z.boolean(),
  shelvable: z.boolean(),
  occurrences: z.int(),
  raisedAt: instant,
  acknowledgedAt: instant.nullable(),
  returnedAt: instant.nullable(),
  closedAt: instant.nullable(),
  shelvedUntil: instant.nullable(),
  assignee: z.string().nullable(),
  drill: z.boolean(),
  revision: z.int(),
})
export type AlarmDto = z.infer<typeof alarm>

/** One alarm with what only its page needs. */
export const alarmDetail = alarm.extend({
  timeline: z.array(timelineEntry),
  response: localizedText.nullable(),
  contact: z.object({ name: z.string(), phone: z.string() }),
  notifications: z.array(z.lazy(() => notification)),
})
export type AlarmDetail = z.infer<typeof alarmDetail>

export const alarmQuery = pageQuery.extend({
  /** `open` stands for everything that is not `normal`. */
  state: z.enum([...ALARM_STATES, 'open']).optional(),
  grade: z.coerce.number().pipe(gradeSchema).optional(),
  deviceId: id.optional(),
  from: instant.optional(),
  to: instant.optional(),
})

export const acknowledgeRequest = z.strictObject({ note: note.optional() })
export const resetRequest = z.strictObject({ note: note.optional() })
export const commentRequest = z.strictObject({ note: note.min(1) })
export const assignRequest = z.strictObject({
  username: z.string().min(1).max(64),
  note: note.optional(),
})
export const shelveRequest = z.strictObject({
  note: note.min(1),
  durationMs: z.int().min(1_000).max(ALARM_LIMITS.shelvingMsMax),
})
export const unshelveRequest = z.strictObject({ note: note.optional() })
export const closeRequest = z.strictObject({ note: note.min(1) })

// Rules.

export const rule = alarmRuleDraft.safeExtend({
  version: z.int(),
  builtIn: z.boolean(),
  updatedAt: instant,
})
export type Rule = z.infer<typeof rule>
/** Checked as a whole once it is merged with the rule that exists. */
export const rulePatch = patchOf(z.strictObject(alarmRuleDraft.shape).omit({ id: true }))

// Telling.

export const CHANNEL_KINDS = ['sms', 'webhook'] as const
/** `{place}`, `{device}`, `{kind}`, `{value}`, `{setpoint}`, `{grade}`, `{time}`, `{phone}` and `{text}` are filled in. */
const smsConfig = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  method: z.enum(['POST', 'GET']).default('POST'),
  headers: z.record(z.string(), z.string().max(2_000)).default({}),
  body: z.string().max(4_000).default('{"phone":"{phone}","text":"{text}"}'),
  phones: z
    .array(z.string().regex(/^\+?[0-9]{5,15}$/))
    .min(1)
    .max(50),
  language: z.enum(['zh', 'en']).default('zh'),
})
const webhookConfig = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  /** `whsec_` + base64 of 24–64 bytes; made when absent. */
  secret: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/=]{32,88}$/)
    .optional(),
})
export const channelDraft = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('sms'),
    id: id.optional(),
    name,
    enabled: z.boolean().default(true),
    /** Tells of this grade and more urgent ones. */
    gradeMax: gradeSchema.default(3),
    organizationId: id.nullable().default(null),
    config: smsConfig,
  }),
  z.strictObject({
    kind: z.literal('webhook'),
    id: id.optional(),
    name,
    enabled: z.boolean().default(true),
    gradeMax: gradeSchema.default(4),
    organizationId: id.nullable().default(null),
    config: webhookConfig,
  }),
])
export type ChannelDraft = z.infer<typeof channelDraft>
export const channel = z.object({
  id: z.string(),
  kind: z.enum(CHANNEL_KINDS),
  name: z.string(),
  enabled: z.boolean(),
  gradeMax: gradeSchema,
  organizationId: z.string().nullable(),
  /** Without secrets. */
  config: z.record(z.string(), z.unknown()),
  createdAt: instant,
})
export type Channel = z.infer<typeof channel>
/** Only in the answer to its creation: the secret of a webhook, to be given to the receiver. */
export const channelWithSecret = channel.extend({ secret: z.string().nullable() })
/**
 * Fields of `config` that are left out stay, and so does what is sent back as it was shown. Checked
 * as a whole once it is merged with the channel that exists; its kind stays.
 */
export const channelPatch = patchOf(
  z.strictObject({
    name,
    enabled: z.boolean(),
    gradeMax: gradeSchema,
    organizationId: id.nullable(),
    config: z.record(z.string(), z.unknown()),
  }),
)

export const notification = z.object({
  id: z.string(),
  channelId: z.string(),
  channelName: z.string(),
  channelKind: z.enum(CHANNEL_KINDS),
  type: z.enum(NOTIFICATION_TYPES),
  alarmId: z.string().nullable(),
  grade: gradeSchema,
  /** One line in words: whom, what. */
  summary: z.string(),
  state: z.enum(OUTBOX_STATES),
  attempts: z.int(),
  lastReason: z.enum(DELIVERY_REASONS).nullable(),
  lastDetail: z.string().nullable(),
  createdAt: instant,
  nextAttemptAt: instant.nullable(),
  settledAt: instant.nullable(),
})
export type NotificationDto = z.infer<typeof notification>

// Self-check.

export const healthPart = z.object({
  name: z.string(),
  state: z.enum(['ok', 'degraded', 'failing']),
  detail: z.string(),
})
export const health = z.object({ ready: z.boolean(), parts: z.array(healthPart) })
export type Health = z.infer<typeof health>

// The live feed.

export interface AlarmCounts {
  /** Open alarms by grade 1–4, and how many of them nobody has acknowledged. */
  readonly byGrade: Readonly<
    Record<'1' | '2' | '3' | '4', { readonly open: number; readonly unacknowledged: number }>
  >
  readonly byState: Readonly<Record<string, number>>
}

export interface Snapshot {
  /** Number of the last `alarm` event sent before it; the next one has this number plus one. */
  readonly sequence: number
  readonly at: string
  /** First page of open alarms, most urgent first. */
  readonly alarms: readonly AlarmDto[]
  readonly openTotal: number
  readonly counts: AlarmCounts
}

export interface AlarmEvent extends AlarmDto {
  /**
   * Counts the alarm events sent over this connection, from its first snapshot on, whatever part of
   * the district the account sees. A gap therefore means loss: ask for a snapshot (`resync`).
   */
  readonly sequence: number
}

export interface LiveReading {
  readonly deviceId: string
  readonly point: string
  readonly ts: number
  readonly value: number | boolean
  readonly quality: (typeof QUALITIES)[number]
}

export interface DeviceEvent {
  readonly deviceId: string
  readonly status: DeviceStatus
  readonly at: string
}

/** Sent every few seconds, so that a browser knows that silence is peace and not a dead link. */
export interface Heartbeat {
  readonly at: string
  readonly counts: AlarmCounts
}

export interface ServerToClientEvents {
  snapshot: (snapshot: Snapshot) => void
  alarm: (alarm: AlarmEvent) => void
  reading: (readings: readonly LiveReading[]) => void
  device: (event: DeviceEvent) => void
  heartbeat: (heartbeat: Heartbeat) => void
}

export interface ClientToServerEvents {
  watch: (
    request: { deviceIds: string[] },
    done: (answer: { ok: boolean; error?: string }) => void,
  ) => void
  /** Asks for a new snapshot, e.g. after a gap in the sequence. */
  resync: () => void
}

export const watchRequest = z.strictObject({
  deviceIds: z.array(id).max(LIVE_LIMITS.watchedDevicesMax),
})
