import type { Registry } from './registry.ts'
import type { Principal } from './types.ts'

/** May this principal see what belongs to that organization? The one place that decides it. */
export function maySee(
  _registry: Registry,
  _principal: Principal,
  _organizationId: string | null,
): boolean {
  throw new Error('being built')
}

/** The organizations whose things the principal sees; null: all of them. */
export function visibleOrganizationIds(
  _registry: Registry,
  _principal: Principal,
): ReadonlySet<string> | null {
  throw new Error('being built')
}
