import { createHash, randomUUID } from 'node:crypto'
import type { Stats } from 'node:fs'
import { mkdir, open, opendir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { BaseLogger } from 'pino'
import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import { STORED_FILE_LIMITS } from '#config/limits.ts'

/** What we have named ourselves; anything else in the folder is somebody's, and stays. */
const KEPT = /^[0-9a-f]{64}$/
const UNFINISHED = /^[0-9a-f-]{36}\.part$/

export interface DocumentFolderOptions {
  readonly path: string
  /** Which of these hashes a row refers to. */
  readonly known: (sha256s: ReadonlySet<string>) => Promise<ReadonlySet<string>>
  readonly clock: Pick<Clock, 'nowMs'>
  readonly logger: Pick<BaseLogger, 'info'>
}

/**
 * The bytes of documents, each under its SHA-256: what is the same lies there once, and what was
 * filed can be proven unchanged. A file is on disk whole before its row is written. One without a row
 * (a crash between the two, a row that was refused) harms nobody, and is swept away when it has lain
 * there for `abandonedAgeMsMin`. The gateway is the only one that writes into the folder. Codes:
 * `document_unavailable`.
 */
export class DocumentFolder {
  readonly #options: DocumentFolderOptions
  /** Files whose row is being written, by how many; unfinished ones too. Never swept. */
  readonly #inUse = new Map<string, number>()
  /** The file that is being swept: who wants to keep the same bytes waits, and writes them again. */
  #leaving: { readonly name: string; readonly gone: Promise<void> } | null = null

  constructor(options: DocumentFolderOptions) {
    this.#options = options
  }

  /** `use` writes the row that refers to the file; the file stays at least until that has ended. */
  async keep<Used>(bytes: Buffer, use: (sha256: string) => Promise<Used>): Promise<Used> {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    while (this.#leaving?.name === sha256) await this.#leaving.gone
    return await this.#using(sha256, async () => {
      try {
        await this.#write(sha256, bytes)
      } catch (error) {
        throw unavailable('The document could not be stored; nothing of it was kept.', error)
      }
      return await use(sha256)
    })
  }

  /** Checked against its name: a disk that gives back other bytes is told, not believed. */
  async read(sha256: string): Promise<Buffer> {
    const bytes = await readFile(this.#fileOf(sha256)).catch((error: unknown) => {
      throw unavailable('The document cannot be read.', error)
    })
    if (createHash('sha256').update(bytes).digest('hex') === sha256) return bytes
    throw unavailable('The document on disk is not what was stored.', null)
  }

  /** Removes what no row refers to, nobody is about to refer to, and is old enough; how many. */
  async sweep(signal: AbortSignal): Promise<number> {
    let count = 0
    for await (const old of this.#oldFiles(signal)) {
      const known = await this.#options.known(new Set(old))
      for (const name of old) {
        if (signal.aborted) break
        if (!known.has(name) && (await this.#removeAbandoned(name))) count += 1
      }
    }
    return count
  }

  /** A row that was written since the names were read is seen: nobody can begin one in between. */
  async #removeAbandoned(name: string): Promise<boolean> {
    if (this.#inUse.has(name)) return false
    const { promise: gone, resolve } = Promise.withResolvers<void>()
    this.#leaving = { name, gone }
    try {
      if ((await this.#options.known(new Set([name]))).has(name)) return false
      const { size, mtimeMs } = await stat(this.#fileOf(name))
      await rm(this.#fileOf(name))
      const writtenAt = new Date(mtimeMs).toISOString()
      this.#options.logger.info(
        { file: this.#fileOf(name), bytes: size, writtenAt },
        'a file that nothing refers to was removed',
      )
      return true
    } finally {
      this.#leaving = null
      resolve()
    }
  }

  /** Names of files of ours that are old enough, a step's worth at a time. */
  async *#oldFiles(signal: AbortSignal): AsyncIterable<readonly string[]> {
    const { abandonedAgeMsMin, filesPerSweepStepMax } = STORED_FILE_LIMITS
    const beforeMs = this.#options.clock.nowMs() - abandonedAgeMsMin
    let step: string[] = []
    for await (const name of namesIn(this.#options.path)) {
      if (signal.aborted) return
      if (!KEPT.test(name) && !UNFINISHED.test(name)) continue
      const file = await statOrNull(this.#fileOf(name))
      if (file === null || !file.isFile() || file.mtimeMs >= beforeMs) continue
      step.push(name)
      if (step.length < filesPerSweepStepMax) continue
      yield step
      step = []
    }
    if (step.length > 0) yield step
  }

  async #write(sha256: string, bytes: Buffer): Promise<void> {
    const { path } = this.#options
    const target = this.#fileOf(sha256)
    if ((await statOrNull(target))?.isFile() === true) return
    await mkdir(path, { recursive: true })
    const name = `${randomUUID()}.part`
    const unfinished = this.#fileOf(name)
    await this.#using(name, async () => {
      try {
        await writeThrough(unfinished, bytes)
        await rename(unfinished, target)
        await syncFolder(path)
      } catch (error) {
        await rm(unfinished, { force: true })
        throw error
      }
    })
  }

  async #using<Used>(name: string, use: () => Promise<Used>): Promise<Used> {
    this.#inUse.set(name, (this.#inUse.get(name) ?? 0) + 1)
    try {
      return await use()
    } finally {
      const left = (this.#inUse.get(name) ?? 1) - 1
      if (left === 0) this.#inUse.delete(name)
      else this.#inUse.set(name, left)
    }
  }

  #fileOf(name: string): string {
    return join(this.#options.path, name)
  }
}

/** None where the folder was not needed yet. */
async function* namesIn(path: string): AsyncIterable<string> {
  if ((await statOrNull(path)) === null) return
  for await (const { name } of await opendir(path)) yield name
}

async function writeThrough(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Without it a power cut may forget the name of a file whose bytes are on disk. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function statOrNull(path: string): Promise<Stats | null> {
  try {
    return await stat(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

function unavailable(message: string, cause: unknown): CodedError<'document_unavailable'> {
  return new CodedError('document_unavailable', message, {
    hint: 'See whether the disk is full or failing.',
    cause,
  })
}
