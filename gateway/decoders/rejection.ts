import { PAYLOAD_LIMITS } from '#config/limits.ts'

/** Why a payload, or a part of it, was not taken. Stable: instruments and the inbox carry them. */
export const REJECTION_REASONS = [
  // Of a whole payload.
  'unknown_topic',
  'unknown_device',
  'payload_empty',
  'payload_too_large',
  'invalid_utf8',
  'malformed_json',
  'json_too_deep',
  'no_values',
  // Of a whole message, put aside by the broker before anybody read it.
  'foreign_topic',
  'reserved_topic',
  'topic_too_long',
  'retained',
  'foreign_will',
  'retained_will',
  // Of a part; the rest of the payload is taken.
  'not_an_object',
  'too_many_samples',
  'too_many_points',
  'too_many_readings',
  'duplicate_key',
  'invalid_point_name',
  'unknown_point',
  'wrong_value_type',
  'wrong_value_kind',
  'value_not_finite',
  'too_fast',
  // Of an attribute; the value itself is taken.
  'invalid_time',
  'invalid_quality',
  // Of readings that were taken, by the server that should keep them.
  'refused_by_store',
] as const
export type RejectionReason = (typeof REJECTION_REASONS)[number]

/** One complaint about a payload; `count` times the same. */
export interface RejectedPart {
  readonly reason: RejectionReason
  /** Of the first occurrence. */
  readonly detail: string
  readonly point?: string
  readonly count: number
}

/** Gathers complaints, bounded: the same reason at the same point is one with a count. */
export class RejectedParts {
  /** Made with the first complaint: nearly every message is without. */
  #parts: Map<string, RejectedPart> | null = null

  add(reason: RejectionReason, detail: string, point?: string): void {
    this.#count({ reason, detail, count: 1, ...(point === undefined ? {} : { point }) })
  }

  addAll(parts: readonly RejectedPart[]): void {
    for (const part of parts) this.#count(part)
  }

  get parts(): readonly RejectedPart[] {
    return this.#parts === null ? NONE : [...this.#parts.values()]
  }

  #count(part: RejectedPart): void {
    this.#parts ??= new Map()
    const parts = this.#parts
    const ownKey = `${part.reason}/${part.point ?? ''}`
    const isNewAndFull = !parts.has(ownKey) && parts.size >= PAYLOAD_LIMITS.rejectedPartsMax
    const key = isNewAndFull ? `${part.reason}/` : ownKey
    const known = parts.get(key)
    if (known !== undefined) {
      parts.set(key, { ...known, count: known.count + part.count })
      return
    }
    const { reason, count } = part
    const detail = cut(part.detail)
    const point = part.point === undefined || isNewAndFull ? {} : { point: cut(part.point) }
    parts.set(key, { reason, detail, count, ...point })
  }
}

const NONE: readonly RejectedPart[] = []

function cut(text: string): string {
  const { rejectionDetailLengthMax: max } = PAYLOAD_LIMITS
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`
}
