import type { Problem } from '../../gateway/contract.ts'

const REQUEST_DURATION_MS_MAX = 30_000

/** An answer of the gateway that is not what was asked for; branch on `code`. */
export class ApiError extends Error {
  readonly code: string
  readonly status: number
  readonly problem: Problem | null

  constructor(code: string, status: number, problem: Problem | null, cause?: unknown) {
    super(problem?.detail ?? problem?.title ?? code, cause === undefined ? undefined : { cause })
    this.name = 'ApiError'
    this.code = code
    this.status = status
    this.problem = problem
  }
}

export type QueryValue = string | number | boolean | undefined

export interface ApiClient {
  get<Answer>(path: string, options?: RequestOptions): Promise<Answer>
  post<Answer>(path: string, body: unknown, options?: RequestOptions): Promise<Answer>
  /** The body is the file itself; what it is, the gateway tells by its bytes. */
  postFile<Answer>(path: string, file: Blob, options?: RequestOptions): Promise<Answer>
  patch<Answer>(path: string, body: unknown): Promise<Answer>
  put<Answer>(path: string, body: unknown): Promise<Answer>
  /** Null where nothing is answered. */
  delete<Answer = null>(path: string): Promise<Answer>
}

export interface RequestOptions {
  readonly query?: Readonly<Record<string, QueryValue>>
  readonly signal?: AbortSignal
  /** Statuses beside 2xx whose body is the answer, e.g. 503 of the readiness check. */
  readonly alsoTake?: readonly number[]
}

export interface ApiClientParts {
  readonly fetch: typeof fetch
  /** The session has ended. */
  readonly onUnauthenticated: () => void
}

export function withQuery(
  path: string,
  query: Readonly<Record<string, QueryValue>> | undefined,
): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) parameters.set(name, String(value))
  }
  const text = parameters.toString()
  return text === '' ? path : `${path}?${text}`
}

/** The gateway's problem document, or null when something else answered (a proxy, say). */
export function parseProblem(body: unknown): Problem | null {
  if (typeof body !== 'object' || body === null) return null
  if (!('code' in body) || typeof body.code !== 'string') return null
  if (!('title' in body) || typeof body.title !== 'string') return null
  // Checked are the two fields without which it is no problem of ours; the rest only gets shown.
  return body as Problem
}

function bodyParts(body: unknown): Pick<RequestInit, 'body' | 'headers'> {
  if (body === undefined) return {}
  if (body instanceof Blob) return { body, headers: { 'content-type': 'application/octet-stream' } }
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text()
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

export function createApiClient(parts: ApiClientParts): ApiClient {
  async function request(
    method: string,
    path: string,
    body: unknown,
    options: RequestOptions,
  ): Promise<unknown> {
    const timeout = AbortSignal.timeout(REQUEST_DURATION_MS_MAX)
    const signal =
      options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout])
    let response: Response
    try {
      response = await parts.fetch(withQuery(path, options.query), {
        method,
        signal,
        credentials: 'same-origin',
        ...bodyParts(body),
      })
    } catch (error) {
      if (options.signal?.aborted === true) throw error
      throw new ApiError(timeout.aborted ? 'no_answer' : 'network_unreachable', 0, null, error)
    }
    const answer = await bodyOf(response)
    if (response.ok || options.alsoTake?.includes(response.status) === true) return answer
    const problem = parseProblem(answer)
    // A signature with a wrong password is answered 401 too, and says nothing about the session.
    const isSessionOver = response.status === 401 && problem?.code !== 'credentials_wrong'
    if (isSessionOver) parts.onUnauthenticated()
    throw new ApiError(problem?.code ?? codeOfStatus(response.status), response.status, problem)
  }

  // The one place where the gateway's JSON gets its type: both sides share `contract.ts`.
  return {
    get: async <Answer>(path: string, options: RequestOptions = {}) =>
      (await request('GET', path, undefined, options)) as Answer,
    post: async <Answer>(path: string, body: unknown, options: RequestOptions = {}) =>
      (await request('POST', path, body, options)) as Answer,
    postFile: async <Answer>(path: string, file: Blob, options: RequestOptions = {}) =>
      (await request('POST', path, file, options)) as Answer,
    patch: async <Answer>(path: string, body: unknown) =>
      (await request('PATCH', path, body, {})) as Answer,
    put: async <Answer>(path: string, body: unknown) =>
      (await request('PUT', path, body, {})) as Answer,
    delete: async <Answer = null>(path: string) =>
      (await request('DELETE', path, undefined, {})) as Answer,
  }
}

/** Something between us and the gateway answered: a proxy, or a gateway that is just starting. */
function codeOfStatus(status: number): string {
  if (status === 401) return 'unauthenticated'
  if (status === 403) return 'forbidden'
  if (status === 404) return 'not_found'
  if (status === 502 || status === 503 || status === 504) return 'network_unreachable'
  return status >= 500 ? 'internal_error' : 'request_failed'
}
