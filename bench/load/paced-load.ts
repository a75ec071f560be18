import { pause } from '../effort.ts'
import { quantileOf } from '../figure.ts'
import { acknowledgedBy, type LoadMember, openPublishers } from './acknowledged-rate.ts'
import type { PayloadForm } from './payload.ts'
import type { Publisher } from './publisher.ts'
import { Unanswered } from './unanswered.ts'

const TICK_MS = 1
/** More would take the generator's core; beyond it a write holds several messages. */
const WRITES_PER_TICK_MAX = 20
const ANSWER_POLL_MS = 20
const ANSWERS_MS_MAX = 60_000

/**
 * Messages at a given rate, whether they are acknowledged or not: what does not care for the server's pace.
 * Devices know nothing of each other, so the connections take turns: each millisecond some of them send,
 * one message each as long as the rate allows it.
 */
export class PacedLoad {
  readonly #publishers: readonly Publisher[]
  readonly #unanswered: readonly Unanswered[]
  readonly #perSecond: number
  readonly #beganAt = performance.now()
  readonly #timer: NodeJS.Timeout
  #sent = 0
  #next = 0
  #latencies: number[] = []
  #behindMs: number[] = []

  private constructor(publishers: readonly Publisher[], perSecond: number) {
    this.#publishers = publishers
    this.#unanswered = publishers.map(() => new Unanswered())
    this.#perSecond = perSecond
    for (const [index, publisher] of publishers.entries()) {
      const unanswered = this.#unanswered[index]
      publisher.onAcknowledged((count) => {
        unanswered?.answer(count, performance.now(), this.#latencies)
      })
    }
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

  /** Milliseconds from PUBLISH to PUBACK of all that were answered since this was asked last. */
  takeLatencies(): readonly number[] {
    const taken = this.#latencies
    this.#latencies = []
    return taken
  }

  /** How far the generator itself was behind its rate, at the 99th percentile, since this was asked last. */
  takeBehindMs(): number {
    const taken = quantileOf(this.#behindMs, 0.99)
    this.#behindMs = []
    return taken
  }

  /** Sends no more and waits until all that was sent is answered; refuses to wait longer than a minute. */
  async settle(): Promise<void> {
    clearInterval(this.#timer)
    const beganAt = performance.now()
    while (this.acknowledged < this.#sent) {
      if (performance.now() - beganAt > ANSWERS_MS_MAX) {
        throw new Error(`${this.#sent - this.acknowledged} messages were never answered`)
      }
      await pause(ANSWER_POLL_MS)
    }
  }

  stop(): void {
    clearInterval(this.#timer)
    for (const publisher of this.#publishers) publisher.stop()
  }

  #send(): void {
    const now = performance.now()
    const due = Math.floor(((now - this.#beganAt) / 1_000) * this.#perSecond) - this.#sent
    if (due <= 0) return
    this.#behindMs.push((due / this.#perSecond) * 1_000)
    const writes = Math.min(due, WRITES_PER_TICK_MAX, this.#publishers.length)
    const each = Math.floor(due / writes)
    for (let write = 0; write < writes; write += 1) {
      this.#publishers[this.#next]?.send(each)
      this.#unanswered[this.#next]?.send(each, now)
      this.#next = (this.#next + 1) % this.#publishers.length
    }
    this.#sent += each * writes
  }
}
