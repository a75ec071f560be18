import type { DutyDto, DutyLine, DutyRecordDto, DutySheet } from '../../gateway/contract.ts'
import type { ApiClient, QueryValue } from './api-client.ts'
import type { Page } from './endpoints.ts'

const BASE = '/api/v1'

export interface DutyReport {
  readonly dutyId: string
  readonly outcome: 'done' | 'not-done'
  readonly doneAt?: string
  readonly person?: string
  readonly note?: string
}

/** Paths of the duties of responsible persons. */
export function dutyEndpoints(client: ApiClient) {
  const path = (id: string) => `${BASE}/hazard-sources/${encodeURIComponent(id)}`
  return {
    dutySheet: (id: string, signal: AbortSignal) =>
      client.get<DutySheet>(`${path(id)}/duties`, { signal }),
    dutyRecords: (id: string, cursor: string | undefined, signal: AbortSignal) =>
      client.get<Page<DutyRecordDto>>(`${path(id)}/duty-records`, { query: { cursor }, signal }),
    reportDuty: (id: string, report: DutyReport) =>
      client.post<{ readonly duties: readonly DutyDto[] }>(`${path(id)}/duty-records`, report),
    duties: (query: Readonly<Record<string, QueryValue>>, signal: AbortSignal) =>
      client.get<Page<DutyLine>>(`${BASE}/duties`, { query: { limit: 100, ...query }, signal }),
  }
}
