import { CodedError } from '#alerting/errors.ts'

/** Lets one in at a time, in the order of asking; beyond `waitingMax` it refuses at once. */
export class FairLock {
  readonly #waitingMax: number
  readonly #waiting: (() => void)[] = []
  #held = false

  constructor(options: { readonly waitingMax: number }) {
    this.#waitingMax = options.waitingMax
  }

  async acquire(): Promise<void> {
    if (!this.#held) {
      this.#held = true
      return
    }
    if (this.#waiting.length >= this.#waitingMax) {
      throw new CodedError('database_unavailable', 'Too much waits for the database.')
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  release(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#held = false
    else next()
  }

  async with<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.acquire()
    try {
      return await work()
    } finally {
      this.release()
    }
  }
}
