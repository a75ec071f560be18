import { spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { SimulatedClock } from '#alerting/simulated-clock.ts'
import { STORED_FILE_LIMITS } from '#config/limits.ts'
import { test as base } from '../database/database.suite.ts'
import { SqlitePhotoStore } from '../database/photo-store.ts'
import { HazardArchive } from './archive.ts'
import { DocumentFolder } from './document-folder.ts'
import { A_PDF, A_PNG, aDossier } from './dossier.suite.ts'
import { HazardRegister } from './register.ts'

const { abandonedAgeMsMin, filesPerSweepStepMax } = STORED_FILE_LIMITS
const SCRIPT = join(import.meta.dirname, 'crash-before-row.suite.ts')
const MINUTE_MS = 60_000
const never = new AbortController().signal

function hashOf(words: string): string {
  return createHash('sha256').update(words).digest('hex')
}

/** Photos, whose rows refer to nothing else; `log` is what the sweep says. */
const test = base.extend<{
  readonly photos: {
    readonly store: SqlitePhotoStore
    readonly files: DocumentFolder
    readonly path: string
    readonly log: object[]
    /** With its row. */
    readonly add: (words: string) => Promise<void>
    /** Its row is refused. */
    readonly abandon: (words: string) => Promise<void>
    readonly names: () => Promise<readonly string[]>
  }
  readonly now: SimulatedClock
}>({
  // The files are as old as the disk says, so the clock begins where the disk is.
  now: async ({ folder }, use) => {
    await use(new SimulatedClock(Math.ceil((await stat(folder)).mtimeMs)))
  },
  photos: async ({ database, folder, now }, use) => {
    const store = new SqlitePhotoStore(database)
    const path = join(folder, 'photos')
    const log: object[] = []
    const files = new DocumentFolder({
      path,
      known: (sha256s) => store.known(sha256s),
      clock: now,
      logger: { info: (facts: object) => log.push(facts) },
    })
    const row = (sha256: string) => ({
      ...{ id: `pho_${randomUUID()}`, alarmId: 'alarm-1', mediaType: 'image/png', bytes: 3 },
      ...{ sha256, name: 'valve', addedBy: 'lin', addedAtMs: now.nowMs() },
    })
    await use({
      store,
      files,
      path,
      log,
      add: (words) => files.keep(Buffer.from(words), (sha256) => store.add(row(sha256))),
      abandon: (words) =>
        expect(
          files.keep(Buffer.from(words), () => Promise.reject(new Error('refused'))),
        ).rejects.toThrow('refused'),
      names: async () => (await readdir(path)).sort(),
    })
  },
})

describe('a sweep', () => {
  test('takes what no row knows once it is old enough, and says so', async ({ photos, now }) => {
    await photos.add('kept')
    await photos.abandon('refused')
    await now.advanceBy(abandonedAgeMsMin - MINUTE_MS)
    expect(await photos.files.sweep(never)).toBe(0)
    await now.advanceBy(2 * MINUTE_MS)
    expect(await photos.files.sweep(never)).toBe(1)
    expect(await photos.names()).toEqual([hashOf('kept')])
    expect(photos.log).toMatchObject([{ file: join(photos.path, hashOf('refused')), bytes: 7 }])
    expect(await photos.files.read(hashOf('kept'))).toEqual(Buffer.from('kept'))
    expect(await photos.files.sweep(never)).toBe(0)
  })

  test('finds what a crash between the file and its row has left', async ({ photos, now }) => {
    await photos.add('kept')
    const child = spawn(process.execPath, [SCRIPT, photos.path, 'lost'], { stdio: 'inherit' })
    const [, signal] = await once(child, 'exit')
    expect(signal).toBe('SIGKILL')
    // What a crash in the middle of writing leaves.
    await writeFile(join(photos.path, `${randomUUID()}.part`), 'ha')
    expect(await photos.names()).toContain(hashOf('lost'))
    await now.advanceBy(abandonedAgeMsMin + MINUTE_MS)
    expect(await photos.files.sweep(never)).toBe(2)
    expect(await photos.names()).toEqual([hashOf('kept')])
    await photos.add('lost')
    expect(await photos.files.read(hashOf('lost'))).toEqual(Buffer.from('lost'))
  })

  test('leaves what is about to get its row, however old the file is', async ({ photos, now }) => {
    await photos.abandon('again')
    await now.advanceBy(abandonedAgeMsMin + MINUTE_MS)
    const [written, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const kept = photos.files.keep(Buffer.from('again'), async () => {
      written.resolve()
      await mayEnd.promise
    })
    await written.promise
    expect(await photos.files.sweep(never)).toBe(0)
    mayEnd.resolve()
    await kept
    expect(await photos.names()).toEqual([hashOf('again')])
  })

  test('of the same bytes, whoever comes while the file goes writes it anew', async ({
    database,
    folder,
    now,
  }) => {
    const store = new SqlitePhotoStore(database)
    const path = join(folder, 'slow')
    const [asked, mayAnswer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let questions = 0
    const files = new DocumentFolder({
      path,
      known: async (sha256s) => {
        const known = await store.known(sha256s)
        questions += 1
        // The second question is the one right before the file goes.
        if (questions === 2) {
          asked.resolve()
          await mayAnswer.promise
        }
        return known
      },
      clock: now,
      logger: { info: () => undefined },
    })
    const words = Buffer.from('wanted')
    await expect(files.keep(words, () => Promise.reject(new Error('no')))).rejects.toThrow()
    await now.advanceBy(abandonedAgeMsMin + MINUTE_MS)
    const swept = files.sweep(never)
    await asked.promise
    const kept = files.keep(words, async (sha256) => sha256)
    mayAnswer.resolve()
    expect([await swept, await kept]).toEqual([1, hashOf('wanted')])
    expect(await files.read(hashOf('wanted'))).toEqual(words)
  })

  test('leaves documents that were taken out, and takes those of a source that is gone', async ({
    database,
    folder,
    now,
  }) => {
    await database.kysely
      .insertInto('organizations')
      .values({ id: 'plant', name: 'plant', kind: 'enterprise', parent_id: null, created_at_ms: 0 })
      .execute()
    const places = { organization: () => ({}), site: () => null }
    const register = new HazardRegister({ database, clock: now, places })
    const path = join(folder, 'documents')
    const documents = new DocumentFolder({
      path,
      known: (sha256s) => register.documentStore.known(sha256s),
      clock: now,
      logger: { info: () => undefined },
    })
    const archive = new HazardArchive({ register, folder: documents, clock: now })
    const source = async (id: string, fileName: string, bytes: Buffer) => {
      await register.create({ id, organizationId: 'plant', draft: aDossier() }, 'lin')
      const file = { item: 'plans', title: id, fileName, bytes } as const
      return await archive.add(id, file, 'lin')
    }
    const takenOut = await source('stays', 'plan.pdf', A_PDF)
    await archive.remove('stays', takenOut.id, 'lin')
    await source('goes', 'plan.png', A_PNG)
    await register.remove('goes')
    await now.advanceBy(abandonedAgeMsMin + MINUTE_MS)
    expect(await documents.sweep(never)).toBe(1)
    expect(await readdir(path)).toEqual([takenOut.sha256])
  })

  test('touches nothing that is not of its making', async ({ photos, now }) => {
    await mkdir(join(photos.path, hashOf('a folder')), { recursive: true })
    for (const name of ['notes.txt', `${hashOf('copy')}.bak`, 'x.part']) {
      await writeFile(join(photos.path, name), 'mine')
      await utimes(join(photos.path, name), 0, 0)
    }
    const before = await photos.names()
    await now.advanceBy(2 * abandonedAgeMsMin)
    expect(await photos.files.sweep(never)).toBe(0)
    expect(await photos.names()).toEqual(before)
  })

  test('goes through more files than one question names, and ends when it is told to', async ({
    photos,
    now,
  }) => {
    await mkdir(photos.path)
    const count = 2 * filesPerSweepStepMax + 1
    for (let index = 0; index < count; index += 1) {
      await writeFile(join(photos.path, hashOf(`file ${index}`)), '')
    }
    await photos.add('file 7')
    await now.advanceBy(abandonedAgeMsMin + MINUTE_MS)
    expect(await photos.files.sweep(AbortSignal.abort())).toBe(0)
    expect(await photos.files.sweep(never)).toBe(count - 1)
    expect(await photos.names()).toEqual([hashOf('file 7')])
  })

  test('has nothing to do where nobody has kept anything yet', async ({ photos }) => {
    expect(await photos.files.sweep(never)).toBe(0)
  })
})
