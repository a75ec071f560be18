import { describe, expect } from 'vitest'
import type { FigureName, PerformanceDto } from '../contract.ts'
import { type District, test } from './http-server.suite.ts'

const DAY_MS = 86_400_000

async function report(district: District, who: string, more = ''): Promise<PerformanceDto> {
  const nowMs = district.clock.nowMs()
  const from = new Date(nowMs - DAY_MS).toISOString()
  const to = new Date(nowMs + 1_000).toISOString()
  const call = await district.as(who)
  const answer = await call('GET', `/api/v1/performance?from=${from}&to=${to}${more}`)
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json()
}

const figure = (of: PerformanceDto, name: FigureName) => of.figures.find((one) => one.name === name)

describe('performance', () => {
  test('counts the alarms of a period for each position, with answers and bounds', async ({
    district,
  }) => {
    const id = await district.raise('a')
    await district.raise('b')
    const operator = await district.as('operator-a')
    await district.clock.advanceBy(30_000)
    await operator('POST', `/api/v1/alarms/${id}/acknowledge`)
    const whole = await report(district, 'admin')
    expect(whole).toMatchObject({ total: 2, drills: 0, organizationId: null })
    expect(whole.top[0]).toMatchObject({ count: 1, share: 0.5, deviceName: 'gas a' })
    expect(figure(whole, 'perDay')).toMatchObject({ good: 150, bound: 300, verdict: 'good' })
    const town = whole.responseByOrganization.find(
      ({ organizationId }) => organizationId === 'town-a',
    )
    expect(town).toMatchObject({ answered: 1, unanswered: 0, medianSeconds: 30, kind: 'town' })

    const own = await report(district, 'operator-a')
    expect(own).toMatchObject({ total: 1, organizationId: 'enterprise-a' })
    expect(own.responseByOrganization.map(({ organizationId }) => organizationId)).toEqual([
      'enterprise-a',
    ])
    expect(await report(district, 'admin', '&organizationId=town-b')).toMatchObject({ total: 1 })
  })

  test('lists what stands for too long, and what is shelved', async ({ district }) => {
    await district.raise('a')
    await district.clock.advanceBy(DAY_MS + 1_000)
    const stale = await report(district, 'admin')
    expect(stale.stale.map(({ deviceId }) => deviceId)).toEqual(['gas-a'])
    expect(figure(stale, 'stale')).toMatchObject({ value: 1, bound: 5 })
  })

  test.for([
    'from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00Z',
    'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',
    'from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z',
    'from=yesterday&to=today',
  ])('refuses the period %s', async (query, { district }) => {
    const call = await district.as('admin')
    const answer = await call('GET', `/api/v1/performance?${query}`)
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'invalid_request'])
  })
})
