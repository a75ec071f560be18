import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/**
 * What the demonstration must remember between starts, beside the gateway's own data: passwords it
 * made and tokens that the gateway shows only once. Readable by its owner only.
 */
const stateSchema = z.object({
  passwords: z.record(z.string(), z.string()),
  deviceTokens: z.record(z.string(), z.string()),
})

const FILE = 'demo.json'
/** Without the signs that look alike. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'

export class DemoState {
  readonly #folder: string
  readonly #passwords: Map<string, string>
  readonly #deviceTokens: Map<string, string>

  private constructor(folder: string, state: z.infer<typeof stateSchema>) {
    this.#folder = folder
    this.#passwords = new Map(Object.entries(state.passwords))
    this.#deviceTokens = new Map(Object.entries(state.deviceTokens))
  }

  static async load(folder: string): Promise<DemoState> {
    await mkdir(folder, { recursive: true })
    let text = '{"passwords":{},"deviceTokens":{}}'
    try {
      text = await readFile(join(folder, FILE), 'utf8')
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    }
    return new DemoState(folder, stateSchema.parse(JSON.parse(text)))
  }

  /** The password of an account; made when it has none yet. */
  passwordOf(username: string): string {
    const known = this.#passwords.get(username)
    if (known !== undefined) return known
    const made = makePassword()
    this.#passwords.set(username, made)
    return made
  }

  hasPassword(username: string): boolean {
    return this.#passwords.has(username)
  }

  tokenOf(deviceId: string): string | undefined {
    return this.#deviceTokens.get(deviceId)
  }

  setToken(deviceId: string, token: string): void {
    this.#deviceTokens.set(deviceId, token)
  }

  async save(): Promise<void> {
    const state = {
      passwords: Object.fromEntries(this.#passwords),
      deviceTokens: Object.fromEntries(this.#deviceTokens),
    }
    const path = join(this.#folder, FILE)
    await writeFile(`${path}.new`, JSON.stringify(state, null, 2), { mode: 0o600 })
    await rename(`${path}.new`, path)
  }
}

/** Three groups of four, about 59 bits: easy to type, not worth guessing. */
function makePassword(): string {
  const letters = [...randomBytes(12)].map((byte) => ALPHABET[byte % ALPHABET.length])
  return [0, 4, 8].map((start) => letters.slice(start, start + 4).join('')).join('-')
}
