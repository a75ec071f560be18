import { describe, expect } from 'vitest'
import { anSms, START_MS } from '../builders.suite.ts'
import type { SmsConfig } from '../notification/notification-channel.ts'
import type { OutboxEntry } from '../notification/outbox.ts'
import { testNotifications } from '../notification/routing.ts'
import { isAsExpected } from './answer-check.ts'
import { createChannel } from './create-channel.ts'
import { surroundings, test } from './receiver.suite.ts'
import { SmsChannel, smsAttempt } from './sms.ts'

const VALUES = {
  place: '东园化工',
  device: '1号"探头"',
  kind: '可燃气体泄漏 · 二级报警',
  value: '60.2 %LEL',
  setpoint: '50 %LEL',
  grade: '橙色',
  time: '11-23 16:00:00',
  phone: '+8613800000001',
  text: '【安哨】"橙色"\n报警',
}

function config(overrides: Partial<SmsConfig> = {}): SmsConfig {
  return {
    url: 'https://sms.example/send',
    method: 'POST',
    headers: {},
    body: '{"phone":"{phone}","text":"{text}"}',
    phones: ['+8613800000001'],
    language: 'zh',
    ...overrides,
  }
}

const made = (overrides: Partial<SmsConfig>) =>
  smsAttempt(config(overrides), { id: 'msg_1', values: VALUES })

describe('the request a template makes', () => {
  test('a JSON body, each value escaped', () => {
    const attempt = made({ body: ' {"to":["{phone}"],"p":"{text}","device":"{device}"}' })
    expect(JSON.parse(attempt?.body ?? '')).toEqual({
      to: [VALUES.phone],
      p: VALUES.text,
      device: VALUES.device,
    })
    expect(attempt?.headers).toEqual({
      'idempotency-key': 'msg_1',
      'content-type': 'application/json',
    })
  })

  test.for([
    [
      'application/x-www-form-urlencoded',
      'p={phone}&t={kind}',
      'p=%2B8613800000001&t=%E5%8F%AF%E7%87%83%E6%B0%94%E4%BD%93%E6%B3%84%E6%BC%8F%20%C2%B7%20%E4%BA%8C%E7%BA%A7%E6%8A%A5%E8%AD%A6',
    ],
    ['text/xml', '<sms>{device}</sms>', '<sms>1号&quot;探头&quot;</sms>'],
    ['text/plain', '{grade}: {value} ({setpoint})', '橙色: 60.2 %LEL (50 %LEL)'],
    ['application/vnd.sms+JSON', '{"d":"{device}"}', '{"d":"1号\\"探头\\""}'],
  ] as const)('a body of %s', ([type, body, filled]) => {
    const attempt = made({ headers: { 'Content-Type': type }, body })
    expect(attempt?.body).toBe(filled)
    expect(attempt?.headers['content-type']).toBe(type)
  })

  test('a body that looks like no JSON is plain text', () => {
    expect(made({ body: 'to {phone}' })?.headers['content-type']).toBe('text/plain; charset=utf-8')
  })

  test('a GET has no body; values in the address are encoded', () => {
    const attempt = made({ method: 'GET', url: 'https://sms.example/send?to={phone}&text={text}' })
    expect(attempt).toMatchObject({ method: 'GET', body: null })
    expect(new URL(attempt?.url ?? '').searchParams.get('text')).toBe(VALUES.text)
  })

  test('headers take values that cannot break out of their line', () => {
    expect(
      made({ headers: { 'X-Text': '{text}', Authorization: 'Bearer key' } })?.headers,
    ).toMatchObject({
      'x-text': '%E3%80%90%E5%AE%89%E5%93%A8%E3%80%91%22%E6%A9%99%E8%89%B2%22%0A%E6%8A%A5%E8%AD%A6',
      authorization: 'Bearer key',
    })
  })

  test('an address that is none after filling makes no request', () => {
    expect(made({ url: 'https://{value}/' })).toBeNull()
    expect(made({ url: 'nowhere' })).toBeNull()
  })
})

describe('delivery', () => {
  const { signal } = new AbortController()
  const about = { signal, nowMs: START_MS }

  test('posts the message and tells what the gateway answered', async ({ receiver }) => {
    receiver.answer((response) => response.end('{"Code":"OK",\n "BizId":"1"}'))
    const channel = anSms({
      config: config({ url: `${receiver.origin}/send`, headers: { 'X-Key': 'topsecret' } }),
    } as never)
    const [entry] = testNotifications(channel, { nonce: '1', nowMs: START_MS })
    const outcome = await createChannel(channel, surroundings()).deliver(
      entry as OutboxEntry,
      about,
    )
    expect(outcome).toEqual({
      outcome: 'delivered',
      detail: 'HTTP 200: {"Code":"OK", "BizId":"1"}',
    })
    expect(receiver.requests).toMatchObject([
      {
        method: 'POST',
        path: '/send',
        headers: { 'idempotency-key': entry?.id, 'x-key': 'topsecret' },
      },
    ])
    expect(JSON.parse(receiver.requests[0]?.body ?? '')).toEqual({
      phone: '+8613800000001',
      text: '【安哨】测试短信，无需处理。11-23 16:00:00',
    })
  })

  test('a refusal inside an answer of 200 is no delivery', async ({ receiver }) => {
    receiver.answer((response) => response.end('{"Code":"isv.AMOUNT_NOT_ENOUGH"}'))
    const channel = new SmsChannel(
      config({ url: receiver.origin, expect: { path: 'Code', values: ['OK'] } }),
      { allowPrivateReceivers: true },
    )
    const message = { id: 'msg_1', payload: { values: VALUES } } as OutboxEntry
    expect(await channel.deliver(message, about)).toEqual({
      outcome: 'retry',
      reason: 'server',
      detail: 'HTTP 200: {"Code":"isv.AMOUNT_NOT_ENOUGH"}',
    })
  })

  test('a GET reaches the gateway too', async ({ receiver }) => {
    const channel = new SmsChannel(config({ method: 'GET', url: `${receiver.origin}/?t={text}` }), {
      allowPrivateReceivers: true,
    })
    await channel.deliver({ id: 'msg_1', payload: { values: VALUES } } as OutboxEntry, about)
    expect(receiver.requests).toMatchObject([{ method: 'GET', body: '' }])
  })

  test('keys in headers do not come back', async ({ receiver }) => {
    receiver.answer((response, { headers }) =>
      response.writeHead(403).end(`bad ${headers.authorization}`),
    )
    const channel = new SmsChannel(
      config({ url: receiver.origin, headers: { Authorization: 'Bearer topsecret' } }),
      { allowPrivateReceivers: true },
    )
    const outcome = await channel.deliver(
      { id: 'msg_1', payload: { values: VALUES } } as OutboxEntry,
      about,
    )
    expect(outcome).toMatchObject({ outcome: 'retry', reason: 'auth' })
    expect(outcome.detail).not.toContain('topsecret')
  })

  test.for([
    [{ payload: { type: 'alarm.raised' } }, config(), 'the message is not one for an SMS'],
    [{ payload: null }, config(), 'the message is not one for an SMS'],
    [
      { payload: { values: VALUES } },
      config({ url: 'nowhere' }),
      'the template does not make a valid address',
    ],
    [
      { payload: { values: VALUES } },
      config({ headers: { 'bad name': 'x' } }),
      'the request cannot be made: ERR_INVALID_HTTP_TOKEN',
    ],
    [
      { payload: { values: VALUES } },
      config({ headers: { x: '头' } }),
      'the request cannot be made: ERR_INVALID_CHAR',
    ],
    [
      { payload: { values: VALUES } },
      config({ url: 'http://127.0.0.1/' }),
      'the receiver has a private, loop-back or link-local address',
    ],
  ] as const)('%# is refused for good', async ([entry, sms, detail]) => {
    const channel = new SmsChannel(sms, { allowPrivateReceivers: false })
    expect(
      await channel.deliver({ id: 'msg_1', ...entry } as unknown as OutboxEntry, about),
    ).toEqual({
      outcome: 'rejected',
      reason: 'client',
      detail,
    })
  })
})

describe('an answer of 200 that has to say so', () => {
  test.for([
    ['{"Code":"OK","Message":"OK"}', 'Code', 'delivered'],
    ['{"Code":"isv.BUSINESS_LIMIT_CONTROL"}', 'Code', 'retry'],
    [
      '{"Response":{"SendStatusSet":[{"Code":"Ok"}]}}',
      'Response.SendStatusSet.0.Code',
      'delivered',
    ],
    ['{"errcode":0}', 'errcode', 'delivered'],
    ['{"errcode":310000}', 'errcode', 'retry'],
    ['{"Code":null}', 'Code', 'retry'],
    ['{}', '__proto__', 'retry'],
    ['<html>busy</html>', 'Code', 'retry'],
    ['', 'Code', 'retry'],
  ] as const)('%s at %s: %s', ([body, path, outcome]) => {
    const expected = { path, values: ['OK', 'Ok', '0'] }
    expect(isAsExpected(body, expected) ? 'delivered' : 'retry').toBe(outcome)
  })
})
