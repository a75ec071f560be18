import type {
  AlarmCounts,
  AlarmDto,
  AlarmEvent,
  DeviceEvent,
  FloodDto,
  Heartbeat,
  Snapshot,
} from '../../gateway/contract.ts'
import { compareUrgency, isOpen, needsAcknowledgement, shownState } from '../alarms/alarm-state.ts'

/**
 * What the browser knows of the running gateway: the open alarms as far as they have been read, how
 * many there are in all, and how old this knowledge is. It changes only through `reduceLive`.
 *
 * Alarms come from four sides (snapshot, deltas, pages, answers to a verb) in any order; the higher
 * `revision` of an alarm always wins. A hole in the sequence of deltas sets `needsSnapshot`; until
 * the snapshot is there, what came is shown all the same, because an alarm is better shown early.
 */
export interface LiveState {
  readonly link: 'connecting' | 'live' | 'lost'
  /** The gateway's clock at its last word; null before the first. */
  readonly dataAt: string | null
  /** Gateway's clock minus this browser's, so that ages are right on a desk whose clock is not. */
  readonly clockOffsetMs: number
  readonly sequence: number
  readonly hasSnapshot: boolean
  /** Grows with each snapshot: pages read before it are no longer what follows. */
  readonly snapshots: number
  readonly needsSnapshot: boolean
  readonly open: ReadonlyMap<string, AlarmDto>
  /** Ended while we looked; the newest few. */
  readonly ended: ReadonlyMap<string, AlarmDto>
  /** Every open alarm that this account may see is in `open`. */
  readonly isComplete: boolean
  readonly openTotal: number
  readonly counts: AlarmCounts
  /** How near this desk is to a flood; null before the gateway's first word. */
  readonly flood: FloodDto | null
  /** Status of devices since the page was opened. */
  readonly devices: ReadonlyMap<string, DeviceEvent>
}

export type LiveChange =
  | { readonly type: 'connecting' }
  /** `isCut`: the socket is gone and deltas with it; otherwise it is only silent. */
  | { readonly type: 'lost'; readonly isCut: boolean }
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot; readonly nowMs: number }
  | { readonly type: 'alarms'; readonly events: readonly AlarmEvent[]; readonly nowMs: number }
  | { readonly type: 'heartbeat'; readonly heartbeat: Heartbeat; readonly nowMs: number }
  | { readonly type: 'page'; readonly alarms: readonly AlarmDto[]; readonly isLast: boolean }
  | { readonly type: 'answer'; readonly alarm: AlarmDto }
  | { readonly type: 'devices'; readonly events: readonly DeviceEvent[] }

export const LIVE_BOUNDS = {
  /** Above it the least urgent are let go; they come back page by page when somebody looks. */
  openAlarmsMax: 10_000,
  endedAlarmsMax: 500,
  devicesMax: 20_000,
} as const

const NO_COUNTS: AlarmCounts = {
  byGrade: {
    '1': { open: 0, unacknowledged: 0 },
    '2': { open: 0, unacknowledged: 0 },
    '3': { open: 0, unacknowledged: 0 },
    '4': { open: 0, unacknowledged: 0 },
  },
  byState: {},
}

export const INITIAL_LIVE_STATE: LiveState = {
  link: 'connecting',
  dataAt: null,
  clockOffsetMs: 0,
  sequence: 0,
  hasSnapshot: false,
  snapshots: 0,
  needsSnapshot: false,
  open: new Map(),
  ended: new Map(),
  isComplete: false,
  openTotal: 0,
  counts: NO_COUNTS,
  flood: null,
  devices: new Map(),
}

export function reduceLive(state: LiveState, change: LiveChange): LiveState {
  switch (change.type) {
    case 'connecting':
      return state.link === 'connecting' ? state : { ...state, link: 'connecting' }
    case 'lost':
      return lose(state, change.isCut)
    case 'snapshot':
      return applySnapshot(state, change.snapshot, change.nowMs)
    case 'alarms':
      return applyEvents(state, change.events, change.nowMs)
    case 'heartbeat':
      return applyHeartbeat(state, change.heartbeat, change.nowMs)
    case 'page':
      return applyPage(state, change.alarms, change.isLast)
    case 'answer':
      return applyAlarms(state, [change.alarm])
    case 'devices':
      return { ...state, devices: bounded(state.devices, change.events) }
    default:
      change satisfies never
      return state
  }
}

function lose(state: LiveState, isCut: boolean): LiveState {
  const needsSnapshot = state.needsSnapshot || isCut
  if (state.link === 'lost' && needsSnapshot === state.needsSnapshot) return state
  return { ...state, link: 'lost', needsSnapshot }
}

function heard(at: string, nowMs: number): Pick<LiveState, 'link' | 'dataAt' | 'clockOffsetMs'> {
  const atMs = Date.parse(at)
  return { link: 'live', dataAt: at, clockOffsetMs: Number.isNaN(atMs) ? 0 : atMs - nowMs }
}

/** The gateway's word on what is open: what it does not name any more has ended while we were away. */
function applySnapshot(state: LiveState, snapshot: Snapshot, nowMs: number): LiveState {
  const open = new Map<string, AlarmDto>()
  for (const alarm of snapshot.alarms) {
    const newest = newer(alarm, state.open.get(alarm.id) ?? state.ended.get(alarm.id))
    if (isOpen(newest)) open.set(newest.id, newest)
  }
  return {
    ...state,
    ...heard(snapshot.at, nowMs),
    sequence: snapshot.sequence,
    hasSnapshot: true,
    snapshots: state.snapshots + 1,
    needsSnapshot: false,
    open,
    isComplete: snapshot.alarms.length >= snapshot.openTotal,
    openTotal: snapshot.openTotal,
    counts: snapshot.counts,
    flood: snapshot.flood,
  }
}

function applyEvents(state: LiveState, events: readonly AlarmEvent[], nowMs: number): LiveState {
  let { sequence, needsSnapshot } = state
  const fresh: AlarmDto[] = []
  let last: AlarmEvent | null = null
  for (const event of events) {
    if (state.hasSnapshot && event.sequence <= sequence) continue
    if (state.hasSnapshot && event.sequence !== sequence + 1) needsSnapshot = true
    sequence = event.sequence
    last = event
    fresh.push(withoutSequence(event))
  }
  if (last === null) return state
  return {
    ...applyAlarms(state, fresh),
    sequence,
    needsSnapshot,
    // The event does not say when it was sent; it is as new as its arrival.
    dataAt: new Date(nowMs + state.clockOffsetMs).toISOString(),
  }
}

function withoutSequence(event: AlarmEvent): AlarmDto {
  const { sequence: _sequence, ...alarm } = event
  return alarm
}

function applyHeartbeat(state: LiveState, heartbeat: Heartbeat, nowMs: number): LiveState {
  const { counts } = heartbeat
  return {
    ...state,
    ...heard(heartbeat.at, nowMs),
    // Until the snapshot is there, the screen lacks what was missed: the link is not of use yet.
    link: state.hasSnapshot && !state.needsSnapshot ? 'live' : state.link,
    counts,
    flood: heartbeat.flood,
    openTotal: openOf(counts),
  }
}

function applyPage(state: LiveState, alarms: readonly AlarmDto[], isLast: boolean): LiveState {
  const next = applyAlarms(state, alarms, { areKnownToCounts: true })
  const isComplete = next.open.size < LIVE_BOUNDS.openAlarmsMax && (isLast || next.isComplete)
  return isComplete === next.isComplete ? next : { ...next, isComplete }
}

/** Takes alarms from wherever; keeps the newer revision and keeps the counts in step until the next heartbeat. */
function applyAlarms(
  state: LiveState,
  alarms: readonly AlarmDto[],
  options: { readonly areKnownToCounts: boolean } = { areKnownToCounts: false },
): LiveState {
  const open = new Map(state.open)
  const ended = new Map(state.ended)
  const tally = new Tally(state.counts)
  let hasChanged = false
  for (const alarm of alarms) {
    const known = open.get(alarm.id) ?? ended.get(alarm.id)
    if (known !== undefined && !isNews(alarm, known)) continue
    hasChanged = true
    if (!options.areKnownToCounts || known !== undefined) {
      // An open alarm that we have not read yet is in the gateway's counts already, unless it is new.
      const isNew = known === undefined && (state.isComplete || alarm.revision === 1)
      if (known !== undefined && isOpen(known)) tally.remove(known)
      if (known !== undefined || isNew) tally.add(alarm)
    }
    open.delete(alarm.id)
    ended.delete(alarm.id)
    if (isOpen(alarm)) open.set(alarm.id, alarm)
    else ended.set(alarm.id, alarm)
  }
  if (!hasChanged) return state
  forgetOldest(ended, LIVE_BOUNDS.endedAlarmsMax)
  const counts = tally.counts()
  const next = { ...state, open, ended, counts, openTotal: openOf(counts) }
  return open.size > LIVE_BOUNDS.openAlarmsMax ? { ...next, ...mostUrgent(open) } : next
}

function mostUrgent(open: ReadonlyMap<string, AlarmDto>): Pick<LiveState, 'open' | 'isComplete'> {
  const kept = [...open.values()].sort(compareUrgency).slice(0, LIVE_BOUNDS.openAlarmsMax)
  return { open: new Map(kept.map((alarm) => [alarm.id, alarm])), isComplete: false }
}

/** Its place in an incident may follow a moment after the alarm. */
function isNews(alarm: AlarmDto, known: AlarmDto): boolean {
  if (alarm.revision !== known.revision) return alarm.revision > known.revision
  return alarm.incident !== null && alarm.incident?.id !== known.incident?.id
}

function newer(alarm: AlarmDto, known: AlarmDto | undefined): AlarmDto {
  return known !== undefined && known.revision > alarm.revision ? known : alarm
}

function forgetOldest<Key, Value>(map: Map<Key, Value>, sizeMax: number): void {
  for (const key of map.keys()) {
    if (map.size <= sizeMax) return
    map.delete(key)
  }
}

function bounded(
  devices: ReadonlyMap<string, DeviceEvent>,
  events: readonly DeviceEvent[],
): ReadonlyMap<string, DeviceEvent> {
  const next = new Map(devices)
  for (const event of events) {
    next.delete(event.deviceId)
    next.set(event.deviceId, event)
  }
  forgetOldest(next, LIVE_BOUNDS.devicesMax)
  return next
}

function openOf(counts: AlarmCounts): number {
  const { byGrade } = counts
  return byGrade['1'].open + byGrade['2'].open + byGrade['3'].open + byGrade['4'].open
}

/** Counts that are moved along with each alarm, in between the gateway's own. */
class Tally {
  readonly #byGrade: Record<'1' | '2' | '3' | '4', { open: number; unacknowledged: number }>
  readonly #byState: Record<string, number>

  constructor(counts: AlarmCounts) {
    const { byGrade } = counts
    this.#byGrade = {
      '1': { ...byGrade['1'] },
      '2': { ...byGrade['2'] },
      '3': { ...byGrade['3'] },
      '4': { ...byGrade['4'] },
    }
    this.#byState = { ...counts.byState }
  }

  add(alarm: AlarmDto): void {
    if (isOpen(alarm)) this.#move(alarm, 1)
  }

  remove(alarm: AlarmDto): void {
    this.#move(alarm, -1)
  }

  #move(alarm: AlarmDto, by: 1 | -1): void {
    const ofGrade = this.#byGrade[`${alarm.grade}`]
    ofGrade.open = Math.max(0, ofGrade.open + by)
    if (needsAcknowledgement(alarm)) {
      ofGrade.unacknowledged = Math.max(0, ofGrade.unacknowledged + by)
    }
    const state = shownState(alarm)
    this.#byState[state] = Math.max(0, (this.#byState[state] ?? 0) + by)
  }

  counts(): AlarmCounts {
    return { byGrade: this.#byGrade, byState: this.#byState }
  }
}
