/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextCursor: string | null
}

/** The gateway's refusal: an RFC 9457 problem. Branch on `code`. */
export class ApiProblem extends Error {
  readonly status: number
  readonly code: string

  constructor(request: string, status: number, body: unknown) {
    const problem = (typeof body === 'object' && body !== null ? body : {}) as Record<
      string,
      unknown
    >
    const code = String(problem.code ?? 'unknown')
    const issues = problem.issues === undefined ? '' : ` ${JSON.stringify(problem.issues)}`
    super(`${request}: ${status} ${code} ${problem.detail ?? problem.title ?? ''}${issues}`)
    this.status = status
    this.code = code
  }
}

const REQUEST_MS_MAX = 30_000

/** Speaks the HTTP API as a person's browser or as a program with a token would. */
export class ApiClient {
  readonly baseUrl: string
  #headers: Readonly<Record<string, string>> = {}

  constructor(baseUrl: string, headers: Readonly<Record<string, string>> = {}) {
    this.baseUrl = baseUrl
    this.#headers = headers
  }

  /** Opens a session; its cookie goes with everything that follows. */
  async logIn(username: string, password: string): Promise<void> {
    const answer = await this.#fetch('POST', '/api/v1/sessions', { username, password })
    await parse(answer, 'POST /api/v1/sessions')
    const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0])
    this.#headers = { cookie: cookies.join('; ') }
  }

  /** What a Socket.IO connection of the same person needs. */
  get headers(): Readonly<Record<string, string>> {
    return this.#headers
  }

  get<Body>(path: string): Promise<Body> {
    return this.#call('GET', path)
  }

  post<Body>(path: string, body: unknown = {}): Promise<Body> {
    return this.#call('POST', path, body)
  }

  patch<Body>(path: string, body: unknown): Promise<Body> {
    return this.#call('PATCH', path, body)
  }

  put<Body>(path: string, body: unknown): Promise<Body> {
    return this.#call('PUT', path, body)
  }

  delete(path: string): Promise<unknown> {
    return this.#call('DELETE', path)
  }

  /** All items of a list, page by page. `path` may carry a query. */
  async list<Item>(path: string): Promise<readonly Item[]> {
    const items: Item[] = []
    let cursor: string | null = null
    do {
      const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const separator = path.includes('?') ? '&' : '?'
      const page: Page<Item> = await this.get(`${path}${separator}limit=200${query}`)
      items.push(...page.items)
      cursor = page.nextCursor
    } while (cursor !== null)
    return items
  }

  /** The item, or null when there is none of that id. */
  async find<Body>(path: string): Promise<Body | null> {
    try {
      return await this.get<Body>(path)
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 404) return null
      throw error
    }
  }

  async #call<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    const prefixed =
      path.startsWith('/api/') || path.startsWith('/health') ? path : `/api/v1${path}`
    return (await parse(await this.#fetch(method, prefixed, body), `${method} ${prefixed}`)) as Body
  }

  #fetch(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${this.baseUrl}${path}`, {
      method,
      signal: AbortSignal.timeout(REQUEST_MS_MAX),
      headers: {
        ...this.#headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }
}

async function parse(answer: Response, request: string): Promise<unknown> {
  const text = await answer.text()
  const body: unknown = text === '' ? null : parseJson(text)
  if (!answer.ok) throw new ApiProblem(request, answer.status, body)
  return body
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return { detail: text.slice(0, 200) }
  }
}
