import { decodeCursor, type Page, type PageRequest, pageOf } from '../database/page.ts'

interface Listed {
  readonly id: string
  readonly createdAtMs: number
}

/** A page of what is held in memory, in the order of creation (then id). */
export function pageOfListed<Item extends Listed>(
  items: Iterable<Item>,
  request: PageRequest,
  isShown: (item: Item) => boolean,
): Page<Item> {
  const key = decodeCursor(request.cursor, ['number', 'string'])
  const after: Listed | null =
    key === null ? null : { createdAtMs: Number(key[0]), id: String(key[1]) }
  const shown: Item[] = []
  for (const item of items) {
    if ((after === null || byCreation(item, after) > 0) && isShown(item)) shown.push(item)
  }
  return pageOf(shown.sort(byCreation), request.limit, {
    item: (item) => item,
    key: (item) => [item.createdAtMs, item.id],
  })
}

function byCreation(one: Listed, other: Listed): number {
  return one.createdAtMs - other.createdAtMs || (one.id < other.id ? -1 : Number(one.id > other.id))
}
