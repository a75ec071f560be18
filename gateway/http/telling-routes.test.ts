import { describe, expect } from 'vitest'
import { test } from './http-server.suite.ts'

const SMS = {
  kind: 'sms',
  name: '值班短信',
  config: {
    url: 'http://127.0.0.1:9/sms',
    phones: ['13800000001', '13800000002'],
    headers: { authorization: 'Bearer of-the-gateway' },
  },
}
const WEBHOOK = { kind: 'webhook', name: 'hook', config: { url: 'https://example.org/hook' } }

describe('channels', () => {
  test('are added with a secret shown once, changed, tested and removed', async ({ district }) => {
    const admin = await district.as('admin')
    const made = await admin('POST', '/api/v1/channels', WEBHOOK)
    expect(made.statusCode).toBe(201)
    const { id, secret } = made.json()
    expect(secret).toMatch(/^whsec_/)
    const url = `/api/v1/channels/${id}`
    const shown = await admin('GET', url)
    expect(shown.body).not.toContain(secret)
    const { config } = shown.json()
    const changed = await admin('PATCH', url, { gradeMax: 1, config })
    expect(changed.json()).toMatchObject({ gradeMax: 1, name: 'hook', kind: 'webhook' })
    expect(district.services.channels.channel(id)?.config).toEqual({ ...WEBHOOK.config, secret })

    const tested = await admin('POST', `${url}/test`)
    expect(tested.statusCode).toBe(202)
    expect(tested.json().items).toMatchObject([
      { type: 'test', channelName: 'hook', state: 'pending', alarmId: null },
    ])
    const audit = await admin('GET', '/api/v1/audit-entries?targetKind=channel')
    expect(audit.body).not.toContain(secret)
    expect((await admin('DELETE', url)).statusCode).toBe(204)
    expect((await admin('POST', `${url}/test`)).statusCode).toBe(404)
  })

  test('by SMS tell each phone, and never show the key of the SMS gateway', async ({
    district,
  }) => {
    const admin = await district.as('admin')
    const made = await admin('POST', '/api/v1/channels', SMS)
    expect(made.json()).toMatchObject({ secret: null, gradeMax: 3, enabled: true })
    const list = await admin('GET', '/api/v1/channels')
    expect(list.body).not.toContain('of-the-gateway')
    const tested = await admin('POST', `/api/v1/channels/${made.json().id}/test`)
    expect(tested.json().items).toHaveLength(2)
  })

  test.for([
    [{ ...WEBHOOK, kind: 'pigeon' }, 'kind'],
    [{ ...WEBHOOK, config: { url: 'ftp://example.org' } }, 'config.url'],
    [{ ...WEBHOOK, config: { url: 'javascript:alert(1)' } }, 'config.url'],
    [{ ...WEBHOOK, config: { ...WEBHOOK.config, secret: 'weak' } }, 'config.secret'],
    [{ ...SMS, config: { ...SMS.config, phones: [] } }, 'config.phones'],
    [{ ...SMS, config: { ...SMS.config, phones: ['abc'] } }, 'config.phones.0'],
    [{ ...SMS, gradeMax: 0 }, 'gradeMax'],
  ] as const)('%j is refused at %s', async ([draft, path], { shared }) => {
    const admin = await shared.as('admin')
    const answer = await admin('POST', '/api/v1/channels', draft)
    expect(answer.json()).toMatchObject({ code: 'invalid_request', issues: [{ path }] })
  })

  test('do not become incomplete by a change', async ({ district }) => {
    const admin = await district.as('admin')
    const { id } = (await admin('POST', '/api/v1/channels', SMS)).json()
    const change = { config: { phones: [] } }
    const answer = await admin('PATCH', `/api/v1/channels/${id}`, change)
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'invalid_request'])
    expect((await admin('PATCH', '/api/v1/channels/none', {})).statusCode).toBe(404)
  })
})

describe('notifications', () => {
  test('are listed with their fate, and a dead one is sent again', async ({ district }) => {
    const admin = await district.as('admin')
    const { id: channelId } = (await admin('POST', '/api/v1/channels', WEBHOOK)).json()
    const alarmId = await district.raise('a')
    const list = async (query: string) =>
      (await admin('GET', `/api/v1/notifications?${query}`)).json().items
    const [told] = await list(`alarmId=${alarmId}`)
    expect(told).toMatchObject({ type: 'alarm.raised', channelId, state: 'pending', attempts: 0 })
    await district.outbox.settle({
      id: told.id,
      state: 'dead',
      attempts: 9,
      nextAttemptAtMs: 0,
      reason: 'unreachable',
      detail: 'connection refused',
      nowMs: district.clock.nowMs(),
    })
    expect(await list('state=dead')).toMatchObject([
      { id: told.id, attempts: 9, lastReason: 'unreachable', settledAt: expect.any(String) },
    ])
    const url = `/api/v1/notifications/${told.id}/send-again`
    const again = await (await district.as('operator-a'))('POST', url)
    expect(again.statusCode).toBe(202)
    expect(again.json()).toMatchObject({ id: told.id, state: 'pending', attempts: 0 })
    expect((await admin('POST', url)).json()).toMatchObject({ state: 'pending' })
    expect(await list('state=dead')).toEqual([])
    expect(await list('channelId=none')).toEqual([])
    expect((await admin('POST', '/api/v1/notifications/none/send-again')).statusCode).toBe(404)
    const detail = await admin('GET', `/api/v1/alarms/${alarmId}`)
    expect(detail.json().notifications).toMatchObject([{ id: told.id }])
  })
})

describe('self-check', () => {
  test('answers anybody, and says 503 when not ready', async ({ shared }) => {
    const anybody = shared.with({})
    expect((await anybody('GET', '/health/live')).json()).toEqual({ live: true })
    const ready = await anybody('GET', '/health/ready')
    expect([ready.statusCode, ready.headers['cache-control']]).toEqual([200, 'no-store'])
    expect(ready.json().parts).toMatchObject([{ name: 'journal', state: 'ok' }])
    shared.state.isReady = false
    expect((await anybody('GET', '/health/ready')).statusCode).toBe(503)
    const metrics = await anybody('GET', '/metrics')
    expect(metrics.headers['content-type']).toMatch(/^text\/plain/)
    expect(metrics.body).toContain('vigil_test_total 1')
  })
})
