import type { Clock } from '#alerting/clock.ts'
import { MAP_LIMITS } from '#config/limits.ts'
import type { RiskDetail, RiskEntry } from '../contract.ts'
import type { RiskStore, StoredRisk } from '../database/risk-store.ts'
import type { Position } from '../map/coordinates.ts'
import type { PlantModel } from '../registry/plant-model.ts'
import type { OrganizationRow } from '../registry/types.ts'
import type { RiskFact, RiskFacts } from './risk-facts.ts'
import { type RiskFactor, type RiskOfNode, type RiskSettings, riskTree } from './risk-model.ts'

interface Now {
  readonly atMs: number
  readonly tree: ReadonlyMap<string, RiskOfNode>
  readonly factsOf: ReadonlyMap<string, readonly RiskFact[]>
}

const NO_COUNTS: ReadonlyMap<RiskFactor, number> = new Map()

/**
 * The risk of every organization, now and as it was. Judged anew at most once a second, however many
 * ask: who asks gets the same board, cut to what they may see.
 */
export class RiskBoard {
  readonly #clock: Clock
  readonly #plant: PlantModel
  readonly #facts: readonly RiskFacts[]
  readonly #settings: RiskSettings
  readonly #store: RiskStore
  /** Days that the replay goes back. */
  readonly keptDays: number
  #now: Now | null = null

  constructor(options: {
    readonly clock: Clock
    readonly plant: PlantModel
    readonly facts: readonly RiskFacts[]
    readonly settings: RiskSettings
    readonly store: RiskStore
    readonly keptDays: number
  }) {
    this.#clock = options.clock
    this.#plant = options.plant
    this.#facts = options.facts
    this.#settings = options.settings
    this.#store = options.store
    this.keptDays = options.keptDays
  }

  get bounds(): RiskSettings['colours'] {
    return this.#settings.colours
  }

  /** `visible` null: everything. Comes from `visibleOrganizationIds`. */
  now(visible: ReadonlySet<string> | null): { atMs: number; items: RiskEntry[] } {
    const { atMs, tree } = this.#judged()
    const positions = this.#positions()
    const items = this.#visibleRows(visible).flatMap((row) => {
      const risk = tree.get(row.id)
      return risk === undefined ? [] : [entryOf(row, risk, positions.get(row.id) ?? null)]
    })
    return { atMs, items }
  }

  /** With every single thing that counts; null for an organization that is not there. */
  detail(id: string): RiskDetail | null {
    const { atMs, tree, factsOf } = this.#judged()
    const row = this.#plant.organization(id)
    const risk = tree.get(id)
    if (row === null || risk === undefined) return null
    const worst = this.#plant.organization(risk.worstId)
    const facts = factsOf.get(risk.worstId) ?? []
    return {
      ...entryOf(row, risk, this.#positions().get(id) ?? null),
      at: new Date(atMs).toISOString(),
      worst: { id: risk.worstId, name: worst?.name ?? risk.worstId },
      items: facts.slice(0, MAP_LIMITS.riskItemsMax).map(presentFact),
      itemsTotal: facts.length,
    }
  }

  /** As the newest snapshot at or before that instant has it; null when there is none. */
  async before(
    atMs: number,
    visible: ReadonlySet<string> | null,
  ): Promise<{ atMs: number; items: RiskEntry[] } | null> {
    const stored = await this.#store.at(atMs)
    if (stored === null) return null
    const known = new Map(stored.organizations.map((one) => [one.id, one]))
    const positions = this.#positions()
    const items = this.#visibleRows(visible).flatMap((row) => {
      const risk = known.get(row.id)
      return risk === undefined ? [] : [entryOf(row, risk, positions.get(row.id) ?? null)]
    })
    return { atMs: stored.atMs, items }
  }

  snapshotTimes(): Promise<readonly number[]> {
    return this.#store.times()
  }

  /** Keeps what is judged now and forgets what is older than the replay; how many are new. */
  async keepSnapshot(): Promise<number> {
    const { atMs, tree } = this.#judged()
    const organizations: StoredRisk[] = [...tree].map(([id, risk]) => ({ id, ...risk }))
    await this.#store.add({ atMs, organizations }, atMs - this.keptDays * DAY_MS)
    return 1
  }

  #judged(): Now {
    const atMs = this.#clock.nowMs()
    const isFresh = this.#now !== null && atMs - this.#now.atMs < MAP_LIMITS.judgedAgainMs
    if (this.#now !== null && isFresh) return this.#now
    const factsOf = Map.groupBy(this.#allFacts(atMs), ({ organizationId }) => organizationId)
    const countsOf = (id: string) => {
      const facts = factsOf.get(id)
      if (facts === undefined) return NO_COUNTS
      const counts = new Map<RiskFactor, number>()
      for (const { factor } of facts) counts.set(factor, (counts.get(factor) ?? 0) + 1)
      return counts
    }
    const tree = riskTree(this.#plant.organizations(), countsOf, this.#settings)
    this.#now = { atMs, tree, factsOf }
    return this.#now
  }

  *#allFacts(nowMs: number): Iterable<RiskFact> {
    for (const facts of this.#facts) yield* facts(nowMs)
  }

  #visibleRows(visible: ReadonlySet<string> | null): readonly OrganizationRow[] {
    const rows = [...this.#plant.organizations()]
    return visible === null ? rows : rows.filter(({ id }) => visible.has(id))
  }

  /** Of an enterprise: the middle of its sites. */
  #positions(): ReadonlyMap<string, Position> {
    const sums = new Map<string, { latitude: number; longitude: number; count: number }>()
    for (const { organizationId, position } of this.#plant.sites()) {
      if (position === null) continue
      const sum = sums.get(organizationId) ?? { latitude: 0, longitude: 0, count: 0 }
      sum.latitude += position.latitude
      sum.longitude += position.longitude
      sum.count += 1
      sums.set(organizationId, sum)
    }
    const middle = ({ latitude, longitude, count }: NonNullable<ReturnType<typeof sums.get>>) => ({
      latitude: latitude / count,
      longitude: longitude / count,
    })
    return new Map([...sums].map(([id, sum]) => [id, middle(sum)]))
  }
}

const DAY_MS = 24 * 3_600_000

function presentGroups({ groups }: Pick<RiskOfNode, 'groups'>): RiskEntry['groups'] {
  return groups.map((group) => ({ ...group, parts: group.parts.map((part) => ({ ...part })) }))
}

function entryOf(
  row: OrganizationRow,
  risk: Omit<StoredRisk, 'id'>,
  position: Position | null,
): RiskEntry {
  return {
    organizationId: row.id,
    name: row.name,
    kind: row.kind,
    parentId: row.parentId,
    position,
    colour: risk.colour,
    points: risk.points,
    worstId: risk.worstId,
    enterprises: { ...risk.enterprises },
    groups: presentGroups(risk),
  }
}

function presentFact({ factor, subject }: RiskFact): RiskDetail['items'][number] {
  const { sinceMs, ...what } = subject
  return { factor, ...what, since: sinceMs === null ? null : new Date(sinceMs).toISOString() }
}
