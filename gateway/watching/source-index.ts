import type { HazardSourceSummary } from '../contract.ts'
import { summaryOf } from '../hazards/hazard-source.ts'
import type { HazardRegister } from '../hazards/register.ts'
import { ChangeListeners } from '../registry/change-listeners.ts'
import type { SourceDirectory, WatchedSource } from './watched-source.ts'

const PAGE = 500

/** All hazard sources as watchers and the map need them, in memory; the register keeps them up to date. */
export class SourceIndex implements SourceDirectory {
  readonly #sources = new Map<string, WatchedSource>()
  readonly #listeners = new ChangeListeners<string>()

  source(id: string): WatchedSource | null {
    return this.#sources.get(id) ?? null
  }

  sources(): Iterable<WatchedSource> {
    return this.#sources.values()
  }

  onChange(listener: (sourceId: string) => void): () => void {
    return this.#listeners.add(listener)
  }

  /** Loads all and takes over every change, at once. */
  async follow(register: HazardRegister): Promise<void> {
    register.onChange(({ id, row }) => {
      if (row === null) this.remove(id)
      else this.#take(summaryOf(row))
    })
    let cursor: string | undefined
    do {
      const page = await register.list({ organizationIds: null, limit: PAGE, cursor })
      for (const summary of page.items) this.#take(summary)
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
  }

  put(source: WatchedSource): void {
    this.#sources.set(source.id, source)
    this.#listeners.tell(source.id)
  }

  remove(id: string): void {
    if (this.#sources.delete(id)) this.#listeners.tell(id)
  }

  /** What was cancelled is not watched any more. */
  #take(summary: HazardSourceSummary): void {
    if (summary.filing.state === 'cancelled') this.remove(summary.id)
    else this.put(summary)
  }
}
