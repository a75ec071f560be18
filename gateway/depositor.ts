/**
 * Who handed something over and waits until it is on disk. Each piece is known by the number that came with
 * it, so that what waits is a number, and not a function, of which there would be thousands at a time.
 */
export interface Depositor {
  /** Once for each ticket. Null: it is on disk; else why it will not be. May not throw. */
  settled(ticket: number, error: unknown): void
}
