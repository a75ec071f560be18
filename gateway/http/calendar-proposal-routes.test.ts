import { join } from 'node:path'
import { pino } from 'pino'
import { describe, expect } from 'vitest'
import type { CalendarYear } from '#config/calendars.ts'
import { RULE_LIFE_LIMITS } from '#config/limits.ts'
import type { Role } from '../contract.ts'
import { FairLock } from '../database/fair-lock.ts'
import { openDatabase } from '../database/open.ts'
import { CalendarLife } from '../registry/calendar-life.ts'
import { principalOf } from '../registry/principal.ts'
import { type Caller, type District, GAS_RULE, PASSWORD, test } from './http-server.suite.ts'

const URL = '/api/v1/calendars/cn-2027'
const PROPOSALS = '/api/v1/calendar-proposals'
const PLAIN = {
  source: { title: '厂历', confidence: 'B' },
  holidays: [] as object[],
  workdays: [] as string[],
}
const SHUTDOWN = {
  ...PLAIN,
  holidays: [{ name: { zh: '停工', en: 'Shutdown' }, from: '2027-03-01', to: '2027-03-02' }],
}
/** Monday and Tuesday are rest days then. */
const LEAK = {
  ...GAS_RULE,
  id: 'leak',
  shelvable: false,
  schedule: { calendar: 'cn', spans: [{ days: ['workday'], from: '08:00', to: '18:00' }] },
}

/** A district with a safety rule on working days, and people who may and may not decide. */
async function furnished(district: District) {
  const people: readonly (readonly [string, Role, string | null])[] = [
    ['second', 'supervisor', null],
    ['manager', 'safety-manager', null],
    ['onlooker', 'viewer', null],
  ]
  for (const [username, role, organizationId] of people) {
    await district.accounts.createUser({
      username,
      displayName: `${username} 先生`,
      password: PASSWORD,
      role,
      organizationId,
      language: 'zh',
    })
  }
  const admin = await district.as('admin')
  expect((await admin('POST', '/api/v1/rules', LEAK)).statusCode).toBe(201)
  return { admin, second: await district.as('second') }
}

/** As it is after a restart on the same disk, with the rules and calendars of now. */
async function restartedLife(
  { folder, clock, services }: District,
  changing = new FairLock({ waitingMax: 1 }),
) {
  const logger = pino({ level: 'silent' })
  const path = join(folder, 'vigil.db')
  const database = await openDatabase({ path, clock, logger, ballastBytes: 0 })
  const rights = services.ruleRights
  const life = new CalendarLife({ ...services, database, rights, changing })
  await life.start()
  return { life, database }
}

function put(caller: Caller, days: object, version: number, reason = '春节停工') {
  return caller('PUT', URL, { ...days, version, reason })
}

async function code(answer: ReturnType<Caller>): Promise<unknown> {
  const { statusCode, json } = await answer
  return [statusCode, json().code]
}

/** What the audit log says last of the calendar. */
async function audited(admin: Caller): Promise<unknown> {
  return (await admin('GET', '/api/v1/audit-entries?targetKind=calendar')).json().items[0]
}

describe('a calendar by which a safety rule loses supervision', () => {
  test('waits for a second person, and says which rule loses which hours', async ({ district }) => {
    const { admin, second } = await furnished(district)
    expect(await code(put(admin, SHUTDOWN, 0, ' '))).toEqual([422, 'calendar_reason_required'])
    const answer = await put(admin, SHUTDOWN, 0)
    expect(answer.statusCode).toBe(202)
    const proposal = answer.json()
    expect(proposal).toMatchObject({
      calendarYearId: 'cn-2027',
      state: 'proposed',
      reason: '春节停工',
      before: null,
      after: SHUTDOWN,
      proposal: { by: 'admin' },
      decision: null,
      isOutdated: false,
      lossCount: 1,
      losses: [
        {
          ruleId: 'leak',
          ruleName: GAS_RULE.name,
          kind: 'not-in-force',
          stretches: [
            { from: '2027-03-01T00:00:00.000Z', to: '2027-03-01T10:00:00.000Z' },
            { from: '2027-03-02T00:00:00.000Z', to: '2027-03-02T10:00:00.000Z' },
          ],
          lostMs: 20 * 3_600_000,
        },
      ],
      may: { decide: false, withdraw: true },
      approvers: ['second 先生'],
    })
    expect((await admin('GET', URL)).statusCode).toBe(404)
    expect(await audited(admin)).toMatchObject({
      action: 'calendar.propose',
      title: { zh: '日历：提出修改，待批', en: 'Calendar: change proposed, not in force' },
      targetId: 'cn-2027',
      detail: { proposal: proposal.id, change: { reason: '春节停工' } },
    })

    const approve = `${PROPOSALS}/${proposal.id}/approve`
    expect(await code(admin('POST', approve, {}))).toEqual([403, 'calendar_second_person_required'])
    const token = await second('POST', '/api/v1/tokens', { name: 'x', scopes: ['manage'] })
    const program = district.with({ authorization: `Bearer ${token.json().token}` })
    expect(await code(program('POST', approve, {}))).toEqual([403, 'forbidden'])
    for (const name of ['manager', 'onlooker', 'admin-a']) {
      const weaker = await district.as(name)
      expect(await code(weaker('POST', approve, {})), name).toEqual([403, 'forbidden'])
    }
    const inbox = (await second('GET', PROPOSALS)).json().items
    expect(inbox).toMatchObject([{ id: proposal.id, may: { decide: true, withdraw: true } }])

    const agreed = await second('POST', approve, { note: '已核实' })
    expect(agreed.json()).toMatchObject({
      state: 'approved',
      decision: { by: 'second', note: '已核实', version: 1 },
      may: { decide: false, withdraw: false },
    })
    expect((await admin('GET', URL)).json()).toMatchObject({
      ...SHUTDOWN,
      version: 1,
      changedBy: 'admin',
      approvedBy: 'second',
    })
    expect((await admin('GET', PROPOSALS)).json().items).toEqual([])
    const decided = (await admin('GET', `${PROPOSALS}?state=decided`)).json().items
    expect(decided).toMatchObject([{ id: proposal.id, losses: [{ ruleId: 'leak' }] }])
    expect(await code(second('POST', approve, {}))).toEqual([409, 'calendar_proposal_decided'])
    const audit = await admin('GET', '/api/v1/audit-entries?targetKind=calendar-proposal')
    expect(audit.json().items).toMatchObject([
      { action: 'calendar-proposal.approve', actor: 'second', targetId: proposal.id },
    ])
  })

  test('waits as well where the rule is red at one place only, by an override', async ({
    district,
  }) => {
    const { admin, second } = await furnished(district)
    const gone = (await admin('DELETE', '/api/v1/rules/leak?reason=no')).json()
    await second('POST', `/api/v1/rule-drafts/${gone.id}/approve`, {})
    const red = { siteId: 'site-b', set: { setpoints: [{ level: 1, grade: 1 }] } }
    const rule = { ...LEAK, id: 'red-in-b', shelvable: true, overrides: [red] }
    await admin('POST', '/api/v1/rules', rule)
    expect(await code(put(admin, SHUTDOWN, 0, ''))).toEqual([422, 'calendar_reason_required'])
    const waits = await put(admin, SHUTDOWN, 0)
    expect([waits.statusCode, waits.json().losses]).toMatchObject([202, [{ ruleId: 'red-in-b' }]])
  })

  test('goes at once where no safety rule loses: supervision that comes, and names', async ({
    district,
  }) => {
    const { admin, second } = await furnished(district)
    const more = await put(admin, { ...PLAIN, workdays: ['2027-03-06'] }, 0, '')
    expect([more.statusCode, more.json().approvedBy]).toEqual([200, null])
    expect(await audited(admin)).toMatchObject({ action: 'calendar.change' })
    const renamed = { ...PLAIN, workdays: ['2027-03-06'], source: { ...PLAIN.source, title: '新' } }
    expect((await put(admin, renamed, 1, '')).statusCode).toBe(200)
    // The rule goes, with a second person: from then on the calendar is nobody's safety.
    const gone = (await admin('DELETE', '/api/v1/rules/leak?reason=no')).json()
    await second('POST', `/api/v1/rule-drafts/${gone.id}/approve`, {})
    expect((await put(admin, SHUTDOWN, 2, '')).statusCode).toBe(200)
  })

  test('does not go away either: taking it back to what is shipped waits too', async ({
    district,
  }) => {
    const { admin, second } = await furnished(district)
    await put(admin, { ...PLAIN, workdays: ['2027-03-06'] }, 0, '')
    const lost = await admin('POST', '/api/v1/calendars/check', { resets: 'cn-2027' })
    expect(lost.json()).toMatchObject({ year: null, losses: [{ ruleId: 'leak' }], lossCount: 1 })
    expect(await code(admin('DELETE', URL))).toEqual([422, 'calendar_reason_required'])
    const stale = admin('DELETE', `${URL}?version=7&reason=x`)
    expect(await code(stale)).toEqual([409, 'calendar_changed_meanwhile'])
    const waits = await admin('DELETE', `${URL}?version=1&reason=x`)
    expect(waits.statusCode).toBe(202)
    expect(waits.json()).toMatchObject({ resets: true, after: null, before: { workdays: [{}] } })
    expect(await audited(admin)).toMatchObject({
      action: 'calendar.propose-reset',
      detail: { proposal: waits.json().id },
    })
    expect((await admin('GET', URL)).json()).toMatchObject({ version: 1 })
    await second('POST', `${PROPOSALS}/${waits.json().id}/approve`, {})
    expect((await admin('GET', URL)).statusCode).toBe(404)
  })

  test('is told before it is saved, to whoever may save it, and then to each town of its rules', async ({
    district,
  }) => {
    const { admin } = await furnished(district)
    const definition = { calendar: 'cn', year: 2027, ...SHUTDOWN }
    const check = async (name: string) => {
      const caller = await district.as(name)
      return (await caller('POST', '/api/v1/calendars/check', { definition })).json()
    }
    expect(await check('admin')).toMatchObject({ findings: [], lossCount: 1 })
    expect(await check('viewer-b')).toMatchObject({ losses: [], lossCount: 0 })
    await admin('POST', '/api/v1/rules', { ...LEAK, id: 'leak-a', deviceIds: ['gas-a'] })
    const { id } = (await put(admin, SHUTDOWN, 0)).json()
    const told = async (name: string) => {
      const { losses, lossCount } = (
        await (
          await district.as(name)
        )('GET', `${PROPOSALS}/${id}`)
      ).json()
      return [lossCount, ...losses.map(({ ruleId }: { ruleId: string }) => ruleId)]
    }
    expect(await told('viewer-a')).toEqual([2, 'leak', 'leak-a'])
    expect(await told('viewer-b')).toEqual([1, 'leak'])
    const both = { yaml: 'a: 1', definition }
    expect((await admin('POST', '/api/v1/calendars/check', both)).statusCode).toBe(400)
  })
})

describe('a calendar proposal', () => {
  test('is rejected with a reason, or taken back, and nothing has changed', async ({
    district,
  }) => {
    const { admin, second } = await furnished(district)
    const one = (await put(admin, SHUTDOWN, 0)).json()
    const reject = `${PROPOSALS}/${one.id}/reject`
    expect((await second('POST', reject, {})).statusCode).toBe(400)
    expect(await code(admin('POST', reject, { note: 'no' }))).toEqual([
      403,
      'calendar_second_person_required',
    ])
    const rejected = await second('POST', reject, { note: '照常生产' })
    expect(rejected.json()).toMatchObject({ state: 'rejected', decision: { note: '照常生产' } })
    const two = (await put(admin, SHUTDOWN, 0)).json()
    expect(two.id).not.toBe(one.id)
    const manager = await district.as('manager')
    const withdraw = `${PROPOSALS}/${two.id}/withdraw`
    expect(await code(manager('POST', withdraw, {}))).toEqual([403, 'forbidden'])
    expect((await admin('POST', withdraw, {})).json()).toMatchObject({ state: 'withdrawn' })
    expect((await admin('GET', URL)).statusCode).toBe(404)
  })

  test('is one a year: the same again is the same, another takes its place, a stranger’s waits', async ({
    district,
  }) => {
    const { admin, second } = await furnished(district)
    const one = (await put(admin, SHUTDOWN, 0)).json()
    expect((await put(admin, SHUTDOWN, 0)).json().id).toBe(one.id)
    expect(await code(put(second, SHUTDOWN, 0))).toEqual([409, 'calendar_proposal_pending'])
    const longer = [{ ...SHUTDOWN.holidays[0], to: '2027-03-05' }]
    const two = (await put(admin, { ...SHUTDOWN, holidays: longer }, 0)).json()
    expect((await admin('GET', PROPOSALS)).json().items).toMatchObject([{ id: two.id }])
    expect((await admin('GET', `${PROPOSALS}/${one.id}`)).json()).toMatchObject({
      state: 'replaced',
    })
    // Another year is another matter.
    const next = { ...PLAIN, holidays: [{ ...longer[0], from: '2028-03-01', to: '2028-03-01' }] }
    const body = { ...next, version: 0, reason: 'x' }
    expect((await second('PUT', '/api/v1/calendars/cn-2028', body)).statusCode).toBe(202)
  })

  test('is not approved any more once the year, or a rule that counts by it, is another one', async ({
    district,
  }) => {
    const { admin, second } = await furnished(district)
    const one = (await put(admin, SHUTDOWN, 0)).json()
    await put(second, { ...PLAIN, workdays: ['2027-03-06'] }, 0, '')
    const approve = (id: string) => second('POST', `${PROPOSALS}/${id}/approve`, {})
    expect(await code(approve(one.id))).toEqual([409, 'calendar_changed_meanwhile'])
    expect((await admin('GET', PROPOSALS)).json().items).toMatchObject([{ isOutdated: true }])
    // One that can no longer be approved does not stand in the way of another person's.
    const two = (await put(second, { ...SHUTDOWN, workdays: ['2027-03-06'] }, 1)).json()
    await admin('POST', '/api/v1/rules', { ...LEAK, id: 'second-leak' })
    const third = (id: string) => admin('POST', `${PROPOSALS}/${id}/approve`, {})
    expect(await code(third(two.id))).toEqual([409, 'calendar_proposal_outdated'])
    const again = (await put(second, { ...SHUTDOWN, workdays: ['2027-03-06'] }, 1)).json()
    expect(again).toMatchObject({ lossCount: 2, isOutdated: false })
    expect((await third(again.id)).statusCode).toBe(200)
  })

  test('expires when nobody decides, and is there after a restart', async ({ district }) => {
    const { admin } = await furnished(district)
    const one = (await put(admin, SHUTDOWN, 0)).json()
    const { services, clock } = district
    const { life: restarted, database } = await restartedLife(district)
    await database.stop()
    expect(restarted.openProposals()).toEqual(services.calendarLife.openProposals())
    await clock.advanceTo(Date.parse(one.proposal.at) + RULE_LIFE_LIMITS.proposalValidMs)
    const later = await district.as('second')
    expect(await code(later('POST', `${PROPOSALS}/${one.id}/approve`, {}))).toEqual([
      409,
      'calendar_proposal_expired',
    ])
    expect((await later('GET', PROPOSALS)).json().items).toMatchObject([
      { state: 'expired', may: { decide: false, withdraw: true } },
    ])
    expect((await put(later, SHUTDOWN, 0)).statusCode).toBe(202)
  })
})

test('what rules lose is settled while no rule changes', async ({ district }) => {
  const changing = new FairLock({ waitingMax: 1 })
  const { life, database } = await restartedLife(district, changing)
  const admin = district.accounts.userByName('admin')
  if (admin === null) throw new Error('there is an administrator')
  const days = { ...SHUTDOWN, calendar: 'cn', year: 2027 } as CalendarYear
  await changing.acquire()
  const change = life.change({ ...days, days, reason: 'x' }, principalOf(admin))
  // Comes while the change waits for its turn.
  await furnished(district)
  changing.release()
  expect(await change).toMatchObject({ kind: 'waits', proposal: { lossCount: 1 } })
  await database.stop()
})

test('the other way round: pointing a safety rule at another calendar is loosening by itself', async ({
  district,
}) => {
  const { admin } = await furnished(district)
  const schedule = { ...LEAK.schedule, calendar: 'plant' }
  const answer = await admin('PATCH', '/api/v1/rules/leak', { schedule, reason: 'x' })
  expect([answer.statusCode, answer.json().loosenings]).toEqual([
    202,
    [{ kind: 'schedule-narrower', path: 'schedule' }],
  ])
})
