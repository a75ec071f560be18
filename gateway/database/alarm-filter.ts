import type { AlarmState } from '#alerting/alarms/alarm.ts'
import { GRADES, type Grade } from '#alerting/rules/alarm-rule.ts'
import { DATABASE_LIMITS } from '#config/limits.ts'
import { rankOf } from './alarm-rows.ts'

/** `urgency`: grade, then unacknowledged before acknowledged, then newest; `newest`: by age alone. */
export const ALARM_ORDERS = ['urgency', 'newest'] as const
export type AlarmOrder = (typeof ALARM_ORDERS)[number]

/**
 * One way in which an alarm may answer a search: all that is not null must hold. Comes from
 * `findPlaces`, which knows names; the database knows ids only.
 */
export interface AlarmMatch {
  readonly organizationIds: ReadonlySet<string> | null
  readonly deviceIds: ReadonlySet<string> | null
  readonly ruleIds: ReadonlySet<string> | null
}

export interface AlarmFilter {
  /** `open`: everything that is not `normal`. */
  readonly state?: AlarmState | 'open' | undefined
  readonly grades?: readonly Grade[] | undefined
  readonly deviceId?: string | undefined
  readonly siteId?: string | undefined
  readonly ruleId?: string | undefined
  readonly drill?: boolean | undefined
  /** Raised at or after / before. */
  readonly fromMs?: number | undefined
  readonly toMs?: number | undefined
  /** Any of these; absent: no search. */
  readonly matches?: readonly AlarmMatch[] | undefined
  /** Null: all. Comes from `visibleOrganizationIds`. */
  readonly organizationIds: ReadonlySet<string> | null
  readonly order?: AlarmOrder | undefined
}

/** A run of the order: alarms of one grade and one rank lie together in each index, newest first. */
export interface Segment {
  readonly grade: Grade
  readonly rank: number
}

export const RANK_NORMAL = rankOf('normal')
const RANKS = [0, 1, RANK_NORMAL] as const

export function segmentsOf({ grades = GRADES, state }: AlarmFilter): readonly Segment[] {
  const wanted = GRADES.filter((grade) => grades.includes(grade))
  return wanted.flatMap((grade) => ranksOf(state).map((rank) => ({ grade, rank })))
}

export function compareSegments(one: Segment, other: Segment): number {
  return one.grade - other.grade || one.rank - other.rank
}

function ranksOf(state: AlarmFilter['state']): readonly number[] {
  if (state === undefined) return RANKS
  if (state === 'open') return RANKS.filter((rank) => rank !== RANK_NORMAL)
  return [rankOf(state)]
}

type Narrowing = 'organization_id' | 'device_id' | 'rule_id'

/**
 * A part of a list that one index holds in order: alarms of some organizations, devices or rules
 * (`column` null: of all), and what else must hold of each.
 */
export interface Branch {
  readonly column: Narrowing | null
  readonly ids: ReadonlySet<string>
  readonly also: readonly { readonly column: Narrowing; readonly ids: ReadonlySet<string> }[]
}

const ALL: Branch = { column: null, ids: new Set(), also: [] }

/** Together they are the list; an alarm may be in several. */
export function branchesOf(filter: AlarmFilter): readonly Branch[] {
  const matches = filter.matches ?? [{ organizationIds: null, deviceIds: null, ruleIds: null }]
  return matches.flatMap((match) => {
    const conditions = [
      ['device_id', both(match.deviceIds, only(filter.deviceId))],
      ['rule_id', both(match.ruleIds, only(filter.ruleId))],
      ['organization_id', both(match.organizationIds, filter.organizationIds)],
    ] as const
    const narrow = conditions.flatMap(([column, ids]) => (ids === null ? [] : [{ column, ids }]))
    if (narrow.some(({ ids }) => ids.size === 0)) return []
    const [first, ...also] = narrow.sort(byReach)
    if (first === undefined) return [ALL]
    // So many devices have so many alarms that those of others are soon passed over.
    const isWide = first.column === 'device_id' && first.ids.size > DATABASE_LIMITS.devicesWalkedMax
    return isWide ? [{ ...ALL, also: narrow }] : [{ ...first, also }]
  })
}

const REACH = { device_id: 0, organization_id: 1, rule_id: 2 } as const

/** The index to walk: of a device before that of an organization, before that of a rule. */
function byReach(one: { readonly column: Narrowing }, other: { readonly column: Narrowing }) {
  return REACH[one.column] - REACH[other.column]
}

function only(id: string | undefined): ReadonlySet<string> | null {
  return id === undefined ? null : new Set([id])
}

function both(
  one: ReadonlySet<string> | null,
  other: ReadonlySet<string> | null,
): ReadonlySet<string> | null {
  if (one === null || other === null) return one ?? other
  return new Set([...one].filter((id) => other.has(id)))
}
