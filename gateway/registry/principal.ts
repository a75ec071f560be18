import type { Account, Role } from '../contract.ts'
import type { Principal } from './types.ts'

type Scope = 'read' | 'operate' | 'ingest' | 'administer'

/** What each role may do at most. */
const SCOPES_OF_ROLE: Readonly<Record<Role, ReadonlySet<Scope>>> = {
  administrator: new Set<Scope>(['read', 'operate', 'ingest', 'administer']),
  supervisor: new Set<Scope>(['read', 'operate']),
  operator: new Set<Scope>(['read', 'operate']),
  viewer: new Set<Scope>(['read']),
}

/** `granted`: what a token was given; it never gets more than its owner's role has today. */
export function principalOf(account: Account, granted?: readonly Scope[]): Principal {
  const own = SCOPES_OF_ROLE[account.role]
  return {
    userId: account.id,
    username: account.username,
    role: account.role,
    organizationId: account.organizationId,
    scopes: granted === undefined ? own : new Set(granted.filter((scope) => own.has(scope))),
  }
}
