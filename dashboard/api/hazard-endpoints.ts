import type {
  EmergencyInformation,
  HazardAssessment,
  HazardDocument,
  HazardDossier,
  HazardForm,
  HazardSourceDiff,
  HazardSourcePage,
  HazardSourceSummary,
  HazardSourceVersion,
  HazardStandard,
  HazardSubstanceEntry,
} from '../../gateway/contract.ts'
import { type ApiClient, type QueryValue, withQuery } from './api-client.ts'
import type { Page } from './endpoints.ts'

const BASE = '/api/v1'
const PAGE_SIZE = 100

interface List<Item> {
  readonly items: readonly Item[]
}

/** A signature under what is submitted. */
export interface Signing {
  readonly revision: number
  readonly signedName: string
  readonly statementOfTruth: true
}

/** Paths of the hazard-source register and its filing. */
export function hazardEndpoints(client: ApiClient) {
  const path = (id: string) => `${BASE}/hazard-sources/${encodeURIComponent(id)}`
  const act = (id: string, verb: string, body: object) =>
    client.post<HazardSourcePage>(`${path(id)}/${verb}`, body)
  return {
    hazardSources: (query: Readonly<Record<string, QueryValue>>, signal: AbortSignal) =>
      client.get<Page<HazardSourceSummary>>(`${BASE}/hazard-sources`, {
        query: { limit: PAGE_SIZE, ...query },
        signal,
      }),
    hazardSource: (id: string, signal?: AbortSignal) =>
      client.get<HazardSourcePage>(path(id), signal === undefined ? {} : { signal }),
    createHazardSource: (organizationId: string, draft: Partial<HazardDossier>) =>
      client.post<HazardSourcePage>(`${BASE}/hazard-sources`, { organizationId, draft }),
    saveHazardDraft: (id: string, revision: number, draft: HazardDossier) =>
      client.patch<HazardSourcePage>(path(id), { revision, draft }),
    removeHazardSource: (id: string) => client.delete(path(id)),
    assessHazard: (
      units: HazardDossier['units'],
      exposedPopulation: number | null,
      signal: AbortSignal,
    ) =>
      client.post<HazardAssessment>(
        `${BASE}/hazard-sources/assess`,
        { units, exposedPopulation },
        { signal },
      ),
    findSubstances: (text: string, signal: AbortSignal) =>
      client.get<List<HazardSubstanceEntry>>(`${BASE}/hazard-substances`, {
        query: { text },
        signal,
      }),
    hazardStandard: (signal: AbortSignal) =>
      client.get<HazardStandard>(`${BASE}/hazard-standard`, { signal }),
    submitHazardSource: (id: string, signing: Signing) => act(id, 'submit', signing),
    requestCancellation: (id: string, request: Signing & { readonly reason: string }) =>
      act(id, 'request-cancellation', request),
    withdrawFiling: (id: string) => act(id, 'withdraw', {}),
    returnFiling: (
      id: string,
      version: number,
      remarks: readonly { readonly item: string; readonly text: string }[],
    ) => act(id, 'return', { version, remarks }),
    acceptFiling: (id: string, version: number, number: string | undefined) =>
      act(id, 'accept', { version, number }),
    ...archiveEndpoints(client, path),
    emergencyAtAlarm: (alarmId: string, signal: AbortSignal) =>
      client.get<List<EmergencyInformation>>(
        `${BASE}/alarms/${encodeURIComponent(alarmId)}/emergency`,
        { signal },
      ),
  }
}

/** What was submitted, and the documents. */
function archiveEndpoints(client: ApiClient, path: (id: string) => string) {
  return {
    hazardVersions: (id: string, signal: AbortSignal) =>
      client.get<List<HazardSourceVersion>>(`${path(id)}/versions`, { signal }),
    hazardDiff: (id: string, from: number, to: number | 'draft', signal: AbortSignal) =>
      client.get<HazardSourceDiff>(`${path(id)}/diff`, { query: { from, to }, signal }),
    hazardDocuments: (id: string, signal: AbortSignal) =>
      client.get<List<HazardDocument>>(`${path(id)}/documents`, { signal }),
    uploadHazardDocument: (
      id: string,
      file: File,
      about: { readonly item: string; readonly title: string },
    ) =>
      client.postFile<HazardDocument>(`${path(id)}/documents`, file, {
        query: { ...about, fileName: file.name },
      }),
    removeHazardDocument: (id: string, documentId: string) =>
      client.delete(`${path(id)}/documents/${encodeURIComponent(documentId)}`),
    hazardDocumentUrl: (id: string, documentId: string) =>
      `${path(id)}/documents/${encodeURIComponent(documentId)}`,
    hazardFormUrl: (
      id: string,
      form: HazardForm,
      query: { readonly version: number | 'draft'; readonly format: 'pdf' | 'xlsx' },
    ) => withQuery(`${path(id)}/forms/${form}`, query),
  }
}
