import { describe, expect } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { GAS_RULE, PASSWORD, test } from './http-server.suite.ts'

const SAFETY = { ...GAS_RULE, id: 'leak', shelvable: false }
const URL = '/api/v1/rules/leak'

describe('loosening a safety rule', () => {
  test('waits for a second person, and says who did what', async ({ district }) => {
    await district.accounts.createUser({
      username: 'supervisor',
      displayName: '监管员',
      password: PASSWORD,
      role: 'supervisor',
      organizationId: null,
      language: 'zh',
    })
    const [admin, second] = [await district.as('admin'), await district.as('supervisor')]
    expect((await admin('POST', '/api/v1/rules', SAFETY)).json()).toMatchObject({ safety: true })
    const silent = await admin('PATCH', URL, { onDelayMs: 0, offDelayMs: 5_000 })
    expect([silent.statusCode, silent.json().code]).toEqual([422, 'rule_reason_required'])
    const tight = await admin('PATCH', URL, { offDelayMs: 5_000, reason: '现场要求' })
    expect(tight.json()).toMatchObject({ version: 2, reason: '现场要求', updatedBy: 'admin' })

    const loose = await admin('PATCH', URL, { onDelayMs: 9_000, reason: '误报太多' })
    expect(loose.statusCode).toBe(202)
    const draft = loose.json()
    expect(draft).toMatchObject({
      state: 'proposed',
      proposal: { by: 'admin' },
      loosenings: [{ kind: 'on-delay-longer', path: 'onDelayMs' }],
      differences: [{ path: 'onDelayMs', before: 0, after: 9_000 }],
      may: { decide: false },
      approvers: ['监管员'],
    })
    expect((await admin('GET', URL)).json()).toMatchObject({ version: 2, onDelayMs: 0 })
    const log = (await admin('GET', '/api/v1/audit-entries?targetKind=rule')).json().items
    expect(log).toMatchObject([
      { action: 'rule.propose', detail: { proposal: draft.id } },
      { action: 'rule.change' },
      { action: 'rule.create' },
    ])
    const approve = `/api/v1/rule-drafts/${draft.id}/approve`
    const own = await admin('POST', approve, {})
    expect([own.statusCode, own.json().code]).toEqual([403, 'rule_second_person_required'])
    const inbox = (await second('GET', '/api/v1/rule-drafts')).json().items
    expect(inbox).toMatchObject([{ id: draft.id, may: { decide: true } }])
    const token = await second('POST', '/api/v1/tokens', { name: 'x', scopes: ['manage'] })
    const program = district.with({ authorization: `Bearer ${token.json().token}` })
    expect((await program('POST', approve, {})).statusCode).toBe(403)
    expect((await second('POST', approve, { note: '已核实' })).json()).toMatchObject({
      outcome: 'in-force',
      version: 3,
    })
    const { items } = (await admin('GET', `${URL}/versions`)).json()
    expect(items[0]).toMatchObject({
      version: 3,
      updatedBy: 'admin',
      approvedBy: 'supervisor',
      reason: '误报太多',
      loosenings: [{ kind: 'on-delay-longer' }],
    })
    const audit = (await admin('GET', '/api/v1/audit-entries?targetKind=rule-draft')).json().items
    expect(audit[0]).toMatchObject({
      action: 'rule-draft.approve',
      actor: 'supervisor',
      targetId: draft.id,
    })

    const back = await admin('POST', `${URL}/roll-back`, { version: 2, reason: '恢复' })
    expect([back.statusCode, back.json()]).toMatchObject([200, { outcome: 'in-force', version: 4 }])
    expect((await admin('GET', URL)).json()).toMatchObject({ onDelayMs: 0, origin: 'rolled-back' })
    expect((await admin('DELETE', `${URL}?reason=no`)).statusCode).toBe(202)
    await admin('POST', '/api/v1/rules', { ...SAFETY, id: 'strict', onDelayMs: 9_000 })
    const tighter = { onDelayMs: 0, reason: '收紧' }
    expect((await admin('PATCH', '/api/v1/rules/strict', tighter)).statusCode).toBe(200)
    const looser = { version: 1, reason: '恢复' }
    const waits = await admin('POST', '/api/v1/rules/strict/roll-back', looser)
    expect(waits.statusCode).toBe(202)
    const last = (await admin('GET', '/api/v1/audit-entries?targetId=strict')).json().items[0]
    expect(last).toMatchObject({
      action: 'rule.propose-roll-back',
      title: { zh: '规则：提出恢复旧版，待批' },
      detail: { proposal: waits.json().draftId },
    })
  })
})

describe('a rule that is red at one place only, by an override', () => {
  const red = { siteId: 'site-b', set: { setpoints: [{ level: 1, grade: 1 }] } }
  const RED = { ...GAS_RULE, id: 'leak', overrides: [red] }

  test('is a safety rule: making it milder waits, there and anywhere else', async ({
    district,
  }) => {
    const admin = await district.as('admin')
    expect((await admin('POST', '/api/v1/rules', RED)).json()).toMatchObject({ safety: true })
    for (const milder of [{ overrides: [] }, { onDelayMs: 9_000 }]) {
      const silent = await admin('PATCH', URL, milder)
      expect([silent.statusCode, silent.json().code]).toEqual([422, 'rule_reason_required'])
      const checked = { ruleId: 'leak', definition: { ...RED, ...milder } }
      expect((await admin('POST', '/api/v1/rules/check', checked)).json()).toMatchObject({
        safety: true,
        needsSecondPerson: true,
      })
      expect((await admin('PATCH', URL, { ...milder, reason: 'x' })).statusCode).toBe(202)
    }
    const yaml = JSON.stringify({ rules: [{ ...RED, latching: false }] })
    const file = { yaml, apply: true, reason: 'x' }
    expect((await admin('POST', '/api/v1/rules-file', file)).json().outcomes).toMatchObject([
      { ruleId: 'leak', outcome: 'waits' },
    ])
    expect((await admin('DELETE', `${URL}?reason=x`)).statusCode).toBe(202)
    expect((await admin('GET', URL)).json()).toMatchObject({ version: 1, overrides: [red] })
  })

  test('says so to whoever does not see that place', async ({ district }) => {
    const admin = await district.as('admin')
    await admin('POST', '/api/v1/rules', RED)
    const other = await district.as('admin-a')
    expect((await other('GET', URL)).json()).toMatchObject({ overrides: [], safety: true })
    const own = { siteId: 'site-a', set: { onDelayMs: 9_000 } }
    const checked = { ruleId: 'leak', definition: { ...GAS_RULE, overrides: [own] } }
    expect((await other('POST', '/api/v1/rules/check', checked)).json()).toMatchObject({
      safety: true,
      needsSecondPerson: true,
    })
    const answer = await other('PATCH', URL, { overrides: [own], reason: 'x' })
    expect(answer.statusCode).toBe(202)
    const rules = await other('GET', '/api/v1/devices/gas-a/rules')
    const shown = rules.json().items.find(({ id }: { id: string }) => id === 'leak')
    expect(shown).toMatchObject({ safety: true, overridden: [] })
  })
})

describe('a draft', () => {
  test('goes from half done to checked to active', async ({ district }) => {
    const admin = await district.as('admin')
    const begun = await admin('POST', '/api/v1/rule-drafts', { definition: { id: 'new-rule' } })
    expect(begun.json()).toMatchObject({ state: 'draft', baseVersion: 0, safety: false })
    const url = `/api/v1/rule-drafts/${begun.json().id}`
    const refused = await admin('POST', `${url}/activate`)
    expect(refused.json()).toMatchObject({ code: 'rule_has_errors' })
    const definition = { ...GAS_RULE, id: 'ignored', siteIds: ['site-a'] }
    const filled = (await admin('PATCH', url, { definition, revision: 1 })).json()
    expect(filled).toMatchObject({ state: 'checked', ruleId: 'new-rule', findings: [] })
    expect((await admin('POST', `${url}/activate`)).json()).toMatchObject({ version: 1 })
    expect((await admin('GET', url)).json()).toMatchObject({ state: 'activated' })
    expect((await admin('PATCH', url, { reason: 'x', revision: 2 })).json().code).toBe(
      'rule_draft_decided',
    )
    const operator = await district.as('operator-a')
    expect((await operator('GET', url)).statusCode).toBe(200)
    expect((await operator('POST', `${url}/activate`)).statusCode).toBe(403)
  })

  test('is checked while it is written', async ({ shared }) => {
    const admin = await shared.as('admin')
    const check = async (definition: object, ruleId?: string) =>
      (await admin('POST', '/api/v1/rules/check', { definition, ruleId })).json()
    expect((await check({ ...GAS_RULE, id: 'x', point: 'none' })).findings).toMatchObject([
      { severity: 'error', code: 'point_unknown', path: 'point' },
    ])
    const words = (await check({ ...GAS_RULE, id: 'x', onDelayMs: -1 })).findings[0]
    expect(words).toMatchObject({ path: 'onDelayMs', message: { zh: '不能小于 0。' } })
    expect((await check(GAS_RULE)).findings).toMatchObject([{ code: 'already_exists' }])
    expect(await check({ ...GAS_RULE, latching: false }, GAS_RULE.id)).toMatchObject({
      findings: [],
      loosenings: [{ kind: 'latching-off' }],
      needsSecondPerson: false,
    })
  })
})

describe('a file of rules', () => {
  test('is what comes back when it is read again', async ({ district }) => {
    const admin = await district.as('admin')
    await admin('POST', '/api/v1/rules', SAFETY)
    const file = await admin('GET', '/api/v1/rules-file?ids=leak')
    expect(file.headers['content-type']).toContain('yaml')
    expect(parseYaml(file.body).rules).toMatchObject([SAFETY])
    const all = (await admin('GET', '/api/v1/rules-file')).body
    const taken = (await admin('POST', '/api/v1/rules-file', { yaml: all })).json()
    expect(taken.items.map(({ action }: { action: string }) => action)).toEqual(['same', 'same'])
  })

  test('is shown before it is taken, and loosening waits', async ({ district }) => {
    const admin = await district.as('admin')
    await admin('POST', '/api/v1/rules', SAFETY)
    const yaml = JSON.stringify({
      rules: [
        { ...SAFETY, onDelayMs: 5_000 },
        { ...GAS_RULE, id: 'new' },
        { ...GAS_RULE, id: 'new' },
        { id: 'half' },
      ],
    })
    const dry = (await admin('POST', '/api/v1/rules-file', { yaml })).json()
    expect(dry).toMatchObject({
      items: [
        { action: 'changed', needsSecondPerson: true, line: 1 },
        { action: 'new' },
        { action: 'refused', findings: [{ code: 'already_exists' }] },
        { action: 'refused', ruleId: 'half' },
      ],
      outcomes: [],
    })
    expect((await admin('GET', '/api/v1/rules/new')).statusCode).toBe(404)
    const taken = await admin('POST', '/api/v1/rules-file', { yaml, apply: true, reason: '统一' })
    expect(taken.json().outcomes).toMatchObject([
      { ruleId: 'leak', outcome: 'waits' },
      { ruleId: 'new', outcome: 'in-force' },
    ])
    expect((await admin('GET', '/api/v1/rules/new')).json()).toMatchObject({ origin: 'imported' })
  })

  test.for([
    ['rules: [', /Line 1/],
    ['rules:\n  - id: a\n   b: c\n', /Line 3/],
    ['other: 1', /rules:/],
    ['just a text', /rules:/],
    ['rules: 7', /rules:/],
  ] as const)('%j is refused with the place', async ([yaml, place], { shared }) => {
    const admin = await shared.as('admin')
    const answer = await admin('POST', '/api/v1/rules-file', { yaml })
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'rules_file_invalid'])
    expect(answer.json().detail).toMatch(place)
  })
})
