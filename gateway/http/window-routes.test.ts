import { describe, expect } from 'vitest'
import { test } from './http-server.suite.ts'

const HOUR_MS = 3_600_000

describe('service windows', () => {
  test('mark readings, take alarms out of service, end by themselves and wait to be finished', async ({
    district,
  }) => {
    const admin = await district.as('admin')
    const standing = await district.raise('a')
    await district.alarmVerbs.acknowledge(standing, { actor: 'x' })
    const until = new Date(district.clock.nowMs() + HOUR_MS).toISOString()
    const created = await admin('POST', '/api/v1/service-windows', {
      kind: 'calibration',
      scope: { kind: 'device', deviceId: 'gas-a', point: null },
      reason: '年检',
      permitNumber: 'JX-7',
      until,
    })
    expect([created.statusCode, created.json().state]).toEqual([201, 'active'])
    const { id } = created.json()
    const taken = (await admin('GET', `/api/v1/alarms/${standing}`)).json()
    expect(taken).toMatchObject({ outOfServiceBy: id, outOfServiceUntil: until })
    expect(taken.timeline.at(-1)).toMatchObject({
      kind: 'removed-from-service',
      actor: 'admin',
      note: 'JX-7 · 年检',
    })
    await admin('POST', '/api/v1/devices/gas-a/readings', { values: { lel: 30 } })
    const readings = []
    for await (const batch of district.journal.follow(1, {
      signal: new AbortController().signal,
    })) {
      readings.push(...batch.readings)
      break
    }
    expect(readings.map(({ quality }) => quality)).toEqual(['calibrating'])

    await district.clock.advanceBy(HOUR_MS)
    // A limit of the case ends before it: what is armed after that commit wants the clock to move again.
    await expect
      .poll(async () => {
        await district.clock.advanceBy(1)
        return (await admin('GET', `/api/v1/alarms/${standing}`)).json()
      })
      .toMatchObject({ outOfServiceBy: null, state: 'unacknowledged' })
    const list = async () => (await admin('GET', '/api/v1/service-windows?deviceId=gas-a')).json()
    expect((await list()).items).toMatchObject([{ id, state: 'overdue', targetName: 'gas a' }])
    const finished = await admin('POST', `/api/v1/service-windows/${id}/finish`, { note: '合格' })
    expect(finished.json()).toMatchObject({ state: 'finished', finishedBy: 'admin' })
    const again = await admin('POST', `/api/v1/service-windows/${id}/finish`, {})
    expect(again.json().code).toBe('window_finished')
  })

  test('refuse times and targets that do not fit, and are not seen from elsewhere', async ({
    district,
  }) => {
    const admin = await district.as('admin')
    const create = (change: object) =>
      admin('POST', '/api/v1/service-windows', {
        kind: 'maintenance',
        scope: { kind: 'site', siteId: 'site-a' },
        reason: '检修',
        until: new Date(district.clock.nowMs() + HOUR_MS).toISOString(),
        ...change,
      })
    const at = (ms: number) => new Date(district.clock.nowMs() + ms).toISOString()
    const codeOf = async (change: object) => (await create(change)).json().code
    expect(await codeOf({ until: at(-1) })).toBe('window_span_invalid')
    expect(await codeOf({ until: at(100 * HOUR_MS) })).toBe('window_span_invalid')
    expect(await codeOf({ scope: { kind: 'site', siteId: 'nowhere' } })).toBe('not_found')
    const scope = { kind: 'device', deviceId: 'gas-a', point: 'nothing' }
    expect(await codeOf({ scope })).toBe('point_unknown')
    expect(await codeOf({ reason: ' ' })).toBe('invalid_request')
    expect((await create({})).statusCode).toBe(201)
    const other = await district.as('operator-b')
    expect((await other('GET', '/api/v1/service-windows')).json().items).toEqual([])
  })
})

describe('drills', () => {
  test('run the chain, marked, and end by themselves with their case', async ({ district }) => {
    const admin = await district.as('admin')
    const begun = await admin('POST', '/api/v1/drills', {
      deviceId: 'gas-a',
      point: 'lel',
      grade: 2,
      durationMs: 60_000,
      note: '季度演练',
    })
    expect(begun.statusCode).toBe(201)
    const { alarmId } = begun.json()
    const alarm = async () => (await admin('GET', `/api/v1/alarms/${alarmId}`)).json()
    expect(await alarm()).toMatchObject({
      drill: true,
      state: 'unacknowledged',
      grade: 2,
      caseFile: { awaits: 'acknowledge' },
    })
    await district.clock.advanceBy(60_000)
    await expect.poll(alarm).toMatchObject({ state: 'normal', caseFile: { awaits: null } })
    const drills = async () => (await admin('GET', '/api/v1/drills')).json().items
    await expect
      .poll(drills)
      .toMatchObject([{ alarmId, endedBy: null, endedAt: expect.any(String) }])
    const ended = await admin('POST', `/api/v1/drills/${alarmId}/end`)
    expect(ended.json().code).toBe('drill_not_found')
  })
})
