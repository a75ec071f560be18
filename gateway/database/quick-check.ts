import { SqliteThread } from './sqlite-thread.ts'
import type { Statement } from './worker-protocol.ts'

const TABLES: Statement = { sql: "SELECT name AS line FROM sqlite_schema WHERE type = 'table'" }
const PROBLEMS = "SELECT quick_check AS line FROM pragma_quick_check(?) WHERE quick_check <> 'ok'"
const PROBLEMS_SHOWN_MAX = 5

/**
 * SQLite's own check of a file, table by table in a thread of its own, so that it can be left behind
 * by a start that does not want to wait and can be stopped between two tables. Answers what is
 * wrong, or null.
 */
export async function quickCheck(
  path: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<string | null> {
  const thread = new SqliteThread()
  try {
    await thread.request({ kind: 'open', path, readOnly: true, migrations: [], nowMs: 0 })
    for (const table of await lines(thread, TABLES)) {
      if (signal.aborted) return null
      const problems = await lines(thread, { sql: PROBLEMS, parameters: [table] })
      if (problems.length > 0) {
        return `${table}: ${problems.slice(0, PROBLEMS_SHOWN_MAX).join('; ')}`
      }
    }
    return null
  } finally {
    await thread.stop()
  }
}

async function lines(thread: SqliteThread, statement: Statement): Promise<readonly string[]> {
  const [result] = await thread.request({ kind: 'run', statement })
  return (result?.rows ?? []).map((row) => String((row as { line: unknown }).line))
}
