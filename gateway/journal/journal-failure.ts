import { CodedError } from '#alerting/errors.ts'
import type { JournalState } from './journal.ts'
import type { JournalFailure, JournalFailureKind } from './journal-protocol.ts'

/** SQLite's primary result codes that mean something to the journal. */
const SQLITE = {
  /** No such table, unknown file format: our statements are fixed, so it is the file. */
  error: 1,
  busy: 5,
  locked: 6,
  corrupt: 11,
  full: 13,
  notADatabase: 26,
} as const

export type FileFailureKind = JournalFailureKind | 'damaged'

/** Thrown by the journal's own checks; what SQLite throws is sorted by `failureKindOf`. */
export class JournalFileError extends Error {
  readonly kind: FileFailureKind

  constructor(kind: FileFailureKind, message: string) {
    super(message)
    this.name = 'JournalFileError'
    this.kind = kind
  }
}

/** `damaged`: the file can be read no further as it is and must be salvaged. */
export function failureKindOf(error: unknown): FileFailureKind {
  if (error instanceof JournalFileError) return error.kind
  switch (primaryCodeOf(error)) {
    case SQLITE.full:
      return 'full'
    case SQLITE.error:
    case SQLITE.corrupt:
    case SQLITE.notADatabase:
      return 'damaged'
    case SQLITE.busy:
    case SQLITE.locked:
      return 'in_use'
    default:
      return codeOf(error) === 'ENOSPC' ? 'full' : isKeyOutOfRange(error) ? 'damaged' : 'failing'
  }
}

/** While salvaging, whatever SQLite throws on reading means only that this part is lost. */
export function isUnreadable(error: unknown): boolean {
  return primaryCodeOf(error) !== null || isKeyOutOfRange(error)
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function primaryCodeOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error)) return null
  return typeof error.errcode === 'number' ? error.errcode & 0xff : null
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

/** node:sqlite's answer to a key beyond 2^53, which we never wrote. */
function isKeyOutOfRange(error: unknown): boolean {
  return codeOf(error) === 'ERR_OUT_OF_RANGE'
}

/** `in_use` and `unusable` after the start mean that somebody replaced the file under us. */
export function stateOf({ kind }: JournalFailure): JournalState {
  return kind === 'full' ? 'full' : 'failing'
}

/** Why the journal cannot be opened. */
export function unavailable({ kind, reason }: JournalFailure): CodedError {
  switch (kind) {
    case 'in_use':
      return new CodedError('journal_in_use', 'Another process writes this journal.', {
        details: { reason },
        hint: 'Two gateways cannot share one data folder.',
      })
    case 'unusable':
      return new CodedError('journal_unusable', reason)
    case 'full':
    case 'failing':
      return new CodedError('journal_unavailable', 'The journal cannot be opened.', {
        details: { kind, reason },
      })
    default:
      return kind satisfies never
  }
}
