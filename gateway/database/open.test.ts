import { readdirSync } from 'node:fs'
import { open as openFile, writeFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { describe, expect } from 'vitest'
import { SqliteAlarmStore } from './alarm-store.ts'
import { anAlarm, START_MS } from './builders.suite.ts'
import { test } from './database.suite.ts'
import { isForeignKeyRefusal } from './disk-guard.ts'
import { readMigrations } from './migrations.ts'
import type { Database } from './open.ts'

const town = {
  id: 'town',
  name: '东园镇',
  kind: 'town',
  parent_id: null,
  created_at_ms: 1,
} as const

async function names(database: Database): Promise<readonly string[]> {
  const rows = await database.reader.selectFrom('organizations').select('name').execute()
  return rows.map((row) => row.name)
}

async function appliedMigrations(database: Database): Promise<readonly unknown[]> {
  const [rows] = await database.batch([{ sql: 'SELECT name FROM migrations ORDER BY name' }])
  return (rows ?? []).map((row) => (row as { name: string }).name)
}

describe('openDatabase', () => {
  test('writes through a full sync, checks foreign keys, and lets readers by', async ({
    open,
    folder,
  }) => {
    const database = await open({ path: `${folder}/vigil.sqlite` })
    const pragmas = await database.batch([
      { sql: 'PRAGMA journal_mode' },
      { sql: 'PRAGMA synchronous' },
      { sql: 'PRAGMA foreign_keys' },
    ])
    expect(pragmas.flat()).toEqual([
      { journal_mode: 'wal' },
      { synchronous: 2 },
      { foreign_keys: 1 },
    ])
    await database.kysely.transaction().execute(async (transaction) => {
      await transaction.insertInto('organizations').values(town).execute()
      expect(await names(database)).toEqual([])
    })
    expect(await names(database)).toEqual(['东园镇'])
  })

  test('the reading connection cannot write', async ({ open, folder }) => {
    const database = await open({ path: `${folder}/vigil.sqlite` })
    const insert = database.reader.insertInto('organizations').values(town).execute()
    await expect(insert).rejects.toThrow(/readonly/)
  })

  test('makes the folder, and leaves one file after a clean stop', async ({ open, folder }) => {
    const database = await open({ path: `${folder}/deep/vigil.sqlite` })
    await database.kysely.insertInto('organizations').values(town).execute()
    await Promise.all([database.stop(), database.stop()])
    expect(readdirSync(`${folder}/deep`)).toEqual(['vigil.sqlite'])
  })

  test('applies each migration once and records it', async ({ open, folder }) => {
    const path = `${folder}/vigil.sqlite`
    const own = await readMigrations()
    expect(own[0]?.name).toBe('0001-first-light')
    const first = await open({ path })
    expect(await appliedMigrations(first)).toEqual(own.map((migration) => migration.name))
    await first.stop()

    const later = { name: '9999-later', sql: 'CREATE TABLE later (id INTEGER) STRICT' }
    const second = await open({ path, migrations: [...own, later] })
    expect(await appliedMigrations(second)).toContain('9999-later')
  })

  test('the roles of people and their sessions outlive the column of roles', async ({
    open,
    folder,
  }) => {
    const path = `${folder}/vigil.sqlite`
    const own = await readMigrations()
    const first = await open({ path, migrations: own.slice(0, 1) })
    await first.batch([
      {
        sql: `INSERT INTO users VALUES ('u1', 'li', 'Li', 'x', 'supervisor', NULL, 'zh', 1)`,
      },
      { sql: `INSERT INTO sessions VALUES ('hash', 'u1', 1, 2)` },
    ])
    await first.stop()
    const second = await open({ path })
    const [users, sessions] = await second.batch([
      { sql: 'SELECT username, role FROM users' },
      { sql: 'SELECT token_hash FROM sessions' },
    ])
    expect(users).toEqual([{ username: 'li', role: 'supervisor' }])
    expect(sessions).toEqual([{ token_hash: 'hash' }])
  })

  test('a migration that fails leaves the database as it was', async ({ open, folder }) => {
    const path = `${folder}/vigil.sqlite`
    const own = await readMigrations()
    const broken = { name: '9999-broken', sql: 'CREATE TABLE half (id INTEGER); CREATE TABLE half' }
    await expect(open({ path, migrations: [...own, broken] })).rejects.toThrow()
    const database = await open({ path })
    expect(await appliedMigrations(database)).toEqual(own.map((migration) => migration.name))
    const tables = await database.batch([
      { sql: "SELECT 1 FROM sqlite_schema WHERE name = 'half'" },
    ])
    expect(tables).toEqual([[]])
  })

  test('refuses a database of a newer Vigil with a sentence', async ({ open, folder }) => {
    const path = `${folder}/vigil.sqlite`
    const own = await readMigrations()
    const newer = { name: '9999-newer', sql: 'CREATE TABLE newer (id INTEGER) STRICT' }
    await (await open({ path, migrations: [...own, newer] })).stop()
    await expect(open({ path })).rejects.toMatchObject({
      code: 'database_newer',
      message: expect.stringContaining('9999-newer'),
    })
  })

  test('refuses what is no database', async ({ open, folder }) => {
    await writeFile(`${folder}/vigil.sqlite`, 'not a database at all, but long enough '.repeat(100))
    await expect(open({ path: `${folder}/vigil.sqlite` })).rejects.toMatchObject({
      code: 'database_damaged',
    })
  })

  test('finds a damaged page before it is needed', async ({ open, folder }) => {
    const path = `${folder}/vigil.sqlite`
    const first = await open({ path })
    await new SqliteAlarmStore(first).commit({
      nowMs: START_MS,
      alarms: Array.from({ length: 500 }, (_, index) => anAlarm({ id: `alarm-${index}` })),
      timeline: [],
      outbox: [],
    })
    const [rows] = await first.batch([
      { sql: "SELECT rootpage FROM sqlite_schema WHERE name = 'alarms_by_device'" },
    ])
    await first.stop()
    const [{ rootpage } = { rootpage: 0 }] = (rows ?? []) as { rootpage: number }[]
    const file = await openFile(path, 'r+')
    await file.write(Buffer.alloc(200, 0xff), 0, 200, (rootpage - 1) * 4096)
    await file.close()
    await expect(open({ path })).rejects.toMatchObject({ code: 'database_damaged' })
  })
})

describe('Database', () => {
  test('a batch stands or falls as a whole', async ({ database }) => {
    const insert = database.kysely.insertInto('organizations').values(town).compile()
    const orphan = database.kysely
      .insertInto('organizations')
      .values({ ...town, id: 'orphan', parent_id: 'nowhere' })
      .compile()
    const refused = database.batch([insert, orphan])
    await expect(refused).rejects.toSatisfy(isForeignKeyRefusal)
    expect(await names(database)).toEqual([])
  })

  test('statements of others wait until a transaction has ended', async ({ database }) => {
    const order: string[] = []
    const { promise: isOpen, resolve: opened } = Promise.withResolvers<void>()
    const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>()
    const transaction = database.kysely.transaction().execute(async (inside) => {
      opened()
      await inside.insertInto('organizations').values(town).execute()
      await mayEnd
      order.push('transaction')
    })
    await isOpen
    const batch = database.batch([{ sql: 'SELECT 1' }]).then(() => order.push('batch'))
    const query = names(database).then((found) => order.push(`query saw ${found.length}`))
    end()
    await Promise.all([transaction, batch, query])
    expect(order).toEqual(['transaction', 'batch', 'query saw 1'])
  })

  test('a transaction that throws leaves nothing and holds up nobody', async ({ database }) => {
    const failing = database.kysely.transaction().execute(async (inside) => {
      await inside.insertInto('organizations').values(town).execute()
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect(await names(database)).toEqual([])
  })

  test('says that it is stopped', async ({ database }) => {
    await database.stop()
    await expect(names(database)).rejects.toMatchObject({ code: 'database_unavailable' })
  })

  test('takes more statements than it keeps prepared', async ({ database }) => {
    for (let index = 0; index < 300; index += 1) {
      const [rows] = await database.batch([{ sql: `SELECT ${index} AS found` }])
      expect(rows).toEqual([{ found: index }])
    }
  })
})

describe('a full disk', () => {
  /** SQLite's own page limit gives the same SQLITE_FULL as a disk without room. */
  const allowPages = (database: Database, pages: number) =>
    sql`PRAGMA max_page_count = ${sql.lit(pages)}`.execute(database.kysely)
  const manyAlarms = {
    nowMs: START_MS,
    alarms: Array.from({ length: 2_000 }, (_, index) => anAlarm({ id: `alarm-${index}` })),
    timeline: [],
    outbox: [],
  }

  test('refuses what cannot be stored, writes none of it, and goes on by itself', async ({
    open,
    folder,
  }) => {
    const database = await open({ path: `${folder}/vigil.sqlite` })
    const store = new SqliteAlarmStore(database)
    const states: string[] = []
    database.onStateChange((status) => states.push(status.state))
    await allowPages(database, 60)
    await expect(store.commit(manyAlarms)).rejects.toMatchObject({ code: 'database_unavailable' })
    expect(database.status()).toMatchObject({ state: 'full', reason: expect.any(String) })
    expect(await store.loadOpen()).toEqual([])

    await allowPages(database, 100_000)
    await store.commit(manyAlarms)
    expect(await store.loadOpen()).toHaveLength(2_000)
    expect(database.status()).toMatchObject({ state: 'ok', reason: null })
    expect(states).toEqual(['full', 'ok'])
  })

  test('a transaction that meets it is refused to its end', async ({ open, folder }) => {
    const database = await open({ path: `${folder}/vigil.sqlite` })
    await allowPages(database, 60)
    const big = { ...town, name: 'x'.repeat(1_000_000) }
    const transaction = database.kysely.transaction().execute(async (inside) => {
      await inside.insertInto('organizations').values(town).execute()
      await expect(
        inside
          .insertInto('organizations')
          .values({ ...big, id: 'big' })
          .execute(),
      ).rejects.toMatchObject({ code: 'database_unavailable' })
      await inside
        .insertInto('organizations')
        .values({ ...town, id: 'after' })
        .execute()
    })
    await expect(transaction).rejects.toMatchObject({ code: 'database_unavailable' })
    expect(await names(database)).toEqual([])
  })

  test('gives up the ballast, says so, and makes it again when there is room', async ({
    open,
    folder,
    clock,
  }) => {
    const database = await open({ path: `${folder}/vigil.sqlite`, ballastBytes: 1_000_000 })
    const ballasts: string[] = []
    const held = Promise.withResolvers<void>()
    database.onStateChange((status) => {
      ballasts.push(status.ballast)
      if (status.ballast === 'held') held.resolve()
    })
    await held.promise
    const restored = Promise.withResolvers<void>()
    database.onStateChange((status) => {
      if (status.ballast === 'held' && ballasts.includes('released')) restored.resolve()
    })
    await allowPages(database, 60)
    await expect(new SqliteAlarmStore(database).commit(manyAlarms)).rejects.toThrow()
    expect(database.status().ballast).toBe('released')
    expect(readdirSync(folder)).not.toContain('vigil.sqlite.ballast')

    await allowPages(database, 100_000)
    await clock.advanceBy(10_000)
    await new SqliteAlarmStore(database).commit(manyAlarms)
    await restored.promise
    expect(readdirSync(folder)).toContain('vigil.sqlite.ballast')
  })
})
