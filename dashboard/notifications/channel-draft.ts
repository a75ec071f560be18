import type { Channel } from '../../gateway/contract.ts'

/** A channel as the form holds it: lists as lines of text. */
export interface ChannelFields {
  readonly kind: Channel['kind']
  readonly name: string
  readonly enabled: boolean
  readonly gradeMax: Channel['gradeMax']
  readonly organizationId?: string | null
  readonly url: string
  readonly method?: 'POST' | 'GET'
  readonly headers?: string
  readonly body?: string
  readonly phones?: string
  readonly language?: 'zh' | 'en'
  readonly expectPath?: string
  readonly expectValues?: string
  readonly secret?: string
  readonly robotSecret?: string
  readonly mentionAll?: boolean
}

export const ROBOT_KINDS = ['dingtalk', 'wecom', 'feishu'] as const
type RobotKind = (typeof ROBOT_KINDS)[number]

export function isRobotKind(kind: Channel['kind']): kind is RobotKind {
  return ROBOT_KINDS.some((robot) => robot === kind)
}

/** How the address begins that the chat shows when the robot is added. */
export const ROBOT_ADDRESSES: Readonly<Record<RobotKind, string>> = {
  dingtalk: 'https://oapi.dingtalk.com/robot/send?access_token=…',
  wecom: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…',
  feishu: 'https://open.feishu.cn/open-apis/bot/v2/hook/…',
}

export const URL_PATTERN = /^https?:\/\/\S+$/
export const ANSWER_PATH_PATTERN = /^[\w-]{1,64}(\.[\w-]{1,64}){0,7}$/
export const SECRET_PATTERN = /^whsec_[A-Za-z0-9+/=]{32,88}$/
const PHONE_PATTERN = /^\+?[0-9]{5,15}$/
const HEADER_PATTERN = /^([^:\s]+):\s*(.*)$/

function linesOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(/[\n,;，；]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** Null when a line is no number. */
export function parsePhones(text: string | undefined): readonly string[] | null {
  const phones = linesOf(text).map((line) => line.replaceAll(/[\s-]/g, ''))
  return phones.every((phone) => PHONE_PATTERN.test(phone)) ? phones : null
}

/** Null when a line is not `Name: value`. */
export function parseHeaders(text: string | undefined): Readonly<Record<string, string>> | null {
  const headers: Record<string, string> = {}
  for (const line of (text ?? '').split('\n')) {
    if (line.trim() === '') continue
    const match = HEADER_PATTERN.exec(line.trim())
    const [, name, value] = match ?? []
    if (name === undefined || value === undefined) return null
    headers[name] = value
  }
  return headers
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** What the gateway shows of a channel, as lines to edit; secrets come as `***` and go back so. */
export function fieldsOfChannel(channel: Channel): ChannelFields {
  const { config } = channel
  const headers =
    typeof config.headers === 'object' && config.headers !== null ? config.headers : {}
  const phones = Array.isArray(config.phones) ? config.phones : []
  return {
    kind: channel.kind,
    name: channel.name,
    enabled: channel.enabled,
    gradeMax: channel.gradeMax,
    organizationId: channel.organizationId,
    url: textOf(config.url),
    method: config.method === 'GET' ? 'GET' : 'POST',
    headers: Object.entries(headers)
      .map(([name, value]) => `${name}: ${textOf(value)}`)
      .join('\n'),
    body: textOf(config.body),
    phones: phones.map(textOf).join('\n'),
    language: config.language === 'en' ? 'en' : 'zh',
    mentionAll: config.mentionAll === true,
    ...expectationFields(config.expect),
  }
}

function expectationFields(expect: unknown): Pick<ChannelFields, 'expectPath' | 'expectValues'> {
  if (typeof expect !== 'object' || expect === null) return {}
  const { path, values } = expect as { readonly path?: unknown; readonly values?: unknown }
  const shown = Array.isArray(values) ? values.map(textOf).join(', ') : ''
  return { expectPath: textOf(path), expectValues: shown }
}

/** What is sent; fields that were left empty are left to the gateway's defaults. */
export function channelOfFields(fields: ChannelFields): Readonly<Record<string, unknown>> {
  return {
    name: fields.name.trim(),
    enabled: fields.enabled,
    gradeMax: fields.gradeMax,
    organizationId: fields.organizationId ?? null,
    config: configOf(fields),
  }
}

function configOf(fields: ChannelFields): Readonly<Record<string, unknown>> {
  if (fields.kind === 'sms') return smsConfig(fields)
  return fields.kind === 'webhook' ? webhookConfig(fields) : robotConfig(fields)
}

function robotConfig(fields: ChannelFields): Readonly<Record<string, unknown>> {
  const secret = fields.robotSecret?.trim() ?? ''
  return {
    url: fields.url.trim(),
    language: fields.language ?? 'zh',
    mentionAll: fields.mentionAll ?? false,
    ...(secret === '' || fields.kind === 'wecom' ? {} : { secret }),
  }
}

function smsConfig(fields: ChannelFields): Readonly<Record<string, unknown>> {
  return {
    url: fields.url.trim(),
    method: fields.method ?? 'POST',
    headers: parseHeaders(fields.headers) ?? {},
    phones: parsePhones(fields.phones) ?? [],
    language: fields.language ?? 'zh',
    ...(fields.body === undefined || fields.body.trim() === '' ? {} : { body: fields.body }),
    ...expectation(fields),
  }
}

function expectation(fields: ChannelFields): Readonly<Record<string, unknown>> {
  const path = fields.expectPath?.trim() ?? ''
  return { expect: path === '' ? null : { path, values: linesOf(fields.expectValues) } }
}

function webhookConfig(fields: ChannelFields): Readonly<Record<string, unknown>> {
  const secret = fields.secret?.trim() ?? ''
  return { url: fields.url.trim(), ...(secret === '' ? {} : { secret }) }
}
