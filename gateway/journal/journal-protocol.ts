import type { PackedBatch } from './batch-packer.ts'
import type { JournalDamage } from './journal.ts'

/** What the journal's two threads say to each other. Byte arrays are transferred, not copied. */

export interface JournalFileOptions {
  readonly path: string
  /** Bound on the file itself; its write-ahead log comes on top (a few times `checkpointBytes`). */
  readonly bytesMax: number
  /** Free space on the disk that is left to the others (alarms, time series). */
  readonly diskReserveBytes: number
}

/** A batch as it lies in its row. */
export interface StoredBatch {
  readonly offset: number
  readonly data: Uint8Array<ArrayBuffer>
}

export interface Extent {
  /** 0 when there is none. */
  readonly firstOffset: number
  /** The offset the next batch gets. */
  readonly nextOffset: number
  readonly bytes: number
}

/** Every operation of the worker: what it takes and what it answers. */
export interface JournalOperations {
  /** Opens the file, verifies its end, tells how far it reaches. */
  open(request: JournalFileOptions): Extent
  commit(request: PackedBatch): { readonly bytes: number }
  /**
   * Batches from `fromOffset` on and before `beforeOffset`, up to about `bytesMax`; what is damaged is
   * set aside and left out. The next piece begins at `nextOffset`.
   */
  read(request: {
    readonly fromOffset: number
    readonly beforeOffset: number
    readonly bytesMax: number
  }): { readonly batches: readonly StoredBatch[]; readonly nextOffset: number }
  /** The newest batches, in order, of `bytesMax` together. */
  tail(request: { readonly bytesMax: number }): { readonly batches: readonly StoredBatch[] }
  /** One bounded step; `isDone` when nothing is left to delete. */
  prune(request: { readonly beforeOffset: number; readonly committedBeforeMs: number }): Extent & {
    readonly isDone: boolean
  }
  /** The journal goes on at `nextOffset`: what lay between is lost and noted. */
  skipTo(request: { readonly nextOffset: number }): Extent
  close(request: Record<never, never>): Record<never, never>
}

export type OperationName = keyof JournalOperations
export type RequestOf<Name extends OperationName> = Parameters<JournalOperations[Name]>[0]
export type AnswerOf<Name extends OperationName> = ReturnType<JournalOperations[Name]>

/**
 * `full`: no room; `failing`: the disk refuses, the file was closed and is opened again with the
 * next request; `in_use`, `unusable`: it makes no sense to go on (another process, a newer version).
 */
export type JournalFailureKind = 'full' | 'failing' | 'in_use' | 'unusable'

export interface JournalFailure {
  readonly kind: JournalFailureKind
  readonly reason: string
}

export type JournalRequest = {
  readonly [Name in OperationName]: {
    readonly id: number
    readonly name: Name
    readonly body: RequestOf<Name>
    /** Time comes from the main thread, with every request. */
    readonly nowMs: number
  }
}[OperationName]

export type JournalMessage =
  | { readonly id: number; readonly answer: AnswerOf<OperationName> }
  | { readonly id: number; readonly failure: JournalFailure }
  | { readonly damage: JournalDamage }
