import { z } from 'zod'
import { ROBOT_KINDS } from '#alerting/notification/notification-channel.ts'
import {
  DELIVERY_REASONS,
  NOTIFICATION_TYPES,
  OUTBOX_STATES,
} from '#alerting/notification/outbox.ts'
import { ROBOT_LIMITS } from '#config/limits.ts'
import { gradeSchema, id, instant, name, patchOf } from './values.ts'

/** Channels, and what was told over them. */

export const CHANNEL_KINDS = ['sms', 'webhook', ...ROBOT_KINDS] as const
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
  /**
   * For gateways that answer 200 and refuse in the body: where in the JSON answer (`Code`,
   * `SendStatusSet.0.Code`) stands which value when the message was taken.
   */
  expect: z
    .strictObject({
      path: z.string().regex(/^[\w-]{1,64}(\.[\w-]{1,64}){0,7}$/),
      values: z.array(z.string().min(1).max(64)).min(1).max(10),
    })
    .nullish(),
})
const webhookConfig = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  /** `whsec_` + base64 of 24–64 bytes; made when absent. */
  secret: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/=]{32,88}$/)
    .optional(),
})
/** The robot of a chat group: its address as the chat shows it, and the secret it signs with (not WeCom). */
const robotConfig = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  secret: z.string().trim().min(1).max(ROBOT_LIMITS.secretLengthMax).nullish(),
  language: z.enum(['zh', 'en']).default('zh'),
  /** Red alarms call everybody of the group. */
  mentionAll: z.boolean().default(false),
})
const robotDraft = <Kind extends (typeof ROBOT_KINDS)[number]>(kind: Kind) =>
  z.strictObject({
    kind: z.literal(kind),
    id: id.optional(),
    name,
    enabled: z.boolean().default(true),
    gradeMax: gradeSchema.default(3),
    organizationId: id.nullable().default(null),
    config: robotConfig,
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
  robotDraft('dingtalk'),
  robotDraft('wecom'),
  robotDraft('feishu'),
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
