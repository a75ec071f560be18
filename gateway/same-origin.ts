/** The session of a person travels in this cookie, over HTTP and in the live feed's handshake. */
export const SESSION_COOKIE = 'vigil_session'

/** The parts of a request that say where it comes from. */
export interface RequestOrigin {
  readonly host: string | undefined
  readonly origin: string | undefined
  /** `Sec-Fetch-Site`: set by browsers, out of reach of scripts. */
  readonly fetchSite?: string | undefined
}

/**
 * May a request that changes something come from there? A browser names the page it comes from; a
 * page of another origin is refused, whoever is logged in. A program names nothing and is not a
 * carrier of somebody's cookies. `allowedOrigins`: where a proxy shows us under another name.
 */
export function isOwnOrigin(request: RequestOrigin, allowedOrigins: readonly string[]): boolean {
  const { host, origin, fetchSite } = request
  if (origin === undefined) {
    return fetchSite === undefined || fetchSite === 'same-origin' || fetchSite === 'none'
  }
  if (allowedOrigins.includes(origin)) return true
  const url = URL.parse(origin)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return false
  return host !== undefined && url.host === host.toLowerCase()
}

/** One cookie of a `Cookie` header; null when it is not there. */
export function readCookie(header: string | undefined, name: string): string | null {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return null
}
