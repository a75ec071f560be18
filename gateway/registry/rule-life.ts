import { randomUUID } from 'node:crypto'
import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import { isSame } from '#alerting/rules/strictness.ts'
import { DATABASE_LIMITS, RULE_LIFE_LIMITS } from '#config/limits.ts'
import type { RuleLookBack } from '../contract.ts'
import { FairLock } from '../database/fair-lock.ts'
import type { Database } from '../database/open.ts'
import type { Page, PageRequest } from '../database/page.ts'
import { type RuleDraftRow, RuleDraftStore, writeDraft } from '../database/rule-draft-store.ts'
import type { RuleChecks } from './rule-checks.ts'
import { draftStateOf } from './rule-draft.ts'
import { RuleGate, type RuleWish } from './rule-gate.ts'
import type { RuleRights } from './rule-rights.ts'
import type { RuleBook, RuleEdit } from './rules.ts'
import type { Principal } from './types.ts'

export type RuleOutcome =
  | { readonly kind: 'in-force'; readonly ruleId: string; readonly version: number }
  /** It loosens a safety rule: a second person decides. */
  | { readonly kind: 'waits'; readonly ruleId: string; readonly draft: RuleDraftRow }

/** When the look-back was worked out that the person has before their eyes; left out: none was shown. */
export interface SeenLookBack {
  readonly lookBackAt?: string | undefined
}

/**
 * How rules come to be in force. Whatever people do — edit, import, roll back, remove, activate a
 * draft — comes through here: it must be theirs to change, a change of a safety rule needs a reason,
 * and one that loosens it becomes a proposal that another person approves. Tightening goes at once.
 * Drafts and proposals are on disk before they are answered; a version and the decision that made it
 * are one transaction. Codes: `forbidden`, `not_found`, `rule_reason_required`, `rule_has_errors`,
 * `rule_changed_meanwhile`, `rule_draft_…`, `rule_proposal_expired`, `rule_second_person_required`,
 * `too_many`, and those of `RuleBook.apply`.
 */
export class RuleLife {
  readonly #store: RuleDraftStore
  readonly #clock: Clock
  readonly #rules: RuleBook
  readonly #gate: RuleGate
  readonly #open = new Map<string, RuleDraftRow>()
  readonly #changing: FairLock

  constructor(options: {
    readonly database: Database
    readonly clock: Clock
    readonly rules: RuleBook
    readonly rights: RuleRights
    readonly checks: RuleChecks
    /** Shared with whatever else changes what rules judge by; left out: nothing does. */
    readonly changing?: FairLock
  }) {
    this.#store = new RuleDraftStore(options.database)
    this.#clock = options.clock
    this.#rules = options.rules
    this.#gate = new RuleGate(options)
    const { changing = new FairLock({ waitingMax: DATABASE_LIMITS.waitingRequestsMax }) } = options
    this.#changing = changing
  }

  async start(): Promise<void> {
    for (const draft of await this.#store.loadOpen()) this.#open.set(draft.id, draft)
  }

  /** Undecided ones, changed last first. */
  openDrafts(): readonly RuleDraftRow[] {
    return [...this.#open.values()].sort(
      (one, other) => other.changedAtMs - one.changedAtMs || (one.id < other.id ? 1 : -1),
    )
  }

  decidedDrafts(
    request: { readonly ruleId?: string | undefined } & PageRequest,
  ): Promise<Page<RuleDraftRow>> {
    return this.#store.decided(request)
  }

  async draft(id: string): Promise<RuleDraftRow | null> {
    return this.#open.get(id) ?? (await this.#store.find(id))
  }

  /** Begins a draft; nothing is in force by it. */
  begin(
    fields: Pick<RuleDraftRow, 'ruleId' | 'definition' | 'origin' | 'reason'>,
    principal: Principal,
  ): Promise<RuleDraftRow> {
    return this.#changing.with(async () => {
      this.#assertRoom()
      const draft = this.#newDraft(fields, principal)
      await this.#store.write(draft)
      this.#open.set(draft.id, draft)
      return draft
    })
  }

  /** Changes a draft; a proposal that is changed is a draft again, for nobody has seen the new one. */
  edit(
    id: string,
    change: {
      readonly definition?: RuleDraftRow['definition'] | undefined
      readonly reason?: string | undefined
      readonly baseVersion?: number | undefined
      /** What the person was looking at. */
      readonly revision: number
    },
    principal: Principal,
  ): Promise<RuleDraftRow> {
    return this.#changing.with(async () => {
      const draft = this.#opened(id)
      if (change.revision !== draft.revision) {
        throw new CodedError('rule_draft_changed_meanwhile', `${draft.changedBy} has changed it.`)
      }
      const { definition = draft.definition, reason = draft.reason } = change
      const { baseVersion = draft.baseVersion } = change
      return await this.#write({
        ...draft,
        definition,
        reason,
        baseVersion,
        proposal: null,
        lookBack: isSame([definition, baseVersion], [draft.definition, draft.baseVersion])
          ? draft.lookBack
          : null,
        ...this.#stamp(principal, draft),
      })
    })
  }

  /** Puts a draft in force, or proposes it where a second person is needed. */
  activate(id: string, principal: Principal, seen: SeenLookBack = {}): Promise<RuleOutcome> {
    return this.#changing.with(async () => {
      const draft = seenBy(this.#opened(id), principal, seen)
      const wish = this.#gate.wishOf(draft)
      this.#gate.assertWish(wish, principal)
      if (!this.#gate.needsSecondPerson(wish)) {
        return await this.#enforce(draft, wish, { principal, approvedBy: null, note: '' })
      }
      const proposed = { ...draft, ...this.#stamp(principal, draft) }
      const written = await this.#write({ ...proposed, proposal: this.#proposalBy(principal) })
      return { kind: 'waits', ruleId: draft.ruleId, draft: written }
    })
  }

  /**
   * Keeps what came of looking back, unless the draft is another one by now. It is no change of the
   * draft: the revision stays, and so does a proposal.
   */
  noteLookBack(looked: RuleDraftRow, lookBack: RuleLookBack): Promise<void> {
    return this.#changing.with(async () => {
      const draft = this.#open.get(looked.id)
      if (draft === undefined || !isSame(draft.definition, looked.definition)) return
      await this.#write({ ...draft, lookBack })
    })
  }

  /** The second person agrees; never the one who proposed it. */
  approve(
    id: string,
    note: string,
    principal: Principal,
    seen: SeenLookBack = {},
  ): Promise<RuleOutcome> {
    return this.#changing.with(async () => {
      const draft = seenBy(this.#opened(id), principal, seen)
      this.#gate.assertSecondPerson(draft, principal, this.#clock.nowMs())
      const wish = this.#gate.wishOf(draft)
      this.#gate.assertWish(wish, principal)
      return await this.#enforce(draft, wish, { principal, approvedBy: principal.username, note })
    })
  }

  /** The second person does not agree; the note says why. */
  reject(id: string, note: string, principal: Principal): Promise<RuleDraftRow> {
    return this.#changing.with(async () => {
      const draft = this.#opened(id)
      this.#gate.assertSecondPerson(draft, principal, this.#clock.nowMs())
      return await this.#decide(draft, 'rejected', { principal, note })
    })
  }

  /** Whoever prepared or proposed it takes it back. */
  withdraw(id: string, note: string, principal: Principal): Promise<RuleDraftRow> {
    return this.#changing.with(() =>
      this.#decide(this.#opened(id), 'withdrawn', { principal, note }),
    )
  }

  /**
   * Changes without a draft before them. All that may go at once go together, or none does; the
   * others become proposals. Outcomes are in the order of the wishes.
   */
  change(wishes: readonly RuleWish[], principal: Principal): Promise<readonly RuleOutcome[]> {
    return this.#changing.with(async () => {
      for (const wish of wishes) this.#gate.assertWish(wish, principal)
      const waiting = wishes.filter((wish) => this.#gate.needsSecondPerson(wish))
      const atOnce = wishes.filter((wish) => !waiting.includes(wish))
      if (waiting.length > 0) this.#assertRoom(waiting.length)
      const versions = await this.#rules.apply(
        atOnce.map((wish) => ({ ...this.#editOf(wish), actor: principal.username })),
      )
      const outcomes = new Map<RuleWish, RuleOutcome>()
      for (const [index, wish] of atOnce.entries()) {
        const { ruleId } = wish
        outcomes.set(wish, { kind: 'in-force', ruleId, version: versions[index]?.version ?? 0 })
      }
      for (const wish of waiting) outcomes.set(wish, await this.#propose(wish, principal))
      return wishes.flatMap((wish) => outcomes.get(wish) ?? [])
    })
  }

  /** The same wish of the same person again is the same proposal. */
  async #propose(wish: RuleWish, principal: Principal): Promise<RuleOutcome> {
    const { ruleId } = wish
    const nowMs = this.#clock.nowMs()
    const pending = this.#open
      .values()
      .find(
        (draft) =>
          draft.ruleId === ruleId &&
          draft.proposal?.byId === principal.userId &&
          draft.baseVersion === this.#rules.versionOf(ruleId) &&
          draftStateOf(draft, { hasErrors: false, nowMs }) === 'proposed' &&
          isSame(draft.definition, wish.definition),
      )
    if (pending !== undefined) return { kind: 'waits', ruleId, draft: pending }
    const draft = {
      ...this.#newDraft(wish, principal),
      proposal: this.#proposalBy(principal),
    }
    return { kind: 'waits', ruleId, draft: await this.#write(draft) }
  }

  async #enforce(
    draft: RuleDraftRow,
    wish: RuleWish,
    by: {
      readonly principal: Principal
      readonly approvedBy: string | null
      readonly note: string
    },
  ): Promise<RuleOutcome> {
    const { principal, approvedBy, note } = by
    const decided = (version: number): RuleDraftRow => ({
      ...draft,
      ...this.#stamp(principal, draft),
      decision: {
        kind: 'activated',
        by: principal.username,
        atMs: this.#clock.nowMs(),
        note,
        version,
      },
    })
    const edit: RuleEdit = {
      ...this.#editOf(wish),
      actor: approvedBy === null ? principal.username : (draft.proposal?.by ?? draft.createdBy),
      approvedBy,
      lookBack: draft.lookBack,
      also: (version) => [writeDraft(decided(version))],
    }
    const [row] = await this.#rules.apply([edit])
    this.#open.delete(draft.id)
    return { kind: 'in-force', ruleId: wish.ruleId, version: row?.version ?? 0 }
  }

  async #decide(
    draft: RuleDraftRow,
    kind: 'rejected' | 'withdrawn',
    by: { readonly principal: Principal; readonly note: string },
  ): Promise<RuleDraftRow> {
    const decided: RuleDraftRow = {
      ...draft,
      ...this.#stamp(by.principal, draft),
      decision: {
        kind,
        by: by.principal.username,
        atMs: this.#clock.nowMs(),
        note: by.note,
        version: null,
      },
    }
    await this.#store.write(decided)
    this.#open.delete(draft.id)
    return decided
  }

  #editOf(wish: RuleWish): Omit<RuleEdit, 'actor'> {
    const { ruleId, definition, origin, reason, baseVersion } = wish
    return { ruleId, definition, origin, reason, ...(baseVersion !== undefined && { baseVersion }) }
  }

  #newDraft(
    fields: Pick<RuleWish, 'ruleId' | 'origin' | 'reason'> & Pick<RuleDraftRow, 'definition'>,
    principal: Principal,
  ): RuleDraftRow {
    const { ruleId, definition, origin, reason } = fields
    return {
      id: randomUUID(),
      ruleId,
      baseVersion: this.#rules.versionOf(ruleId),
      origin,
      definition,
      reason,
      createdBy: principal.username,
      createdAtMs: this.#clock.nowMs(),
      proposal: null,
      decision: null,
      lookBack: null,
      ...this.#stamp(principal, null),
    }
  }

  #stamp(principal: Principal, draft: RuleDraftRow | null) {
    return {
      changedBy: principal.username,
      changedAtMs: this.#clock.nowMs(),
      revision: (draft?.revision ?? 0) + 1,
    }
  }

  #proposalBy(principal: Principal) {
    const atMs = this.#clock.nowMs()
    const expiresAtMs = atMs + RULE_LIFE_LIMITS.proposalValidMs
    return { by: principal.username, byId: principal.userId, atMs, expiresAtMs }
  }

  async #write(draft: RuleDraftRow): Promise<RuleDraftRow> {
    await this.#store.write(draft)
    this.#open.set(draft.id, draft)
    return draft
  }

  #opened(id: string): RuleDraftRow {
    const draft = this.#open.get(id)
    if (draft !== undefined) return draft
    throw new CodedError('rule_draft_decided', 'The draft was decided already, or is not there.')
  }

  #assertRoom(more = 1): void {
    if (this.#open.size + more <= RULE_LIFE_LIMITS.draftsOpenMax) return
    throw new CodedError('too_many', 'There are as many undecided drafts as there may be.', {
      hint: 'Decide on some of them, or withdraw them.',
    })
  }
}

/** With the person among those who have seen the look-back. Another one than is kept is refused. */
function seenBy(draft: RuleDraftRow, principal: Principal, seen: SeenLookBack): RuleDraftRow {
  const { lookBack } = draft
  if (seen.lookBackAt === undefined) return draft
  if (lookBack?.at !== seen.lookBackAt) {
    throw new CodedError('rule_draft_changed_meanwhile', 'What was seen is of another draft.')
  }
  const others = lookBack.seenBy.filter((name) => name !== principal.username)
  return { ...draft, lookBack: { ...lookBack, seenBy: [...others, principal.username] } }
}
