import type { Principal } from './registry/types.ts'

export type Scope = 'read' | 'operate' | 'ingest' | 'administer'

/** The right to administer holds all others. */
export function hasRight(principal: Principal, scope: Scope): boolean {
  return principal.scopes.has(scope) || principal.scopes.has('administer')
}
