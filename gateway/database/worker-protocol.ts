/** One statement; with `rows` it is prepared once and run for each of them, answering nothing. */
export interface Statement {
  readonly sql: string
  readonly parameters?: readonly unknown[]
  readonly rows?: readonly (readonly unknown[])[]
}

export interface Migration {
  readonly name: string
  readonly sql: string
}

/** What the main thread asks of a database thread. */
export type WorkerRequest =
  | {
      readonly kind: 'open'
      readonly path: string
      readonly readOnly: boolean
      readonly migrations: readonly Migration[]
      readonly nowMs: number
    }
  | { readonly kind: 'run'; readonly statement: Statement }
  | { readonly kind: 'batch'; readonly statements: readonly Statement[]; readonly write: boolean }
  /** Ends an open transaction without effect; nothing when there is none (SQLite may have ended it). */
  | { readonly kind: 'rollback' }
  | { readonly kind: 'close' }

export interface StatementResult {
  readonly rows: readonly unknown[]
  readonly changes: number
  readonly lastInsertId: number
}

/** How a request failed: `errcode` is SQLite's extended result code, `code` one of ours. */
export interface WorkerFailure {
  readonly message: string
  readonly errcode: number | null
  readonly code: string | null
}

export type WorkerReply =
  | { readonly id: number; readonly ok: true; readonly results: readonly StatementResult[] }
  | { readonly id: number; readonly ok: false; readonly failure: WorkerFailure }

/** SQLite (or our own check of it) refused; thrown on both sides of the thread. */
export class SqliteRefusal extends Error {
  readonly errcode: number | null
  readonly code: string | null

  constructor(failure: WorkerFailure) {
    super(failure.message)
    this.name = 'SqliteRefusal'
    this.errcode = failure.errcode
    this.code = failure.code
  }
}
