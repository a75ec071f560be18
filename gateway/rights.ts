import type { TokenScope } from './contract.ts'
import type { Principal } from './registry/types.ts'

/** The right to administer holds all others. */
export function hasRight(principal: Principal, scope: TokenScope): boolean {
  return principal.scopes.has(scope) || principal.scopes.has('administer')
}
