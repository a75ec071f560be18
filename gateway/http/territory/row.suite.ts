import type { District } from '../http-server.suite.ts'

/**
 * What a route has to do with territory, one row a route of the OpenAPI document (the test fails for
 * a route without a row). Towns a and b are furnished alike; accounts of elsewhere then try every
 * route on the things of town b, and an account of town b itself does the same as a control, so that
 * a row that cannot fail is noticed.
 */
export type Row =
  /** The path names a thing: from elsewhere it is as if it did not exist. */
  | {
      readonly kind: 'thing'
      /** Path parameter → name among the belongings. */
      readonly params: Readonly<Record<string, string>>
      readonly query?: string
      readonly body?: Request
      readonly read?: Reader
    }
  /** Answers with what the caller may see, e.g. a list, a search, an export. */
  | {
      readonly kind: 'view'
      readonly query?: string | ((of: Belongings) => string)
      readonly body?: Request
      readonly read?: Reader
      /** Why town b's own account may find nothing of town b in it, where that is so. */
      readonly mayBeEmpty?: string
    }
  /** Puts something into an organization, site or device that the body names. */
  | { readonly kind: 'placing'; readonly body: (of: Belongings) => unknown }
  /** Concerns the whole district: only for accounts that see all of it. */
  | {
      readonly kind: 'district'
      readonly params?: Readonly<Record<string, string>>
      readonly body?: Request
    }
  /** The same for everybody, or only about the caller itself. */
  | { readonly kind: 'open'; readonly why: string; readonly body?: unknown }

type Request = object | ((of: Belongings) => object)
/** Text of an answer that is not text, e.g. of a workbook. */
type Reader = (raw: Buffer) => string | Promise<string>

export type RouteKey = `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`
export type Town = 'a' | 'b'

/** Ids of a town's things by name, e.g. `{ device: 'gas-b' }`. */
export type Belongings = Readonly<Record<string, string>>

/** Rows of one area, and what must be there for them. Everything made for a town carries `of ${town}` or `-${town}` in its name. */
export interface Area {
  readonly furnish?: (
    district: District,
    town: Town,
    of: Belongings,
  ) => Promise<Record<string, string>>
  readonly rows: Readonly<Record<RouteKey, Row>>
}

export function thing(
  params: string | Readonly<Record<string, string>>,
  options: Partial<Omit<Extract<Row, { kind: 'thing' }>, 'kind' | 'params'>> = {},
): Row {
  return { kind: 'thing', params: typeof params === 'string' ? { id: params } : params, ...options }
}

export function view(options: Omit<Extract<Row, { kind: 'view' }>, 'kind'> = {}): Row {
  return { kind: 'view', ...options }
}

export function placing(body: (of: Belongings) => unknown): Row {
  return { kind: 'placing', body }
}

export function district(options: Omit<Extract<Row, { kind: 'district' }>, 'kind'> = {}): Row {
  return { kind: 'district', ...options }
}

export function open(why: string, body?: unknown): Row {
  return { kind: 'open', why, body }
}

/** Calls it as the global administrator; for furnishing. */
export async function made(
  district: District,
  url: string,
  body?: unknown,
): Promise<Record<string, unknown>> {
  const admin = await district.as('admin')
  const answer = await admin('POST', url, body)
  if (answer.statusCode >= 300) throw new Error(`POST ${url}: ${answer.body}`)
  return answer.body === '' ? {} : answer.json()
}
