const COMPACTED_AT = 4_096

/** When the messages of one connection were sent that are not acknowledged yet; PUBACKs come in order. */
export class Unanswered {
  #sentAt: number[] = []
  #first = 0

  send(count: number, at: number): void {
    for (let n = 0; n < count; n += 1) this.#sentAt.push(at)
  }

  /** The oldest `count` are acknowledged: adds how long each took. */
  answer(count: number, at: number, latencies: number[]): void {
    for (let n = 0; n < count; n += 1) {
      latencies.push(at - (this.#sentAt[this.#first] ?? at))
      this.#first += 1
    }
    if (this.#first < COMPACTED_AT) return
    this.#sentAt = this.#sentAt.slice(this.#first)
    this.#first = 0
  }
}
