import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AlarmDetail, AlarmDto } from '#gateway/contract.ts'
import { ApiProblem, type Page } from '../api-client.ts'
import { SmsSink } from '../receivers/sms-sink.ts'
import { startGateway, type TestDevice, type TestGateway } from './app-harness.ts'
import { send } from './device-client.ts'
import type { LiveRecorder } from './live-recorder.ts'

/** Checks 1, 2, 3 and 10 of alarm management: one detector after the other, by the rule that is shipped. */
describe('set-points, deadband, delay and rise of grade, through real sockets', () => {
  let gateway: TestGateway
  let live: LiveRecorder
  let device: TestDevice
  let quick: TestDevice
  const sink = new SmsSink()

  beforeAll(async () => {
    await sink.start()
    gateway = await startGateway()
    const { site } = await gateway.addSite()
    const where = { profileId: 'gas-combustible', siteId: site.id }
    device = await gateway.addDevice({ id: 'check-1', ...where })
    quick = await gateway.addDevice({ id: 'check-10', ...where })
    await gateway.addSmsChannel(sink, ['10000000001'])
    live = await gateway.openLive()
  })

  afterAll(async () => {
    live?.close()
    await gateway?.close()
    await sink.stop()
  })

  const lel = (value: number, to = device) => send(gateway, to, [{ values: { lel: value } }])
  const open = async (id = device.id) =>
    (await gateway.api.get<Page<AlarmDto>>(`/alarms?state=open&deviceId=${id}`)).items
  const seen = (state: string, about: Partial<AlarmDto> = {}) =>
    live.alarm(
      `${state} ${JSON.stringify(about)}`,
      (alarm) =>
        alarm.deviceId === device.id &&
        alarm.state === state &&
        Object.entries(about).every(([key, value]) => alarm[key as keyof typeof alarm] === value),
      40_000,
    )
  /** What was sent last is stored and judged: a second point of the same message tells. */
  const judged = async (value: number) => {
    await expect
      .poll(async () => (await gateway.readings(device.id, 'lel')).at(-1)?.value)
      .toBe(value)
  }

  test('1: 24.9 %LEL raises nothing, 25.0 raises the first alarm at once', async () => {
    await lel(24.9)
    await judged(24.9)
    expect(await open()).toEqual([])
    await lel(25)
    const { event } = await seen('unacknowledged', { grade: 3 })
    expect(event).toMatchObject({ value: 25, setpoint: 25, unit: '%LEL' })
    await judged(25)
    const arrived = (await gateway.readings(device.id, 'lel')).at(-1)
    expect(Date.parse(event.raisedAt)).toBe(arrived?.arrivedAt)
  })

  test('2: acknowledged, then 50.0: unacknowledged again in orange, and still one alarm', async () => {
    const [alarm] = await open()
    await gateway.api.post(`/alarms/${alarm?.id}/acknowledge`, {})
    await seen('acknowledged', { grade: 3 })
    await lel(50)
    const { event } = await seen('unacknowledged', { grade: 2 })
    expect(event).toMatchObject({ id: alarm?.id, value: 50, setpoint: 50 })
    expect(await open()).toHaveLength(1)
  })

  test('3: reset is refused while the gas is there', async () => {
    const [alarm] = await open()
    await gateway.api.post(`/alarms/${alarm?.id}/acknowledge`, {})
    const refused = gateway.api.post(`/alarms/${alarm?.id}/reset`, {})
    await expect(refused).rejects.toThrow(ApiProblem)
    await expect(refused).rejects.toMatchObject({ code: 'alarm_condition_present' })
  })

  test('1: 24.0 stays inside the deadband; 21.9 clears after the off-delay, into latched and never to normal', async () => {
    await lel(24)
    await judged(24)
    const [before] = await open()
    expect(before?.returnedAt).toBeNull()
    await lel(21.9)
    const { event } = await seen('latched-acknowledged')
    const readings = await gateway.readings(device.id, 'lel')
    const cleared = readings.find(({ value }) => value === 21.9)
    expect(Date.parse(event.returnedAt ?? '') - (cleared?.arrivedAt ?? 0)).toBe(10_000)
    expect(
      live.alarms.some(
        ({ event: { state, deviceId } }) => deviceId === device.id && state === 'normal',
      ),
    ).toBe(false)
  })

  test('3: clean air leaves it visible until it is reset, with the names of who did what', async () => {
    const [alarm] = await open()
    expect(alarm?.state).toBe('latched-acknowledged')
    await gateway.api.post(`/alarms/${alarm?.id}/reset`, { note: '已检查' })
    await seen('normal')
    const { timeline } = await gateway.api.get<AlarmDetail>(`/alarms/${alarm?.id}`)
    const deeds = timeline.filter(({ kind }) => kind === 'acknowledged' || kind === 'reset')
    expect(deeds.map(({ kind }) => kind)).toEqual(['acknowledged', 'acknowledged', 'reset'])
    expect(deeds.every(({ actor }) => actor !== 'system' && actor !== '')).toBe(true)
    expect(timeline.filter(({ kind }) => kind === 'raised')).toHaveLength(1)
  })

  test('10: an alarm that is over at once is told all the same', async () => {
    const before = sink.messages.length
    await send(gateway, quick, [{ values: { lel: 60 } }, { values: { lel: 0 } }])
    await expect.poll(() => sink.messages.length).toBeGreaterThan(before)
    expect(sink.messages.at(-1)?.text).toContain('60')
    await expect.poll(async () => (await open(quick.id))[0]?.grade).toBe(2)
  })
})

describe('a calendar', () => {
  test('that is edited puts a safety rule in force, and out of it once a second person agrees', async () => {
    await using gateway = await startGateway()
    const { site } = await gateway.addSite()
    const device = await gateway.addDevice({ id: 'free', profileId: 'tank', siteId: site.id })
    await gateway.api.post('/rules', {
      id: 'on-holidays',
      name: label('on holidays'),
      profileIds: ['tank'],
      point: 'level',
      reason: 'calendar',
      // Nobody may hold a calendar of this name: only what is written here counts.
      schedule: {
        timeZone: 'UTC',
        calendar: 'test',
        spans: [{ days: ['holiday'], from: '00:00', to: '24:00' }],
      },
      condition: {
        kind: 'limit',
        direction: 'high',
        deadband: 1,
        setpoints: [{ ...at(50), grade: 2 }],
      },
    })
    const open = async () =>
      (await gateway.api.get<Page<AlarmDto>>('/alarms?state=open&deviceId=free')).items.filter(
        ({ ruleId, returnedAt }) => ruleId === 'on-holidays' && returnedAt === null,
      ).length
    await send(gateway, device, [{ values: { level: 60 } }])
    await expect.poll(async () => (await gateway.readings('free', 'level')).length).toBe(1)
    expect(await open()).toBe(0)
    // Also tomorrow, should midnight fall between the two.
    const days = [0, 1].map((ahead) => new Date(Date.now() + ahead * 86_400_000).toISOString())
    const years = new Set(days.map((day) => day.slice(0, 4)))
    for (const year of years) {
      const holidays = days
        .filter((day) => day.startsWith(year))
        .map((day) => ({ name: label('free'), from: day.slice(0, 10), to: day.slice(0, 10) }))
      const source = { title: 'a test', confidence: 'C' }
      const body = { version: 0, source, holidays, workdays: [] }
      await gateway.api.put(`/calendars/test-${year}`, body)
    }
    await expect.poll(open).toBe(1)
    const password = 'long enough a password'
    const second = { username: 'second', displayName: 'second', role: 'supervisor', password }
    await gateway.api.post('/users', second)
    for (const year of years) await gateway.api.delete(`/calendars/test-${year}?reason=over`)
    // Neither the request nor a restart takes the rule out of force.
    await gateway.kill()
    gateway.start()
    await gateway.ready()
    await send(gateway, device, [{ values: { level: 61 } }])
    await expect.poll(async () => (await gateway.readings('free', 'level')).length).toBe(2)
    expect(await open()).toBe(1)
    const approver = await gateway.logIn('second', password)
    const { items } = await approver.get<Page<{ id: string }>>('/calendar-proposals')
    expect(items).toHaveLength(years.size)
    for (const { id } of items) await approver.post(`/calendar-proposals/${id}/approve`)
    await expect.poll(open).toBe(0)
  })
})

const label = (name: string) => ({ zh: name, en: name })
const at = (setpoint: number) => ({ setpoint, grade: 3, label: label(String(setpoint)) })
const TANKS = ['T-1', 'T-2', 'T-3', 'T-4', 'T-5'] as const
const ON_DELAY_MS = 6_000

const RULES = [
  {
    id: 'twin-delay',
    deviceIds: ['T-1'],
    onDelayMs: ON_DELAY_MS,
    condition: { kind: 'limit', direction: 'high', deadband: 1, setpoints: [at(50)] },
  },
  {
    id: 'twin-vote',
    deviceIds: ['T-2'],
    condition: {
      kind: 'vote',
      needed: 2,
      voters: ['T-2', 'T-3', 'T-4'].map((deviceId) => ({ deviceId, point: 'level' })),
      direction: 'high',
      deadband: 1,
      setpoints: [at(70)],
      staleAfterMs: 300_000,
      badVoters: 'cleared',
    },
  },
  {
    id: 'twin-count',
    deviceIds: ['T-4'],
    condition: {
      kind: 'count',
      needed: 3,
      of: 5,
      direction: 'high',
      deadband: 1,
      setpoints: [at(40)],
    },
  },
  {
    id: 'twin-forecast',
    deviceIds: ['T-5'],
    condition: {
      kind: 'forecast',
      target: 90,
      direction: 'high',
      windowMs: 20_000,
      pointsMin: 9,
      setpoints: [at(5)],
      deadband: 1,
    },
  },
]

/**
 * Two gateways are given the same readings; one is killed while a delay runs, a vote has one voice, a count is at two of
 * three and a trend has half its points. What the two come to must not differ.
 */
describe('kill -9 in the middle of', () => {
  let killed: TestGateway
  let twin: TestGateway
  const devices = new Map<TestGateway, ReadonlyMap<string, TestDevice>>()
  let trendFromMs = 0

  beforeAll(async () => {
    ;[killed, twin] = await Promise.all([startGateway(), startGateway()])
    await Promise.all([prepare(killed), prepare(twin)])
  })

  afterAll(async () => {
    await Promise.all([killed?.close(), twin?.close()])
  })

  const prepare = async (gateway: TestGateway) => {
    const { site } = await gateway.addSite()
    const made = new Map<string, TestDevice>()
    for (const id of TANKS) {
      made.set(id, await gateway.addDevice({ id, profileId: 'tank', siteId: site.id }))
    }
    devices.set(gateway, made)
    for (const rule of RULES) {
      const draft = {
        name: label(rule.id),
        profileIds: ['tank'],
        point: 'level',
        reason: 'twin',
        ...rule,
      }
      await gateway.api.post('/rules', draft)
    }
  }
  const both = async (id: string, samples: readonly object[]) => {
    for (const gateway of [killed, twin]) {
      const device = devices.get(gateway)?.get(id)
      if (device === undefined) throw new Error(`there is no ${id}`)
      await send(gateway, device, samples)
    }
  }
  const level = (value: number) => ({ values: { level: value } })
  const trend = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => ({
      ts: trendFromMs + (from + index) * 1_000,
      values: { level: 20 + from + index },
    }))
  const first = async (gateway: TestGateway, deviceId: string, ruleId: string) => {
    const { items } = await gateway.api.get<Page<AlarmDto>>(
      `/alarms?state=open&deviceId=${deviceId}`,
    )
    return items.find((alarm) => alarm.ruleId === ruleId) ?? null
  }
  /** What must be the same in both; the instant counts from the arrival of the reading that decided. */
  const outcome = async (
    gateway: TestGateway,
    {
      deviceId,
      ruleId,
      decidedBy,
      value,
    }: { deviceId: string; ruleId: string; decidedBy: string; value: number },
  ) => {
    let found: AlarmDto | null = null
    await expect
      .poll(
        async () => {
          found = await first(gateway, deviceId, ruleId)
          return found?.ruleId ?? null
        },
        { timeout: 20_000 },
      )
      .toBe(ruleId)
    const alarm = found as unknown as AlarmDto
    const reading = (await gateway.readings(decidedBy, 'level')).find((one) => one.value === value)
    return {
      ruleId: alarm.ruleId,
      state: alarm.state,
      grade: alarm.grade,
      value: alarm.value,
      setpoint: alarm.setpoint,
      occurrences: alarm.occurrences,
      afterMs: Date.parse(alarm.raisedAt) - (reading?.arrivedAt ?? 0),
    }
  }

  test('an on-delay, a vote, a count and a forecast changes nothing', async () => {
    // So that no reading of the trend lies in the future, and none is late.
    trendFromMs = Date.now() - 12_000
    await both('T-2', [level(75)])
    await both('T-4', [level(45), level(46)])
    await both('T-5', trend(0, 6))
    await both('T-1', [level(55)])
    await killed.kill()
    killed.start()
    await killed.ready()
    for (const [deviceId, rule] of [
      ['T-2', 'vote'],
      ['T-4', 'count'],
      ['T-5', 'forecast'],
    ] as const) {
      expect(await first(killed, deviceId, `twin-${rule}`)).toBeNull()
    }
    await both('T-4', [level(47)])
    await both('T-3', [level(80)])
    await both('T-5', trend(6, 11))
    const cases = [
      { deviceId: 'T-1', ruleId: 'twin-delay', decidedBy: 'T-1', value: 55 },
      { deviceId: 'T-2', ruleId: 'twin-vote', decidedBy: 'T-3', value: 80 },
      { deviceId: 'T-4', ruleId: 'twin-count', decidedBy: 'T-4', value: 47 },
      { deviceId: 'T-5', ruleId: 'twin-forecast', decidedBy: 'T-5', value: 30 },
    ]
    for (const one of cases) {
      const uninterrupted = await outcome(twin, one)
      expect(await outcome(killed, one)).toEqual(uninterrupted)
      if (one.ruleId === 'twin-delay') expect(uninterrupted.afterMs).toBe(ON_DELAY_MS)
    }
  })
})
