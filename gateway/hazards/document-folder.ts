import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CodedError } from '#alerting/errors.ts'

/**
 * The bytes of documents, each under its SHA-256: what is the same lies there once, and what was
 * filed can be proven unchanged. A file is on disk whole before its row is written; a file without a
 * row (a crash between the two) harms nobody. Codes: `document_unavailable`.
 */
export class DocumentFolder {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  async keep(bytes: Buffer): Promise<string> {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    try {
      const target = this.#fileOf(sha256)
      if (await exists(target)) return sha256
      const unfinished = join(this.#path, `${randomUUID()}.part`)
      await mkdir(this.#path, { recursive: true })
      try {
        await writeThrough(unfinished, bytes)
        await rename(unfinished, target)
        await syncFolder(this.#path)
      } catch (error) {
        await rm(unfinished, { force: true })
        throw error
      }
      return sha256
    } catch (error) {
      throw unavailable('The document could not be stored; nothing of it was kept.', error)
    }
  }

  /** Checked against its name: a disk that gives back other bytes is told, not believed. */
  async read(sha256: string): Promise<Buffer> {
    const bytes = await readFile(this.#fileOf(sha256)).catch((error: unknown) => {
      throw unavailable('The document cannot be read.', error)
    })
    if (createHash('sha256').update(bytes).digest('hex') === sha256) return bytes
    throw unavailable('The document on disk is not what was stored.', null)
  }

  #fileOf(sha256: string): string {
    return join(this.#path, sha256)
  }
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

async function exists(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}

function unavailable(message: string, cause: unknown): CodedError<'document_unavailable'> {
  return new CodedError('document_unavailable', message, {
    hint: 'See whether the disk is full or failing.',
    cause,
  })
}
