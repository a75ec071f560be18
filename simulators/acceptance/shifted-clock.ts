/**
 * Loaded into a gateway before it starts (`node --import`): the clock of its machine runs so far ahead. A gateway that is
 * started again with another shift finds that hours have passed, which no test can wait for.
 */
const shiftMs = Number(process.env.CLOCK_SHIFT_MS ?? 0)
const wallMs = Date.now

Date.now = () => wallMs() + shiftMs

/** The settings of a gateway whose clock is ahead by `shiftMs`. */
export function clockAheadBy(shiftMs: number): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--import=${import.meta.url}`, CLOCK_SHIFT_MS: String(shiftMs) }
}
