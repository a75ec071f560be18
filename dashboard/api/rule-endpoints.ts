import type {
  BackTestJobDto,
  Rule,
  RuleCheck,
  RuleDraftDto,
  RuleExplanation,
  RuleImport,
  RuleLookBackState,
  RuleOutcomeDto,
  RuleQualityDto,
  RuleVersion,
  TryAnswer,
} from '../../gateway/contract.ts'
import type { PastedReading } from '../rules/pasted-readings.ts'
import type { RuleDefinition } from '../rules/rule-types.ts'
import type { ApiClient } from './api-client.ts'
import type { Page } from './endpoints.ts'

type Draft = Readonly<Record<string, unknown>>
interface Items<Item> {
  readonly items: readonly Item[]
}

const BASE = '/api/v1'
const PAGE_SIZE = 200

const on = (id: string) => encodeURIComponent(id)

/** Rules, what they were, and what somebody wants to make of them. */
export function ruleEndpoints(client: ApiClient) {
  return {
    rules: (cursor: string | undefined, signal: AbortSignal) =>
      client.get<Page<Rule>>(`${BASE}/rules`, { query: { limit: PAGE_SIZE, cursor }, signal }),
    rule: (id: string, signal: AbortSignal) =>
      client.get<Rule>(`${BASE}/rules/${on(id)}`, { signal }),
    ruleQuality: (signal: AbortSignal) =>
      client.get<Items<RuleQualityDto>>(`${BASE}/rule-quality`, { signal }),
    ruleVersions: (id: string, signal: AbortSignal) =>
      client.get<Items<RuleVersion>>(`${BASE}/rules/${on(id)}/versions`, { signal }),
    rollBackRule: (id: string, version: number, reason: string) =>
      client.post<RuleOutcomeDto>(`${BASE}/rules/${on(id)}/roll-back`, { version, reason }),
    ruleTemplates: (signal: AbortSignal) =>
      client.get<Items<RuleDefinition>>(`${BASE}/rule-templates`, { signal }),
    checkRule: (definition: Draft, ruleId: string | undefined, signal: AbortSignal) =>
      client.post<RuleCheck>(`${BASE}/rules/check`, { definition, ruleId }, { signal }),
    explanationOf: (deviceId: string, signal: AbortSignal) =>
      client.get<Items<RuleExplanation>>(`${BASE}/devices/${on(deviceId)}/explanation`, {
        signal,
      }),
    importRules: (yaml: string, change: { readonly apply: boolean; readonly reason: string }) =>
      client.post<RuleImport>(`${BASE}/rules-file`, { yaml, ...change }),
    tryRule: (rule: Draft, readings: readonly PastedReading[]) =>
      client.post<TryAnswer>(`${BASE}/rules/try`, { rule, readings }),
    beginBackTest: (request: Draft) =>
      client.post<BackTestJobDto>(`${BASE}/rules/back-test`, request),
    backTest: (id: string, signal: AbortSignal) =>
      client.get<BackTestJobDto>(`${BASE}/back-tests/${on(id)}`, { signal }),
    cancelBackTest: (id: string) => client.delete(`${BASE}/back-tests/${on(id)}`),
    ...draftEndpoints(client),
  }
}

function draftEndpoints(client: ApiClient) {
  const path = (id: string) => `${BASE}/rule-drafts/${on(id)}`
  return {
    ruleDrafts: (
      query: { readonly state: 'open' | 'decided'; readonly ruleId?: string },
      signal: AbortSignal,
    ) =>
      client.get<Page<RuleDraftDto>>(`${BASE}/rule-drafts`, {
        query: { limit: PAGE_SIZE, ...query },
        signal,
      }),
    ruleDraft: (id: string, signal: AbortSignal) => client.get<RuleDraftDto>(path(id), { signal }),
    beginRuleDraft: (draft: { readonly ruleId?: string; readonly definition?: Draft | null }) =>
      client.post<RuleDraftDto>(`${BASE}/rule-drafts`, draft),
    changeRuleDraft: (
      id: string,
      change: {
        readonly revision: number
        readonly definition?: Draft
        readonly reason?: string
        readonly baseVersion?: number
      },
    ) => client.patch<RuleDraftDto>(path(id), change),
    beginLookBack: (id: string, signal: AbortSignal) =>
      client.post<RuleLookBackState>(`${path(id)}/look-back`, {}, { signal }),
    lookBack: (id: string, signal: AbortSignal) =>
      client.get<RuleLookBackState>(`${path(id)}/look-back`, { signal }),
    cancelLookBack: (id: string) => client.delete(`${path(id)}/look-back`),
    activateRuleDraft: (id: string, lookBackAt: string | undefined) =>
      client.post<RuleOutcomeDto>(`${path(id)}/activate`, { lookBackAt }),
    approveRuleDraft: (id: string, note: string, lookBackAt: string | undefined) =>
      client.post<RuleOutcomeDto>(`${path(id)}/approve`, { note, lookBackAt }),
    rejectRuleDraft: (id: string, note: string) =>
      client.post<RuleDraftDto>(`${path(id)}/reject`, { note }),
    withdrawRuleDraft: (id: string) => client.post<RuleDraftDto>(`${path(id)}/withdraw`, {}),
  }
}
