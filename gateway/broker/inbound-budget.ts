/**
 * How much was received and is not durable yet, over all connections. When the disk stands still the
 * devices are to wait, not our memory to grow: above the limit no socket is read until it falls.
 */
export class InboundBudget {
  readonly #bytesMax: number
  readonly #waiting = new Set<() => void>()
  #messages = 0
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  get messages(): number {
    return this.#messages
  }

  get bytes(): number {
    return this.#bytes
  }

  get isSpent(): boolean {
    return this.#bytes >= this.#bytesMax
  }

  take(bytes: number): void {
    this.#messages += 1
    this.#bytes += bytes
  }

  give(bytes: number): void {
    this.#messages -= 1
    this.#bytes -= bytes
    if (this.isSpent || this.#waiting.size === 0) return
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const resume of waiting) resume()
  }

  /** Calls back once, when there is something to spend again. */
  whenAvailable(resume: () => void): void {
    this.#waiting.add(resume)
  }
}
