import { acknowledgedBy, type LoadMember, openPublishers } from './acknowledged-rate.ts'
import type { PayloadForm } from './payload.ts'
import type { Publisher } from './publisher.ts'

const TICK_MS = 10

/** Messages at a given rate, whether they are acknowledged or not: what does not care for the server's pace. */
export class PacedLoad {
  readonly #publishers: readonly Publisher[]
  readonly #perSecond: number
  readonly #beganAt = performance.now()
  readonly #timer: NodeJS.Timeout
  #sent = 0

  private constructor(publishers: readonly Publisher[], perSecond: number) {
    this.#publishers = publishers
    this.#perSecond = perSecond
    for (const publisher of publishers) publisher.onAcknowledged(() => undefined)
    this.#timer = setInterval(() => this.#send(), TICK_MS)
  }

  static async start(options: {
    readonly port: number
    readonly members: readonly LoadMember[]
    readonly form: PayloadForm
    readonly perSecond: number
  }): Promise<PacedLoad> {
    const { port, members, form, perSecond } = options
    return new PacedLoad(await openPublishers(port, members, form), perSecond)
  }

  get sent(): number {
    return this.#sent
  }

  get acknowledged(): number {
    return acknowledgedBy(this.#publishers)
  }

  /** Sends no more; answers are still counted. */
  endSending(): void {
    clearInterval(this.#timer)
  }

  stop(): void {
    this.endSending()
    for (const publisher of this.#publishers) publisher.stop()
  }

  #send(): void {
    const due = Math.floor(((performance.now() - this.#beganAt) / 1_000) * this.#perSecond)
    const each = Math.floor((due - this.#sent) / this.#publishers.length)
    if (each === 0) return
    for (const publisher of this.#publishers) publisher.send(each)
    this.#sent += each * this.#publishers.length
  }
}
