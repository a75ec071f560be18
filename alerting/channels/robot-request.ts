import { createHmac } from 'node:crypto'
import { ROBOT_LIMITS } from '#config/limits.ts'
import type { RobotConfig, RobotKind } from '../notification/notification-channel.ts'
import type { RobotPayload } from '../notification/robot-message.ts'
import { gradeName } from '../notification/template.ts'
import type { Grade } from '../rules/alarm-rule.ts'

export interface RobotRequest {
  readonly url: string
  readonly body: string
}

/**
 * The request each robot asks for: custom robots of DingTalk (open.dingtalk.com, custom-robot-access), group robots of WeCom
 * (developer.work.weixin.qq.com, path 91770) and custom bots of Feishu (open.feishu.cn, custom bot guide).
 */
export function robotRequest(
  kind: RobotKind,
  message: { readonly payload: RobotPayload; readonly config: RobotConfig; readonly nowMs: number },
): RobotRequest {
  const { payload, config, nowMs } = message
  const isUrgent = config.mentionAll && payload.lines.some(({ grade }) => grade === 1)
  switch (kind) {
    case 'dingtalk':
      return {
        url: dingtalkUrl(config, nowMs),
        body: JSON.stringify({
          msgtype: 'markdown',
          markdown: { title: payload.title, text: robotText(payload, 'markdown') },
          at: { isAtAll: isUrgent },
        }),
      }
    case 'wecom':
      // Markdown cannot call everybody; text can.
      return {
        url: config.url,
        body: JSON.stringify(
          isUrgent
            ? {
                msgtype: 'text',
                text: { content: robotText(payload, 'plain'), mentioned_list: ['@all'] },
              }
            : { msgtype: 'markdown', markdown: { content: robotText(payload, 'coloured') } },
        ),
      }
    case 'feishu':
      return {
        url: config.url,
        body: JSON.stringify({ ...feishuSign(config, nowMs), ...feishuCard(payload, isUrgent) }),
      }
    default:
      return kind satisfies never
  }
}

/** HMAC-SHA256 with the secret as key over `timestamp\nsecret`; the timestamp in milliseconds. */
export function signDingtalk(secret: string, timestampMs: number): string {
  return createHmac('sha256', secret).update(`${timestampMs}\n${secret}`).digest('base64')
}

/** HMAC-SHA256 with `timestamp\nsecret` as key over nothing; the timestamp in seconds. */
export function signFeishu(secret: string, timestampSeconds: number): string {
  return createHmac('sha256', `${timestampSeconds}\n${secret}`).update('').digest('base64')
}

function dingtalkUrl({ url, secret }: RobotConfig, nowMs: number): string {
  if (!secret) return url
  const signed = new URL(url)
  signed.searchParams.set('timestamp', String(nowMs))
  signed.searchParams.set('sign', signDingtalk(secret, nowMs))
  return signed.href
}

function feishuSign({ secret }: RobotConfig, nowMs: number) {
  if (!secret) return {}
  const timestamp = Math.floor(nowMs / 1_000)
  return { timestamp: String(timestamp), sign: signFeishu(secret, timestamp) }
}

const CARD_COLOURS = { 1: 'red', 2: 'orange', 3: 'yellow', 4: 'blue' } as const

function feishuCard(payload: RobotPayload, isUrgent: boolean) {
  const worst = payload.lines[0]?.grade ?? 4
  const content = `${robotText(payload, 'body')}${isUrgent ? '\n<at id=all></at>' : ''}`
  return {
    msg_type: 'interactive',
    card: {
      config: { wide_screen_mode: true },
      header: {
        template: CARD_COLOURS[worst],
        title: { tag: 'plain_text', content: payload.title },
      },
      elements: [{ tag: 'markdown', content }],
    },
  }
}

/** WeCom knows three colours; its warning is orange, and there is no red. */
const FONT_COLOURS: Readonly<Record<Grade, string>> = {
  1: 'warning',
  2: 'warning',
  3: 'warning',
  4: 'info',
}

/** `plain`: no marks. `body`: without the title. `coloured`: with WeCom's colours. */
export function robotText(
  payload: RobotPayload,
  form: 'plain' | 'markdown' | 'coloured' | 'body',
): string {
  const { title, lines, more, language } = payload
  const isPlain = form === 'plain'
  const isList = lines.length > 1
  const written = lines.map(({ grade, text }) => {
    const words = isPlain ? text : withoutMarks(text)
    const shown =
      form === 'coloured' ? `<font color="${FONT_COLOURS[grade]}">${words}</font>` : words
    return isList ? `${isPlain ? '·' : '-'} ${shown}` : shown
  })
  const counts = more.map(({ grade, count }) => `${gradeName(grade, language)} ${count}`)
  const rest =
    counts.length === 0
      ? []
      : [
          language === 'zh'
            ? `另有 ${counts.join('，')} 条，详见报警页`
            : `and ${counts.join(', ')} more; see the alarm page`,
        ]
  const heading = form === 'body' ? [] : [isPlain ? title : `### ${withoutMarks(title)}`]
  return cut([...heading, ...written, ...rest].join(isPlain ? '\n' : '\n\n'))
}

const MARKS: Readonly<Record<string, string>> = {
  '[': '［',
  ']': '］',
  '(': '（',
  ')': '）',
  '<': '＜',
  '>': '＞',
  '*': '＊',
  '`': '｀',
  '|': '｜',
  '#': '＃',
  '@': '＠',
}

/** Names are people's: what would be a link, a heading or a call in the chat becomes a character that looks like it. */
function withoutMarks(text: string): string {
  return text.replace(/[[\]()<>*`|#@]/g, (mark) => MARKS[mark] ?? mark)
}

/** By whole characters; a chat refuses what is longer than it takes. */
function cut(text: string): string {
  if (Buffer.byteLength(text) <= ROBOT_LIMITS.textBytesMax) return text
  let bytes = 0
  let kept = ''
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > ROBOT_LIMITS.textBytesMax - 3) break
    kept += character
  }
  return `${kept}…`
}
