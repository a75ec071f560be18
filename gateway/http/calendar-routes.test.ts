import { describe, expect } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { CALENDAR_LIMITS } from '#config/limits.ts'
import { GAS_RULE, test } from './http-server.suite.ts'

const URL = '/api/v1/calendars/cn-2027'
const DAYS = {
  source: { title: '国务院办公厅关于2027年部分节假日安排的通知', confidence: 'B' },
  holidays: [
    { name: { zh: '国庆节', en: 'National Day' }, from: '2027-10-01', to: '2027-10-07' },
    { name: { zh: '元旦', en: 'New Year' }, from: '2027-01-01', to: '2027-01-03' },
  ],
  workdays: ['2027-10-09', '2027-01-09'],
}

describe('calendars', () => {
  test('are added, changed and taken back, each change with who made it', async ({ district }) => {
    const admin = await district.as('admin')
    const shipped = (await admin('GET', '/api/v1/calendars/cn-2026')).json()
    expect(shipped).toMatchObject({ origin: 'shipped', version: 0, changedBy: null })
    const added = (await admin('PUT', URL, { ...DAYS, version: 0 })).json()
    expect(added).toMatchObject({ origin: 'added', version: 1, changedBy: 'admin' })
    expect(added.workdays).toEqual(['2027-01-09', '2027-10-09'])
    const stale = await admin('PUT', URL, { ...DAYS, version: 0 })
    expect([stale.statusCode, stale.json().code]).toEqual([409, 'calendar_changed_meanwhile'])
    expect((await admin('PUT', URL, { ...DAYS, version: 1, workdays: [] })).json()).toMatchObject({
      version: 2,
      workdays: [],
    })
    expect((await admin('DELETE', URL)).statusCode).toBe(204)
    expect((await admin('GET', URL)).statusCode).toBe(404)
    const again = await admin('PUT', URL, { ...DAYS, version: 0 })
    expect(again.json()).toMatchObject({ origin: 'added', version: 4 })
    await admin('DELETE', URL)
    const log = (await admin('GET', '/api/v1/audit-entries')).json()
    expect(log.items[0]).toMatchObject({ action: 'calendar.reset', targetId: 'cn-2027' })
  })

  test('go back to what is shipped', async ({ district }) => {
    const admin = await district.as('admin')
    const url = '/api/v1/calendars/cn-2026'
    const shipped = (await admin('GET', url)).json()
    const { source } = DAYS
    const body = { source, holidays: [], workdays: [], version: 0 }
    expect((await admin('PUT', url, body)).json().origin).toBe('edited')
    await admin('DELETE', url)
    const back = (await admin('GET', url)).json()
    expect(back).toMatchObject({ origin: 'shipped', holidays: shipped.holidays, version: 2 })
  })

  test('are refused with each field that does not fit, and nothing is changed', async ({
    shared,
  }) => {
    const admin = await shared.as('admin')
    const wrong = await admin('PUT', URL, { ...DAYS, version: 0, workdays: ['2027-10-02'] })
    expect(wrong.statusCode).toBe(422)
    expect(wrong.json()).toMatchObject({
      code: 'calendar_invalid',
      issues: [{ path: 'workdays.0', message: '2027-10-02 is a public holiday.' }],
    })
    const many = Array.from({ length: CALENDAR_LIMITS.holidaysMax + 1 }, () => DAYS.holidays[0])
    expect((await admin('PUT', URL, { ...DAYS, holidays: many, version: 0 })).statusCode).toBe(400)
    expect(
      (await admin('PUT', '/api/v1/calendars/cn-1999', { ...DAYS, version: 0 })).json(),
    ).toMatchObject({
      code: 'calendar_invalid',
    })
    expect((await admin('GET', URL)).statusCode).toBe(404)
    expect((await admin('GET', '/api/v1/calendars/CN 2027')).statusCode).toBe(400)
  })

  test('are for whoever manages the whole district', async ({ shared }) => {
    for (const name of ['admin-a', 'operator-a']) {
      const caller = await shared.as(name)
      expect((await caller('GET', '/api/v1/calendars')).json()).toMatchObject({ mayEdit: false })
      expect((await caller('PUT', URL, { ...DAYS, version: 0 })).statusCode).toBe(403)
      expect((await caller('DELETE', '/api/v1/calendars/cn-2026')).statusCode).toBe(403)
    }
  })

  test('are files that are checked before they are taken', async ({ district }) => {
    const admin = await district.as('admin')
    const check = async (yaml: string) =>
      (await admin('POST', '/api/v1/calendars/check', { yaml })).json()
    const file = (await admin('GET', '/api/v1/calendars/cn-2026/file')).body
    expect(parseYaml(file)).toMatchObject({ calendar: 'cn', year: 2026 })
    expect(await check(file)).toMatchObject({ findings: [], present: { id: 'cn-2026' } })
    const wrong = await check(file.replace('2026-10-10', '2026-10-12'))
    expect(wrong).toMatchObject({
      year: null,
      findings: [
        { path: 'workdays.5', message: { zh: expect.stringContaining('不是周六或周日') } },
      ],
    })
    expect((await check('a: [')).findings[0].message.en).toContain('Line 1')
    expect((await check('just words')).findings).toHaveLength(1)
    expect((await admin('POST', '/api/v1/calendars/check', {})).statusCode).toBe(400)
  })

  test('that rules ask for and nobody has written are named with the rules', async ({
    district,
  }) => {
    const admin = await district.as('admin')
    const spans = [{ days: ['workday'], from: '08:00', to: '18:00' }]
    const asks = { ...GAS_RULE, id: 'asks', schedule: { calendar: 'cn', spans } }
    await admin('POST', '/api/v1/rules', asks)
    district.clock.advanceTo(Date.parse('2026-10-02T00:00:00Z'))
    const missing = async () => (await admin('GET', '/api/v1/calendars')).json().missing
    expect(await missing()).toEqual([{ calendar: 'cn', year: 2027, ruleIds: ['asks'] }])
    const warned = await admin('POST', '/api/v1/rules/check', { definition: asks, ruleId: 'asks' })
    expect(warned.json().findings).toMatchObject([{ code: 'calendar_year_missing' }])
    await admin('PUT', URL, { ...DAYS, version: 0 })
    expect(await missing()).toEqual([])
    const after = await admin('POST', '/api/v1/rules/check', { definition: asks, ruleId: 'asks' })
    expect(after.json().findings).toEqual([])
  })
})
