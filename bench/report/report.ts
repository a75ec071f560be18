import type { Figure } from '../figure.ts'

/** What one run found; the JSON of the report is this. */
export interface Report {
  readonly at: string
  readonly machine: string
  /** Of the command line. */
  readonly options: readonly string[]
  readonly isQuick: boolean
  readonly sections: readonly Section[]
}

export interface Section {
  readonly name: string
  readonly title: string
  readonly seconds: number
  /** Null: it ran to its end. */
  readonly failure: string | null
  readonly figures: readonly Figure[]
  readonly remarks: readonly string[]
  /** What it printed. */
  readonly text: string
}
