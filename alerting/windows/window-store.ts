import type { ServiceWindow } from './service-window.ts'

/** Port. Rejects with `CodedError` `database_unavailable`: nothing was written. */
export interface WindowStore {
  /** Puts the window as it stands now in the place of what was stored of it. */
  save(window: ServiceWindow): Promise<void>
  /** All that no person has finished. */
  loadUnfinished(): Promise<readonly ServiceWindow[]>
}
