import type { AlarmDto } from '../../gateway/contract.ts'
import { isUnacknowledged } from './alarm-state.ts'
import type { Grade } from './grade.ts'

/** Alarms that stand together under one row. */
export interface AlarmGroup {
  readonly key: string
  /** `incident`: came together at one place; `cause`: the same kind at the same enterprise. */
  readonly kind: 'incident' | 'cause'
  /** The first-out first, then as they came. */
  readonly ids: readonly string[]
  readonly grade: Grade
  readonly unacknowledged: number
  readonly isFolded: boolean
}

export type ListItem =
  | { readonly kind: 'group'; readonly group: AlarmGroup }
  | {
      readonly kind: 'alarm'
      readonly id: string
      readonly isInside: boolean
      readonly isFirstOut: boolean
    }

export interface FoldRequest {
  readonly order: readonly string[]
  readonly alarmOf: (id: string) => AlarmDto | undefined
  readonly isFlooded: boolean
  /** Groups that somebody has turned over from how they stand by themselves. */
  readonly turned: ReadonlySet<string>
}

/**
 * The list as it is drawn. Alarms of one incident stand together under a row of their own, at the
 * place of their most urgent one; in a flood these rows are folded, and what belongs to no incident
 * folds by enterprise and kind. Nothing is left out, and red never folds: each red alarm keeps its row.
 */
export function foldRows(request: FoldRequest): readonly ListItem[] {
  const { order, alarmOf } = request
  const keys = new Map<string, string>()
  const members = new Map<string, AlarmDto[]>()
  const incidents = new Map<string, number>()
  for (const id of order) {
    const incident = alarmOf(id)?.incident
    if (incident != null) incidents.set(incident.id, (incidents.get(incident.id) ?? 0) + 1)
  }
  for (const id of order) {
    const alarm = alarmOf(id)
    const key = alarm === undefined ? null : keyOf(alarm, incidents, request.isFlooded)
    if (alarm === undefined || key === null) continue
    keys.set(id, key)
    const group = members.get(key)
    if (group === undefined) members.set(key, [alarm])
    else group.push(alarm)
  }
  return layOut(request, { keys, members, incidents })
}

function keyOf(
  alarm: AlarmDto,
  incidents: ReadonlyMap<string, number>,
  isFlooded: boolean,
): string | null {
  if (alarm.grade === 1) return null
  const { incident } = alarm
  if (incident !== null && (incidents.get(incident.id) ?? 0) > 1) return `incident ${incident.id}`
  return isFlooded ? `cause ${alarm.organizationId} ${alarm.ruleId}` : null
}

function layOut(
  { order, alarmOf, isFlooded, turned }: FoldRequest,
  found: {
    readonly keys: ReadonlyMap<string, string>
    readonly members: ReadonlyMap<string, readonly AlarmDto[]>
    readonly incidents: ReadonlyMap<string, number>
  },
): readonly ListItem[] {
  const items: ListItem[] = []
  const done = new Set<string>()
  for (const id of order) {
    const key = found.keys.get(id)
    const members = key === undefined ? undefined : found.members.get(key)
    if (key === undefined || members === undefined || members.length < 2) {
      const incident = alarmOf(id)?.incident
      const isOneOfMany = incident != null && (found.incidents.get(incident.id) ?? 0) > 1
      items.push(rowOf(id, { isInside: false, isFirstOut: isOneOfMany && incident.ordinal === 1 }))
      continue
    }
    if (done.has(key)) continue
    done.add(key)
    const group = groupOf(key, members, turned.has(key) !== isFlooded)
    items.push({ kind: 'group', group })
    if (group.isFolded) continue
    const ordinalOf = new Map(members.map((alarm) => [alarm.id, alarm.incident?.ordinal]))
    for (const inside of group.ids) {
      const isFirstOut = group.kind === 'incident' && ordinalOf.get(inside) === 1
      items.push(rowOf(inside, { isInside: true, isFirstOut }))
    }
  }
  return items
}

function rowOf(
  id: string,
  place: { readonly isInside: boolean; readonly isFirstOut: boolean },
): ListItem {
  return { kind: 'alarm', id, ...place }
}

function groupOf(key: string, members: readonly AlarmDto[], isFolded: boolean): AlarmGroup {
  const kind = key.startsWith('incident ') ? 'incident' : 'cause'
  const inOrder = [...members].sort((one, other) =>
    kind === 'incident'
      ? (one.incident?.ordinal ?? 0) - (other.incident?.ordinal ?? 0)
      : one.raisedAt < other.raisedAt
        ? -1
        : 1,
  )
  return {
    key,
    kind,
    ids: inOrder.map(({ id }) => id),
    grade: members.reduce<Grade>((worst, { grade }) => (grade < worst ? grade : worst), 4),
    unacknowledged: members.filter(isUnacknowledged).length,
    isFolded,
  }
}

/** Where the chosen alarm stands: its own row, or the folded one that holds it. */
export function indexOfItem(items: readonly ListItem[], id: string | null): number {
  if (id === null) return -1
  const own = items.findIndex((item) => item.kind === 'alarm' && item.id === id)
  if (own !== -1) return own
  return items.findIndex((item) => item.kind === 'group' && item.group.ids.includes(id))
}

/** What is chosen by going to a row: a folded one shows its first-out. */
export function chosenBy(item: ListItem | undefined): string | null {
  if (item === undefined) return null
  return item.kind === 'alarm' ? item.id : (item.group.ids[0] ?? null)
}
