// biome-ignore lint/style/noRestrictedImports: this measures one part of the gateway by itself.
import type { ReadingBatch } from '#alerting/reading.ts'

/** A way to keep readings, as `timeseries-candidates.ts` measures it. */
export interface Candidate {
  open(path: string): Promise<void>
  write(batch: ReadingBatch): Promise<void>
  /** Everything durable and in its final form. */
  settle(): Promise<void>
  /** How many readings one point has in the range, all of them in JavaScript. */
  day(point: number, fromMs: number, toMs: number): Promise<number>
  means(point: number, range: { fromMs: number; toMs: number; everyMs: number }): Promise<number>
  latest(): Promise<number>
  close(): Promise<void>
}
