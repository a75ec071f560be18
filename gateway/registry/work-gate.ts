import { CodedError } from '#alerting/errors.ts'

/** Lets a few work at once and some wait; beyond that it refuses with `too_many_attempts`. */
export class WorkGate {
  readonly #limits: { readonly atOnceMax: number; readonly waitingMax: number }
  readonly #waiting: (() => void)[] = []
  #working = 0

  constructor(limits: { readonly atOnceMax: number; readonly waitingMax: number }) {
    this.#limits = limits
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#enter()
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#working -= 1
      else next()
    }
  }

  async #enter(): Promise<void> {
    if (this.#working < this.#limits.atOnceMax) {
      this.#working += 1
      return
    }
    if (this.#waiting.length >= this.#limits.waitingMax) {
      throw new CodedError('too_many_attempts', 'Too many people log in at this moment.', {
        details: { retryAfterMs: 1_000 },
      })
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }
}
