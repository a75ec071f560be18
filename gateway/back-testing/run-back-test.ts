import type { AlarmRule, AlarmRuleDraft } from '#alerting/rules/alarm-rule.ts'
import { inArrivalOrder } from '#alerting/rules/arrival-order.ts'
import {
  type BackTestProgress,
  type BackTestResult,
  backTest,
  type Shelving,
} from '#alerting/rules/back-test.ts'
import { DraftDirectory } from '#alerting/rules/draft-directory.ts'
import type { JudgingTools } from '#alerting/rules/judging-tools.ts'
import { type RulePlace, resolveRule } from '#alerting/rules/resolve-rule.ts'
import { BACK_TEST_LIMITS } from '#config/limits.ts'
import type { TimeSeriesStore } from '../timeseries/time-series.ts'
import { storedChunks } from './stored-chunks.ts'

/** What a back-test looks at beside the rule. */
export interface BackTestGround {
  readonly store: Pick<TimeSeriesStore, 'query'>
  readonly tools: JudgingTools
  readonly placeOf: (deviceId: string) => RulePlace | null
  readonly shelvings: (ruleId: string, deviceIds: readonly string[]) => Promise<readonly Shelving[]>
}

export interface BackTestRun {
  readonly rule: AlarmRuleDraft
  /** Each judged by the rule as it is for the device, overrides put in. */
  readonly deviceIds: readonly string[]
  readonly fromMs: number
  readonly toMs: number
  readonly signal: AbortSignal
  readonly onProgress?: (progress: BackTestProgress) => void
}

/** One rule over the stored readings of some devices; rejects with the signal's reason when it is cancelled. */
export async function runBackTest(
  { store, tools, placeOf, shelvings }: BackTestGround,
  { rule: draft, deviceIds, fromMs, toMs, signal, onProgress }: BackTestRun,
): Promise<BackTestResult> {
  const rule: AlarmRule = { ...draft, version: 0 }
  const resolved = new Map<string, AlarmRule>()
  for (const deviceId of deviceIds) {
    const place = placeOf(deviceId)
    const own = place === null ? null : resolveRule(rule, place).rule
    if (own?.enabled === true) resolved.set(deviceId, own)
  }
  const rules = new DraftDirectory(resolved)
  const chunks = storedChunks(store, {
    points: rules.points(),
    fromMs: fromMs - warmUpMsOf(draft),
    toMs,
    signal,
  })
  return await backTest({
    rules,
    readings: inArrivalOrder(chunks),
    fromMs,
    toMs,
    tools,
    shelvings: await shelvings(draft.id, deviceIds),
    signal,
    ...(onProgress && { onProgress }),
  })
}

/** How long before the span begins the rule has to have been listening. */
function warmUpMsOf({ condition }: AlarmRuleDraft): number {
  if (condition.kind === 'season') return BACK_TEST_LIMITS.seasonWarmUpMs
  const spans = [
    'windowMs' in condition ? condition.windowMs : 0,
    'afterMs' in condition ? condition.afterMs : 0,
    'withinMs' in condition ? (condition.withinMs ?? 0) : 0,
  ]
  return Math.max(BACK_TEST_LIMITS.warmUpMsMin, ...spans)
}
