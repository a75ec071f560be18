import { sql } from 'kysely'

/** `column in among(ids)`: as one parameter, however many they are. */
export function among(ids: ReadonlySet<string>) {
  return sql<string>`(SELECT value FROM json_each(${JSON.stringify([...ids])}))`
}
