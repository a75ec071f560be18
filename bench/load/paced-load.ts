import { acknowledgedBy, type LoadMember, openPublishers } from './acknowledged-rate.ts'
import type { PayloadForm } from './payload.ts'
import type { Publisher } from './publisher.ts'

/** Each tick another part of the connections sends, for devices do not all speak at one instant. */
const TICK_MS = 2
const PARTS = 5

interface Part {
  readonly publishers: readonly Publisher[]
  readonly perSecond: number
  sent: number
}

/** Messages at a given rate, whether they are acknowledged or not: what does not care for the server's pace. */
export class PacedLoad {
  readonly #publishers: readonly Publisher[]
  readonly #parts: readonly Part[]
  readonly #beganAt = performance.now()
  readonly #timer: NodeJS.Timeout
  #ticks = 0

  private constructor(publishers: readonly Publisher[], perSecond: number) {
    this.#publishers = publishers
    this.#parts = partsOf(publishers, perSecond)
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
    return this.#parts.reduce((sum, { sent }) => sum + sent, 0)
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
    const part = this.#parts[this.#ticks % this.#parts.length]
    this.#ticks += 1
    if (part === undefined) return
    const due = Math.floor(((performance.now() - this.#beganAt) / 1_000) * part.perSecond)
    const each = Math.floor((due - part.sent) / part.publishers.length)
    if (each === 0) return
    for (const publisher of part.publishers) publisher.send(each)
    part.sent += each * part.publishers.length
  }
}

function partsOf(publishers: readonly Publisher[], perSecond: number): readonly Part[] {
  const parts = Array.from({ length: Math.min(PARTS, publishers.length) }, (_, part) =>
    publishers.filter((_, index) => index % PARTS === part),
  )
  return parts.map((part) => ({
    publishers: part,
    perSecond: (perSecond * part.length) / publishers.length,
    sent: 0,
  }))
}
