import type { Position } from '../map/coordinates.ts'

/** A registered hazard source, as far as it is watched: a part of `HazardSourceSummary`. */
export interface WatchedSource {
  readonly id: string
  readonly name: string
  readonly organizationId: string
  readonly siteId: string | null
  readonly kind: 'tank-farm' | 'warehouse' | 'production' | 'other'
  readonly position: Position | null
  readonly units: readonly WatchedUnit[]
  readonly exposedPopulation: { readonly people: number | null }
  readonly registered: { readonly hazardLevel: HazardLevel | null }
  /** ISO 8601; null: never accepted, so nothing is due yet. `dueAt`: the next assessment. */
  readonly filing: { readonly acceptedAt: string | null; readonly dueAt: string | null }
}

export type HazardLevel = 1 | 2 | 3 | 4

/** Figures as registered; decimals are exact text, null where a draft does not say yet. */
export interface WatchedUnit {
  readonly id: string
  readonly name: string
  readonly s: string | null
  readonly r: string | null
  readonly hazardLevel: HazardLevel | null
  readonly substances: readonly WatchedSubstance[]
}

export interface WatchedSubstance {
  readonly id: string
  readonly name: string
  readonly row: number | null
  readonly categories: readonly string[]
  /** Tonnes. */
  readonly designMaximum: string | null
  readonly beta: string | null
}

/** Port: all hazard sources, answered from memory; told after a change stands. */
export interface SourceDirectory {
  source(id: string): WatchedSource | null
  sources(): Iterable<WatchedSource>
  onChange(listener: (sourceId: string) => void): () => void
}
