import type { Page } from './endpoints.ts'
import { type Resource, useResource } from './use-resource.ts'

const PAGES_MAX = 100

/** A whole list, page after page: for choices and names (sites, organizations, rules), not for alarms. */
export function useAll<Item>(
  key: string | null,
  load: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<Item>>,
): Resource<readonly Item[]> {
  return useResource(key, async (signal) => {
    const items: Item[] = []
    let cursor: string | undefined
    for (let pages = 0; pages < PAGES_MAX; pages += 1) {
      const page = await load(cursor, signal)
      items.push(...page.items)
      if (page.nextCursor === null) break
      cursor = page.nextCursor
    }
    return items
  })
}
