import { describe, expect } from 'vitest'
import type { Page } from '../database/page.ts'
import { fillDistrict, startRegistry, test } from './registry.suite.ts'
import type { RegistryChange } from './registry.ts'

const EVERYTHING = { organizationIds: null, limit: 50 }

function all<Item>(list: (page: { limit: number; cursor?: string | undefined }) => Page<Item>) {
  const found: Item[] = []
  let cursor: string | undefined
  do {
    const page = list({ limit: 2, cursor })
    found.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return found
}

describe('Registry', () => {
  test('knows where a device stands and what it measures, without waiting', ({ district }) => {
    expect(district.placeOf('gas-1')).toEqual({
      deviceName: '探头 1',
      siteId: 'site-1',
      siteName: '罐区 1',
      organizationId: 'plant-1',
      organizationName: '一号化工',
      organizationPath: ['district', 'town-1', 'plant-1'],
      territory: ['台商投资区', '东园镇'],
    })
    expect(district.profileOf('gas-1')?.id).toBe('gas-combustible')
    expect(district.pointOf('gas-1', 'lel')?.unit).toBe('%LEL')
    expect(district.pointOf('gas-1', 'smoke')).toBeNull()
    expect(district.organizationOfSite('site-3')).toBe('plant-3')
    expect(district.territoryNames('district')).toEqual([])
    expect(district.placeOf('nobody')).toBeNull()
    expect(district.pointsOf('__proto__')).toBeNull()
  })

  test('is the same after a restart', async ({ open, folder, clock }) => {
    const path = `${folder}/vigil.sqlite`
    const first = await open({ path })
    const { registry } = await startRegistry({ database: first, clock })
    await fillDistrict(registry)
    await registry.patchSite('site-2', { address: '滨海路 8 号', position: null })
    await first.stop()

    const again = await startRegistry({ database: await open({ path }), clock })
    expect(again.registry.listOrganizations(EVERYTHING)).toEqual(
      registry.listOrganizations(EVERYTHING),
    )
    expect(again.registry.listSites(EVERYTHING)).toEqual(registry.listSites(EVERYTHING))
    expect(again.registry.listDevices(EVERYTHING)).toEqual(registry.listDevices(EVERYTHING))
    expect(again.registry.site('site-2')).toMatchObject({ address: '滨海路 8 号', position: null })
  })

  test('lists page by page in the order of creation, while things are created', async ({
    district,
    clock,
  }) => {
    await clock.advanceBy(1)
    for (let number = 4; number <= 9; number += 1) {
      await district.createDevice({
        name: `探头 ${number}`,
        profileId: 'smoke',
        siteId: 'site-1',
        location: '',
      })
    }
    const found = all((page) => district.listDevices({ organizationIds: null, ...page }))
    expect(new Set(found.map((device) => device.id)).size).toBe(9)
    expect(found.slice(0, 3).map((device) => device.id)).toEqual(['gas-1', 'gas-2', 'gas-3'])
  })

  test.for([
    ['one site', { siteId: 'site-2' }, ['gas-2']],
    ['a town and what is below it', { organizationId: 'town-1' }, ['gas-1', 'gas-2']],
    ['a profile nobody has', { profileId: 'smoke' }, []],
    ['part of a name', { text: '探头 3' }, ['gas-3']],
    ['part of an id, in any case', { text: 'GAS-1' }, ['gas-1']],
    [
      'a town within what may be seen',
      { organizationId: 'town-1', organizationIds: new Set(['plant-2', 'plant-3']) },
      ['gas-2'],
    ],
    ['nothing may be seen', { organizationIds: new Set<string>() }, []],
  ] as const)('lists devices of %s', ([, filter, expected], { district }) => {
    const { items } = district.listDevices({ ...EVERYTHING, ...filter })
    expect(items.map((device) => device.id)).toEqual(expected)
  })

  test.for([
    [
      'an organization twice',
      'already_exists',
      (it) => it.createOrganization({ id: 'town-1', name: 'x', kind: 'town', parentId: null }),
    ],
    [
      'an organization below nothing',
      'organization_unknown',
      (it) => it.createOrganization({ name: 'x', kind: 'town', parentId: 'nowhere' }),
    ],
    [
      'an organization below itself',
      'organization_cycle',
      (it) => it.patchOrganization('town-1', { parentId: 'plant-1' }),
    ],
    [
      'removing an organization with others below',
      'organization_has_children',
      (it) => it.removeOrganization('town-1'),
    ],
    [
      'removing an organization with sites',
      'organization_has_sites',
      (it) => it.removeOrganization('plant-1'),
    ],
    ['removing a site with devices', 'site_has_devices', (it) => it.removeSite('site-1')],
    ['removing what is not there', 'not_found', (it) => it.removeDevice('nobody')],
    [
      'moving a site to nowhere',
      'organization_unknown',
      (it) => it.patchSite('site-1', { organizationId: 'x' }),
    ],
    [
      'a device twice',
      'already_exists',
      (it) =>
        it.createDevice({
          id: 'gas-1',
          name: 'x',
          profileId: 'smoke',
          siteId: 'site-1',
          location: '',
        }),
    ],
    [
      'a device on no site',
      'site_unknown',
      (it) => it.createDevice({ name: 'x', profileId: 'smoke', siteId: 'x', location: '' }),
    ],
    [
      'a device of no profile',
      'profile_unknown',
      (it) => it.patchDevice('gas-1', { profileId: 'x' }),
    ],
    [
      'a cursor of another list',
      'cursor_invalid',
      async (it) => it.listSites({ ...EVERYTHING, cursor: 'WzFd' }),
    ],
  ] as const satisfies readonly (readonly [
    string,
    string,
    (it: import('./registry.ts').Registry) => Promise<unknown>,
  ])[])('refuses %s', async ([, code, act], { district }) => {
    const before = district.listOrganizations(EVERYTHING)
    await expect(act(district)).rejects.toMatchObject({ code })
    expect(district.listOrganizations(EVERYTHING)).toEqual(before)
  })

  test('two at once get one id once', async ({ district }) => {
    const draft = { id: 'twin', name: 'x', profileId: 'smoke', siteId: 'site-1', location: '' }
    const outcomes = await Promise.allSettled([
      district.createDevice(draft),
      district.createDevice(draft),
    ])
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected'])
  })

  test('an organization that accounts belong to stays', async ({ district, database }) => {
    await district.createOrganization({ id: 'own', name: 'x', kind: 'village', parentId: null })
    await database.kysely
      .insertInto('users')
      .values({
        id: 'u',
        username: 'u',
        display_name: 'u',
        password_hash: 'x',
        role: 'viewer',
        organization_id: 'own',
        language: 'zh',
        created_at_ms: 1,
      })
      .execute()
    await expect(district.removeOrganization('own')).rejects.toMatchObject({
      code: 'organization_in_use',
    })
    expect(district.organization('own')).not.toBeNull()
  })

  test('a patch leaves what it does not name, and null is a value', async ({ district }) => {
    await district.patchDevice('gas-1', { location: '罐顶', name: undefined })
    expect(district.device('gas-1')).toMatchObject({ name: '探头 1', location: '罐顶' })
    await district.patchOrganization('plant-1', { parentId: null })
    expect(district.placeOf('gas-1')?.territory).toEqual([])
  })

  test('tells of a change when it can be looked up', async ({ district }) => {
    const told: (RegistryChange & { readonly seen: boolean })[] = []
    const revisions = new Set([district.revision])
    const end = district.onChange((change) => {
      told.push({ ...change, seen: district.device(change.id) !== null })
      revisions.add(district.revision)
    })
    await district.createDevice({
      id: 'n',
      name: 'x',
      profileId: 'smoke',
      siteId: 'site-1',
      location: '',
    })
    await district.patchDevice('n', { name: 'y' })
    await district.removeDevice('n')
    end()
    await district.removeDevice('gas-1')
    expect(told).toEqual([
      { kind: 'device', action: 'created', id: 'n', seen: true },
      { kind: 'device', action: 'changed', id: 'n', seen: true },
      { kind: 'device', action: 'removed', id: 'n', seen: false },
    ])
    expect(revisions.size).toBe(1 + told.length)
  })

  test('empties from the leaves to the root', async ({ district }) => {
    for (const number of [1, 2, 3]) {
      await district.removeDevice(`gas-${number}`)
      await district.removeSite(`site-${number}`)
      await district.removeOrganization(`plant-${number}`)
    }
    for (const id of ['town-1', 'town-2', 'district']) await district.removeOrganization(id)
    expect(district.listOrganizations(EVERYTHING).items).toEqual([])
  })
})
