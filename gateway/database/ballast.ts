import { randomFillSync } from 'node:crypto'
import { open, rename, rm, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DATABASE_LIMITS } from '#config/limits.ts'

const CHUNK_BYTES = 1024 * 1024

/**
 * A file that only takes room. On a full disk it is given up, so that alarms can still be written
 * while readings wait; when there is room again it is made anew. It looks at facts (the file, the
 * free space) each time and remembers nothing else, so a restart on a full disk finds it as it is.
 */
export class Ballast {
  readonly #path: string
  readonly #bytes: number
  /** Left over when a process was killed while it made the file. */
  readonly #unfinishedPath: string
  #held = false

  constructor(options: { readonly path: string; readonly bytes: number }) {
    this.#path = options.path
    this.#unfinishedPath = `${options.path}.new`
    this.#bytes = options.bytes
  }

  get held(): boolean {
    return this.#held
  }

  /** Gives the room back to the disk; false when there was nothing to give. */
  async release(): Promise<boolean> {
    await rm(this.#unfinishedPath, { force: true })
    if ((await this.#bytesOnDisk()) === 0) return false
    await rm(this.#path, { force: true })
    this.#held = false
    return true
  }

  /** Makes the file when it is missing and the disk has plenty of room; true when it stands. */
  async restoreIfRoom(): Promise<boolean> {
    if ((await this.#bytesOnDisk()) >= this.#bytes) {
      this.#held = true
      return true
    }
    if ((await this.freeBytes()) < this.#bytes * DATABASE_LIMITS.ballastRoomFactor) return false
    try {
      await this.#write(this.#unfinishedPath)
      await rename(this.#unfinishedPath, this.#path)
    } catch (error) {
      await rm(this.#unfinishedPath, { force: true })
      if (isNoRoom(error)) return false
      throw error
    }
    this.#held = true
    return true
  }

  /** What the disk has left for us. */
  async freeBytes(): Promise<number> {
    const disk = await statfs(dirname(this.#path))
    return disk.bavail * disk.bsize
  }

  /** Random bytes: a file system that compresses, or keeps holes, must not take them for nothing. */
  async #write(path: string): Promise<void> {
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, this.#bytes))
    await using file = await open(path, 'w', 0o600)
    for (let left = this.#bytes; left > 0; left -= chunk.length) {
      await file.write(randomFillSync(chunk), 0, Math.min(left, chunk.length))
    }
    await file.sync()
  }

  async #bytesOnDisk(): Promise<number> {
    try {
      return (await stat(this.#path)).size
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return 0
      throw error
    }
  }
}

function isNoRoom(error: unknown): boolean {
  return hasCode(error, 'ENOSPC') || hasCode(error, 'EDQUOT')
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
