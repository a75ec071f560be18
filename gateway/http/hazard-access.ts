import { CodedError } from '#alerting/errors.ts'
import type { HazardSourceRow } from '../hazards/hazard-source.ts'
import type { HazardRegister } from '../hazards/register.ts'
import type { Registry } from '../registry/registry.ts'
import { maySee } from '../registry/territory.ts'
import type { Principal } from '../registry/types.ts'
import { hasRight } from '../rights.ts'
import { notFound } from './territory-check.ts'

/** As every thing by id: what lies outside the territory is answered as what does not exist. */
export async function visibleHazardSource(
  services: { readonly registry: Registry; readonly hazards: Pick<HazardRegister, 'source'> },
  principal: Principal,
  id: string,
): Promise<HazardSourceRow> {
  const row = await services.hazards.source(id)
  if (row === null || !maySee(services.registry, principal, row.organizationId)) {
    throw notFound('hazard source', id)
  }
  return row
}

/** Why not; null: allowed. */
export type Reason = string | null

/** The firm has the pen: its own people, and administrators for it. The authority decides, it does not write. */
export function mayDraft(registry: Registry, principal: Principal): Reason {
  if (!hasRight(principal, 'manage')) return 'This needs the right to manage.'
  if (principal.role === 'administrator' || isOfFirm(registry, principal)) return null
  return 'The firm writes what is filed; the authority returns or accepts it.'
}

/** An officer of the authority above the firm, who did not submit it: nobody decides on their own filing. */
export function mayDecide(registry: Registry, principal: Principal, submittedBy: string): Reason {
  const isOfficer = principal.role === 'administrator' || principal.role === 'supervisor'
  if (!isOfficer || isOfFirm(registry, principal)) {
    return 'Only the authority above the firm decides on a filing.'
  }
  if (principal.username === submittedBy) return 'Who submitted a filing does not decide on it.'
  return null
}

export function isAllowed(reason: Reason): boolean {
  return reason === null
}

export function assertAllowed(reason: Reason): void {
  if (reason !== null) throw new CodedError('forbidden', reason)
}

function isOfFirm(registry: Registry, { organizationId }: Principal): boolean {
  return organizationId !== null && registry.organization(organizationId)?.kind === 'enterprise'
}
