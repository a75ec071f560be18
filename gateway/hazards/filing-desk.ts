import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import { HAZARD_LIMITS } from '#config/limits.ts'
import type { FilingGap, FilingRemark, ReassessmentReason } from '../contract.ts'
import { type DocumentRow, presentDocuments } from '../database/hazard-document-store.ts'
import { filingGaps } from './completeness.ts'
import { assessmentDueAtMs } from './due-dates.ts'
import type { FilingEvent } from './filing.ts'
import { assessmentOf, type HazardSourceRow } from './hazard-source.ts'
import type { HazardTerms } from './hazard-terms.ts'
import { reassessmentReasons } from './reassessment.ts'
import { assertRevision, type HazardRegister, stepped } from './register.ts'
import type { Snapshot, SourceVersion } from './source-version.ts'
import { STANDARD } from './standard.ts'

export interface Readiness {
  readonly gaps: readonly FilingGap[]
  readonly reassessment: readonly ReassessmentReason[]
}

export interface Signature {
  /** That the signer has read. */
  readonly revision: number
  readonly signedName: string
}

/**
 * The firm submits, the authority decides: each step is one transaction of the source and its
 * version. Codes beside those of the register: `filing_incomplete` (details.issues), `filing_decided`
 * (somebody was faster), `filing_number_taken`, `filing_not_submitted`, `filing_not_in_force`.
 */
export class FilingDesk {
  readonly #register: HazardRegister
  readonly #clock: Clock
  readonly #terms: HazardTerms

  constructor(options: {
    readonly register: HazardRegister
    readonly clock: Clock
    readonly terms: HazardTerms
  }) {
    this.#register = options.register
    this.#clock = options.clock
    this.#terms = options.terms
  }

  get terms(): HazardTerms {
    return this.#terms
  }

  /** What is missing before the draft may be submitted, and which new assessment is asked for. */
  async readiness(row: HazardSourceRow): Promise<Readiness> {
    return this.#readiness(row, presentDocuments(await this.#register.documents(row.id)))
  }

  submit(id: string, signature: Signature, actor: string): Promise<HazardSourceRow> {
    return this.#register.change(id, actor, async (row) => {
      assertRevision(row, signature.revision)
      const documents = presentDocuments(await this.#register.documents(id))
      const { gaps, reassessment } = this.#readiness(row, documents)
      const kind = row.inForce === null ? 'registration' : 'amendment'
      const version = await this.#nextVersion(id)
      const filing = stepped(row, { kind: 'submit', version })
      if (gaps.length > 0) throw incomplete(gaps)
      const snapshot = snapshotOf(row, { documents, reassessment, reason: '' })
      const submitted = this.#submission(row, { version, kind, snapshot, signature, actor })
      return { row: { ...row, filing, submittedAtMs: submitted.submittedAtMs }, submitted }
    })
  }

  /** 核销: with the reason; what is in force stays so until the authority has decided. */
  requestCancellation(
    id: string,
    request: Signature & { readonly reason: string },
    actor: string,
  ): Promise<HazardSourceRow> {
    return this.#register.change(id, actor, async (row) => {
      assertRevision(row, request.revision)
      const documents = presentDocuments(await this.#register.documents(id))
      const { reassessment } = this.#readiness(row, documents)
      const version = await this.#nextVersion(id)
      const filing = stepped(row, { kind: 'request-cancellation', version })
      const snapshot = snapshotOf(row, { documents, reassessment, reason: request.reason })
      const kind = 'cancellation' as const
      const submitted = this.#submission(row, {
        version,
        kind,
        snapshot,
        signature: request,
        actor,
      })
      return { row: { ...row, filing, submittedAtMs: submitted.submittedAtMs }, submitted }
    })
  }

  withdraw(id: string, actor: string): Promise<HazardSourceRow> {
    return this.#register.change(id, actor, async (row) => {
      const filing = stepped(row, { kind: 'withdraw' })
      const pending = await this.#pending(row)
      const settled = this.#settlement(pending, { outcome: 'withdrawn', actor })
      return { row: { ...row, filing, submittedAtMs: null }, settled }
    })
  }

  /** Back to the firm with remarks; of a cancellation: refused, what is in force stays. */
  return(
    id: string,
    decision: { readonly version: number; readonly remarks: readonly FilingRemark[] },
    actor: string,
  ): Promise<HazardSourceRow> {
    return this.#register.change(id, actor, async (row) => {
      const pending = await this.#toDecide(row, decision.version, { kind: 'return' })
      const { remarks } = decision
      const settled = this.#settlement(pending, { outcome: 'returned', actor, remarks })
      const filing = stepped(row, { kind: 'return' })
      return { row: { ...row, filing, submittedAtMs: null }, settled }
    })
  }

  /** What was submitted is in force from now on; of a cancellation: the source is cancelled. */
  accept(
    id: string,
    decision: { readonly version: number; readonly number?: string | undefined },
    actor: string,
  ): Promise<HazardSourceRow> {
    return this.#register.change(id, actor, async (row) => {
      const pending = await this.#toDecide(row, decision.version, { kind: 'accept' })
      const filing = stepped(row, { kind: 'accept' })
      if (pending.kind === 'cancellation') {
        const settled = this.#settlement(pending, { outcome: 'accepted', actor })
        return {
          row: { ...row, filing, inForce: null, submittedAtMs: null, dueAtMs: null },
          settled,
        }
      }
      const number = await this.#number(decision.number)
      const settled = this.#settlement(pending, { outcome: 'accepted', actor, number })
      return { row: inForceNow({ ...row, filing }, settled, this.#terms.assessmentYears), settled }
    })
  }

  #readiness(row: HazardSourceRow, documents: readonly DocumentRow[]): Readiness {
    const nowMs = this.#clock.nowMs()
    const { assessmentYears, documentsRequired } = this.#terms
    const reassessment = reassessmentReasons({
      inForce:
        row.inForce === null
          ? null
          : {
              dossier: row.inForce.snapshot.dossier,
              standard: row.inForce.snapshot.assessment.standard,
            },
      draft: row.draft,
      standard: STANDARD.standard,
      assessmentYears,
      nowMs,
    })
    const gaps = filingGaps(
      {
        dossier: row.draft,
        assessment: assessmentOf(row.draft),
        documented: new Set(documents.map(({ item }) => item)),
        reassessment,
        isInForce: row.inForce !== null,
      },
      { documentsRequired, nowMs },
    )
    return { gaps, reassessment }
  }

  async #nextVersion(id: string): Promise<number> {
    const newest = await this.#register.store.newestVersion(id)
    if (newest >= HAZARD_LIMITS.versionsPerSourceMax) {
      throw new CodedError('too_many', 'The source was submitted as often as it may be.')
    }
    return newest + 1
  }

  #submission(
    row: HazardSourceRow,
    parts: Pick<SourceVersion, 'version' | 'kind' | 'snapshot'> & {
      readonly signature: Signature
      readonly actor: string
    },
  ): SourceVersion {
    return {
      sourceId: row.id,
      version: parts.version,
      kind: parts.kind,
      snapshot: parts.snapshot,
      signedName: parts.signature.signedName,
      submittedAtMs: this.#clock.nowMs(),
      submittedBy: parts.actor,
      outcome: 'pending',
      decidedAtMs: null,
      decidedBy: null,
      number: null,
      remarks: [],
    }
  }

  #settlement(
    pending: SourceVersion,
    decision: {
      readonly outcome: 'accepted' | 'returned' | 'withdrawn'
      readonly actor: string
      readonly number?: string
      readonly remarks?: readonly FilingRemark[]
    },
  ): SourceVersion {
    return {
      ...pending,
      outcome: decision.outcome,
      decidedAtMs: this.#clock.nowMs(),
      decidedBy: decision.actor,
      number: decision.number ?? null,
      remarks: decision.remarks ?? [],
    }
  }

  /** The submission the officer looked at; when somebody was faster, who and how. */
  async #toDecide(
    row: HazardSourceRow,
    version: number,
    event: FilingEvent,
  ): Promise<SourceVersion> {
    const looked = await this.#register.version(row.id, version)
    if (looked === null) throw new CodedError('not_found', `There is no submission ${version}.`)
    if (looked.outcome !== 'pending') throw decidedAlready(looked)
    stepped(row, event)
    return looked
  }

  async #pending(row: HazardSourceRow): Promise<SourceVersion> {
    const pending = await this.#register.version(row.id, row.filing.pendingVersion ?? 0)
    if (pending === null) throw new RangeError(`${row.id}: its pending version is not stored`)
    return pending
  }

  async #number(wanted: string | undefined): Promise<string> {
    const { store } = this.#register
    if (wanted !== undefined) {
      if (!(await store.isNumberTaken(wanted))) return wanted
      throw new CodedError('filing_number_taken', `The filing number ${wanted} is taken.`)
    }
    const year = new Date(this.#clock.nowMs()).getUTCFullYear()
    let next = (await store.acceptedBetween(Date.UTC(year, 0), Date.UTC(year + 1, 0))) + 1
    while (await store.isNumberTaken(numberOf(year, next))) next += 1
    return numberOf(year, next)
  }
}

function numberOf(year: number, next: number): string {
  return `${year}-${String(next).padStart(4, '0')}`
}

/** Answers to triggers belonged to what was just accepted: the next change begins without them. */
function inForceNow(row: HazardSourceRow, accepted: SourceVersion, years: number): HazardSourceRow {
  const { dossier } = accepted.snapshot
  return {
    ...row,
    draft: { ...dossier, reassessment: [] },
    inForce: {
      version: accepted.version,
      number: accepted.number ?? '',
      acceptedAtMs: accepted.decidedAtMs ?? 0,
      snapshot: accepted.snapshot,
    },
    submittedAtMs: null,
    dueAtMs: assessmentDueAtMs(dossier.assessment.completedOn, years),
  }
}

function snapshotOf(
  row: HazardSourceRow,
  parts: {
    readonly documents: readonly DocumentRow[]
    readonly reassessment: readonly ReassessmentReason[]
    readonly reason: string
  },
): Snapshot {
  return {
    dossier: row.draft,
    assessment: assessmentOf(row.draft),
    documents: parts.documents.map(({ id, item, title, version, fileName, sha256 }) => ({
      id,
      item,
      title,
      version,
      fileName,
      sha256,
    })),
    reassessment: parts.reassessment,
    reason: parts.reason,
  }
}

function incomplete(gaps: readonly FilingGap[]): CodedError<'filing_incomplete'> {
  return new CodedError('filing_incomplete', `${gaps.length} things are missing.`, {
    details: {
      issues: gaps.map(({ item, path, code, issue, trigger }) => ({
        path: path === '' ? item : path,
        message: [code, issue, trigger].filter((word) => word !== null).join(': '),
      })),
    },
  })
}

function decidedAlready(version: SourceVersion): CodedError<'filing_decided'> {
  const when = new Date(version.decidedAtMs ?? 0).toISOString()
  return new CodedError(
    'filing_decided',
    `Submission ${version.version} was ${version.outcome} by ${version.decidedBy} at ${when}.`,
  )
}
