import { describe, expect } from 'vitest'
import { ROBOT_LIMITS } from '#config/limits.ts'
import { aRobot, START_MS } from '../builders.suite.ts'
import type { RobotKind } from '../notification/notification-channel.ts'
import type { OutboxEntry } from '../notification/outbox.ts'
import { type RobotPayload, robotPayload } from '../notification/robot-message.ts'
import { testNotifications } from '../notification/routing.ts'
import { createChannel } from './create-channel.ts'
import { surroundings, test } from './receiver.suite.ts'
import { robotText, signDingtalk, signFeishu } from './robot-request.ts'

const KINDS = ['dingtalk', 'wecom', 'feishu'] as const
const OK: Readonly<Record<RobotKind, string>> = {
  dingtalk: '{"errcode":0,"errmsg":"ok"}',
  wecom: '{"errcode":0,"errmsg":"ok"}',
  feishu: '{"code":0,"msg":"success","data":{}}',
}

function aPayload(robot: RobotKind, overrides: Partial<RobotPayload> = {}): RobotPayload {
  const line = { grade: 1 as const, text: '红色报警：甲厂 T-101，可燃气体，60 %LEL' }
  const payload = robotPayload(robot, { language: 'zh', title: '【安哨】红色报警', line })
  return { ...payload, ...overrides }
}

async function deliver(
  kind: RobotKind,
  url: string,
  { secret = null, mentionAll = false, payload = aPayload(kind) as unknown } = {} as {
    secret?: string | null
    mentionAll?: boolean
    payload?: unknown
  },
) {
  const config = { url, secret, language: 'zh', mentionAll } as const
  const entry: OutboxEntry = {
    id: 'msg_1',
    channelId: 'robot',
    type: 'alarm.raised',
    alarmId: null,
    grade: 1,
    payload,
    createdAtMs: START_MS,
  }
  const channel = createChannel(aRobot({ kind, config } as never), surroundings())
  const { signal } = new AbortController()
  return await channel.deliver(entry, { signal, nowMs: START_MS })
}

describe('signatures', () => {
  // Vectors made by the published rules with made-up secrets; not checked against the live services.
  test('DingTalk: key is the secret, text is timestamp and secret', () => {
    expect(signDingtalk('SECdemo0123456789', 1_767_225_600_000)).toBe(
      'yaZjXcetNSuXyCF9+ei8g/8KzwtsTDBPCvCtYrY0m1M=',
    )
  })
  test('Feishu: key is timestamp and secret, text is empty', () => {
    expect(signFeishu('demo', 1_767_225_600)).toBe('OeJmDC3C7FsudJ7/9z2vZtAnXCvb3MhsqwPgUZXABqw=')
  })
})

describe('a message to', () => {
  test('DingTalk is markdown, signed in the address', async ({ receiver }) => {
    receiver.answer((response) => response.end(OK.dingtalk))
    const url = `${receiver.origin}/robot/send?access_token=abcdef`
    const outcome = await deliver('dingtalk', url, { secret: 'SECdemo', mentionAll: true })
    expect(outcome.outcome).toBe('delivered')
    const [request] = receiver.requests
    const query = new URL(request?.path ?? '', receiver.origin).searchParams
    expect(Object.fromEntries(query)).toEqual({
      access_token: 'abcdef',
      timestamp: String(START_MS),
      sign: signDingtalk('SECdemo', START_MS),
    })
    expect(JSON.parse(request?.body ?? '')).toEqual({
      msgtype: 'markdown',
      markdown: {
        title: '【安哨】红色报警',
        text: '### 【安哨】红色报警\n\n红色报警：甲厂 T-101，可燃气体，60 %LEL',
      },
      at: { isAtAll: true },
    })
  })

  test('WeCom is markdown, or text when everybody is called', async ({ receiver }) => {
    receiver.answer((response) => response.end(OK.wecom))
    await deliver('wecom', receiver.origin)
    await deliver('wecom', receiver.origin, { mentionAll: true })
    const [markdown, text] = receiver.requests.map(({ body }) => JSON.parse(body))
    expect(markdown).toMatchObject({ msgtype: 'markdown' })
    expect(markdown.markdown.content).toContain('<font color="warning">红色报警：甲厂')
    expect(text).toMatchObject({ msgtype: 'text', text: { mentioned_list: ['@all'] } })
  })

  test('Feishu is a card of the colour of the worst, signed in the body', async ({ receiver }) => {
    receiver.answer((response) => response.end(OK.feishu))
    await deliver('feishu', receiver.origin, { secret: 'demo' })
    const timestamp = Math.floor(START_MS / 1_000)
    expect(JSON.parse(receiver.requests[0]?.body ?? '')).toMatchObject({
      timestamp: String(timestamp),
      sign: signFeishu('demo', timestamp),
      msg_type: 'interactive',
      card: { header: { template: 'red', title: { content: '【安哨】红色报警' } } },
    })
  })

  test.for(KINDS)('%s: a test message says so', async (kind, { receiver }) => {
    receiver.answer((response) => response.end(OK[kind]))
    const robot = aRobot({ kind })
    const [entry] = testNotifications(robot, { nonce: '1', nowMs: START_MS })
    await deliver(kind, receiver.origin, { payload: entry?.payload })
    expect(receiver.requests[0]?.body).toContain('测试消息')
  })
})

describe('names of people', () => {
  const NAMES = '甲厂 [link](http://bad.example) **x** <at id=all></at> @all `#'
  test.for(KINDS)('%s: become neither links nor calls', async (kind, { receiver }) => {
    receiver.answer((response) => response.end(OK[kind]))
    const lines = [{ grade: 3 as const, text: NAMES }]
    await deliver(kind, receiver.origin, { payload: aPayload(kind, { lines }) })
    const body = receiver.requests[0]?.body ?? ''
    expect(body).not.toMatch(/\[link\]|\*\*x|<at|@all/)
    expect(body).toContain('［link］')
  })

  test('what is too long is cut by whole characters', () => {
    const lines = [{ grade: 1 as const, text: '😀报警'.repeat(600) }]
    const text = robotText(aPayload('wecom', { lines }), 'plain')
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(ROBOT_LIMITS.textBytesMax)
    expect(text.isWellFormed()).toBe(true)
    expect(text.endsWith('…')).toBe(true)
  })
})

describe('what a robot answers with HTTP 200', () => {
  const RATE = { outcome: 'retry', reason: 'rate_limited', retryAfterMs: 60_000 }
  test.for([
    ['dingtalk', '{"errcode":0,"errmsg":"ok"}', { outcome: 'delivered' }],
    ['feishu', '{"StatusCode":0,"StatusMessage":"success"}', { outcome: 'delivered' }],
    ['dingtalk', '{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}', RATE],
    ['dingtalk', '{"errcode":310000,"errmsg":"sign not match"}', { reason: 'auth' }],
    ['dingtalk', '{"errcode":999,"errmsg":"send too fast"}', RATE],
    ['wecom', '{"errcode":45009,"errmsg":"api freq out of limit"}', RATE],
    ['wecom', '{"errcode":93000,"errmsg":"invalid webhook url"}', { reason: 'auth' }],
    ['feishu', '{"code":11232,"msg":"frequency limited"}', RATE],
    ['feishu', '{"code":19021,"msg":"sign match fail"}', { reason: 'auth' }],
    ['feishu', '{"code":7,"msg":"?"}', { outcome: 'retry', reason: 'server' }],
    ['wecom', 'ok', { outcome: 'retry', reason: 'server' }],
    ['wecom', '', { outcome: 'retry', reason: 'server' }],
  ] as const)('%s %s', async ([kind, answer, expected], { receiver }) => {
    receiver.answer((response) => response.end(answer))
    expect(await deliver(kind, receiver.origin)).toMatchObject(expected)
  })

  test('neither key nor secret stands in what is kept of it', async ({ receiver }) => {
    receiver.answer((response, { path }) =>
      response.end(JSON.stringify({ errcode: 1, errmsg: `no ${path} SECdemo-long` })),
    )
    const url = `${receiver.origin}/robot/send?access_token=abcdef-key`
    const { detail } = await deliver('dingtalk', url, { secret: 'SECdemo-long' })
    expect(detail).not.toMatch(/abcdef-key|SECdemo-long/)
  })

  test('a message that is not one for a robot is refused', async ({ receiver }) => {
    const outcome = await deliver('wecom', receiver.origin, { payload: { data: {} } })
    expect(outcome).toMatchObject({ outcome: 'rejected', reason: 'client' })
    expect(receiver.requests).toEqual([])
  })
})
