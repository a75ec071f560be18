import assert from 'node:assert/strict'

/** A wake-up: the instant, and whose it is. */
export interface Wake {
  readonly atMs: number
  readonly key: string
}

/** Wake-ups in the order of (instant, key); a binary heap. Who is woken checks whether it still counts. */
export class WakeQueue {
  readonly #heap: Wake[] = []

  get size(): number {
    return this.#heap.length
  }

  peek(): Wake | null {
    return this.#heap[0] ?? null
  }

  push(wake: Wake): void {
    const heap = this.#heap
    let index = heap.push(wake) - 1
    while (index > 0) {
      const parentIndex = (index - 1) >> 1
      const parent = heap[parentIndex]
      assert(parent)
      if (!isBefore(wake, parent)) break
      heap[index] = parent
      index = parentIndex
    }
    heap[index] = wake
  }

  pop(): Wake | null {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined) return null
    if (heap.length > 0) this.#sink(last)
    return first
  }

  /** Puts the wake-up at the top and lets it sink to its place. */
  #sink(wake: Wake): void {
    const heap = this.#heap
    let index = 0
    for (;;) {
      const leftIndex = 2 * index + 1
      const left = heap[leftIndex]
      if (left === undefined) break
      const right = heap[leftIndex + 1]
      const childIndex = right !== undefined && isBefore(right, left) ? leftIndex + 1 : leftIndex
      const child = heap[childIndex]
      assert(child)
      if (!isBefore(child, wake)) break
      heap[index] = child
      index = childIndex
    }
    heap[index] = wake
  }
}

function isBefore(one: Wake, other: Wake): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.key < other.key)
}
