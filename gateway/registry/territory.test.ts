import { describe, expect } from 'vitest'
import { aPrincipal, test } from './registry.suite.ts'
import { maySee, visibleOrganizationIds } from './territory.ts'

const ALL = ['district', 'town-1', 'town-2', 'plant-1', 'plant-2', 'plant-3']

describe('territory', () => {
  //     whose account      what it sees
  test.for([
    ['district', ALL],
    ['town-1', ['town-1', 'plant-1', 'plant-2']],
    ['town-2', ['town-2', 'plant-3']],
    ['plant-1', ['plant-1']],
    ['removed since', []],
  ] as const)('of %s is it and what is below it', ([own, visible], { district }) => {
    const principal = aPrincipal(own)
    const seen = ALL.filter((id) => maySee(district, principal, id))
    expect(seen.toSorted()).toEqual([...visible].sort())
    expect(visibleOrganizationIds(district, principal)).toEqual(new Set(visible))
    expect(maySee(district, principal, null)).toBe(false)
    expect(maySee(district, principal, 'nowhere')).toBe(false)
  })

  test('an account without an organization sees everything', ({ district }) => {
    const principal = aPrincipal(null)
    expect(visibleOrganizationIds(district, principal)).toBeNull()
    for (const id of [...ALL, 'removed since', null]) {
      expect(maySee(district, principal, id)).toBe(true)
    }
  })

  test('follows an organization that moves', async ({ district }) => {
    await district.patchOrganization('plant-1', { parentId: 'town-2' })
    expect(maySee(district, aPrincipal('town-1'), 'plant-1')).toBe(false)
    expect(maySee(district, aPrincipal('town-2'), 'plant-1')).toBe(true)
  })
})
