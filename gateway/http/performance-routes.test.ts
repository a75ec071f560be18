import { describe, expect } from 'vitest'
import type { DeviceId } from '#alerting/reading.ts'
import type { FigureName, PerformanceDto } from '../contract.ts'
import { type District, GAS_RULE, test } from './http-server.suite.ts'

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

  test('proposes what would steady an alarm that comes and goes, from the readings of its point', async ({
    district,
  }) => {
    const startMs = district.clock.nowMs()
    const values = Array.from({ length: 60 }, (_, second) =>
      second < 40 && second % 2 === 0 ? 26 : 2,
    )
    await district.timeSeries.write([
      {
        offset: 1,
        readings: values.map((value, second) => ({
          deviceId: 'gas-a' as DeviceId,
          point: 'lel',
          observedAtMs: startMs + second * 1_000,
          arrivedAtMs: startMs + second * 1_000,
          value,
          quality: 'good' as const,
          marks: 0,
        })),
      },
    ])
    const query = new URLSearchParams({
      ruleId: GAS_RULE.id,
      deviceId: 'gas-a',
      point: 'lel',
      from: new Date(startMs).toISOString(),
      to: new Date(startMs + 60_000).toISOString(),
    })
    const call = await district.as('operator-a')
    const answer = await call('GET', `/api/v1/performance/steadying?${query}`)
    expect(answer.json()).toMatchObject({ readings: 60, alarmsBefore: 20 })
    expect(answer.json().proposals).toContainEqual({
      kind: 'off-delay',
      value: 2_000,
      before: 0,
      unit: null,
      alarmsAfter: 1,
    })
    const stranger = await district.as('operator-b')
    expect((await stranger('GET', `/api/v1/performance/steadying?${query}`)).statusCode).toBe(404)
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
