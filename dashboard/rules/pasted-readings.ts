export interface PastedReading {
  readonly at: string
  readonly value: number | boolean
}

export type Pasted =
  | { readonly ok: true; readonly readings: readonly PastedReading[] }
  | { readonly ok: false; readonly line: number; readonly text: string }

const WORDS: Readonly<Record<string, boolean>> = { true: true, false: false, 是: true, 否: false }

/**
 * One reading a line, time and value, parted by a comma, semicolon, tab or blank. The time is seconds
 * from `startMs`, or an instant in full; blank lines are passed over.
 */
export function parsePasted(text: string, startMs: number): Pasted {
  const readings: PastedReading[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '') continue
    const parts = /^(.*?)[\s,;，；]+(\S+)$/.exec(line)
    const atMs = parts === null ? null : readInstant(parts[1] ?? '', startMs)
    const value = parts === null ? null : readValue(parts[2] ?? '')
    if (atMs === null || value === null) return { ok: false, line: index + 1, text: line }
    readings.push({ at: new Date(atMs).toISOString(), value })
  }
  return { ok: true, readings }
}

function readInstant(text: string, startMs: number): number | null {
  if (/^\d+(\.\d+)?$/.test(text)) {
    const seconds = Number(text)
    // Epoch milliseconds are larger than any span one would type in seconds.
    return seconds > 1e11 ? seconds : startMs + seconds * 1_000
  }
  const atMs = Date.parse(text)
  return Number.isNaN(atMs) ? null : atMs
}

function readValue(text: string): number | boolean | null {
  const word = WORDS[text.toLowerCase()]
  if (word !== undefined) return word
  const value = Number(text)
  return Number.isFinite(value) ? value : null
}
