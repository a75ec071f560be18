import type { AlarmDto, AlarmPhotoDto, DrillDto, ServiceWindowDto } from '../../gateway/contract.ts'
import type { ApiClient } from './api-client.ts'
import type { Page } from './endpoints.ts'

const BASE = '/api/v1'

export type CaseVerbPath = 'assign' | 'arrive' | 'dispose' | 'review' | 'send-back' | 'close-case'

function on(id: string): string {
  return encodeURIComponent(id)
}

/** Cases, photos, evidence, service windows and drills. */
export function caseEndpoints(client: ApiClient) {
  const alarm = (id: string) => `${BASE}/alarms/${on(id)}`
  return {
    caseVerb: (id: string, verb: CaseVerbPath, body: object) =>
      client.post<AlarmDto>(`${alarm(id)}/${verb}`, body),
    photos: (id: string, signal: AbortSignal) =>
      client.get<{ readonly items: readonly AlarmPhotoDto[] }>(`${alarm(id)}/photos`, { signal }),
    addPhoto: (id: string, file: File) =>
      client.postFile<AlarmPhotoDto>(`${alarm(id)}/photos`, file, {
        query: { name: file.name.slice(0, 120) || 'photo' },
      }),
    photoAddress: (id: string, photoId: string) => `${alarm(id)}/photos/${on(photoId)}`,
    evidenceAddress: (id: string, format: 'json' | 'pdf', language: string) =>
      `${alarm(id)}/evidence?format=${format}&language=${language}`,
    serviceWindows: (
      query: { readonly finished?: boolean; readonly deviceId?: string; readonly cursor?: string },
      signal: AbortSignal,
    ) => client.get<Page<ServiceWindowDto>>(`${BASE}/service-windows`, { query, signal }),
    createServiceWindow: (draft: object) =>
      client.post<ServiceWindowDto>(`${BASE}/service-windows`, draft),
    finishServiceWindow: (id: string) =>
      client.post<ServiceWindowDto>(`${BASE}/service-windows/${on(id)}/finish`, {}),
    moveServiceWindow: (id: string, until: string) =>
      client.post<ServiceWindowDto>(`${BASE}/service-windows/${on(id)}/move`, { until }),
    startDrill: (draft: object) => client.post<DrillDto>(`${BASE}/drills`, draft),
    endDrill: (alarmId: string) =>
      client.post<null>(`${BASE}/drills/${on(alarmId)}/end`, undefined),
  }
}
