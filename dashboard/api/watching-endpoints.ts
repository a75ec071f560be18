import type { BindingDraft, Device, Tank, TankDraft, WatchState } from '../../gateway/contract.ts'
import type { ApiClient } from './api-client.ts'
import type { Page } from './endpoints.ts'

const BASE = '/api/v1'
const PAGE_SIZE = 200

/** Paths of what watches a hazard source. */
export function watchingEndpoints(client: ApiClient) {
  const path = (id: string) => `${BASE}/hazard-sources/${encodeURIComponent(id)}`
  return {
    watchState: (id: string, signal: AbortSignal) =>
      client.get<WatchState>(`${path(id)}/watch`, { signal }),
    tanks: (id: string, signal: AbortSignal) =>
      client.get<{ readonly items: readonly Tank[] }>(`${path(id)}/tanks`, { signal }),
    addTank: (id: string, draft: TankDraft) => client.post<Tank>(`${path(id)}/tanks`, draft),
    changeTank: (id: string, tankId: string, draft: TankDraft) =>
      client.put<Tank>(`${path(id)}/tanks/${encodeURIComponent(tankId)}`, draft),
    removeTank: (id: string, tankId: string) =>
      client.delete(`${path(id)}/tanks/${encodeURIComponent(tankId)}`),
    bindDevice: (id: string, draft: BindingDraft) => client.post(`${path(id)}/bindings`, draft),
    unbindDevice: (id: string, bindingId: string) =>
      client.delete(`${path(id)}/bindings/${encodeURIComponent(bindingId)}`),
    /** Those that may be bound to a source of this organization. */
    devicesOf: (organizationId: string, cursor: string | undefined, signal: AbortSignal) =>
      client.get<Page<Device>>(`${BASE}/devices`, {
        query: { limit: PAGE_SIZE, organizationId, cursor },
        signal,
      }),
  }
}
