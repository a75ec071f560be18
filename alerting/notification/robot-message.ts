import { ROBOT_LIMITS } from '#config/limits.ts'
import { GRADES, type Grade } from '../rules/alarm-rule.ts'
import { messageId } from './message-id.ts'
import type { RobotKind } from './notification-channel.ts'
import type { OutboxEntry } from './outbox.ts'
import { gradeName, type Language } from './template.ts'

export interface RobotLine {
  readonly grade: Grade
  readonly text: string
}

/** What lies in the outbox for the robot of a chat group: lines of text, the most urgent first. */
export interface RobotPayload {
  readonly robot: RobotKind
  readonly language: Language
  readonly title: string
  /** The whole in one line, for the list of messages. */
  readonly text: string
  readonly lines: readonly RobotLine[]
  /** Not named for want of room, by grade; never red. */
  readonly more: readonly { readonly grade: Grade; readonly count: number }[]
}

/** Several messages in one, and which they are. */
export interface MergedMessage {
  readonly ids: readonly string[]
  readonly entry: OutboxEntry
}

export function robotPayload(
  robot: RobotKind,
  about: { readonly language: Language; readonly title: string; readonly line: RobotLine },
): RobotPayload {
  const { language, title, line } = about
  return { robot, language, title, text: line.text, lines: [line], more: [] }
}

/**
 * As few messages as can hold these of one channel. Every red one is named; of the others as many as there is room
 * for, and the rest is counted. Pure: the same messages make the same ids.
 */
export function mergeRobotMessages(entries: readonly OutboxEntry[]): readonly MergedMessage[] {
  const inOrder = [...entries].sort(
    (one, other) => one.grade - other.grade || one.createdAtMs - other.createdAtMs,
  )
  const red = inOrder.filter(({ grade }) => grade === 1)
  const others = inOrder.filter(({ grade }) => grade !== 1)
  return [...portionsOf(red), others].filter((portion) => portion.length > 1).map(merged)
}

/** Portions of which every line fits into one message. */
function portionsOf(entries: readonly OutboxEntry[]): readonly (readonly OutboxEntry[])[] {
  const portions: OutboxEntry[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const entry of entries) {
    const size = linesOf(entry).reduce((sum, line) => sum + lineBytes(line), 0)
    if (bytes + size > ROBOT_LIMITS.linesBytesMax) {
      portions.push([])
      bytes = 0
    }
    portions.at(-1)?.push(entry)
    bytes += size
  }
  return portions
}

function merged(entries: readonly OutboxEntry[]): MergedMessage {
  const [first] = entries
  if (first === undefined) throw new TypeError('a message of nothing')
  const { robot, language } = first.payload as RobotPayload
  const { lines, more } = fitting(entries)
  const counts = GRADES.flatMap((grade) => {
    const count = lines.filter((line) => line.grade === grade).length + countOf(more, grade)
    return count === 0 ? [] : [{ grade, count }]
  })
  const total = counts.reduce((sum, { count }) => sum + count, 0)
  const title = language === 'zh' ? `【安哨】${total} 条报警` : `Vigil: ${total} alarms`
  const named = counts.map(({ grade, count }) => `${gradeName(grade, language)} ${count}`)
  const text = `${title}（${named.join('，')}）`
  const payload: RobotPayload = {
    robot,
    language,
    title,
    text: language === 'zh' ? text : `${title} (${named.join(', ')})`,
    lines,
    more,
  }
  const ids = entries.map(({ id }) => id)
  const entry: OutboxEntry = {
    id: messageId([first.channelId, ...ids]),
    channelId: first.channelId,
    type: first.type,
    // That of the first-out among the worst: its time line leads to the others.
    alarmId: first.alarmId,
    grade: first.grade,
    payload,
    createdAtMs: Math.max(...entries.map(({ createdAtMs }) => createdAtMs)),
  }
  return { ids, entry }
}

function fitting(entries: readonly OutboxEntry[]): Pick<RobotPayload, 'lines' | 'more'> {
  const lines: RobotLine[] = []
  const left = new Map<Grade, number>()
  const leave = (grade: Grade, count: number) => left.set(grade, (left.get(grade) ?? 0) + count)
  let bytes = 0
  for (const entry of entries) {
    for (const line of linesOf(entry)) {
      bytes += lineBytes(line)
      if (line.grade === 1 || bytes <= ROBOT_LIMITS.linesBytesMax) lines.push(line)
      else leave(line.grade, 1)
    }
    for (const { grade, count } of (entry.payload as RobotPayload).more) leave(grade, count)
  }
  const more = GRADES.flatMap((grade) => {
    const count = left.get(grade) ?? 0
    return count === 0 ? [] : [{ grade, count }]
  })
  return { lines, more }
}

function countOf(more: RobotPayload['more'], grade: Grade): number {
  return more.find((one) => one.grade === grade)?.count ?? 0
}

function linesOf({ payload }: OutboxEntry): readonly RobotLine[] {
  return (payload as RobotPayload).lines
}

/** With what is put before and after it. */
function lineBytes({ text }: RobotLine): number {
  return Buffer.byteLength(text) + 48
}
