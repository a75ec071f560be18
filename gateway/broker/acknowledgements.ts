/**
 * The answers to what one device sends, in the order in which it sent it [MQTT-4.6.0-2], each as soon
 * as it and all before it are settled. Those that become due in one turn of the event loop (a group
 * commit settles many) leave in one write.
 */
export interface Acknowledgement {
  readonly packetType: number
  readonly packetIdentifier: number
  state: 'pending' | 'settled' | 'failed'
}

const BYTES_EACH = 4
const COMPACT_AT = 1_024

export class Acknowledgements {
  readonly #write: (bytes: Buffer, count: number) => void
  readonly #failed: () => void
  #queue: Acknowledgement[] = []
  #first = 0
  #isFlushDue = false

  /** `failed` is called when the oldest answer cannot be given; nothing is written after it. */
  constructor(options: { write: (bytes: Buffer, count: number) => void; failed: () => void }) {
    this.#write = options.write
    this.#failed = options.failed
  }

  add(
    packetType: number,
    packetIdentifier: number,
    state: 'pending' | 'settled' = 'pending',
  ): Acknowledgement {
    const acknowledgement: Acknowledgement = { packetType, packetIdentifier, state }
    this.#queue.push(acknowledgement)
    if (state === 'settled') this.#flushSoon(acknowledgement)
    return acknowledgement
  }

  settle(acknowledgement: Acknowledgement, state: 'settled' | 'failed'): void {
    acknowledgement.state = state
    this.#flushSoon(acknowledgement)
  }

  /** Writes what is due now; the rest follows by itself. */
  flush(): void {
    const queue = this.#queue
    let due = this.#first
    while (due < queue.length && queue[due]?.state === 'settled') due += 1
    const count = due - this.#first
    if (count > 0) {
      const bytes = Buffer.allocUnsafe(count * BYTES_EACH)
      for (let index = 0; index < count; index += 1) {
        const { packetType, packetIdentifier } = queue[this.#first + index] as Acknowledgement
        bytes[index * BYTES_EACH] = packetType << 4
        bytes[index * BYTES_EACH + 1] = 2
        bytes.writeUInt16BE(packetIdentifier, index * BYTES_EACH + 2)
      }
      this.#drop(due)
      this.#write(bytes, count)
    }
    if (this.#queue[this.#first]?.state === 'failed') this.#failed()
  }

  #flushSoon(acknowledgement: Acknowledgement): void {
    if (this.#isFlushDue || acknowledgement !== this.#queue[this.#first]) return
    this.#isFlushDue = true
    // After the promises that the same commit settles, before the next turn of the event loop.
    process.nextTick(() => {
      this.#isFlushDue = false
      this.flush()
    })
  }

  #drop(due: number): void {
    this.#first = due
    if (this.#first === this.#queue.length) {
      this.#queue = []
      this.#first = 0
    } else if (this.#first >= COMPACT_AT) {
      this.#queue = this.#queue.slice(this.#first)
      this.#first = 0
    }
  }
}
