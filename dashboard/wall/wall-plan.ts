import type { AlarmDto } from '../../gateway/contract.ts'
import { compareUrgency, isAside, isOpen, needsAcknowledgement } from '../alarms/alarm-state.ts'

/** One picture of the wall: a town (or, where there is none, an enterprise) and its alarms. */
export interface WallPanel {
  readonly name: string
  readonly alarms: readonly AlarmDto[]
}

export const WALL_TIMES = { panelMs: 15_000, redMs: 30_000 } as const

/** The towns that have open alarms, the most urgent first. Those put aside call nobody here either. */
export function wallPanels(open: Iterable<AlarmDto>): readonly WallPanel[] {
  const towns = new Map<string, AlarmDto[]>()
  for (const alarm of open) {
    if (!isOpen(alarm) || isAside(alarm)) continue
    const name = alarm.territory.at(-1) ?? alarm.organizationName
    const town = towns.get(name)
    if (town === undefined) towns.set(name, [alarm])
    else town.push(alarm)
  }
  return [...towns]
    .map(([name, alarms]) => ({ name, alarms: alarms.sort(compareUrgency) }))
    .sort((one, other) => {
      const [first] = one.alarms
      const [second] = other.alarms
      return first === undefined || second === undefined ? 0 : compareUrgency(first, second)
    })
}

/** The newest red alarm that nobody has acknowledged, for as long after it came as the wall stays with it. */
export function redToShow(open: Iterable<AlarmDto>, nowMs: number): AlarmDto | null {
  let newest: AlarmDto | null = null
  for (const alarm of open) {
    const isMeant =
      alarm.grade === 1 &&
      needsAcknowledgement(alarm) &&
      nowMs - Date.parse(alarm.raisedAt) < WALL_TIMES.redMs
    if (isMeant && (newest === null || alarm.raisedAt > newest.raisedAt)) newest = alarm
  }
  return newest
}

/** Which panel has its turn now: by the clock, so that two walls show the same. */
export function panelAt(panels: readonly WallPanel[], nowMs: number): WallPanel | null {
  return panels[Math.floor(nowMs / WALL_TIMES.panelMs) % Math.max(1, panels.length)] ?? null
}
