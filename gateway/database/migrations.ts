import { readdir, readFile } from 'node:fs/promises'
import type { Migration } from './worker-protocol.ts'

const FOLDER = new URL('./migrations/', import.meta.url)
const NAME = /^\d{4}-[a-z0-9-]+\.sql$/

/** The numbered files of `migrations/`, in order; each is applied once, in a transaction of its own. */
export async function readMigrations(): Promise<readonly Migration[]> {
  const files = (await readdir(FOLDER)).filter((file) => NAME.test(file)).sort()
  return Promise.all(
    files.map(async (file) => ({
      name: file.replace(/\.sql$/, ''),
      sql: await readFile(new URL(file, FOLDER), 'utf8'),
    })),
  )
}
