/**
 * Device and point names as values of InfluxDB's tags. Names that ingest takes, and any other script,
 * are kept as they are. What InfluxDB cannot carry, or carries differently by version (line protocol
 * knows no way to write a newline or a backslash at the end of a tag), is written as `%` and the four
 * hexadecimal digits of its UTF-16 code unit: control characters, backslash, `%` itself and halves of
 * surrogate pairs. Two names never become one, and commas, spaces and quotes are left to the clients.
 */
const UNSAFE = /[\p{Cc}\p{Cs}\\%]/gu
const ENCODED = /%([0-9a-f]{4})/g
/** A tag without a value is no tag; no other name is encoded like this. */
const EMPTY = '%'

export function encodeName(name: string): string {
  if (name === '') return EMPTY
  return name.replace(UNSAFE, (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

export function decodeName(value: string): string {
  if (value === EMPTY) return ''
  return value.replace(ENCODED, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)))
}
