/** What stands in a `DeadlineList`; the links belong to the list. */
export class Deadline<Owner> {
  readonly owner: Owner
  dueAtMs = 0
  list: DeadlineList<Owner> | null = null
  previous: Deadline<Owner> | null = null
  next: Deadline<Owner> | null = null

  constructor(owner: Owner) {
    this.owner = owner
  }
}

/**
 * Deadlines in the order in which they fall due, for owners that all wait equally long: a touched
 * one goes to the end, so that touching costs the same with ten owners and with a million, and
 * what is due stands in front. A doubly linked list inside the entries; nothing is allocated.
 */
export class DeadlineList<Owner> {
  #head: Deadline<Owner> | null = null
  #tail: Deadline<Owner> | null = null

  /** Moves the deadline to the end; it falls due no earlier than those before it. */
  push(deadline: Deadline<Owner>, dueAtMs: number): void {
    deadline.list?.remove(deadline)
    deadline.dueAtMs = Math.max(dueAtMs, this.#tail?.dueAtMs ?? dueAtMs)
    deadline.list = this
    deadline.previous = this.#tail
    if (this.#tail === null) this.#head = deadline
    else this.#tail.next = deadline
    this.#tail = deadline
  }

  remove(deadline: Deadline<Owner>): void {
    if (deadline.list !== this) return
    if (deadline.previous === null) this.#head = deadline.next
    else deadline.previous.next = deadline.next
    if (deadline.next === null) this.#tail = deadline.previous
    else deadline.next.previous = deadline.previous
    deadline.list = null
    deadline.previous = null
    deadline.next = null
  }

  nextDueAtMs(): number | null {
    return this.#head === null ? null : this.#head.dueAtMs
  }

  /** Takes the first one out when it is due. */
  takeDue(nowMs: number): Owner | null {
    const head = this.#head
    if (head === null || head.dueAtMs > nowMs) return null
    this.remove(head)
    return head.owner
  }
}
