import { describe, expect } from 'vitest'
import type { HandoverDetail } from '../contract.ts'
import { type District, PASSWORD, test } from './http-server.suite.ts'

const DRAFT = { notes: '二号罐阀门待修', password: PASSWORD }

async function handedOver(district: District, who = 'operator-a'): Promise<HandoverDetail> {
  const call = await district.as(who)
  const answer = await call('POST', '/api/v1/handovers', DRAFT)
  expect(answer.statusCode, answer.body).toBe(201)
  return answer.json()
}

describe('hand-overs', () => {
  test('freeze what stands, and are signed by two persons with their own passwords', async ({
    district,
  }) => {
    const id = await district.raise('a')
    await district.raise('b')
    const signed = await handedOver(district)
    expect(signed).toMatchObject({ outgoing: 'operator-a', incoming: null, notes: DRAFT.notes })
    expect(signed.digest).toMatch(/^[0-9a-f]{64}$/)
    // Only what belongs to the territory.
    expect(signed.situation).toMatchObject({ openTotal: 1, unacknowledged: 1, open: [{ id }] })
    expect(signed.situation.silentDevices.map((device) => device.id)).toEqual(['gas-a'])

    await district.clear('a')
    const manager = await district.as('manager-a')
    const body = { password: PASSWORD, notes: '已知悉' }
    const accepted = await manager('POST', `/api/v1/handovers/${signed.id}/accept`, body)
    expect(accepted.json()).toMatchObject({ incoming: 'manager-a', incomingNotes: '已知悉' })
    const again = await manager('GET', `/api/v1/handovers/${signed.id}`)
    expect(again.json().situation).toEqual(signed.situation)
    expect(again.json().digest).toBe(signed.digest)
    const list = await manager('GET', '/api/v1/handovers')
    expect(list.json().items).toMatchObject([{ id: signed.id, incoming: 'manager-a' }])
  })

  test('are signed on the screen of who goes, by the name and password of who comes', async ({
    district,
  }) => {
    const signed = await handedOver(district)
    const call = await district.as('operator-a')
    const accept = (body: object) => call('POST', `/api/v1/handovers/${signed.id}/accept`, body)
    expect((await accept({ username: 'manager-a', password: 'wrong' })).json().code).toBe(
      'credentials_wrong',
    )
    expect((await accept({ password: PASSWORD })).json().code).toBe('forbidden')
    expect((await accept({ username: 'viewer-a', password: PASSWORD })).json().code).toBe(
      'forbidden',
    )
    expect((await accept({ username: 'manager-b', password: PASSWORD })).json().code).toBe(
      'forbidden',
    )
    expect((await accept({ username: 'manager-a', password: PASSWORD })).statusCode).toBe(200)
    expect((await accept({ username: 'admin-a', password: PASSWORD })).json().code).toBe(
      'already_exists',
    )
  })

  test('need the right password, also of who goes', async ({ district }) => {
    const call = await district.as('operator-a')
    const answer = await call('POST', '/api/v1/handovers', { ...DRAFT, password: 'wrong' })
    expect(answer.json().code).toBe('credentials_wrong')
    expect((await call('GET', '/api/v1/handovers')).json().items).toEqual([])
  })

  test('of elsewhere are not seen', async ({ district }) => {
    const signed = await handedOver(district)
    const call = await district.as('operator-b')
    expect((await call('GET', `/api/v1/handovers/${signed.id}`)).statusCode).toBe(404)
    expect((await call('GET', '/api/v1/handovers')).json().items).toEqual([])
  })
})
