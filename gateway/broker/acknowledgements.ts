/**
 * The answers to what one device sends, in the order in which it sent it [MQTT-4.6.0-2], each as soon
 * as it and all before it are settled. Those that become due in one turn of the event loop (a group
 * commit settles many) leave in one write.
 *
 * What waits for the disk is two numbers a message in memory that is used again: an object for each would
 * be carried about by every collection of garbage until the disk has answered.
 */
export class Acknowledgements {
  readonly #write: (bytes: Buffer, count: number) => void
  readonly #failed: () => void
  /** Ring, whose length is a power of two: state, packet type and packet identifier of each. */
  #answers: number[] = []
  /** Parallel to it: what each holds of the receiver's memory. */
  #bytes: number[] = []
  /** Tickets are counted on; those from `#first` on are in the ring. */
  #first = 0
  #next = 0
  #isFlushDue = false

  /** `failed` is called when the oldest answer cannot be given; nothing is written after it. */
  constructor(options: { write: (bytes: Buffer, count: number) => void; failed: () => void }) {
    this.#write = options.write
    this.#failed = options.failed
  }

  /** A ticket for what is to be answered by this packet; `NO_ANSWER`: by none. */
  add(packetType: number, packetIdentifier: number, bytes: number): number {
    if (this.#next - this.#first === this.#answers.length) this.#grow()
    const ticket = this.#next
    const place = ticket & (this.#answers.length - 1)
    this.#answers[place] = (packetType << TYPE_SHIFT) | packetIdentifier
    this.#bytes[place] = bytes
    this.#next = ticket + 1
    return ticket
  }

  /** What needs no disk. */
  addSettled(packetType: number, packetIdentifier: number): void {
    this.settle(this.add(packetType, packetIdentifier, 0))
  }

  settle(ticket: number): void {
    this.#note(ticket, SETTLED)
  }

  fail(ticket: number): void {
    this.#note(ticket, FAILED)
  }

  bytesOf(ticket: number): number {
    return this.#bytes[ticket & (this.#bytes.length - 1)] as number
  }

  packetTypeOf(ticket: number): number {
    return typeIn(this.#answers[ticket & (this.#answers.length - 1)] as number)
  }

  packetIdentifierOf(ticket: number): number {
    return identifierIn(this.#answers[ticket & (this.#answers.length - 1)] as number)
  }

  /** Writes what is due now; the rest follows by itself. */
  flush(): void {
    this.#isFlushDue = false
    const answers = this.#answers
    const mask = answers.length - 1
    let due = this.#first
    let count = 0
    for (; due < this.#next; due += 1) {
      const answer = answers[due & mask] as number
      if ((answer & SETTLED) === 0) break
      if (typeIn(answer) !== NO_ANSWER) count += 1
    }
    if (count > 0) this.#write(this.#bytesUntil(due, count), count)
    this.#first = due
    const isBlocked = due < this.#next && ((answers[due & mask] as number) & FAILED) !== 0
    if (isBlocked) this.#failed()
  }

  #bytesUntil(due: number, count: number): Buffer {
    const bytes = Buffer.allocUnsafe(count * BYTES_EACH)
    let at = 0
    for (let ticket = this.#first; ticket < due; ticket += 1) {
      const answer = this.#answers[ticket & (this.#answers.length - 1)] as number
      if (typeIn(answer) === NO_ANSWER) continue
      bytes[at] = typeIn(answer) << 4
      bytes[at + 1] = 2
      bytes[at + 2] = identifierIn(answer) >> 8
      bytes[at + 3] = identifierIn(answer)
      at += BYTES_EACH
    }
    return bytes
  }

  #note(ticket: number, state: number): void {
    const place = ticket & (this.#answers.length - 1)
    this.#answers[place] = (this.#answers[place] as number) | state
    if (ticket === this.#first) this.#flushSoon()
  }

  #flushSoon(): void {
    if (this.#isFlushDue) return
    this.#isFlushDue = true
    if (DUE.push(this) === 1) process.nextTick(flushDue)
  }

  #grow(): void {
    const [answers, bytes] = [this.#answers, this.#bytes]
    const capacity = Math.max(CAPACITY_MIN, answers.length * 2)
    this.#answers = new Array<number>(capacity).fill(0)
    this.#bytes = new Array<number>(capacity).fill(0)
    for (let ticket = this.#first; ticket < this.#next; ticket += 1) {
      const [from, to] = [ticket & (answers.length - 1), ticket & (capacity - 1)]
      this.#answers[to] = answers[from] as number
      this.#bytes[to] = bytes[from] as number
    }
  }
}

/** Connections that have something to say; one commit settles messages of many. */
const DUE: Acknowledgements[] = []

/** After all that the same commit settles, before the next turn of the event loop. */
function flushDue(): void {
  for (const acknowledgements of DUE.splice(0)) acknowledgements.flush()
}

/** Of a message at QoS 0, which waits in line as the others do. */
export const NO_ANSWER = 0

const BYTES_EACH = 4
const CAPACITY_MIN = 8
const TYPE_SHIFT = 16
const TYPE_MASK = 0xf
const IDENTIFIER_MASK = 0xffff
const SETTLED = 1 << 20
const FAILED = 1 << 21

function typeIn(answer: number): number {
  return (answer >> TYPE_SHIFT) & TYPE_MASK
}

function identifierIn(answer: number): number {
  return answer & IDENTIFIER_MASK
}
