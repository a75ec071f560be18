/** Where readings are kept, as VIGIL_TIMESERIES_URL says it. */
export type TimeSeriesTarget =
  | { readonly kind: 'embedded' }
  | {
      readonly kind: 'influxdb1'
      readonly protocol: 'http' | 'https'
      readonly host: string
      readonly port: number
      readonly database: string
      readonly username: string | null
      readonly password: string | null
    }
  | {
      readonly kind: 'influxdb2'
      readonly protocol: 'http' | 'https'
      readonly host: string
      readonly port: number
      readonly organization: string
      readonly bucket: string
    }

/** `problem` is a sentence without anything of the address: it may hold a password. */
export type TimeSeriesUrl =
  | { readonly ok: true; readonly target: TimeSeriesTarget }
  | { readonly ok: false; readonly problem: string }

const FORMS =
  'embedded:, influxdb1://USER:PASS@HOST:8086/DATABASE or influxdb2://HOST:8086/ORG/BUCKET (with +https before :// for TLS)'

const PORT_DEFAULT = 8086

/** Characters that the ways to write such a name disagree about. */
const ODD = /[\p{Cc}"\\]/u

export function parseTimeSeriesUrl(text: string): TimeSeriesUrl {
  if (text === 'embedded:') return { ok: true, target: { kind: 'embedded' } }
  const scheme = /^(influxdb[12])(\+https)?:\/\//.exec(text)
  if (scheme === null) return wrong(`expected ${FORMS}`)
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null) return wrong(`the address cannot be read, expected ${FORMS}`)
  if (url.hostname === '') return wrong('the address names no host')
  if (url.search !== '' || url.hash !== '') {
    return wrong('the address must end after the path; write ? and # in a name as %3F and %23')
  }
  const parts = decodeAll([url.username, url.password, ...url.pathname.split('/').slice(1)])
  if (parts === null)
    return wrong('a % in the address is not followed by two digits of a character')
  const [username = '', password = '', ...path] = parts
  const server = {
    protocol: scheme[2] === undefined ? 'http' : 'https',
    host: decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? PORT_DEFAULT : Number(url.port),
  } as const
  if (server.port === 0) return wrong('the port must not be 0')
  const isNamed = path.every((name) => name !== '' && !ODD.test(name))
  const [first, second] = path
  if (scheme[1] === 'influxdb1') {
    if (path.length !== 1 || first === undefined || !isNamed) {
      return wrong('expected one name after the host, the database: influxdb1://HOST:8086/DATABASE')
    }
    if (username === '' && password !== '') return wrong('a password stands without a user')
    const user = username === '' ? null : username
    const secret = username === '' ? null : password
    const account = { database: first, username: user, password: secret }
    return { ok: true, target: { kind: 'influxdb1', ...server, ...account } }
  }
  if (username !== '' || password !== '') {
    return wrong('InfluxDB 2 takes a token instead of user and password: set VIGIL_INFLUX_TOKEN')
  }
  if (path.length !== 2 || first === undefined || second === undefined || !isNamed) {
    return wrong(
      'expected two names after the host, organization and bucket: influxdb2://HOST:8086/ORG/BUCKET',
    )
  }
  const place = { organization: first, bucket: second }
  return { ok: true, target: { kind: 'influxdb2', ...server, ...place } }
}

function wrong(problem: string): TimeSeriesUrl {
  return { ok: false, problem }
}

function decodeAll(parts: readonly string[]): readonly string[] | null {
  try {
    return parts.map(decodeURIComponent)
  } catch {
    // A malformed escape is an outcome here, not a failure.
    return null
  }
}
