import type { AlarmDto } from '../../gateway/contract.ts'
import { conditionStands, isAside, isOpen, needsAcknowledgement } from './alarm-state.ts'
import { type Grade, parseGrade } from './grade.ts'

export const ALARM_TABS = ['todo', 'acknowledged', 'returned', 'shelved', 'all'] as const
export type AlarmTab = (typeof ALARM_TABS)[number]

/** What the list shows; it lives in the address, so that it can be kept, sent and gone back to. */
export interface AlarmFilter {
  readonly tab: AlarmTab
  /** Empty: every grade. */
  readonly grades: readonly Grade[]
  readonly text: string
  /** The alarm whose details stand open. */
  readonly selectedId: string | null
}

const TEXT_LENGTH_MAX = 100

export function parseAlarmFilter(parameters: URLSearchParams): AlarmFilter {
  const tab = parameters.get('tab')
  const grades = (parameters.get('grade') ?? '').split(',').map(parseGrade)
  const selectedId = parameters.get('alarm')
  return {
    tab: ALARM_TABS.find((known) => known === tab) ?? 'todo',
    grades: [...new Set(grades.filter((grade) => grade !== null))].sort(),
    text: (parameters.get('q') ?? '').slice(0, TEXT_LENGTH_MAX),
    selectedId: selectedId === null || selectedId === '' ? null : selectedId,
  }
}

/** Leaves out what is the default, so that the plain address is the plain list. */
export function alarmFilterParameters(filter: AlarmFilter): URLSearchParams {
  const parameters = new URLSearchParams()
  if (filter.tab !== 'todo') parameters.set('tab', filter.tab)
  if (filter.grades.length > 0) parameters.set('grade', filter.grades.join(','))
  if (filter.text !== '') parameters.set('q', filter.text)
  if (filter.selectedId !== null) parameters.set('alarm', filter.selectedId)
  return parameters
}

/**
 * "To do" is all that nobody has acknowledged, gone or not: an empty one means that nothing waits for
 * a person. What has returned without it also stands under "returned", beside what waits for a reset.
 */
export function isInTab(alarm: AlarmDto, tab: AlarmTab): boolean {
  switch (tab) {
    case 'todo':
      return needsAcknowledgement(alarm)
    case 'acknowledged':
      return alarm.state === 'acknowledged' && !isAside(alarm)
    case 'returned':
      return isOpen(alarm) && !conditionStands(alarm) && !isAside(alarm)
    case 'shelved':
      return isAside(alarm)
    case 'all':
      return true
    default:
      tab satisfies never
      return false
  }
}

export function matchesAlarmFilter(alarm: AlarmDto, filter: AlarmFilter): boolean {
  if (!isInTab(alarm, filter.tab)) return false
  if (filter.grades.length > 0 && !filter.grades.includes(alarm.grade)) return false
  return matchesText(alarm, filter.text)
}

/** All words must occur somewhere, in either language. */
function matchesText(alarm: AlarmDto, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return true
  const haystack = [
    ...alarm.territory,
    alarm.organizationName,
    alarm.siteName,
    alarm.deviceName,
    alarm.deviceId,
    alarm.point,
    alarm.title.zh,
    alarm.title.en,
    alarm.assignee ?? '',
  ]
    .join('\n')
    .toLowerCase()
  return words.every((word) => haystack.includes(word))
}
