import type { Account } from '../../gateway/contract.ts'
import type { ApiClient } from './api-client.ts'
import type { Page } from './endpoints.ts'

const BASE = '/api/v1'
const PAGE_SIZE = 200

/** Accounts of people, and one's own password. */
export function accountEndpoints(client: ApiClient) {
  const path = (id: string) => `${BASE}/users/${encodeURIComponent(id)}`
  return {
    accounts: (cursor: string | undefined, signal: AbortSignal) =>
      client.get<Page<Account>>(`${BASE}/users`, { query: { limit: PAGE_SIZE, cursor }, signal }),
    createAccount: (draft: object) => client.post<Account>(`${BASE}/users`, draft),
    changeAccount: (id: string, patch: object) => client.patch<Account>(path(id), patch),
    removeAccount: (id: string) => client.delete(path(id)),
    changePassword: (change: { readonly currentPassword: string; readonly newPassword: string }) =>
      client.put<Account>(`${BASE}/sessions/current/password`, change),
  }
}
