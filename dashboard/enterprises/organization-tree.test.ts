import { describe, expect, it } from 'vitest'
import type { Organization } from '../../gateway/contract.ts'
import { organizationLines } from './organization-tree.ts'

function organization(id: string, parentId: string | null): Organization {
  return { id, name: id, kind: 'enterprise', parentId, createdAt: '2026-01-01T00:00:00.000Z' }
}

const ALL = [
  organization('plant 10', 'town'),
  organization('plant 9', 'town'),
  organization('town', 'district'),
  organization('district', null),
  organization('stray', 'unseen'),
]

function shown(text: string): string[] {
  return organizationLines(ALL, text).map(
    ({ organization: { name }, depth }) => '-'.repeat(depth) + name,
  )
}

describe('organizationLines', () => {
  it('puts each below what it belongs to, figures in names by their size', () => {
    expect(shown('')).toEqual(['district', '-town', '--plant 9', '--plant 10', 'stray'])
  })

  it('keeps the way to what was found', () => {
    expect(shown('plant 9')).toEqual(['district', '-town', '--plant 9'])
    expect(shown('STRAY')).toEqual(['stray'])
    expect(shown('nothing')).toEqual([])
  })
})
