import type { AlarmDetail, NotificationDto, TimelineEntryDto } from '#gateway/contract.ts'
import type { WebhookLedgerEntry } from '../receivers/webhook-receiver.ts'
import type { Crossing } from './crossings.ts'
import type { SentReading } from './mqtt-load.ts'

/**
 * What must hold after any number of kills, judged by comparing what was kept outside with what the gateway
 * tells. Pure: broken promises in words, the first few of a kind.
 */

const SAID_OF_A_KIND_MAX = 5

class Problems {
  readonly list: string[] = []
  readonly #counts = new Map<string, number>()

  add(kind: string, detail: string): void {
    const count = (this.#counts.get(kind) ?? 0) + 1
    this.#counts.set(kind, count)
    if (count <= SAID_OF_A_KIND_MAX) this.list.push(`${kind}: ${detail}`)
  }

  finish(): string[] {
    for (const [kind, count] of this.#counts) {
      if (count > SAID_OF_A_KIND_MAX) this.list.push(`${kind}: ${count} in all`)
    }
    return this.list
  }
}

/** Every acknowledged reading is there once, with its value; nothing is there that was not sent. */
export function judgeReadings(
  deviceId: string,
  acknowledged: readonly SentReading[],
  stored: readonly SentReading[],
): string[] {
  const problems = new Problems()
  const sent = new Map(acknowledged.map(({ ts, value }) => [ts, value]))
  const seen = new Set<number>()
  for (const { ts, value } of stored) {
    const at = `${deviceId} at ${ts}`
    if (seen.has(ts)) problems.add('stored twice', at)
    seen.add(ts)
    const wanted = sent.get(ts)
    if (wanted === undefined) problems.add('stored but never sent', at)
    else if (wanted !== value) problems.add('stored with another value', `${at}: ${value}`)
  }
  for (const ts of sent.keys()) {
    if (!seen.has(ts)) problems.add('acknowledged but not stored', `${deviceId} at ${ts}`)
  }
  return problems.finish()
}

/** The time lines of a device's alarms, put together, tell exactly the crossings of its readings, in order. */
export function judgeAlarms(
  deviceId: string,
  wanted: readonly Crossing[],
  alarms: readonly AlarmDetail[],
): string[] {
  const problems = new Problems()
  compareCrossings(deviceId, wanted, alarms, problems)
  return problems.finish()
}

/** What the time lines owe has come, verified, under one id with one body, whatever the retries. */
export function judgeWebhooks(
  alarms: readonly AlarmDetail[],
  ledger: readonly WebhookLedgerEntry[],
  listed: readonly NotificationDto[],
): string[] {
  const ids = new Set(alarms.map(({ id }) => id))
  const problems = new Problems()
  const own = ledger.filter(({ data }) => ids.has(alarmIdOf(data)))
  for (const entry of own) checkEntry(entry, problems)
  compareCounts(alarms, own, problems)
  const delivered = new Set(own.filter((entry) => entry.delivered).map(({ id }) => id))
  for (const { id, state, alarmId } of listed) {
    if (alarmId === null || !ids.has(alarmId)) continue
    if (state !== 'delivered') problems.add('not delivered yet', `${id} is ${state}`)
    if (!delivered.has(id)) problems.add('decided but never received', id)
  }
  return problems.finish()
}

const CROSSING_OF = {
  raised: 'began',
  reoccurred: 'began',
  'grade-rose': 'rose',
  returned: 'returned',
} as const

function compareCrossings(
  deviceId: string,
  wanted: readonly Crossing[],
  alarms: readonly AlarmDetail[],
  problems: Problems,
): void {
  const open = alarms.filter(({ state }) => state !== 'normal')
  if (open.length > 1) problems.add('two live alarms of one cause', deviceId)
  const told = alarms
    .toSorted((a, b) => a.raisedAt.localeCompare(b.raisedAt))
    .flatMap(({ id, timeline }) => {
      for (const [index, { sequence }] of timeline.entries()) {
        if (sequence !== index + 1) problems.add('a gap in a time line', `${id} at ${index + 1}`)
      }
      return timeline.flatMap(toCrossing)
    })
  const asText = ({ what, value }: Crossing) => `${what} ${value}`
  const length = Math.max(wanted.length, told.length)
  for (let index = 0; index < length; index += 1) {
    const want = wanted[index]
    const got = told[index]
    if (want !== undefined && got !== undefined && asText(want) === asText(got)) continue
    problems.add(
      'alarms differ from the readings',
      `${deviceId}, crossing ${index + 1} of ${wanted.length}: expected ` +
        `${want ? asText(want) : 'nothing'}, told ${got ? asText(got) : 'nothing'}`,
    )
    return
  }
}

function toCrossing({ kind, value }: TimelineEntryDto): Crossing[] {
  return kind in CROSSING_OF
    ? [{ what: CROSSING_OF[kind as keyof typeof CROSSING_OF], value: Number(value) }]
    : []
}

function alarmIdOf(data: unknown): string {
  return typeof data === 'object' && data !== null && 'id' in data ? String(data.id) : ''
}

function checkEntry({ id, attempts, delivered }: WebhookLedgerEntry, problems: Problems): void {
  if (!delivered) problems.add('received but never answered well', id)
  if (attempts.some(({ verified }) => !verified)) problems.add('a wrong signature', id)
  const bodies = new Set(attempts.map(({ body }) => body))
  if (bodies.size > 1) problems.add('one id with two bodies', id)
}

function compareCounts(
  alarms: readonly AlarmDetail[],
  ledger: readonly WebhookLedgerEntry[],
  problems: Problems,
): void {
  const received = Map.groupBy(ledger, ({ type, data }) => `${alarmIdOf(data)} ${type}`)
  for (const { id, timeline } of alarms) {
    const owed = Map.groupBy(owedTypes(timeline), (type) => type)
    for (const type of WEBHOOK_TYPES) {
      const want = owed.get(type)?.length ?? 0
      const got = received.get(`${id} ${type}`)?.length ?? 0
      if (want !== got) {
        problems.add('webhooks differ from the time line', `${id} ${type}: ${got} of ${want}`)
      }
    }
  }
}

const WEBHOOK_TYPES = [
  'alarm.raised',
  'alarm.escalated',
  'alarm.acknowledged',
  'alarm.returned',
  'alarm.closed',
] as const

/** What a time line must have told, by the table "Telling" of alerting/DESIGN.md. */
function owedTypes(timeline: readonly TimelineEntryDto[]): (typeof WEBHOOK_TYPES)[number][] {
  return timeline.flatMap((entry, index) => {
    const before = timeline[index - 1]
    switch (entry.kind) {
      case 'raised':
      case 'reoccurred':
        return ['alarm.raised' as const]
      case 'grade-rose': {
        const isNews =
          before === undefined || before.state === 'acknowledged' || entry.grade < before.grade
        return isNews ? ['alarm.escalated' as const] : []
      }
      // On a machine that takes its time, nobody acknowledges within the limit of the case.
      case 'case-overdue':
        return ['alarm.escalated' as const]
      case 'acknowledged':
        return ['alarm.acknowledged' as const]
      case 'returned':
        return ['alarm.returned' as const]
      case 'closed':
        return ['alarm.closed' as const]
      default:
        return []
    }
  })
}
