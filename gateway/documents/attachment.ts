/**
 * The header of an answer that is to be saved under a name (RFC 6266): an ASCII name for those who
 * know no better, and the real one. What no file may be called is taken out.
 */
export function attachment(name: string): string {
  const allowed = name.replace(/[\p{Cc}"\\/:*?<>|]/gu, '_').slice(0, NAME_LENGTH_MAX)
  const ascii = allowed.replace(/[^\x20-\x7e]/g, '_')
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encode(allowed)}`
}

const NAME_LENGTH_MAX = 120

/** RFC 8187: `encodeURIComponent` leaves four signs that the header may not hold. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
