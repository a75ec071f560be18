import { describe, expect } from 'vitest'
import { aSource } from '../watching/watching.suite.ts'
import { type District, test } from './http-server.suite.ts'

const DAY_MS = 24 * 3_600_000

/** A tank farm of enterprise-a whose filing was accepted `daysAgo`. */
async function aFiledSource(district: District, daysAgo: number): Promise<string> {
  const admin = await district.as('admin')
  const made = await admin('POST', '/api/v1/hazard-sources', {
    organizationId: 'enterprise-a',
    draft: { name: '一号罐区', persons: { operating: { name: '周强', phone: '13900000000' } } },
  })
  const { id } = made.json()
  const acceptedAt = new Date(district.clock.nowMs() - daysAgo * DAY_MS).toISOString()
  district.sources.put(
    aSource({ id, organizationId: 'enterprise-a', filing: { acceptedAt, dueAt: null } }),
  )
  return id
}

describe('duties of responsible persons', () => {
  test('are overdue from their day on, until somebody reports them', async ({ district }) => {
    const id = await aFiledSource(district, 10)
    const manager = await district.as('manager-a')
    const overdue = await manager('GET', '/api/v1/duties?state=overdue')
    const before: { id: string; role: string; sourceId: string }[] = overdue.json().items
    expect(before.length).toBeGreaterThan(3)
    expect(before.every(({ role, sourceId }) => role === 'operating' && sourceId === id)).toBe(true)

    const answer = await manager('POST', `/api/v1/hazard-sources/${id}/duty-records`, {
      dutyId: 'operating-permits',
      outcome: 'done',
      note: '两张动火票',
    })
    expect(answer.statusCode).toBe(201)
    const after = (await manager('GET', '/api/v1/duties?state=overdue')).json().items
    expect(after.length).toBe(before.length - 1)
    const records = await manager('GET', `/api/v1/hazard-sources/${id}/duty-records`)
    expect(records.json().items).toMatchObject([
      { dutyId: 'operating-permits', person: '周强', recordedBy: 'manager-a', outcome: 'done' },
    ])
  })

  test('that were not done need a reason and stay overdue', async ({ district }) => {
    const id = await aFiledSource(district, 10)
    const manager = await district.as('manager-a')
    const report = (body: object) =>
      manager('POST', `/api/v1/hazard-sources/${id}/duty-records`, body)
    const notDone = { dutyId: 'operating-alarms', outcome: 'not-done' }
    expect((await report(notDone)).json()).toMatchObject({
      code: 'invalid_request',
      issues: [{ path: 'note' }],
    })
    const reported = await report({ ...notDone, note: '停产检修' })
    const duty = reported.json().duties.find(({ id }: { id: string }) => id === 'operating-alarms')
    expect(duty).toMatchObject({ state: 'overdue', lastDoneAt: null })
  })

  test.for([
    ['in the future', 1],
    ['longer ago than can be shown', -91],
  ] as const)('cannot have been done %s', async ([, days], { district }) => {
    const id = await aFiledSource(district, 10)
    const manager = await district.as('manager-a')
    const doneAt = new Date(district.clock.nowMs() + days * DAY_MS).toISOString()
    const answer = await manager('POST', `/api/v1/hazard-sources/${id}/duty-records`, {
      dutyId: 'operating-alarms',
      outcome: 'done',
      doneAt,
    })
    expect(answer.json()).toMatchObject({ code: 'invalid_request', issues: [{ path: 'doneAt' }] })
  })

  test('that are on no list are not found; a viewer reports nothing', async ({ district }) => {
    const id = await aFiledSource(district, 10)
    const url = `/api/v1/hazard-sources/${id}/duty-records`
    const manager = await district.as('manager-a')
    const unknown = await manager('POST', url, { dutyId: 'sleep', outcome: 'done' })
    expect(unknown.json()).toMatchObject({ code: 'not_found' })
    const viewer = await district.as('viewer-a')
    const tried = await viewer('POST', url, { dutyId: 'operating-alarms', outcome: 'done' })
    expect(tried.statusCode).toBe(403)
  })

  test('are listed page by page without a gap', async ({ district }) => {
    await aFiledSource(district, 10)
    const manager = await district.as('manager-a')
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`
      const page = (await manager('GET', `/api/v1/duties?limit=5${query}`)).json()
      seen.push(...page.items.map(({ id }: { id: string }) => id))
      cursor = page.nextCursor
    }
    const all = (await manager('GET', '/api/v1/duties?limit=200')).json().items
    expect(seen).toEqual(all.map(({ id }: { id: string }) => id))
  })
})
