import type { AlarmDto } from '../../gateway/contract.ts'

/** The state a person sees: the six of ISA-18.2, and the three that lie over them. */
export type ShownState = AlarmDto['state'] | 'shelved' | 'suppressed' | 'out-of-service'

type Overlaid = Pick<AlarmDto, 'state' | 'shelvedUntil' | 'suppressedBy' | 'outOfServiceUntil'>

export function isUnacknowledged(alarm: Pick<AlarmDto, 'state'>): boolean {
  return (
    alarm.state === 'unacknowledged' ||
    alarm.state === 'returned-unacknowledged' ||
    alarm.state === 'latched-unacknowledged'
  )
}

export function isOpen(alarm: Pick<AlarmDto, 'state'>): boolean {
  return alarm.state !== 'normal'
}

/** The gas is there now, whatever a person did about it. */
export function conditionStands(alarm: Pick<AlarmDto, 'state'>): boolean {
  return alarm.state === 'unacknowledged' || alarm.state === 'acknowledged'
}

/**
 * The gateway ends a shelving and clears `shelvedUntil`; whoever reads it here trusts that, so that
 * a browser's wrong clock never brings an alarm back early or hides one too long.
 */
export function isShelved(alarm: Pick<AlarmDto, 'state' | 'shelvedUntil'>): boolean {
  return alarm.shelvedUntil !== null && isOpen(alarm)
}

/** Shelved, suppressed by design or out of service: listed and counted, and calls nobody. */
export function isAside(alarm: Overlaid): boolean {
  return (
    isShelved(alarm) ||
    (isOpen(alarm) && (alarm.suppressedBy !== null || alarm.outOfServiceUntil !== null))
  )
}

export function shownState(alarm: Overlaid): ShownState {
  if (!isOpen(alarm)) return alarm.state
  if (isShelved(alarm)) return 'shelved'
  if (alarm.outOfServiceUntil !== null) return 'out-of-service'
  return alarm.suppressedBy === null ? alarm.state : 'suppressed'
}

/** The gateway's alarms about itself belong to this device; it has no place, no readings, no page. */
export function isOfGateway(alarm: Pick<AlarmDto, 'deviceId'>): boolean {
  return alarm.deviceId === 'gateway'
}

/** Calls for a person now: nobody has acknowledged it and nobody has put it aside. */
export function needsAcknowledgement(alarm: Overlaid): boolean {
  return isUnacknowledged(alarm) && !isAside(alarm)
}

/**
 * The gateway's order, so that the next page of it goes on where the last one ended: what is open
 * first, then grade, unacknowledged before acknowledged, newest.
 */
export function compareUrgency(a: AlarmDto, b: AlarmDto): number {
  const byOpen = Number(isOpen(b)) - Number(isOpen(a))
  if (byOpen !== 0) return byOpen
  if (a.grade !== b.grade) return a.grade - b.grade
  const byAcknowledged = Number(isUnacknowledged(b)) - Number(isUnacknowledged(a))
  if (byAcknowledged !== 0) return byAcknowledged
  // Instants are ISO 8601 in UTC of one length, so that their texts sort as they do.
  return compareText(b.raisedAt, a.raisedAt) || compareText(b.id, a.id)
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
