/** What the journal needs of a logger; pino's fits. */
export interface JournalLogger {
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}
