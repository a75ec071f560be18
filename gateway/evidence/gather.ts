import type { Alarm } from '#alerting/alarms/alarm.ts'
import { EVIDENCE_LIMITS, HTTP_LIMITS } from '#config/limits.ts'
import type { NotificationQueries } from '../database/notification-queries.ts'
import type { RuleVersionRow } from '../database/rule-store.ts'
import type { ChannelBook } from '../registry/channels.ts'
import { type DevicePresence, presentAlarm, presentNotification } from '../registry/presentation.ts'
import type { Registry } from '../registry/registry.ts'
import type { RuleBook } from '../registry/rules.ts'
import type { TimeSeriesStore } from '../timeseries/time-series.ts'
import type { EvidenceDocument, EvidencePoint } from './evidence.ts'

export interface EvidenceSources {
  readonly registry: Registry
  readonly rules: RuleBook
  readonly ruleHistory: (ruleId: string) => Promise<readonly RuleVersionRow[]>
  readonly channels: ChannelBook
  readonly timeSeries: Pick<TimeSeriesStore, 'query'>
  readonly notifications: NotificationQueries
  readonly presence: { statusOf(deviceId: string): Omit<DevicePresence, 'rejectedMessages'> }
}

type Gathered = Omit<EvidenceDocument, 'format' | 'isComplete' | 'frozenAt'>

/** Collects what was true around the beginning of an alarm. */
export async function gatherEvidence(
  sources: EvidenceSources,
  alarm: Alarm,
  earlier: EvidenceDocument | null,
  nowMs: number,
): Promise<Gathered> {
  const fromMs = alarm.raisedAtMs - EVIDENCE_LIMITS.beforeMs
  const toMs = Math.min(nowMs, alarm.raisedAtMs + EVIDENCE_LIMITS.afterMs) + 1
  return {
    from: iso(fromMs),
    to: iso(toMs - 1),
    alarm: presentAlarm(alarm, sources.registry, null),
    rule: earlier?.rule ?? (await ruleOf(sources, alarm)),
    device: earlier?.device ?? deviceOf(sources, alarm),
    points: await pointsOf(sources, alarm, { fromMs, toMs }),
    told: await toldOf(sources, alarm),
  }
}

async function ruleOf(
  { rules, ruleHistory }: EvidenceSources,
  { ruleId, ruleVersion }: Alarm,
): Promise<EvidenceDocument['rule']> {
  const now = rules.rule(ruleId)?.rule
  const then =
    now?.version === ruleVersion
      ? now
      : (await ruleHistory(ruleId)).find(({ version }) => version === ruleVersion)?.definition
  if (then === undefined) return null
  const { id, name, condition } = then
  return { id, version: ruleVersion, name, condition, inForce: now?.version === ruleVersion }
}

function deviceOf(
  { registry, presence }: EvidenceSources,
  { deviceId }: Alarm,
): EvidenceDocument['device'] {
  const device = registry.device(deviceId)
  if (device === null) return null
  const { status, lastSeenAtMs, connected } = presence.statusOf(deviceId)
  const { id, name, profileId, location } = device
  const lastSeenAt = lastSeenAtMs === null ? null : iso(lastSeenAtMs)
  return { id, name, profileId, location, status, lastSeenAt, connected }
}

async function pointsOf(
  { registry, timeSeries }: EvidenceSources,
  { deviceId, point: own }: Alarm,
  span: { readonly fromMs: number; readonly toMs: number },
): Promise<readonly EvidencePoint[]> {
  const definitions = [...(registry.pointsOf(deviceId)?.values() ?? [])]
    // The alarm's own first.
    .sort((one, other) => Number(other.name === own) - Number(one.name === own))
    .slice(0, EVIDENCE_LIMITS.pointsMax)
  const points: EvidencePoint[] = []
  for (const { name: point, label, unit } of definitions) {
    const limit = EVIDENCE_LIMITS.readingsPerPointMax
    const found = await timeSeries.query({ deviceId, point, ...span, limit: limit + 1 })
    const readings = found.slice(0, limit).map(({ observedAtMs, value, quality }) => ({
      at: iso(observedAtMs),
      value,
      quality,
    }))
    points.push({ point, label, unit, isCut: found.length > limit, readings })
  }
  return points
}

async function toldOf(
  { notifications, channels }: EvidenceSources,
  { id }: Alarm,
): Promise<EvidenceDocument['told']> {
  const { items } = await notifications.list({
    alarmId: id,
    organizationIds: null,
    limit: HTTP_LIMITS.pageSizeMax,
  })
  return items.map((record) => {
    const shown = presentNotification(record, channels.channel(record.channelId))
    const { createdAt: at, channelName: channel, type, summary, state } = shown
    return { at, channel, type, summary, state }
  })
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}
