import type { MqttLimits } from './limits.ts'

export interface InboundBudgetOptions {
  readonly limits: Pick<
    MqttLimits,
    | 'inFlightInboundBytesTotalMax'
    | 'inboundPerTurnMax'
    | 'inboundBytesPerTurnMax'
    | 'inboundBytesPerRoundMax'
  >
  /** Of all who share what is behind us; 1 is as much as may be. */
  readonly backlog: () => number
}

/**
 * What is taken of devices, over all connections. Two things make them wait unread. When the disk stands
 * still, or is slower than they are, our memory is not to grow: above the limit nothing is taken until
 * half of it is done. And in one turn of the event loop only so much is taken, a SUBSCRIBE or a PINGREQ as
 * well as a message, for commits and alarms are to get their turn however much lies ready in the
 * sockets. And the more
 * wait, the smaller the share of each: a thousand devices that bring an hour each are not to make a live
 * one wait until they are through.
 */
export class InboundBudget {
  readonly #limits: InboundBudgetOptions['limits']
  readonly #backlog: () => number
  readonly #waiting = new Set<() => void>()
  readonly #waitingForNone = new Set<() => void>()
  #messages = 0
  #bytes = 0
  #isFull = false
  #messagesInTurn = 0
  #bytesInTurn = 0
  #isTurnEnding = false

  constructor({ limits, backlog }: InboundBudgetOptions) {
    this.#limits = limits
    this.#backlog = backlog
  }

  get messages(): number {
    return this.#messages
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Nothing is to be taken now; `whenAvailable` says when. */
  get isSpent(): boolean {
    const { inboundPerTurnMax, inboundBytesPerTurnMax } = this.#limits
    return (
      this.#isFull ||
      this.#messagesInTurn >= inboundPerTurnMax ||
      this.#bytesInTurn >= inboundBytesPerTurnMax
    )
  }

  /** Others wait, and who has taken so many bytes in a row has had its share: it waits its turn. */
  isShareSpent(bytes: number): boolean {
    return bytes * this.#waiting.size >= this.#limits.inboundBytesPerRoundMax
  }

  take(bytes: number): void {
    this.#messages += 1
    this.#bytes += bytes
    this.#isFull ||=
      this.#bytes >= this.#limits.inFlightInboundBytesTotalMax || this.#backlog() >= 1
    this.handle(bytes, 1)
  }

  /** What is answered at once: it holds nothing, but takes its part of the turn, of as much work as so many messages. */
  handle(bytes: number, messages: number): void {
    this.#messagesInTurn += messages
    this.#bytesInTurn += bytes
    if (!this.#isTurnEnding) this.#endTurn()
  }

  give(bytes: number): void {
    this.#messages -= 1
    this.#bytes -= bytes
    if (this.#isFull && this.#hasRoom()) {
      this.#isFull = false
      this.#callWaiting()
    }
    if (this.#messages === 0) callAll(this.#waitingForNone)
  }

  /** Calls back once, when there is something to spend again. */
  whenAvailable(resume: () => void): void {
    this.#waiting.add(resume)
  }

  /** With nothing of our own under way nobody would call us again. */
  #hasRoom(): boolean {
    if (this.#messages === 0) return true
    const { inFlightInboundBytesTotalMax } = this.#limits
    return this.#bytes <= inFlightInboundBytesTotalMax / 2 && this.#backlog() <= 1 / 2
  }

  #endTurn(): void {
    this.#isTurnEnding = true
    setImmediate(() => {
      this.#isTurnEnding = false
      this.#messagesInTurn = 0
      this.#bytesInTurn = 0
      this.#callWaiting()
    })
  }

  /** One after the other as long as there is something to spend; who waits again goes to the end. */
  #callWaiting(): void {
    for (const resume of this.#waiting) {
      if (this.isSpent) return
      this.#waiting.delete(resume)
      resume()
    }
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
