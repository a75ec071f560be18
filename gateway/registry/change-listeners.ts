/** Those who want to know of a change, told in the order they came. */
export class ChangeListeners<Change> {
  readonly #listeners = new Set<(change: Change) => void>()

  add(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  tell(change: Change): void {
    for (const listener of this.#listeners) listener(change)
  }
}
