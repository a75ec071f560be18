import type { Grade } from '../rules/alarm-rule.ts'

/** How an SMS gateway is called: a template of URL, headers and body (see `template.ts`). */
export interface SmsConfig {
  readonly url: string
  readonly method: 'POST' | 'GET'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly phones: readonly string[]
  readonly language: 'zh' | 'en'
  /** What the answer must say besides a status of 2xx; null or absent: the status is enough. */
  readonly expect?: AnswerExpectation | null | undefined
}

/** Where in a JSON answer (keys and indices with dots between) stands which of these values. */
export interface AnswerExpectation {
  readonly path: string
  readonly values: readonly string[]
}

export interface WebhookConfig {
  readonly url: string
  /** `whsec_` + base64 of 24–64 bytes. */
  readonly secret: string
}

/** Robots of chat groups: DingTalk 钉钉, WeCom 企业微信, Feishu 飞书. */
export const ROBOT_KINDS = ['dingtalk', 'wecom', 'feishu'] as const
export type RobotKind = (typeof ROBOT_KINDS)[number]

export interface RobotConfig {
  /** As the chat shows it when the robot is added; whoever knows it may speak. */
  readonly url: string
  /** Signs each message; WeCom has none. */
  readonly secret?: string | null | undefined
  readonly language: 'zh' | 'en'
  /** Red alarms call everybody of the group (@all). */
  readonly mentionAll: boolean
}

interface ChannelBase {
  readonly id: string
  readonly enabled: boolean
  /** Tells of this grade and more urgent ones. */
  readonly gradeMax: Grade
  /** Tells of alarms of this organization and those below it; null: of all. */
  readonly organizationId: string | null
}

/** A way to tell people, as it was set up. */
export type NotificationChannel = ChannelBase &
  (
    | { readonly kind: 'sms'; readonly config: SmsConfig }
    | { readonly kind: 'webhook'; readonly config: WebhookConfig }
    | { readonly kind: RobotKind; readonly config: RobotConfig }
  )

export function isRobot(
  channel: NotificationChannel,
): channel is Extract<NotificationChannel, { readonly kind: RobotKind }> {
  return (ROBOT_KINDS as readonly string[]).includes(channel.kind)
}
