/**
 * How much was received and is not durable yet, over all connections. When the disk stands still the
 * devices are to wait, not our memory to grow: above the limit no socket is read until it falls.
 */
export class InboundBudget {
  readonly #bytesMax: number
  readonly #waiting = new Set<() => void>()
  readonly #waitingForNone = new Set<() => void>()
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
    if (!this.isSpent) callAll(this.#waiting)
    if (this.#messages === 0) callAll(this.#waitingForNone)
  }

  /** Calls back once, when there is something to spend again. */
  whenAvailable(resume: () => void): void {
    this.#waiting.add(resume)
  }

  /** Calls back once, when everything that was taken is settled. */
  whenNone(callback: () => void): void {
    if (this.#messages === 0) callback()
    else this.#waitingForNone.add(callback)
  }
}

function callAll(callbacks: Set<() => void>): void {
  if (callbacks.size === 0) return
  const due = [...callbacks]
  callbacks.clear()
  for (const callback of due) callback()
}
