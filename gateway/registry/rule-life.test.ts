import { describe, expect } from 'vitest'
import type { AlarmRuleDraft } from '#alerting/rules/alarm-rule.ts'
import type { SimulatedClock } from '#alerting/simulated-clock.ts'
import { RULE_LIFE_LIMITS } from '#config/limits.ts'
import type { Database } from '../database/open.ts'
import { aRule, test as registryTest } from './registry.suite.ts'
import type { Registry } from './registry.ts'
import { RuleChecks } from './rule-checks.ts'
import type { RuleWish } from './rule-gate.ts'
import { RuleLife, type RuleOutcome } from './rule-life.ts'
import { RuleRights } from './rule-rights.ts'
import { RuleBook } from './rules.ts'
import type { Principal } from './types.ts'

interface Parts {
  readonly database: Database
  readonly clock: SimulatedClock
  readonly registry: Registry
}

async function startLife({ database, clock, registry }: Parts) {
  const builtIn = [{ ...aRule(), version: 1 }]
  const rules = new RuleBook({ database, clock, registry, builtIn })
  await rules.start()
  const rights = new RuleRights(registry)
  const checks = new RuleChecks({
    model: registry,
    clock,
    shipped: [],
    calendars: { knows: () => false },
  })
  const life = new RuleLife({ database, clock, rules, rights, checks })
  await life.start()
  return { rules, life }
}

const test = registryTest.extend<{ readonly started: Awaited<ReturnType<typeof startLife>> }>({
  started: async ({ database, clock, district }, use) => {
    await use(await startLife({ database, clock, registry: district }))
  },
})

function person(
  username: string,
  role: Principal['role'] = 'administrator',
  organizationId: string | null = null,
): Principal {
  const scopes = new Set(['read', 'operate', 'manage'] as const)
  return { userId: `id-of-${username}`, username, role, organizationId, scopes }
}
const lin = person('lin')
const wang = person('wang')
const manager = person('chen', 'safety-manager', 'plant-1')

function wishOf(definition: AlarmRuleDraft | null, overrides: Partial<RuleWish> = {}): RuleWish {
  return { ruleId: 'gas-high', definition, origin: 'edited', reason: 'as asked', ...overrides }
}
const MILDER = aRule({ onDelayMs: 30_000 })
const STRICTER = aRule({ offDelayMs: 60_000 })

function draftOf([outcome]: readonly RuleOutcome[]) {
  if (outcome?.kind !== 'waits') throw new Error('expected a proposal')
  return outcome.draft
}

describe('a safety rule', () => {
  test('is made stricter at once', async ({ started: { life, rules } }) => {
    const outcomes = await life.change([wishOf(STRICTER)], lin)
    expect(outcomes).toEqual([{ kind: 'in-force', ruleId: 'gas-high', version: 2 }])
    expect(rules.rule('gas-high')).toMatchObject({
      rule: STRICTER,
      updatedBy: 'lin',
      reason: 'as asked',
      approvedBy: null,
    })
  })

  test('is made milder by two people', async ({ started: { life, rules } }) => {
    const { id } = draftOf(await life.change([wishOf(MILDER)], lin))
    expect(rules.rule('gas-high')?.rule.onDelayMs).toBe(0)
    await expect(life.approve(id, '', lin)).rejects.toMatchObject({
      code: 'rule_second_person_required',
    })
    expect(await life.approve(id, 'looks right', wang)).toMatchObject({ version: 2 })
    expect(rules.rule('gas-high')).toMatchObject({
      rule: MILDER,
      updatedBy: 'lin',
      approvedBy: 'wang',
    })
    expect(await life.draft(id)).toMatchObject({
      decision: { kind: 'activated', by: 'wang', note: 'looks right', version: 2 },
    })
    await expect(life.approve(id, '', wang)).rejects.toMatchObject({ code: 'rule_draft_decided' })
  })

  test('is not changed without a reason', async ({ started: { life } }) => {
    const silent = life.change([wishOf(STRICTER, { reason: ' ' })], lin)
    await expect(silent).rejects.toMatchObject({ code: 'rule_reason_required' })
  })

  test('is not made milder piece by piece while it is off', async ({
    started: { life, rules },
  }) => {
    const { id } = draftOf(await life.change([wishOf(aRule({ enabled: false }))], lin))
    await life.approve(id, '', wang)
    const outcomes = await life.change([wishOf({ ...MILDER, enabled: false })], lin)
    expect(outcomes).toMatchObject([{ kind: 'waits' }])
    await life.change([wishOf(aRule())], lin)
    expect(rules.rule('gas-high')?.rule.enabled).toBe(true)
  })

  test('waits once for the same wish of the same person', async ({ started: { life } }) => {
    const first = draftOf(await life.change([wishOf(MILDER)], lin))
    expect(draftOf(await life.change([wishOf(MILDER)], lin)).id).toBe(first.id)
    expect(draftOf(await life.change([wishOf(MILDER)], wang)).id).not.toBe(first.id)
  })
})

describe('a proposal', () => {
  test('survives a restart', async ({ started: { life }, database, clock, district }) => {
    const { id } = draftOf(await life.change([wishOf(MILDER)], lin))
    const again = await startLife({ database, clock, registry: district })
    expect(again.life.openDrafts()).toMatchObject([{ id, proposal: { by: 'lin' } }])
    await again.life.approve(id, '', wang)
    expect(again.rules.rule('gas-high')).toMatchObject({ approvedBy: 'wang', rule: MILDER })
    expect(again.life.openDrafts()).toEqual([])
  })

  test('is refused when the rule was changed meanwhile, until it is made anew', async ({
    started: { life },
  }) => {
    const draft = await life.begin(
      { ruleId: 'gas-high', definition: MILDER, origin: 'edited', reason: 'why' },
      lin,
    )
    await life.activate(draft.id, lin)
    await life.change([wishOf(STRICTER)], wang)
    await expect(life.approve(draft.id, '', wang)).rejects.toMatchObject({
      code: 'rule_changed_meanwhile',
    })
    const rebased = await life.edit(draft.id, { baseVersion: 2, revision: 2 }, lin)
    expect(rebased.proposal).toBeNull()
    await life.activate(draft.id, lin)
    expect(await life.approve(draft.id, '', wang)).toMatchObject({ version: 3 })
  })

  test('expires, and can be made again', async ({ started: { life }, clock }) => {
    const { id } = draftOf(await life.change([wishOf(MILDER)], lin))
    await clock.advanceBy(RULE_LIFE_LIMITS.proposalValidMs)
    for (const decide of [life.approve(id, '', wang), life.reject(id, 'no', wang)]) {
      await expect(decide).rejects.toMatchObject({ code: 'rule_proposal_expired' })
    }
    await life.activate(id, lin)
    expect(await life.approve(id, '', wang)).toMatchObject({ kind: 'in-force' })
  })

  test('is turned down with a reason, or taken back', async ({ started: { life, rules } }) => {
    const refused = draftOf(await life.change([wishOf(MILDER)], lin))
    await expect(life.reject(refused.id, 'no', lin)).rejects.toMatchObject({
      code: 'rule_second_person_required',
    })
    expect(await life.reject(refused.id, 'too late', wang)).toMatchObject({
      decision: { kind: 'rejected', by: 'wang', note: 'too late' },
    })
    const taken = draftOf(await life.change([wishOf(MILDER)], lin))
    expect(await life.withdraw(taken.id, '', lin)).toMatchObject({
      decision: { kind: 'withdrawn' },
    })
    expect(rules.rule('gas-high')?.rule.version).toBe(1)
    expect((await life.decidedDrafts({ limit: 9 })).items).toHaveLength(2)
  })

  test('that is changed has to be proposed again', async ({ started: { life } }) => {
    const { id } = draftOf(await life.change([wishOf(MILDER)], lin))
    await life.edit(id, { definition: aRule({ onDelayMs: 60_000 }), revision: 1 }, lin)
    await expect(life.approve(id, '', wang)).rejects.toMatchObject({
      code: 'rule_draft_not_proposed',
    })
  })
})

describe('a draft', () => {
  const halfDone = { id: 'own', name: { zh: '新', en: 'new' } }
  const begun = { ruleId: 'own', origin: 'created', reason: '' } as const

  test('is kept half done, and cannot be activated so', async ({ started: { life } }) => {
    const draft = await life.begin({ ...begun, definition: halfDone }, lin)
    await expect(life.activate(draft.id, lin)).rejects.toMatchObject({
      code: 'rule_has_errors',
      details: { issues: expect.arrayContaining([expect.objectContaining({ path: 'condition' })]) },
    })
    await life.edit(draft.id, { definition: aRule({ id: 'own' }), revision: 1 }, lin)
    expect(await life.activate(draft.id, lin)).toMatchObject({ kind: 'in-force', version: 1 })
  })

  test('is not overwritten unseen', async ({ started: { life } }) => {
    const draft = await life.begin({ ...begun, definition: halfDone }, lin)
    await life.edit(draft.id, { reason: 'hers', revision: 1 }, wang)
    await expect(life.edit(draft.id, { reason: 'his', revision: 1 }, lin)).rejects.toMatchObject({
      code: 'rule_draft_changed_meanwhile',
    })
  })
})

describe('whose a rule is to change', () => {
  const own = aRule({ id: 'own', siteIds: ['site-1'] })
  const created = { ruleId: 'own', origin: 'created' } as const
  const at = (siteId: string, setpoint: number) => ({
    overrides: [{ siteId, set: { setpoints: [{ level: 1, setpoint }] } }],
  })
  test.for<readonly [string, Principal, RuleWish, boolean]>([
    ['a rule for places of their own', manager, wishOf(own, created), true],
    [
      'a rule for places of others',
      manager,
      wishOf(aRule({ id: 'own', siteIds: ['site-2'] }), created),
      false,
    ],
    [
      'a rule for own and other places',
      manager,
      wishOf(aRule({ id: 'own', siteIds: ['site-1', 'site-3'] }), created),
      false,
    ],
    ['a rule for the whole district', manager, wishOf(aRule({ id: 'own' }), created), false],
    ['a shipped rule', manager, wishOf(STRICTER), false],
    ['own figures in a shipped rule', manager, wishOf(aRule(at('site-1', 20))), true],
    ["others' figures in a shipped rule", manager, wishOf(aRule(at('site-3', 20))), false],
    [
      'figures of a profile',
      manager,
      wishOf(aRule({ overrides: [{ profileId: 'smoke', set: { onDelayMs: 0 } }] })),
      false,
    ],
    [
      'a shipped rule, as supervisor of the district',
      person('su', 'supervisor'),
      wishOf(STRICTER),
      true,
    ],
    [
      'a shipped rule, as supervisor of a town',
      person('su', 'supervisor', 'town-1'),
      wishOf(STRICTER),
      false,
    ],
    [
      'a shipped rule, as safety manager without a place',
      person('sm', 'safety-manager'),
      wishOf(STRICTER),
      false,
    ],
    [
      'anything without the right to',
      { ...manager, scopes: new Set(['read']) },
      wishOf(own, created),
      false,
    ],
  ])('%s', async ([, principal, wish, isAllowed], { started: { life } }) => {
    const changed = life.change([wish], principal)
    if (isAllowed) expect(await changed).toMatchObject([{ kind: 'in-force' }])
    else await expect(changed).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('a second person must be one whose rule it is', async ({ started: { life } }) => {
    const { id } = draftOf(await life.change([wishOf(MILDER)], lin))
    await expect(life.approve(id, '', manager)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(life.reject(id, 'no', manager)).rejects.toMatchObject({ code: 'forbidden' })
  })

  test("others' figures are neither shown nor lost", async ({
    started: { life, rules },
    district,
  }) => {
    await life.change([wishOf(aRule(at('site-3', 20)))], lin)
    const rights = new RuleRights(district)
    const whole = rules.rule('gas-high')?.rule ?? aRule()
    expect(rights.visible(manager, whole)?.overrides).toEqual([])
    const edited = rights.withHidden(manager, whole, aRule(at('site-1', 22)))
    expect(edited.overrides?.map(({ siteId }) => siteId)).toEqual(['site-3', 'site-1'])
  })
})
