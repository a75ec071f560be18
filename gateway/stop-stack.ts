/** Cleanups, run last in, first out. */
export class StopStack {
  readonly #steps: { readonly name: string; readonly stop: () => unknown }[] = []
  #stopped: Promise<void> | null = null

  push(name: string, stop: () => unknown): void {
    this.#steps.push({ name, stop })
  }

  /** Every step is tried; what failed is told together at the end. */
  stop(): Promise<void> {
    this.#stopped ??= this.#run()
    return this.#stopped
  }

  async #run(): Promise<void> {
    const failures: unknown[] = []
    for (const { name, stop } of this.#steps.reverse()) {
      try {
        await stop()
      } catch (error) {
        failures.push(new Error(`stopping ${name} failed`, { cause: error }))
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'The gateway did not stop cleanly.')
  }
}
