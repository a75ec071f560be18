/**
 * How much was received and is not durable yet, over all connections. When the disk stands still, or is
 * slower than the devices, they are to wait, not our memory to grow: above the limit no socket is read
 * until half of it is done.
 */
export class InboundBudget {
  readonly #bytesMax: number
  readonly #backlog: () => number
  readonly #waiting = new Set<() => void>()
  readonly #waitingForNone = new Set<() => void>()
  #messages = 0
  #bytes = 0
  #isSpent = false

  /** `backlog`: of all who share what is behind us; 1 is as much as may be. */
  constructor(bytesMax: number, backlog: () => number) {
    this.#bytesMax = bytesMax
    this.#backlog = backlog
  }

  get messages(): number {
    return this.#messages
  }

  get bytes(): number {
    return this.#bytes
  }

  get isSpent(): boolean {
    return this.#isSpent
  }

  take(bytes: number): void {
    this.#messages += 1
    this.#bytes += bytes
    this.#isSpent ||= this.#bytes >= this.#bytesMax || this.#backlog() >= 1
  }

  give(bytes: number): void {
    this.#messages -= 1
    this.#bytes -= bytes
    if (this.#isSpent && this.#hasRoom()) {
      this.#isSpent = false
      callAll(this.#waiting)
    }
    if (this.#messages === 0) callAll(this.#waitingForNone)
  }

  /** With nothing of our own under way nobody would call us again. */
  #hasRoom(): boolean {
    if (this.#messages === 0) return true
    return this.#bytes <= this.#bytesMax / 2 && this.#backlog() <= 1 / 2
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
