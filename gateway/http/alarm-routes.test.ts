import { describe, expect } from 'vitest'
import { ALARM_LIMITS } from '#config/limits.ts'
import { type District, GAS_RULE, test } from './http-server.suite.ts'

const statesOf = (list: { items: { state: string }[] }) => list.items.map((item) => item.state)

describe('alarms', () => {
  test('go from raised to reset by the verbs of an operator, with a time line', async ({
    district,
  }) => {
    const id = await district.raise('a')
    const call = await district.as('operator-a')
    const verb = (name: string, body?: object) => call('POST', `/api/v1/alarms/${id}/${name}`, body)
    expect((await verb('reset')).json().code).toBe('alarm_condition_present')
    const acknowledged = await verb('acknowledge', { note: '已派人查看' })
    expect([acknowledged.statusCode, acknowledged.json().state]).toEqual([200, 'acknowledged'])
    expect((await verb('acknowledge')).json().code).toBe('alarm_already_acknowledged')
    expect((await verb('comments', { note: '阀门已关' })).statusCode).toBe(200)
    expect((await verb('assign', { username: 'operator-a' })).json().assignee).toBe('operator-a')
    expect((await verb('reset', {})).json().code).toBe('alarm_condition_present')
    await district.clear('a')
    expect((await verb('reset', { note: '正常' })).json().state).toBe('normal')
    expect((await verb('acknowledge')).json().code).toBe('alarm_closed')

    const detail = (await call('GET', `/api/v1/alarms/${id}`)).json()
    expect(detail.timeline.map((entry: { kind: string }) => entry.kind)).toEqual([
      'raised',
      'acknowledged',
      'commented',
      'assigned',
      'returned',
      'reset',
      'closed',
    ])
    expect(detail.timeline[1]).toMatchObject({ actor: 'operator-a', note: '已派人查看' })
    expect(detail).toMatchObject({
      deviceName: 'gas a',
      response: GAS_RULE.response,
      contact: { name: '陈', phone: '13800000000' },
      notifications: [],
    })
  })

  test.for([
    ['a character that nobody sees', 'closed\u0000 never'],
    ['an order of reading that is not the order of writing', 'gas \u202eoff\u202c'],
    ['half a character', 'cut \ud83d off'],
  ])(
    'take no words with %s; line breaks and any language they take',
    async ([, note], { district }) => {
      const id = await district.raise('a')
      const call = await district.as('operator-a')
      const comment = (words: string | undefined) =>
        call('POST', `/api/v1/alarms/${id}/comments`, { note: words })
      expect((await comment(note)).json().code).toBe('invalid_request')
      const words = '阀门已关，\n复测 0 %LEL <b>👷‍♀️</b>\tйод'
      expect((await comment(words)).statusCode).toBe(200)
      const { timeline } = (await call('GET', `/api/v1/alarms/${id}`)).json()
      expect(timeline.map((entry: { note: string | null }) => entry.note)).toEqual([null, words])
    },
  )

  test('outlive their device: what stands can be seen, commented and ended', async ({
    district,
  }) => {
    const id = await district.raise('a')
    const admin = await district.as('admin')
    const { deviceId } = (await admin('GET', `/api/v1/alarms/${id}`)).json()
    expect((await admin('DELETE', `/api/v1/devices/${deviceId}`)).statusCode).toBe(204)
    const call = await district.as('operator-a')
    const detail = (await call('GET', `/api/v1/alarms/${id}`)).json()
    expect(detail).toMatchObject({ deviceId, title: { zh: expect.any(String) } })
    const verb = (name: string, body: object) => call('POST', `/api/v1/alarms/${id}/${name}`, body)
    expect((await verb('comments', { note: '探头已拆' })).statusCode).toBe(200)
    expect((await verb('acknowledge', {})).json().state).not.toBe('unacknowledged')
  })

  test('are shelved with a reason and for a time, and taken back', async ({ district }) => {
    const id = await district.raise('a')
    const call = await district.as('operator-a')
    const shelve = (body: object) => call('POST', `/api/v1/alarms/${id}/shelve`, body)
    const unshelve = () => call('POST', `/api/v1/alarms/${id}/unshelve`)
    expect((await unshelve()).json().code).toBe('alarm_not_shelved')
    for (const body of [
      {},
      { note: '', durationMs: 60_000 },
      { note: 'x', durationMs: 0 },
      { note: 'x', durationMs: ALARM_LIMITS.shelvingMsMax + 1 },
      { note: 'x', durationMs: 1.5e3, forever: true },
    ]) {
      expect((await shelve(body)).json().code).toBe('invalid_request')
    }
    const shelved = await shelve({ note: '检修', durationMs: 60_000 })
    const until = new Date(district.clock.nowMs() + 60_000).toISOString()
    expect(shelved.json().shelvedUntil).toBe(until)
    expect((await unshelve()).json().shelvedUntil).toBeNull()
  })

  test('are found by words of the place and of what they are called, newest first', async ({
    district,
  }) => {
    const a = await district.raise('a')
    await district.clock.advanceBy(1_000)
    const b = await district.raise('b')
    const found = async (who: string, query: object) => {
      const call = await district.as(who)
      const answer = await call('GET', `/api/v1/alarms?${new URLSearchParams({ ...query })}`)
      return answer.json().items.map(({ id }: { id: string }) => id)
    }
    expect(await found('admin', { q: 'GAS-a' })).toEqual([a])
    expect(await found('admin', { order: 'newest', grade: '1,2,3,4' })).toEqual([b, a])
    expect(await found('admin', { q: GAS_RULE.name.zh, order: 'newest' })).toEqual([b, a])
    expect(await found('admin', { q: 'nothing is called so' })).toEqual([])
    expect(await found('admin', { drill: 'true' })).toEqual([])
    // Who does not see it does not find it either.
    expect(await found('operator-a', { q: 'gas-b' })).toEqual([])
  })

  test('are taken along as a file, with the filters of the list', async ({ district }) => {
    await district.raise('a')
    await district.raise('b')
    const fileFor = async (who: string, query: string) => {
      const call = await district.as(who)
      return await call('GET', `/api/v1/alarms/export?${query}`)
    }
    const csv = await fileFor('admin', 'format=csv&language=en')
    expect(csv.headers['content-disposition']).toMatch(/^attachment; filename="vigil-alarms-/)
    const lines = csv.body.trim().split('\r\n')
    expect(lines[0]).toContain('Id,Grade,Alarm,Territory,Enterprise')
    expect(lines).toHaveLength(3)
    const own = await fileFor('operator-a', 'format=csv&q=gas-a')
    expect(own.body.trim().split('\r\n')).toHaveLength(2)
    expect(own.body).not.toContain('gas b')
    const xlsx = await fileFor('admin', 'format=xlsx')
    expect(xlsx.rawPayload.subarray(0, 2).toString()).toBe('PK')
  })

  test('are listed by state, grade, device and time, most urgent first', async ({ district }) => {
    const a = await district.raise('a')
    await district.clock.advanceBy(1_000)
    await district.raise('b')
    const call = await district.as('admin')
    const list = async (query: string) => (await call('GET', `/api/v1/alarms?${query}`)).json()
    expect((await list('')).items.map((item: { id: string }) => item.id).at(-1)).toBe(a)
    await district.alarmVerbs.acknowledge(a, { actor: 'x' })
    expect(statesOf(await list('state=open'))).toEqual(['unacknowledged', 'acknowledged'])
    expect(statesOf(await list('state=acknowledged'))).toEqual(['acknowledged'])
    expect((await list('grade=3')).items).toHaveLength(2)
    expect((await list('grade=1')).items).toHaveLength(0)
    expect((await list('deviceId=gas-b')).items).toHaveLength(1)
    const after = new Date(district.clock.nowMs()).toISOString()
    expect((await list(`from=${after}`)).items).toMatchObject([{ deviceId: 'gas-b' }])
    expect((await list(`to=${after}`)).items).toMatchObject([{ id: a }])
    const first = await list('limit=1')
    const second = await list(`limit=1&cursor=${first.nextCursor}`)
    expect([first.items[0].deviceId, second.items[0].deviceId]).toEqual(['gas-b', 'gas-a'])
    expect(second.nextCursor).toBeNull()
    for (const query of ['grade=5', 'state=asleep', 'from=yesterday', 'limit=0', 'limit=x']) {
      expect((await list(query)).code).toBe('invalid_request')
    }
  })

  test('that do not exist are not found, by any verb', async ({ district }) => {
    const call = await district.as('admin')
    for (const name of ['acknowledge', 'reset', 'unshelve']) {
      expect((await call('POST', `/api/v1/alarms/none/${name}`)).statusCode).toBe(404)
    }
    expect((await call('GET', '/api/v1/alarms/none')).json().code).toBe('not_found')
  })
})

describe('rules', () => {
  const OWN = { ...GAS_RULE, id: 'own-rule' }

  const kindsOf = async (district: District, id: string) =>
    (await (await district.as('admin'))('GET', `/api/v1/rules/${id}/versions`)).json().items

  test('are added, changed version by version, and removed', async ({ district }) => {
    const admin = await district.as('admin')
    expect((await admin('POST', '/api/v1/rules', OWN)).json()).toMatchObject({
      id: 'own-rule',
      version: 1,
      builtIn: false,
    })
    const changed = await admin('PATCH', '/api/v1/rules/own-rule', { onDelayMs: 5_000 })
    expect(changed.json()).toMatchObject({ version: 2, onDelayMs: 5_000, latching: true })
    expect(await kindsOf(district, 'own-rule')).toMatchObject([{ version: 2 }, { version: 1 }])
    expect((await admin('GET', '/api/v1/devices/gas-a/rules')).json().items).toHaveLength(2)
    expect((await admin('DELETE', '/api/v1/rules/own-rule')).statusCode).toBe(204)
    expect((await admin('GET', '/api/v1/rules/own-rule')).statusCode).toBe(404)
    const builtIn = await admin('DELETE', '/api/v1/rules/gas-combustible-high')
    expect([builtIn.statusCode, builtIn.json().code]).toEqual([409, 'rule_built_in'])
    const off = await admin('PATCH', '/api/v1/rules/gas-combustible-high', { enabled: false })
    expect(off.json()).toMatchObject({ enabled: false, builtIn: true })
  })

  test.for([
    [{ point: 'none' }, 422, 'point_unknown'],
    [{ profileIds: ['none'] }, 422, 'profile_unknown'],
    [{ profileIds: [] }, 400, 'invalid_request'],
    [{ id: 'gas-combustible-high' }, 409, 'already_exists'],
    [{ version: 7 }, 400, 'invalid_request'],
    [{ onDelayMs: -1 }, 400, 'invalid_request'],
  ] as const)('a rule with %j is %i %s', async ([change, status, code], { shared }) => {
    const admin = await shared.as('admin')
    const answer = await admin('POST', '/api/v1/rules', { ...OWN, ...change })
    expect([answer.statusCode, answer.json().code]).toEqual([status, code])
  })

  test('a change that does not fit the rest of the rule is refused', async ({ shared }) => {
    const admin = await shared.as('admin')
    const label = { zh: '报警', en: 'alarm' }
    const condition = {
      ...GAS_RULE.condition,
      setpoints: [
        { setpoint: 50, grade: 3, label },
        { setpoint: 25, grade: 2, label },
      ],
    }
    const answer = await admin('PATCH', '/api/v1/rules/gas-combustible-high', { condition })
    expect(answer.json()).toMatchObject({
      code: 'invalid_request',
      issues: [{ path: 'condition.setpoints.1.setpoint' }],
    })
  })

  test('and profiles are read by everybody', async ({ shared }) => {
    const viewer = await shared.as('viewer-a')
    expect((await viewer('GET', '/api/v1/rules')).json().items).toHaveLength(1)
    expect((await viewer('GET', '/api/v1/rules?profileId=none')).json().items).toHaveLength(0)
    expect((await viewer('GET', '/api/v1/profiles')).json()).toMatchObject({
      items: [
        { id: 'gas-combustible', points: [{ name: 'lel', unit: '%LEL', primary: true }] },
        { id: 'tank' },
      ],
      nextCursor: null,
    })
    expect((await viewer('GET', '/api/v1/profiles/gas-combustible')).statusCode).toBe(200)
    expect((await viewer('GET', '/api/v1/profiles/none')).statusCode).toBe(404)
  })
})
