import type { Account, AlarmDto } from '../../gateway/contract.ts'
import type { AlarmVerbPath } from '../api/endpoints.ts'
import type { zh } from '../i18n/zh.ts'
import { conditionStands, isOpen, isShelved, isUnacknowledged } from './alarm-state.ts'

export const ALARM_VERBS = [
  'acknowledge',
  'comment',
  'reset',
  'shelve',
  'unshelve',
  'assign',
  'close',
] as const
export type AlarmVerb = (typeof ALARM_VERBS)[number]

export const VERB_PATHS: Readonly<Record<AlarmVerb, AlarmVerbPath>> = {
  acknowledge: 'acknowledge',
  comment: 'comments',
  reset: 'reset',
  shelve: 'shelve',
  unshelve: 'unshelve',
  assign: 'assign',
  close: 'close',
}

/** Why a button cannot be pressed; said beside it in words. */
export type Refusal = keyof typeof zh.refusal

export interface VerbSituation {
  readonly alarm: AlarmDto
  readonly role: Account['role']
  readonly isLinkLive: boolean
}

/**
 * Null when the verb can be used. The gateway decides again: another person may have been faster,
 * and its answer is the one that counts.
 */
export function refusalOf(verb: AlarmVerb, situation: VerbSituation): Refusal | null {
  const { alarm, role, isLinkLive } = situation
  if (role === 'viewer') return 'viewer'
  if (!isLinkLive) return 'linkLost'
  if (!isOpen(alarm)) return 'closed'
  switch (verb) {
    case 'acknowledge':
      return isUnacknowledged(alarm) ? null : 'alreadyAcknowledged'
    case 'reset':
      return resetRefusal(alarm)
    case 'shelve':
      if (isShelved(alarm)) return 'alreadyShelved'
      return alarm.shelvable ? null : 'notShelvable'
    case 'unshelve':
      return isShelved(alarm) ? null : 'notShelved'
    case 'comment':
    case 'assign':
      return null
    case 'close':
      if (conditionStands(alarm)) return 'stillOpen'
      return alarm.state === 'latched-unacknowledged' ? 'acknowledgeFirst' : null
    default:
      verb satisfies never
      return null
  }
}

function resetRefusal(alarm: AlarmDto): Refusal | null {
  if (conditionStands(alarm)) return 'conditionStands'
  if (alarm.state === 'latched-unacknowledged') return 'acknowledgeFirst'
  return alarm.state === 'latched-acknowledged' ? null : 'notLatching'
}

export const SHELVE_DURATIONS = [
  { key: 'm15', durationMs: 15 * 60_000 },
  { key: 'm30', durationMs: 30 * 60_000 },
  { key: 'h1', durationMs: 3_600_000 },
  { key: 'h2', durationMs: 2 * 3_600_000 },
  { key: 'h4', durationMs: 4 * 3_600_000 },
  { key: 'h8', durationMs: 8 * 3_600_000 },
] as const

export const SHELVE_REASONS = [
  'maintenance',
  'calibration',
  'faultySensor',
  'knownCondition',
  'other',
] as const

export const CLOSE_REASONS = [
  'handled',
  'falseInterference',
  'falseSensor',
  'falseSetpoint',
  'test',
  'maintenance',
  'other',
] as const

/** Reason and words as one note: the time line shows it as it was written. */
export function noteOf(reason: string, words: string): string {
  const note = words.trim()
  return note === '' ? reason : `${reason}; ${note}`
}
