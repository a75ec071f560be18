import type { Account } from '../../gateway/contract.ts'

/** Whether an account shapes rules at all; whose rule it is, the gateway says. */
export function mayManage({ role }: Pick<Account, 'role'>): boolean {
  return role === 'administrator' || role === 'supervisor' || role === 'safety-manager'
}
