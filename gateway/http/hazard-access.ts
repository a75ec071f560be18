import { CodedError } from '#alerting/errors.ts'
import type { HazardSourceRow } from '../hazards/hazard-source.ts'
import type { HazardRegister } from '../hazards/register.ts'
import type { Registry } from '../registry/registry.ts'
import { maySee } from '../registry/territory.ts'
import type { Principal } from '../registry/types.ts'
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

/** The firm has the pen: its own people, and administrators for it. The authority decides, it does not write. */
export function assertMayDraft(registry: Registry, principal: Principal): void {
  if (principal.role === 'administrator' || isOfFirm(registry, principal)) return
  throw new CodedError(
    'forbidden',
    'The firm writes what is filed; the authority returns or accepts it.',
  )
}

/** An officer of the authority above the firm, who did not submit it: nobody decides on their own filing. */
export function assertMayDecide(
  registry: Registry,
  principal: Principal,
  submittedBy: string,
): void {
  const mayDecide = principal.role === 'administrator' || principal.role === 'supervisor'
  if (!mayDecide || isOfFirm(registry, principal)) {
    throw new CodedError('forbidden', 'Only the authority above the firm decides on a filing.')
  }
  if (principal.username === submittedBy) {
    throw new CodedError('forbidden', 'Who submitted a filing does not decide on it.')
  }
}

function isOfFirm(registry: Registry, { organizationId }: Principal): boolean {
  return organizationId !== null && registry.organization(organizationId)?.kind === 'enterprise'
}
