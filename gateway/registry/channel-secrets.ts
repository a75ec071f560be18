import { isDeepStrictEqual } from 'node:util'

/** What stands in the place of a secret. */
export const HIDDEN = '***'

const SECRET_PARAMETER = /token|key|secret|sign|password|pwd/i

/** Feishu has its key in the path: `/open-apis/bot/v2/hook/…`. */
const SECRET_SEGMENT = /(\/hook\/)[^/]+/

type Config = Readonly<Record<string, unknown>>

/**
 * A channel's configuration as people may see it: no webhook secret, header names without their
 * values, addresses without passwords and secret parameters.
 */
export function hideSecrets(config: Config): Config {
  const shown: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(config)) {
    if (name === 'secret') continue
    if (name === 'url' && typeof value === 'string') shown[name] = hideInUrl(value)
    else if (name === 'headers') shown[name] = hideValues(value)
    else shown[name] = value
  }
  return shown
}

/**
 * The configuration that a person meant who was shown `hideSecrets(stored)` and sent back `given`:
 * what is absent or unchanged stays, a hidden header keeps its value.
 */
export function withKeptSecrets(stored: Config, given: Config): Config {
  const shown = hideSecrets(stored)
  const meant: Record<string, unknown> = { ...stored }
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || isDeepStrictEqual(value, shown[name])) continue
    meant[name] = name === 'headers' ? withKeptHeaders(stored.headers, value) : value
  }
  return meant
}

function hideInUrl(text: string): string {
  const url = URL.parse(text)
  if (url === null) return text
  if (url.password !== '') url.password = HIDDEN
  for (const name of url.searchParams.keys()) {
    if (SECRET_PARAMETER.test(name)) url.searchParams.set(name, HIDDEN)
  }
  url.pathname = url.pathname.replace(SECRET_SEGMENT, `$1${HIDDEN}`)
  return url.href
}

function hideValues(headers: unknown): unknown {
  return Object.fromEntries(Object.keys(asRecord(headers)).map((name) => [name, HIDDEN]))
}

function withKeptHeaders(stored: unknown, given: unknown): unknown {
  const known = asRecord(stored)
  return Object.fromEntries(
    Object.entries(asRecord(given)).map(([name, value]) => [
      name,
      value === HIDDEN && Object.hasOwn(known, name) ? known[name] : value,
    ]),
  )
}

function asRecord(value: unknown): Config {
  return typeof value === 'object' && value !== null ? (value as Config) : {}
}
