/**
 * The four-colour risk (四色): red, orange, yellow, blue, each explained by its parts. No national
 * text says how the colour is scored (of order 〔2016〕11 only the four colours are known), so every
 * weight and bound is a setting. Points are whole numbers: a colour can be added up by hand.
 *
 * An organization has the points of what belongs to itself; one with others below it (town, district)
 * has the colour of the worst of them and of itself. A town is as safe as its most dangerous place:
 * a sum would paint every large town red, a mean would hide the one that burns.
 */
export const RISK_FACTORS = {
  sources: ['level1', 'level2', 'level3', 'level4'],
  alarms: ['red', 'orange', 'yellow', 'blue'],
  devices: ['silent', 'fault'],
  overdue: ['filing', 'duty'],
} as const
export type RiskGroup = keyof typeof RISK_FACTORS
export type RiskFactor = (typeof RISK_FACTORS)[RiskGroup][number]

export const RISK_COLOURS = ['red', 'orange', 'yellow', 'blue'] as const
export type RiskColour = (typeof RISK_COLOURS)[number]

/** Points of one of each factor, and the most that a group adds however many there are. */
type GroupSettings<Factor extends string> = Readonly<Record<Factor | 'most', number>>
export type RiskSettings = {
  readonly [Group in RiskGroup]: GroupSettings<(typeof RISK_FACTORS)[Group][number]>
} & {
  /** From so many points on; below yellow it is blue. */
  readonly colours: Readonly<Record<'red' | 'orange' | 'yellow', number>>
}

export interface RiskPart {
  readonly factor: RiskFactor
  readonly count: number
  /** Count times the points of one; the group may count for less. */
  readonly points: number
}

export interface RiskGroupPart {
  readonly group: RiskGroup
  /** What it adds: never more than `most`. */
  readonly points: number
  readonly most: number
  readonly parts: readonly RiskPart[]
}

export interface RiskAssessment {
  readonly points: number
  readonly colour: RiskColour
  /** Only groups in which there is something. */
  readonly groups: readonly RiskGroupPart[]
}

export type RiskCounts = ReadonlyMap<RiskFactor, number>

export function assessRisk(counts: RiskCounts, settings: RiskSettings): RiskAssessment {
  const groups = GROUPS.map((group) => assessGroup(group, counts, settings)).filter(
    ({ parts }) => parts.length > 0,
  )
  const points = groups.reduce((sum, group) => sum + group.points, 0)
  return { points, colour: colourOf(points, settings.colours), groups }
}

export function colourOf(points: number, bounds: RiskSettings['colours']): RiskColour {
  if (points >= bounds.red) return 'red'
  if (points >= bounds.orange) return 'orange'
  return points >= bounds.yellow ? 'yellow' : 'blue'
}

const GROUPS = Object.keys(RISK_FACTORS) as readonly RiskGroup[]

function assessGroup(group: RiskGroup, counts: RiskCounts, settings: RiskSettings): RiskGroupPart {
  const weights = settings[group] as Readonly<Record<string, number>>
  const parts = RISK_FACTORS[group].flatMap((factor: RiskFactor) => {
    const count = counts.get(factor) ?? 0
    return count === 0 ? [] : [{ factor, count, points: count * (weights[factor] ?? 0) }]
  })
  const most = settings[group].most
  const sum = parts.reduce((total, part) => total + part.points, 0)
  return { group, points: Math.min(sum, most), most, parts }
}

export interface RiskNode {
  readonly id: string
  readonly parentId: string | null
  readonly kind: string
}

/** Points and groups are those of `worstId`. */
export interface RiskOfNode extends RiskAssessment {
  /** Which organization gave it this colour: itself, or the worst below it. */
  readonly worstId: string
  /** Enterprises below it (itself included) by colour. */
  readonly enterprises: Readonly<Record<RiskColour, number>>
}

/** Every organization with its own points, then from below: the worst counts. */
export function riskTree(
  nodes: Iterable<RiskNode>,
  countsOf: (id: string) => RiskCounts,
  settings: RiskSettings,
): ReadonlyMap<string, RiskOfNode> {
  const byParent = Map.groupBy(nodes, ({ parentId }) => parentId)
  const found = new Map<string, RiskOfNode>()
  const visit = (node: RiskNode): RiskOfNode => {
    const own = assessRisk(countsOf(node.id), settings)
    const below = (byParent.get(node.id) ?? []).map(visit)
    const worst = below.reduce<RiskOfNode | null>(
      (one, other) => (one === null || other.points > one.points ? other : one),
      null,
    )
    const enterprises = sumOf(node, own, below)
    const isOwn = worst === null || own.points >= worst.points
    const risk = isOwn ? { ...own, worstId: node.id, enterprises } : { ...worst, enterprises }
    found.set(node.id, risk)
    return risk
  }
  const ids = new Set([...byParent.values()].flat().map(({ id }) => id))
  for (const [parentId, children] of byParent) {
    if (parentId === null || !ids.has(parentId)) children.forEach(visit)
  }
  return found
}

function sumOf(node: RiskNode, own: RiskAssessment, below: readonly RiskOfNode[]) {
  const sum = { red: 0, orange: 0, yellow: 0, blue: 0 }
  if (node.kind === 'enterprise') sum[own.colour] += 1
  for (const { enterprises } of below) {
    for (const colour of RISK_COLOURS) sum[colour] += enterprises[colour]
  }
  return sum
}
