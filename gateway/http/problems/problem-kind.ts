/** What a code means on the wire: its status, what it says, and what the caller can do about it. */
export interface ProblemKind {
  readonly status: number
  readonly title: string
  readonly remedy: string
}
