import { GRADES, type Grade } from '../rules/alarm-rule.ts'
import { messageId } from './message-id.ts'
import type { SmsPayload } from './messages-to.ts'
import type { NotificationChannel } from './notification-channel.ts'
import type { OutboxEntry } from './outbox.ts'
import { gradeName, type Language, localTime, type SmsValues } from './template.ts'

/** What the guard asks of the load: how many alarms a position got lately, and whether it is flooded. */
export interface Flooding {
  readonly startsAbove: number
  floodOf(position: string | null): { readonly recent: number; readonly sinceMs: number | null }
}

/** Red goes out as it comes, whatever else does. */
const NEVER_HELD: Grade = 1

/**
 * During a flood, messages to people wait for the end of the period and become one; red never waits,
 * nor do machines. Nothing is left out: what waits stands in the outbox, and goes out by itself if
 * nobody makes a digest of it. The position of a channel is the organization it tells of.
 *
 * A storm comes in one commit, before anybody has counted it; so the alarms of this commit count too.
 */
export function holdBack(
  entries: readonly OutboxEntry[],
  about: {
    readonly channels: readonly NotificationChannel[]
    readonly flooding: Flooding
    readonly untilMs: number
  },
): readonly OutboxEntry[] {
  const { channels, flooding, untilMs } = about
  const channelOf = new Map(channels.map((channel) => [channel.id, channel]))
  const alarmsOf = new Map<string, Set<string>>()
  return entries.map((entry) => {
    const channel = channelOf.get(entry.channelId)
    if (channel?.kind !== 'sms' || entry.alarmId === null) return entry
    const alarms = alarmsOf.get(channel.id) ?? new Set<string>()
    alarmsOf.set(channel.id, alarms.add(entry.alarmId))
    if (entry.grade === NEVER_HELD) return entry
    const { recent, sinceMs } = flooding.floodOf(channel.organizationId)
    const isFlooded = sinceMs !== null || recent + alarms.size > flooding.startsAbove
    return isFlooded ? { ...entry, notBeforeMs: untilMs } : entry
  })
}

/** One message instead of many to one number; its id is the same when it is made again. */
export function digestOf(entries: readonly OutboxEntry[], language: Language): OutboxEntry {
  const inOrder = [...entries].sort((one, other) => one.createdAtMs - other.createdAtMs)
  const [first] = inOrder
  const last = inOrder.at(-1)
  if (first === undefined || last === undefined) throw new TypeError('a digest of nothing')
  const { phone, values } = first.payload as SmsPayload
  const grade = inOrder.reduce<Grade>((worst, one) => (one.grade < worst ? one.grade : worst), 4)
  const counts = GRADES.flatMap((one) => {
    const count = inOrder.filter((entry) => entry.grade === one).length
    return count === 0 ? [] : [`${gradeName(one, language)} ${count}`]
  })
  const digest: Omit<SmsValues, 'text'> = {
    ...values,
    kind:
      language === 'zh' ? `报警洪峰 ${inOrder.length} 条` : `alarm flood, ${inOrder.length} alarms`,
    value: '',
    setpoint: '',
    grade: gradeName(grade, language),
    time: localTime(last.createdAtMs),
  }
  const text = sentence(values, { count: inOrder.length, counts, language, time: digest.time })
  const payload: SmsPayload = { phone, text, values: { ...digest, text } }
  const cause = [first.channelId, phone, ...inOrder.map(({ id }) => id)]
  return {
    id: messageId(cause),
    channelId: first.channelId,
    type: 'alarm.raised',
    // That of the first-out: its time line leads to the others.
    alarmId: first.alarmId,
    grade,
    payload,
    createdAtMs: last.createdAtMs,
  }
}

function sentence(
  first: SmsValues,
  about: {
    readonly count: number
    readonly counts: readonly string[]
    readonly language: Language
    readonly time: string
  },
): string {
  const { count, counts, language, time } = about
  const where = [first.place, first.device].filter(Boolean).join(' ')
  return language === 'zh'
    ? `【安哨】报警洪峰：${count} 条新报警（${counts.join('，')}），首发：${where}，${first.kind}，${first.time}。截至 ${time}，详见报警页`
    : `Vigil alarm flood: ${count} new alarms (${counts.join(', ')}), first-out: ${where}, ${first.kind}, ${first.time}. As of ${time}; see the alarm page`
}
