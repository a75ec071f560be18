import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import type { AlarmRule, AlarmRuleDraft } from '#alerting/rules/alarm-rule.ts'
import type { ResolvedRule } from '#alerting/rules/resolve-rule.ts'
import type { RuleDirectory, RuleListener } from '#alerting/rules/rule-directory.ts'
import { isSafetyRule } from '#alerting/rules/rule-loosening.ts'
import { ALARM_LIMITS, DATABASE_LIMITS } from '#config/limits.ts'
import type { RuleLookBack, RuleOrigin } from '../contract.ts'
import { FairLock } from '../database/fair-lock.ts'
import type { Database } from '../database/open.ts'
import { decodeCursor, type Page, type PageRequest, pageOf } from '../database/page.ts'
import { RuleStore, type RuleVersionRow } from '../database/rule-store.ts'
import type { Statement } from '../database/worker-protocol.ts'
import { ChangeListeners } from './change-listeners.ts'
import type { Registry } from './registry.ts'
import { RuleIndex } from './rule-index.ts'
import { devicesTouchedBy, rulePlacesOf } from './rule-places.ts'

/** Who makes the built-in rules. */
const SYSTEM = 'system'

/** A rule with where it comes from. */
export interface RuleRow {
  readonly rule: AlarmRule
  /** Shipped with Vigil; a person may have edited it since (`updatedBy`). */
  readonly builtIn: boolean
  /** Of the rule with all its overrides, also where `rule` shows only some of them. */
  readonly safety: boolean
  readonly updatedAtMs: number
  /** User name, or `system`. */
  readonly updatedBy: string
  /** Why; empty where nobody was asked. */
  readonly reason: string
  readonly origin: RuleOrigin
  /** The second person, where the change needed one. */
  readonly approvedBy: string | null
  readonly lookBack: RuleLookBack | null
}

/** A change of one rule that is to be in force. */
export interface RuleEdit {
  readonly ruleId: string
  /** The whole rule; null: it is removed. */
  readonly definition: AlarmRuleDraft | null
  /** The version it was made from (0: no rule); left out: whatever there is now. */
  readonly baseVersion?: number
  readonly origin: RuleOrigin
  readonly actor: string
  readonly reason: string
  readonly approvedBy?: string | null
  readonly lookBack?: RuleLookBack | null
  /** Written in the same transaction; is told which version it becomes. */
  readonly also?: (version: number) => readonly Statement[]
}

export type RuleChange = { readonly ruleId: string } | { readonly deviceId: string }

/**
 * The rules in force: built-in ones, and what people made of them. Every edit is a new version with
 * who and when, also that of a built-in rule which a new release brings, so that the version in an
 * old alarm can always be looked up; what a person has edited stays as the person left it. Codes:
 * `not_found`, `already_exists`, `rule_built_in` (a built-in rule is switched off, not removed),
 * `rule_changed_meanwhile`, `profile_unknown`, `point_unknown`, `too_many`, `database_unavailable`.
 */
export class RuleBook implements RuleDirectory {
  readonly #store: RuleStore
  readonly #clock: Clock
  readonly #registry: Registry
  readonly #builtIn: ReadonlyMap<string, AlarmRuleDraft>
  readonly #index: RuleIndex
  /** The newest version of each rule, removed ones too: their numbers are not used again. */
  readonly #newest = new Map<string, RuleVersionRow>()
  readonly #listeners = new ChangeListeners<RuleChange>()
  readonly #changing = new FairLock({ waitingMax: DATABASE_LIMITS.waitingRequestsMax })

  constructor(options: {
    readonly database: Database
    readonly clock: Clock
    readonly registry: Registry
    readonly builtIn: readonly AlarmRuleDraft[]
  }) {
    this.#store = new RuleStore(options.database)
    this.#clock = options.clock
    this.#registry = options.registry
    this.#builtIn = new Map(options.builtIn.map((rule) => [rule.id, asDraft(rule)]))
    this.#index = new RuleIndex(rulePlacesOf(options.registry))
    options.registry.onChange((change) => {
      if (change.kind === 'device') this.#index.forgetDevice(change.id)
      else this.#index.forgetAll()
      for (const deviceId of devicesTouchedBy(options.registry, change)) {
        this.#listeners.tell({ deviceId })
      }
    })
  }

  /** Loads the rules, and takes over what this release has changed in the built-in ones. */
  async start(): Promise<void> {
    for (const row of await this.#store.loadNewest()) this.#newest.set(row.ruleId, row)
    const renewed = this.#renewedBuiltIn()
    await this.#store.append(renewed)
    for (const row of renewed) this.#newest.set(row.ruleId, row)
    this.#rebuild()
  }

  /** Enabled rules of one point of one device. */
  rulesFor(deviceId: string, point: string): readonly AlarmRule[] {
    return this.#index.rulesFor(deviceId, point)
  }

  listenersOf(deviceId: string, point: string): readonly RuleListener[] {
    return this.#index.listenersOf(deviceId, point)
  }

  /** Every rule in scope of a device with what is overridden there, switched off ones too. */
  resolvedRules(deviceId: string): readonly ResolvedRule[] {
    return this.#index.resolvedRules(deviceId)
  }

  /** All enabled rules that apply to a device. */
  rulesOfDevice(deviceId: string): readonly AlarmRule[] {
    return this.#index.rulesOfDevice(deviceId)
  }

  rule(id: string): RuleRow | null {
    const row = this.#newest.get(id)
    return row === undefined || row.removed ? null : this.#rowOf(row)
  }

  /** Those in force. */
  *all(): Iterable<AlarmRule> {
    for (const row of this.#newest.values()) if (!row.removed) yield this.#rowOf(row).rule
  }

  /** By id. */
  list(request: { readonly profileId?: string | undefined } & PageRequest): Page<RuleRow> {
    const after = decodeCursor(request.cursor, ['string'])
    const { profileId } = request
    const rows = [...this.#newest.values()]
      .filter(
        (row) =>
          !row.removed &&
          (profileId === undefined || row.definition.profileIds.includes(profileId)) &&
          (after === null || row.ruleId > String(after[0])),
      )
      .sort((one, other) => (one.ruleId < other.ruleId ? -1 : 1))
    return pageOf(rows, request.limit, {
      item: (row) => this.#rowOf(row),
      key: (row) => [row.ruleId],
    })
  }

  /** Newest first. */
  async history(id: string): Promise<readonly RuleRow[]> {
    const rows = await this.#store.history(id)
    return rows.filter((row) => !row.removed).map((row) => this.#rowOf(row))
  }

  /** The shipped rules as they are shipped: what a new rule can begin from. */
  templates(): readonly AlarmRuleDraft[] {
    return [...this.#builtIn.values()]
  }

  /** Those in force and those switched off, with where they come from, by id. */
  rows(): readonly RuleRow[] {
    return [...this.#newest.values()]
      .filter((row) => !row.removed)
      .sort((one, other) => (one.ruleId < other.ruleId ? -1 : 1))
      .map((row) => this.#rowOf(row))
  }

  /** The number of the newest version, also of a rule that was removed; 0: there never was one. */
  versionOf(id: string): number {
    return this.#newest.get(id)?.version ?? 0
  }

  /**
   * Puts changes in force, all of them or none, each as a version. A change that was made from another
   * version than the newest is refused: `rule_changed_meanwhile`.
   */
  apply(edits: readonly RuleEdit[]): Promise<readonly RuleVersionRow[]> {
    return this.#changing.with(async () => {
      const rows = edits.map((edit) => this.#versionOfEdit(edit))
      const added = rows.filter(({ version, removed }) => version === 1 && !removed).length
      if (this.#newest.size + added > ALARM_LIMITS.rulesMax) {
        throw new CodedError('too_many', 'There are as many rules as there may be.')
      }
      const also = edits.flatMap((edit, index) => edit.also?.(rows[index]?.version ?? 0) ?? [])
      await this.#store.append(rows, also)
      for (const row of rows) this.#newest.set(row.ruleId, row)
      this.#rebuild()
      for (const { ruleId } of rows) this.#listeners.tell({ ruleId })
      return rows
    })
  }

  /** Whether a draft could be judged at all; throws the code that says why not. */
  assertJudgeable(draft: AlarmRuleDraft): void {
    for (const profileId of draft.profileIds) {
      const profile = this.#registry.profile(profileId)
      if (profile === null) {
        throw new CodedError('profile_unknown', `There is no device profile ${profileId}.`)
      }
      if (!profile.points.has(draft.point)) {
        throw new CodedError('point_unknown', `${profileId} has no point ${draft.point}.`)
      }
    }
  }

  /** A rule changed, or a device did, so that other rules may apply to it. */
  onChange(listener: (change: RuleChange) => void): () => void {
    return this.#listeners.add(listener)
  }

  #versionOfEdit(edit: RuleEdit): RuleVersionRow {
    const { ruleId, definition, actor, reason, origin, approvedBy, lookBack } = edit
    const before = this.rule(ruleId)
    if (edit.baseVersion !== undefined && edit.baseVersion !== this.versionOf(ruleId)) {
      throw new CodedError('rule_changed_meanwhile', `The rule ${ruleId} was changed meanwhile.`, {
        details: { baseVersion: edit.baseVersion, version: this.versionOf(ruleId) },
      })
    }
    if (origin === 'created' && before !== null) {
      throw new CodedError('already_exists', `The id ${ruleId} is taken.`)
    }
    if (before === null && (definition === null || origin === 'edited')) {
      throw new CodedError('not_found', `There is no rule ${ruleId}.`)
    }
    if (definition !== null) this.assertJudgeable(definition)
    else if (before?.builtIn === true) {
      throw new CodedError('rule_built_in', 'A built-in rule cannot be removed.', {
        hint: 'Switch it off instead.',
      })
    }
    const kept = definition ?? before?.rule
    assert(kept, 'what is removed was found above')
    return {
      ...this.#next({ ...asDraft(kept), id: ruleId }, actor, definition === null),
      reason,
      origin,
      approvedBy: approvedBy ?? null,
      lookBack: lookBack ?? null,
    }
  }

  /** A rule that was never touched by a person follows the release; one that is no longer shipped goes. */
  #renewedBuiltIn(): readonly RuleVersionRow[] {
    const renewed: RuleVersionRow[] = []
    for (const [id, definition] of this.#builtIn) {
      const stored = this.#newest.get(id)
      const isOurs = stored === undefined || stored.changedBy === SYSTEM
      const isSame =
        stored !== undefined && !stored.removed && isDeepStrictEqual(stored.definition, definition)
      if (isOurs && !isSame) renewed.push(this.#next(definition, SYSTEM, false))
    }
    for (const row of this.#newest.values()) {
      if (row.changedBy !== SYSTEM || row.removed || this.#builtIn.has(row.ruleId)) continue
      renewed.push(this.#next(row.definition, SYSTEM, true))
    }
    return renewed
  }

  #next(definition: AlarmRuleDraft, actor: string, removed: boolean): RuleVersionRow {
    return {
      ruleId: definition.id,
      version: (this.#newest.get(definition.id)?.version ?? 0) + 1,
      definition,
      removed,
      changedAtMs: this.#clock.nowMs(),
      changedBy: actor,
      reason: '',
      origin: 'release',
      approvedBy: null,
      lookBack: null,
    }
  }

  #rowOf(row: RuleVersionRow): RuleRow {
    const rule = ruleOf(row)
    return {
      rule,
      safety: isSafetyRule(rule),
      builtIn: this.#builtIn.has(row.ruleId),
      updatedAtMs: row.changedAtMs,
      updatedBy: row.changedBy,
      reason: row.reason,
      origin: row.origin,
      approvedBy: row.approvedBy,
      lookBack: row.lookBack,
    }
  }

  #rebuild(): void {
    const inForce = this.#newest.values().filter((row) => !row.removed && row.definition.enabled)
    this.#index.rebuild([...inForce].map(ruleOf))
  }
}

function ruleOf(row: RuleVersionRow): AlarmRule {
  return { ...row.definition, version: row.version }
}

/** Without a version, and as JSON keeps it: fields that are undefined are not there. */
function asDraft(rule: AlarmRuleDraft & { readonly version?: number }): AlarmRuleDraft {
  const { version: _, ...draft } = rule
  return JSON.parse(JSON.stringify(draft)) as AlarmRuleDraft
}
