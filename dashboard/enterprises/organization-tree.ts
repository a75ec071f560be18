import type { Organization } from '../../gateway/contract.ts'

export interface OrganizationLine {
  readonly organization: Organization
  /** 0 at the top. */
  readonly depth: number
}

/**
 * Districts, towns and enterprises in the order in which people read them: each below what it
 * belongs to, by name. One whose parent we may not see stands at the top.
 */
export function organizationLines(
  organizations: Iterable<Organization>,
  text: string,
): readonly OrganizationLine[] {
  const all = [...organizations]
  const ids = new Set(all.map(({ id }) => id))
  const children = new Map<string, Organization[]>()
  for (const organization of all) {
    const parentId = organization.parentId
    const key = parentId !== null && ids.has(parentId) ? parentId : ''
    const siblings = children.get(key)
    if (siblings === undefined) children.set(key, [organization])
    else siblings.push(organization)
  }
  const wanted = text.trim().toLowerCase()
  const lines: OrganizationLine[] = []
  const walk = (parentId: string, depth: number): boolean => {
    const siblings = (children.get(parentId) ?? []).sort(byName)
    let hasMatch = false
    for (const organization of siblings) {
      const at = lines.push({ organization, depth }) - 1
      // What stands above a match stays, to say where it is.
      const isBelow = walk(organization.id, depth + 1)
      const isMatch = isBelow || organization.name.toLowerCase().includes(wanted)
      if (!isMatch) lines.splice(at, 1)
      hasMatch ||= isMatch
    }
    return hasMatch
  }
  walk('', 0)
  return lines
}

function byName(a: Organization, b: Organization): number {
  return a.name.localeCompare(b.name, 'zh-CN', { numeric: true })
}
