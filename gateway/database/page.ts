/** One page of a list, and where the next one begins (null: this was the last). */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextCursor: string | null
}

/** `cursor` is what an earlier page gave; a foreign or broken one is refused with `cursor_invalid`. */
export interface PageRequest {
  readonly limit: number
  readonly cursor?: string | undefined
}
