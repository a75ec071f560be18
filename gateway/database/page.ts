import { CodedError } from '#alerting/errors.ts'

/** One page of a list, and where the next one begins (null: this was the last). */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextCursor: string | null
}

/** `cursor` is what an earlier page gave; a foreign or broken one is refused with `cursor_invalid`. */
export interface PageRequest {
  readonly limit: number
  readonly cursor?: string | undefined
}

/** The sort key of the last item of a page, one part a column of the order. */
export type CursorKey = readonly (string | number)[]

export function encodeCursor(key: CursorKey): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** `shape` says the type of each part, so that a cursor of another list does not pass. */
export function decodeCursor(
  cursor: string | undefined,
  shape: readonly ('string' | 'number')[],
): CursorKey | null {
  if (cursor === undefined) return null
  const key = parseJson(Buffer.from(cursor, 'base64url').toString('utf8'))
  const fits =
    Array.isArray(key) &&
    key.length === shape.length &&
    shape.every((type, index) => typeof key[index] === type)
  if (!fits) throw new CodedError('cursor_invalid', 'The cursor is not one of this list.')
  return key as CursorKey
}

/** Cuts what was read with one row more than the page holds. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  present: { readonly item: (row: Row) => Item; readonly key: (row: Row) => CursorKey },
): Page<Item> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(present.item),
    nextCursor: last !== undefined && rows.length > limit ? encodeCursor(present.key(last)) : null,
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
