import type { PlantModel } from './plant-model.ts'
import type { Principal } from './types.ts'

/**
 * The one place that decides who sees what: a principal without an organization sees everything,
 * one with an organization sees it and everything below it. What belongs to no organization (a
 * district-wide channel, a test message) is seen by those who see everything.
 */
export function maySee(
  model: PlantModel,
  principal: Principal,
  organizationId: string | null,
): boolean {
  if (principal.organizationId === null) return true
  if (organizationId === null) return false
  if (model.organization(organizationId) === null) return false
  return (
    organizationId === principal.organizationId ||
    model.ancestors(organizationId).some((above) => above.id === principal.organizationId)
  )
}

/** The organizations whose things the principal sees; null: all of them. Agrees with `maySee`. */
export function visibleOrganizationIds(
  model: PlantModel,
  principal: Principal,
): ReadonlySet<string> | null {
  return principal.organizationId === null ? null : model.subtree(principal.organizationId)
}
