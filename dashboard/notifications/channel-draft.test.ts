import { describe, expect, it } from 'vitest'
import { channelDraft } from '../../gateway/contract.ts'
import {
  type ChannelFields,
  channelOfFields,
  fieldsOfChannel,
  parseHeaders,
  parsePhones,
} from './channel-draft.ts'

const SMS: ChannelFields = {
  kind: 'sms',
  name: ' Duty room ',
  enabled: true,
  gradeMax: 3,
  url: 'http://127.0.0.1:9000/sms',
  headers: 'Authorization: Bearer a:b',
  phones: '138 0000 0000\n+8613900000000',
}

describe('channelOfFields', () => {
  it('makes what the gateway takes', () => {
    const sms = channelDraft.parse({ kind: 'sms', ...channelOfFields(SMS) })
    expect(sms).toMatchObject({
      name: 'Duty room',
      config: {
        phones: ['13800000000', '+8613900000000'],
        headers: { Authorization: 'Bearer a:b' },
        method: 'POST',
      },
    })
    const webhook = {
      kind: 'webhook',
      name: 'n',
      enabled: true,
      gradeMax: 4,
      url: 'https://a.example',
    } as const
    expect(channelDraft.safeParse({ kind: 'webhook', ...channelOfFields(webhook) }).success).toBe(
      true,
    )
  })

  it('comes back from what the gateway shows', () => {
    const shown = {
      id: 'c1',
      kind: 'sms' as const,
      createdAt: '2026-01-01T00:00:00.000Z',
      name: 'Duty room',
      enabled: true,
      gradeMax: 3 as const,
      organizationId: null,
      config: {
        url: SMS.url,
        method: 'POST',
        headers: { Authorization: '***' },
        phones: ['13800000000'],
        body: '',
        language: 'zh',
      },
    }
    expect(channelOfFields(fieldsOfChannel(shown))).toMatchObject({
      name: 'Duty room',
      config: { headers: { Authorization: '***' }, phones: ['13800000000'] },
    })
  })
})

describe('lines of the form', () => {
  it.each([
    ['', []],
    ['13800000000，13900000000', ['13800000000', '13900000000']],
    ['138-0000-0000', ['13800000000']],
    ['call me', null],
    ['123', null],
  ])('phones %j', (text, phones) => {
    expect(parsePhones(text)).toEqual(phones)
  })

  it.each([
    ['', {}],
    ['A: 1\n\nB:2', { A: '1', B: '2' }],
    ['no colon', null],
    [': nameless', null],
  ])('headers %j', (text, headers) => {
    expect(parseHeaders(text)).toEqual(headers)
  })
})
