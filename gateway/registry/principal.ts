import type { Account, Role, TokenScope } from '../contract.ts'
import type { Principal } from './types.ts'

/** What each role may do at most. */
const SCOPES_OF_ROLE: Readonly<Record<Role, ReadonlySet<TokenScope>>> = {
  administrator: new Set(['read', 'operate', 'manage', 'ingest', 'administer']),
  supervisor: new Set(['read', 'operate', 'manage']),
  'safety-manager': new Set(['read', 'operate', 'manage']),
  operator: new Set(['read', 'operate']),
  viewer: new Set(['read']),
}

/** `granted`: what a token was given; it never gets more than its owner's role has today. */
export function principalOf(account: Account, granted?: readonly TokenScope[]): Principal {
  const own = SCOPES_OF_ROLE[account.role]
  return {
    userId: account.id,
    username: account.username,
    role: account.role,
    organizationId: account.organizationId,
    scopes: granted === undefined ? own : new Set(granted.filter((scope) => own.has(scope))),
  }
}
