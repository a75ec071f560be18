import { SYSTEM_CONDITIONS } from '#alerting/alarms/system-alarms.ts'
import type { AlarmRule } from '#alerting/rules/alarm-rule.ts'
import { HTTP_LIMITS } from '#config/limits.ts'
import type { AlarmMatch } from '../database/alarm-filter.ts'
import type { PlantModel } from './plant-model.ts'

/** A bit a word of the search: which of them a name has. */
type Words = number

/**
 * Which alarms a search means: each word must occur in the place (organizations from the outermost
 * in, site, device) or in what the rule is called, in either language. The database holds ids, so the
 * names are looked up here, in the plant of today. Answers ways to match, of which one is enough.
 *
 * A word that the organization's own line of names has needs no look at its devices; so a search for
 * a town is a search for its organizations, and only what is left goes down to single devices.
 */
export function findAlarmMatches(
  text: string,
  plant: PlantModel,
  rules: Iterable<AlarmRule>,
): readonly AlarmMatch[] {
  const words = wordsOf(text)
  const all = 2 ** words.length - 1
  const titles = new Titles(words, rules)
  const lines = new Lines(words, plant)
  const groups = new Groups(titles, all)
  // Of no particular place: what the rule is called says it all.
  groups.add({ has: 0, kind: 'anywhere', id: '' })
  for (const { id } of plant.listOrganizations(EVERYTHING).items) {
    groups.add({ has: lines.of(id), kind: 'organization', id })
  }
  for (const device of plant.devices()) {
    const site = plant.site(device.siteId)
    const above = lines.of(site?.organizationId ?? '')
    if (above === all) continue
    const own = [device.name, device.id, device.location, site?.name ?? ''].join('\n')
    const has = above | occurring(words, own)
    if (has !== above) groups.add({ has, kind: 'device', id: device.id })
  }
  return groups.matches()
}

const EVERYTHING = { organizationIds: null, limit: Number.POSITIVE_INFINITY } as const

function wordsOf(text: string): readonly string[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return [...new Set(words)].slice(0, HTTP_LIMITS.searchWordsMax)
}

function occurring(words: readonly string[], text: string): Words {
  const lower = text.toLowerCase()
  return words.reduce((sum, word, index) => (lower.includes(word) ? sum | (1 << index) : sum), 0)
}

/** What the names of an organization and those above it have. */
class Lines {
  readonly #words: readonly string[]
  readonly #plant: PlantModel
  readonly #known = new Map<string, Words>()

  constructor(words: readonly string[], plant: PlantModel) {
    this.#words = words
    this.#plant = plant
  }

  of(organizationId: string): Words {
    const known = this.#known.get(organizationId)
    if (known !== undefined) return known
    const row = this.#plant.organization(organizationId)
    if (row === null) return 0
    const above = row.parentId === null ? 0 : this.of(row.parentId)
    const has = above | occurring(this.#words, row.name)
    this.#known.set(organizationId, has)
    return has
  }
}

/** What the rules are called. */
class Titles {
  readonly #has: readonly (readonly [string, Words])[]

  constructor(words: readonly string[], rules: Iterable<AlarmRule>) {
    const named = [...rules].map(
      ({ id, name, condition }) => [id, [id, ...textsOf(name), ...textsOf(condition)]] as const,
    )
    const own = Object.values(SYSTEM_CONDITIONS).map(
      ({ ruleId, name }) => [ruleId, [ruleId, ...textsOf(name)]] as const,
    )
    this.#has = [...named, ...own].map(([id, texts]) => [id, occurring(words, texts.join('\n'))])
  }

  /** Rules that have at least these words. */
  with(words: Words): ReadonlySet<string> {
    return new Set(this.#has.flatMap(([id, has]) => ((has & words) === words ? [id] : [])))
  }
}

/** Texts in both languages, wherever they stand in a rule. */
function textsOf(part: unknown): readonly string[] {
  if (typeof part !== 'object' || part === null) return []
  const { zh, en } = part as { readonly zh?: unknown; readonly en?: unknown }
  if (typeof zh === 'string' && typeof en === 'string') return [zh, en]
  return Object.values(part).flatMap(textsOf)
}

type Kind = 'anywhere' | 'organization' | 'device'

/** Places that leave the same words to the rule are one question. */
class Groups {
  readonly #titles: Titles
  readonly #all: Words
  readonly #members = new Map<
    string,
    { readonly kind: Kind; readonly has: Words; readonly ids: Set<string> }
  >()

  constructor(titles: Titles, all: Words) {
    this.#titles = titles
    this.#all = all
  }

  add({ has, kind, id }: { readonly has: Words; readonly kind: Kind; readonly id: string }): void {
    if (has === 0 && kind !== 'anywhere') return
    const key = `${kind} ${has}`
    const group = this.#members.get(key) ?? { kind, has, ids: new Set<string>() }
    group.ids.add(id)
    this.#members.set(key, group)
  }

  matches(): readonly AlarmMatch[] {
    return [...this.#members.values()].flatMap(({ kind, has, ids }) => {
      const left = this.#all & ~has
      const ruleIds = left === 0 ? null : this.#titles.with(left)
      if (ruleIds?.size === 0) return []
      return [
        {
          organizationIds: kind === 'organization' ? ids : null,
          deviceIds: kind === 'device' ? ids : null,
          ruleIds,
        },
      ]
    })
  }
}
