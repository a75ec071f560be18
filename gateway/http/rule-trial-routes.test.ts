import { describe, expect } from 'vitest'
import { type DeviceId, MARK, type Reading } from '#alerting/reading.ts'
import { BACK_TEST_LIMITS, LOOK_BACK_LIMITS, RULE_LIMITS } from '#config/limits.ts'
import type { BackTestRequest } from '../back-testing/back-tests.ts'
import {
  type Caller,
  type District,
  GAS_RULE,
  PASSWORD,
  START_MS,
  test,
} from './http-server.suite.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const BACK_TEST = '/api/v1/rules/back-test'
const at = (ms: number) => new Date(ms).toISOString()

function reading(atMs: number, value: number, deviceId = 'gas-a'): Reading {
  const when = { observedAtMs: atMs, arrivedAtMs: atMs }
  return {
    deviceId: deviceId as DeviceId,
    point: 'lel',
    ...when,
    value,
    quality: 'good',
    marks: MARK.none,
  }
}

/** A reading a minute on the day before: clean air, and above 25 %LEL for the given minutes. */
async function fillDay(district: District, leaks: readonly (readonly [number, number])[]) {
  const readings = Array.from({ length: 1_440 }, (_, minute) => {
    const leak = leaks.find(([from, until]) => minute >= from && minute < until)
    return reading(START_MS - DAY_MS + minute * MINUTE_MS, leak === undefined ? 3 : 30)
  })
  await district.timeSeries.write([{ offset: district.timeSeries.nextOffset(), readings }])
}

/** Judged in eight parts, a turn of the event loop each. */
const MANY = Array.from({ length: 8 * RULE_LIMITS.backTestReadingsPerTurn }, (_, index) =>
  reading(START_MS - DAY_MS + index * 2_000, index % 40),
)
const LONG: BackTestRequest = {
  rule: GAS_RULE,
  active: null,
  deviceIds: ['gas-a'],
  fromMs: START_MS - DAY_MS,
  toMs: START_MS,
}

const turnOfTheLoop = () => new Promise<void>((resolve) => setImmediate(resolve))

const YESTERDAY = { deviceIds: ['gas-a'], from: at(START_MS - DAY_MS), to: at(START_MS) }

async function lookBackOf(call: Caller, draftId: string) {
  const url = `/api/v1/rule-drafts/${draftId}/look-back`
  const begun = await call('POST', url)
  expect(begun.statusCode).toBe(202)
  await expect.poll(async () => (await call('GET', url)).json().state).toBe('done')
  return (await call('GET', url)).json().lookBack
}

describe('a back-test', () => {
  test('tells the alarms that would have been, beside those of the version in force', async ({
    district,
  }) => {
    await fillDay(district, [
      [600, 605],
      [900, 902],
    ])
    const admin = await district.as('admin')
    const rule = { ...GAS_RULE, onDelayMs: 3 * MINUTE_MS }
    const answer = await admin('POST', BACK_TEST, { ...YESTERDAY, rule, compare: true })
    expect(answer.statusCode).toBe(200)
    const raisedAtMs = START_MS - DAY_MS + 603 * MINUTE_MS
    expect(answer.json()).toMatchObject({
      state: 'done',
      share: 1,
      alarms: [{ deviceId: 'gas-a', raisedAt: at(raisedAtMs), grade: 3, shelved: false }],
      summary: { readings: 1_440, alarmsTotal: 1, annunciations: 1, standingMs: 2 * MINUTE_MS },
      active: { summary: { alarmsTotal: 2, annunciations: 2, standingMs: 7 * MINUTE_MS } },
    })
  })

  test('goes on in the background for whoever began it, and can be cancelled', async ({
    shared,
  }) => {
    const admin = await shared.as('admin')
    const body = { ...YESTERDAY, rule: GAS_RULE, background: true }
    const begun = await admin('POST', BACK_TEST, body)
    const url = `/api/v1/back-tests/${begun.json().id}`
    const other = await shared.as('admin-a')
    expect((await other('GET', url)).statusCode).toBe(404)
    expect((await other('DELETE', url)).statusCode).toBe(404)
    expect((await admin('DELETE', url)).statusCode).toBe(204)
    await expect.poll(async () => (await admin('GET', url)).json().state).not.toBe('running')
  })

  test('compares with the version in force only where that applies', async ({ district }) => {
    await fillDay(district, [[600, 605]])
    const admin = await district.as('admin')
    const own = { ...GAS_RULE, id: 'elsewhere', deviceIds: ['gas-b'] }
    await admin('POST', '/api/v1/rules', own)
    const wider = { ...own, deviceIds: ['gas-a', 'gas-b'] }
    const answer = await admin('POST', BACK_TEST, { ...YESTERDAY, rule: wider, compare: true })
    expect(answer.json()).toMatchObject({
      summary: { alarmsTotal: 1 },
      active: { alarms: [], summary: { alarmsTotal: 0, readings: 0 } },
    })
  })

  test('that is cancelled stops in the middle and tells no result', async ({ district }) => {
    await district.timeSeries.write([{ offset: district.timeSeries.nextOffset(), readings: MANY }])
    const { backTests } = district.services
    const { id } = backTests.begin(LONG, 'somebody')
    // A turn of the event loop judges a part: there are as many turns left as there are parts.
    while (backTests.job(id)?.share === 0) await turnOfTheLoop()
    backTests.cancel(id)
    await backTests.settled(id)
    const job = backTests.job(id)
    expect(job).toMatchObject({ state: 'cancelled', draft: null, active: null })
    expect(job?.readings).toBeGreaterThan(0)
    expect(job?.readings).toBeLessThan(MANY.length)
  })

  test('waits its turn, and is forgotten in the end', async ({ district }) => {
    const { backTests } = district.services
    const admin = await district.as('admin')
    // Without a pause: they would be through after it.
    const running = Array.from({ length: BACK_TEST_LIMITS.runningMax }, () =>
      backTests.begin(LONG, 'somebody'),
    )
    expect(() => backTests.begin(LONG, 'somebody')).toThrow(
      expect.objectContaining({ code: 'too_many' }),
    )
    for (const { id } of running) {
      backTests.cancel(id)
      await backTests.settled(id)
    }
    const body = { ...YESTERDAY, rule: GAS_RULE }
    const { id } = (await admin('POST', BACK_TEST, body)).json()
    await district.clock.advanceBy(BACK_TEST_LIMITS.keptMs)
    expect((await admin('GET', `/api/v1/back-tests/${id}`)).statusCode).toBe(200)
    await district.clock.advanceBy(1)
    expect((await admin('GET', `/api/v1/back-tests/${id}`)).statusCode).toBe(404)
    const ids: string[] = []
    for (let count = 0; count <= BACK_TEST_LIMITS.keptMax; count += 1) {
      ids.push((await admin('POST', BACK_TEST, body)).json().id)
    }
    expect(backTests.job(ids[0] ?? '')).toBeNull()
    expect(backTests.job(ids[1] ?? '')).toMatchObject({ state: 'done' })
  })

  test('lets others have their turn while it runs', async ({ district }) => {
    await district.timeSeries.write([{ offset: district.timeSeries.nextOffset(), readings: MANY }])
    const { backTests, ingest } = district.services
    const { id } = backTests.begin(LONG, 'somebody')
    const arriving = ingest.accept({
      deviceId: 'gas-a' as DeviceId,
      topicName: 'devices/gas-a/readings',
      payload: Buffer.from(JSON.stringify({ ts: START_MS, values: { lel: 3 } })),
      arrivedAtMs: START_MS,
    })
    // Turns and not readings are counted: how many of those come in is for the disk to say.
    let turns = 0
    while (backTests.job(id)?.state === 'running') {
      await turnOfTheLoop()
      turns += 1
    }
    expect(turns).toBeGreaterThan(4)
    expect(backTests.job(id)).toMatchObject({ state: 'done', readings: MANY.length })
    expect(await arriving).toMatchObject({ accepted: 1 })
  })

  test.for([
    ['a device that does not exist', { deviceIds: ['none'] }, 404, 'not_found'],
    ['no device', { deviceIds: [] }, 400, 'invalid_request'],
    [
      'a time that ends before it begins',
      { to: at(START_MS - 2 * DAY_MS) },
      400,
      'invalid_request',
    ],
    [
      'a time longer than there may be',
      { from: at(START_MS - BACK_TEST_LIMITS.spanMsMax - 1) },
      400,
      'invalid_request',
    ],
    [
      'a rule that cannot be judged',
      { rule: { ...GAS_RULE, point: 'none' } },
      422,
      'rule_has_errors',
    ],
  ] as const)('over %s is refused', async ([, change, status, code], { shared }) => {
    const admin = await shared.as('admin')
    const answer = await admin('POST', BACK_TEST, { ...YESTERDAY, rule: GAS_RULE, ...change })
    expect([answer.statusCode, answer.json().code]).toEqual([status, code])
  })

  test('sees no more of the plant than whoever begins it', async ({ shared }) => {
    const call = await shared.as('viewer-a')
    const foreign = await call('POST', BACK_TEST, {
      ...YESTERDAY,
      deviceIds: ['gas-b'],
      rule: GAS_RULE,
    })
    expect(foreign.statusCode).toBe(404)
    const condition = {
      kind: 'deviation',
      from: { kind: 'point', deviceId: 'gas-b', point: 'lel' },
      side: 'either',
      deadband: 0,
      setpoints: GAS_RULE.condition.kind === 'limit' ? GAS_RULE.condition.setpoints : [],
    }
    const looking = await call('POST', BACK_TEST, {
      ...YESTERDAY,
      rule: { ...GAS_RULE, condition },
    })
    expect(looking.statusCode).toBe(403)
  })
})

describe('trying a rule', () => {
  test('says of every reading what came of it, and why', async ({ shared }) => {
    const call = await shared.as('viewer-a')
    const values = [3, 30, 30, 3]
    const answer = await call('POST', '/api/v1/rules/try', {
      rule: { ...GAS_RULE, onDelayMs: 60_000 },
      readings: values.map((value, minute) => ({ at: at(START_MS + minute * MINUTE_MS), value })),
    })
    const { alarms, evaluations } = answer.json()
    expect(alarms).toBe(1)
    const reasons = evaluations.map(({ reason }: { readonly reason: string }) => reason)
    expect(reasons).toEqual(['at_rest', 'rise_pending', 'raised', 'level_unchanged', 'returned'])
  })

  test('takes no more readings than one may paste', async ({ shared }) => {
    const call = await shared.as('admin')
    const readings = Array.from({ length: RULE_LIMITS.triedReadingsMax + 1 }, (_, second) => ({
      at: at(START_MS + second * 1_000),
      value: 3,
    }))
    const answer = await call('POST', '/api/v1/rules/try', { rule: GAS_RULE, readings })
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'invalid_request'])
  })
})

describe('looking back before a rule is activated', () => {
  test('says how often both would have rung, and stays with what was activated', async ({
    district,
  }) => {
    await fillDay(district, [
      [600, 605],
      [900, 902],
    ])
    const admin = await district.as('admin')
    const { id, revision } = (
      await admin('POST', '/api/v1/rule-drafts', { ruleId: GAS_RULE.id })
    ).json()
    const url = `/api/v1/rule-drafts/${id}`
    const definition = { ...GAS_RULE, onDelayMs: 3 * MINUTE_MS }
    await admin('PATCH', url, { definition, reason: '误报多', revision })
    const lookBack = await lookBackOf(admin, id)
    expect(lookBack).toEqual({
      at: at(START_MS),
      from: at(START_MS - LOOK_BACK_LIMITS.spanMs),
      to: at(START_MS),
      devices: 2,
      devicesTotal: 2,
      readings: 1_440,
      draft: 1,
      active: 2,
      activeVersion: 1,
      seenBy: [],
    })
    expect((await admin('GET', url)).json().lookBack).toEqual(lookBack)
    const stale = await admin('POST', `${url}/activate`, { lookBackAt: at(START_MS - 1) })
    expect([stale.statusCode, stale.json().code]).toEqual([409, 'rule_draft_changed_meanwhile'])
    await admin('POST', `${url}/activate`, { lookBackAt: lookBack.at })
    const versions = (await admin('GET', `/api/v1/rules/${GAS_RULE.id}/versions`)).json().items
    expect(versions.map((version: { readonly lookBack: unknown }) => version.lookBack)).toEqual([
      { ...lookBack, seenBy: ['admin'] },
      null,
    ])
  })

  test('can be cancelled, keeps nothing then, and one waits while two are at work', async ({
    district,
  }) => {
    await district.timeSeries.write([{ offset: district.timeSeries.nextOffset(), readings: MANY }])
    const admin = await district.as('admin')
    const urls: string[] = []
    for (let count = 0; count <= LOOK_BACK_LIMITS.runningMax; count += 1) {
      const definition = { ...GAS_RULE, id: `new-${count}` }
      const { id } = (await admin('POST', '/api/v1/rule-drafts', { definition })).json()
      urls.push(`/api/v1/rule-drafts/${id}/look-back`)
    }
    const { lookBacks } = district.services
    const request = { draft: GAS_RULE, active: null, activeVersion: 0, deviceIds: ['gas-a'] }
    const kept: unknown[] = []
    const keep = async (lookBack: unknown) => void kept.push(lookBack)
    const ids = urls.map((url) => url.split('/').at(-2) ?? '')
    const [first = '', second = '', third = ''] = ids
    for (const draftId of [first, second]) lookBacks.begin({ ...request, draftId }, keep)
    expect(() => lookBacks.begin({ ...request, draftId: third }, keep)).toThrow(
      expect.objectContaining({ code: 'too_many' }),
    )
    lookBacks.cancel(second)
    await lookBacks.ended(second)
    expect((await admin('GET', urls[1] ?? '')).json()).toMatchObject({ state: 'none' })
    const other = await district.as('operator-a')
    expect((await other('DELETE', urls[0] ?? '')).statusCode).toBe(403)
    await lookBacks.ended(first)
    expect(kept).toHaveLength(1)
  })

  test('is of the draft as it stands: a change forgets it, another reason does not', async ({
    shared,
  }) => {
    const admin = await shared.as('admin')
    const { id, revision } = (
      await admin('POST', '/api/v1/rule-drafts', { definition: { ...GAS_RULE, id: 'new-rule' } })
    ).json()
    const url = `/api/v1/rule-drafts/${id}`
    expect(await lookBackOf(admin, id)).toMatchObject({
      readings: 0,
      draft: 0,
      active: null,
      activeVersion: 0,
    })
    const reasoned = await admin('PATCH', url, { reason: 'why', revision })
    expect(reasoned.json().lookBack).toMatchObject({ draft: 0 })
    const definition = { ...GAS_RULE, id: 'new-rule', onDelayMs: 1_000 }
    const changed = await admin('PATCH', url, { definition, revision: revision + 1 })
    expect(changed.json().lookBack).toBeNull()
  })

  test('counts nothing for a rule that goes, and looks at nothing out of sight', async ({
    district,
  }) => {
    await district.accounts.createUser({
      username: 'of-a',
      displayName: '甲镇',
      password: PASSWORD,
      role: 'administrator',
      organizationId: 'town-a',
      language: 'zh',
    })
    const [admin, ofA] = [await district.as('admin'), await district.as('of-a')]
    await admin('POST', '/api/v1/rules', { ...GAS_RULE, id: 'own', deviceIds: ['gas-a', 'gas-b'] })
    const gone = await admin('POST', '/api/v1/rule-drafts', { ruleId: 'own', definition: null })
    expect(await lookBackOf(admin, gone.json().id)).toMatchObject({
      devicesTotal: 2,
      draft: null,
      active: 0,
    })
    const theirs = { ...GAS_RULE, id: 'theirs', deviceIds: ['gas-a', 'gas-b'] }
    const draft = await ofA('POST', '/api/v1/rule-drafts', { definition: theirs })
    expect(await lookBackOf(ofA, draft.json().id)).toMatchObject({ devicesTotal: 1 })
  })

  test('needs a draft that can be judged', async ({ shared }) => {
    const admin = await shared.as('admin')
    const half = await admin('POST', '/api/v1/rule-drafts', { definition: { id: 'half' } })
    const answer = await admin('POST', `/api/v1/rule-drafts/${half.json().id}/look-back`)
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'rule_has_errors'])
  })
})
