import type { Clock } from './clock.ts'

/** Waits by the clock; ends early, without complaint, when the signal aborts. Leaves nothing behind. */
export async function pause(clock: Clock, durationMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => {
    const end = () => {
      cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const cancel = clock.wakeAt(clock.nowMs() + durationMs, end)
    signal.addEventListener('abort', end)
  })
}
