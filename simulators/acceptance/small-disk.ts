import { spawnSync } from 'node:child_process'
import { mkdtemp, open, rm, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const CHUNK_BYTES = [1024 * 1024, 4096, 1]

/** A small tmpfs that can be filled to the last byte. Needs root (requirement `tmpfs`). */
export class SmallDisk implements AsyncDisposable {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async mount(bytes: number): Promise<SmallDisk> {
    const folder = await mkdtemp(join(tmpdir(), 'vigil-small-disk-'))
    run('mount', '-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder)
    return new SmallDisk(folder)
  }

  get #fillPath(): string {
    return join(this.folder, 'fill')
  }

  /** Takes all room that is left. */
  async fill(): Promise<void> {
    const file = await open(this.#fillPath, 'a')
    try {
      for (const bytes of CHUNK_BYTES) {
        const chunk = Buffer.alloc(bytes, 1)
        while (await wrote(() => file.write(chunk)));
      }
    } finally {
      await file.close()
    }
  }

  async free(): Promise<void> {
    await rm(this.#fillPath)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    run('umount', this.folder)
    await rmdir(this.folder)
  }
}

async function wrote(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write()
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false
    throw error
  }
}

function run(program: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`)
}
