import { describe, expect } from 'vitest'
import type { Clock } from '#alerting/clock.ts'
import type { AlarmRuleDraft } from '#alerting/rules/alarm-rule.ts'
import type { Database } from '../database/open.ts'
import { aRule, test as registryTest } from './registry.suite.ts'
import type { Registry } from './registry.ts'
import { RuleBook, type RuleChange } from './rules.ts'

const fault = aRule({
  id: 'fault',
  profileIds: ['gas-combustible', 'smoke'],
  point: 'fault',
  condition: { kind: 'boolean', is: true, grade: 3, label: { zh: '故障', en: 'fault' } },
})
const BUILT_IN = [aRule(), fault]
const EVERYTHING = { limit: 100 }

async function startBook(options: {
  readonly database: Database
  readonly clock: Clock
  readonly registry: Registry
  readonly builtIn: readonly AlarmRuleDraft[]
}): Promise<RuleBook> {
  const book = new RuleBook({
    ...options,
    builtIn: options.builtIn.map((rule) => ({ ...rule, version: 1 })),
  })
  await book.start()
  return book
}

const test = registryTest.extend<{ readonly book: RuleBook }>({
  book: async ({ database, clock, district }, use) => {
    await use(await startBook({ database, clock, registry: district, builtIn: BUILT_IN }))
  },
})

const BY_LIN = { actor: 'lin', reason: 'as asked' } as const

async function create(book: RuleBook, definition: AlarmRuleDraft) {
  await book.apply([{ ...BY_LIN, ruleId: definition.id, definition, origin: 'created' }])
  return book.rule(definition.id)
}

async function edit(book: RuleBook, ruleId: string, definition: AlarmRuleDraft) {
  await book.apply([{ ...BY_LIN, ruleId, definition, origin: 'edited' }])
  return book.rule(ruleId)
}

async function remove(book: RuleBook, ruleId: string) {
  await book.apply([{ ...BY_LIN, ruleId, definition: null, origin: 'removed' }])
}

function idsOf(rules: readonly { readonly id: string }[]): readonly string[] {
  return rules.map((rule) => rule.id)
}

describe('RuleBook', () => {
  test('gives the rules of one point of one device', ({ book }) => {
    expect(idsOf(book.rulesFor('gas-1', 'lel'))).toEqual(['gas-high'])
    expect(idsOf(book.rulesFor('gas-1', 'fault'))).toEqual(['fault'])
    expect(idsOf(book.rulesOfDevice('gas-1'))).toEqual(['gas-high', 'fault'])
    expect(book.rulesFor('gas-1', 'smoke')).toEqual([])
    expect(book.rulesFor('nobody', 'lel')).toEqual([])
    expect(book.rulesFor('gas-1', 'lel')[0]).toEqual({ ...aRule(), version: 1 })
  })

  test('answers a reading from its cache, so that the same array comes again', ({ book }) => {
    expect(book.rulesFor('gas-1', 'lel')).toBe(book.rulesFor('gas-1', 'lel'))
  })

  test('a rule for some devices judges only these', async ({ book }) => {
    await create(book, aRule({ id: 'strict', deviceIds: ['gas-2'] }))
    expect(idsOf(book.rulesFor('gas-1', 'lel'))).toEqual(['gas-high'])
    expect(idsOf(book.rulesFor('gas-2', 'lel'))).toEqual(['gas-high', 'strict'])
  })

  test('a device that changes its profile changes its rules', async ({ book, district }) => {
    const told: RuleChange[] = []
    book.onChange((change) => told.push(change))
    expect(book.rulesFor('gas-1', 'lel')).toHaveLength(1)
    await district.patchDevice('gas-1', { profileId: 'smoke' })
    expect(book.rulesFor('gas-1', 'lel')).toEqual([])
    expect(idsOf(book.rulesFor('gas-1', 'fault'))).toEqual(['fault'])
    await district.removeDevice('gas-1')
    expect(book.rulesFor('gas-1', 'fault')).toEqual([])
    expect(told).toEqual([{ deviceId: 'gas-1' }, { deviceId: 'gas-1' }])
  })

  test('an edit is a new version with who and when, in force at once', async ({ book, clock }) => {
    const told: RuleChange[] = []
    book.onChange((change) => told.push(change))
    const before = clock.nowMs()
    await clock.advanceBy(5_000)
    const edited = await edit(book, 'gas-high', aRule({ id: 'ignored', onDelayMs: 3_000 }))
    expect(edited).toMatchObject({
      rule: { id: 'gas-high', onDelayMs: 3_000, version: 2 },
      builtIn: true,
      updatedBy: 'lin',
      updatedAtMs: before + 5_000,
      reason: 'as asked',
      origin: 'edited',
      approvedBy: null,
    })
    expect(book.rulesFor('gas-1', 'lel')[0]?.version).toBe(2)
    const history = await book.history('gas-high')
    expect(history.map((row) => [row.rule.version, row.rule.onDelayMs, row.updatedBy])).toEqual([
      [2, 3_000, 'lin'],
      [1, 0, 'system'],
    ])
    expect(told).toEqual([{ ruleId: 'gas-high' }])
  })

  test('a rule that is switched off judges nothing and stays in the list', async ({ book }) => {
    await edit(book, 'gas-high', aRule({ enabled: false }))
    expect(book.rulesFor('gas-1', 'lel')).toEqual([])
    expect(idsOf(book.list(EVERYTHING).items.map((row) => row.rule))).toContain('gas-high')
  })

  test('an id that was removed comes back with the next version', async ({ book }) => {
    await create(book, aRule({ id: 'own' }))
    await remove(book, 'own')
    expect(book.rule('own')).toBeNull()
    expect((await create(book, aRule({ id: 'own' })))?.rule.version).toBe(3)
  })

  test.for([
    ['an id twice', 'already_exists', (book) => create(book, aRule())],
    ['removing a built-in rule', 'rule_built_in', (book) => remove(book, 'gas-high')],
    ['editing nothing', 'not_found', (book) => edit(book, 'nothing', aRule())],
    ['removing nothing', 'not_found', (book) => remove(book, 'nothing')],
    [
      'an unknown profile',
      'profile_unknown',
      (book) => create(book, aRule({ id: 'x', profileIds: ['y'] })),
    ],
    [
      'a point that one profile lacks',
      'point_unknown',
      (book) => create(book, aRule({ id: 'x', profileIds: ['gas-combustible', 'smoke'] })),
    ],
  ] as const satisfies readonly (readonly [
    string,
    string,
    (book: RuleBook) => Promise<unknown>,
  ])[])('refuses %s', async ([, code, act], { book }) => {
    await expect(act(book)).rejects.toMatchObject({ code })
    expect(idsOf(book.rulesFor('gas-1', 'lel'))).toEqual(['gas-high'])
  })

  test('lists by id, page by page, also of one profile', async ({ book }) => {
    for (const id of ['c', 'a', 'b']) await create(book, aRule({ id }))
    const first = book.list({ limit: 2 })
    const second = book.list({ limit: 9, cursor: first.nextCursor ?? undefined })
    expect(idsOf([...first.items, ...second.items].map((row) => row.rule))).toEqual([
      'a',
      'b',
      'c',
      'fault',
      'gas-high',
    ])
    expect(second.nextCursor).toBeNull()
    const ofSmoke = book.list({ limit: 9, profileId: 'smoke' })
    expect(idsOf(ofSmoke.items.map((row) => row.rule))).toEqual(['fault'])
  })
})

describe('several changes at once', () => {
  const own = aRule({ id: 'own' })

  test('stand together, told one by one', async ({ book }) => {
    const told: RuleChange[] = []
    book.onChange((change) => told.push(change))
    const rows = await book.apply([
      { ...BY_LIN, ruleId: 'own', definition: own, origin: 'imported' },
      { ...BY_LIN, ruleId: 'gas-high', definition: aRule({ offDelayMs: 1 }), origin: 'imported' },
    ])
    expect(rows.map(({ ruleId, version }) => [ruleId, version])).toEqual([
      ['own', 1],
      ['gas-high', 2],
    ])
    expect(told).toEqual([{ ruleId: 'own' }, { ruleId: 'gas-high' }])
  })

  test('or not at all', async ({ book, database }) => {
    const applied = book.apply([
      { ...BY_LIN, ruleId: 'own', definition: own, origin: 'imported' },
      { ...BY_LIN, ruleId: 'gas-high', definition: null, origin: 'imported' },
    ])
    await expect(applied).rejects.toMatchObject({ code: 'rule_built_in' })
    expect(book.rule('own')).toBeNull()
    expect(await database.kysely.selectFrom('rule_versions').selectAll().execute()).toHaveLength(2)
  })

  test('a change made from an older version is refused', async ({ book }) => {
    await edit(book, 'gas-high', aRule({ onDelayMs: 1 }))
    const late = { ...BY_LIN, ruleId: 'gas-high', definition: aRule(), origin: 'edited' } as const
    await expect(book.apply([{ ...late, baseVersion: 1 }])).rejects.toMatchObject({
      code: 'rule_changed_meanwhile',
      details: { baseVersion: 1, version: 2 },
    })
    await book.apply([{ ...late, baseVersion: 2 }])
    expect(book.rule('gas-high')?.rule.version).toBe(3)
  })
})

describe('a new release', () => {
  const renewed = aRule({ offDelayMs: 30_000 })

  test('without a change makes no new version', async ({ book, database, clock, district }) => {
    const again = await startBook({ database, clock, registry: district, builtIn: BUILT_IN })
    expect(again.rule('gas-high')).toEqual(book.rule('gas-high'))
  })

  test('renews a rule that nobody has touched, as a version', async ({
    book,
    database,
    clock,
    district,
  }) => {
    expect(book.rule('gas-high')?.rule.version).toBe(1)
    const builtIn = [renewed, fault]
    const again = await startBook({ database, clock, registry: district, builtIn })
    expect(again.rule('gas-high')?.rule).toEqual({ ...renewed, version: 2 })
    expect(await again.history('gas-high')).toHaveLength(2)
  })

  test('leaves a rule as a person has made it', async ({ book, database, clock, district }) => {
    await edit(book, 'gas-high', aRule({ latching: false }))
    const builtIn = [renewed, fault]
    const again = await startBook({ database, clock, registry: district, builtIn })
    expect(again.rule('gas-high')?.rule).toEqual({ ...aRule({ latching: false }), version: 2 })
  })

  test('takes away what it no longer ships, unless a person made it their own', async ({
    book,
    database,
    clock,
    district,
  }) => {
    await edit(book, 'fault', { ...fault, latching: false })
    const again = await startBook({ database, clock, registry: district, builtIn: [] })
    expect(again.rule('gas-high')).toBeNull()
    expect(again.rule('fault')).toMatchObject({ builtIn: false, rule: { version: 2 } })
    await remove(again, 'fault')
  })
})
