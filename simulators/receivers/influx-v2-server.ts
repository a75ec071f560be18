import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { FluxError, parseFlux } from './flux-parser.ts'
import {
  type BucketWriter,
  type Cell,
  type FluxResult,
  runPipeline,
  type StoredField,
  type Table,
} from './flux-tables.ts'
import {
  type FieldValue,
  LineProtocolError,
  type ParsedPoint,
  parseLineProtocol,
} from './line-protocol.ts'
import { closeServer, listenOnLoopback } from './local-server.ts'

interface Bucket {
  readonly id: string
  readonly name: string
  readonly retentionSeconds: number
  /** By measurement and field: the type that came first stays. */
  readonly types: Map<string, string>
  readonly fields: Map<string, StoredField & { readonly values: Map<number, Cell> }>
}

export interface InfluxV2ServerOptions {
  readonly token: string
  readonly organization: string
  /** A token for one bucket may not look at organizations and buckets. Default: it may. */
  readonly mayManageBuckets?: boolean
  readonly bodyBytesMax?: number
  readonly nowMs?: () => number
}

interface Reply {
  readonly status: number
  readonly body?: unknown
  readonly csv?: string
}

/** An error in the form of InfluxDB 2: `{"code": …, "message": …}`. */
class ApiError extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

const ORGANIZATION_ID = '0000000000000001'
const BODY_BYTES_MAX = 32 * 1024 * 1024

/**
 * Stands for InfluxDB 2 where no real one can be had: buckets, line protocol, Flux, deletion and errors
 * as its API documents them, over a store in memory that keeps what it is given. It speaks as much Flux
 * as `runPipeline` does and refuses the rest, and takes times in milliseconds only.
 */
export class InfluxV2Server {
  readonly #server: Server
  readonly #options: InfluxV2ServerOptions
  readonly #buckets = new Map<string, Bucket>()
  #port = 0

  constructor(options: InfluxV2ServerOptions) {
    this.#options = options
    this.#server = createServer((request, response) => {
      // A request that breaks off is a fault somebody provokes; nobody is left to answer.
      this.#handle(request, response).catch(() => response.destroy())
    })
  }

  async start(): Promise<void> {
    this.#port = await listenOnLoopback(this.#server, this.#port)
  }

  /** What it has stays, for the next start, on the same port. */
  async stop(): Promise<void> {
    await closeServer(this.#server)
  }

  get port(): number {
    return this.#port
  }

  createBucket(name: string, retentionSeconds = 0): void {
    const id = String(this.#buckets.size + 1).padStart(16, '0')
    const [types, fields] = [new Map(), new Map()]
    this.#buckets.set(name, { id, name, retentionSeconds, types, fields })
  }

  dropBucket(name: string): void {
    this.#buckets.delete(name)
  }

  retentionSecondsOf(name: string): number | null {
    return this.#buckets.get(name)?.retentionSeconds ?? null
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = await this.#reply(request).catch((error: unknown): Reply => {
      if (!(error instanceof ApiError)) throw error
      return { status: error.status, body: { code: error.code, message: error.message } }
    })
    if (reply.csv !== undefined) {
      response.writeHead(reply.status, { 'content-type': 'text/csv; charset=utf-8' }).end(reply.csv)
    } else if (reply.body === undefined) response.writeHead(reply.status).end()
    else {
      const headers = { 'content-type': 'application/json; charset=utf-8' }
      response.writeHead(reply.status, headers).end(JSON.stringify(reply.body))
    }
  }

  async #reply(request: IncomingMessage): Promise<Reply> {
    const body = await this.#bodyOf(request)
    if (request.headers.authorization !== `Token ${this.#options.token}`) throw unauthorized()
    const url = new URL(request.url ?? '/', 'http://localhost')
    const query = url.searchParams
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /api/v2/orgs':
        this.#assertMayManage()
        return { status: 200, body: { orgs: this.#organizations(query.get('org')) } }
      case 'GET /api/v2/buckets':
        this.#assertMayManage()
        this.#assertOrganization(query.get('org'))
        return { status: 200, body: { buckets: this.#listBuckets(query.get('name')) } }
      case 'POST /api/v2/buckets':
        this.#assertMayManage()
        return this.#postBucket(JSON.parse(body))
      case 'POST /api/v2/write':
        this.#assertOrganization(query.get('org'))
        return this.#write(this.#bucket(query.get('bucket')), query.get('precision'), body)
      case 'POST /api/v2/query':
        this.#assertOrganization(query.get('org'))
        return { status: 200, csv: this.#query(JSON.parse(body)) }
      case 'POST /api/v2/delete':
        this.#assertOrganization(query.get('org'))
        return this.#delete(this.#bucket(query.get('bucket')), JSON.parse(body))
      default:
        throw new ApiError(404, 'not found', 'path not found')
    }
  }

  async #bodyOf(request: IncomingMessage): Promise<string> {
    const bytesMax = this.#options.bodyBytesMax ?? BODY_BYTES_MAX
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const sent = Buffer.concat(chunks)
    const isPacked = request.headers['content-encoding'] === 'gzip'
    const body = isPacked ? gunzipSync(sent) : sent
    if (body.length <= bytesMax) return body.toString('utf8')
    throw new ApiError(413, 'request too large', 'unable to read data: points batch is too large')
  }

  #assertMayManage(): void {
    if (this.#options.mayManageBuckets === false) throw unauthorized()
  }

  #organizations(name: string | null): readonly unknown[] {
    const { organization } = this.#options
    if (name === organization) return [{ id: ORGANIZATION_ID, name }]
    throw new ApiError(404, 'not found', `organization name "${name}" not found`)
  }

  #assertOrganization(name: string | null): void {
    if (name !== this.#options.organization) this.#organizations(name)
  }

  #listBuckets(name: string | null): readonly unknown[] {
    return [...this.#buckets.values()]
      .filter((bucket) => name === null || bucket.name === name)
      .map(({ id, name: ofBucket, retentionSeconds }) => ({
        id,
        orgID: ORGANIZATION_ID,
        name: ofBucket,
        retentionRules: [{ type: 'expire', everySeconds: retentionSeconds }],
      }))
  }

  #postBucket(body: {
    readonly orgID?: string
    readonly name?: string
    readonly retentionRules?: readonly { readonly type?: string; readonly everySeconds?: number }[]
  }): Reply {
    const { orgID, name, retentionRules } = body
    if (orgID !== ORGANIZATION_ID || name === undefined || name === '') {
      throw new ApiError(400, 'invalid', 'bucket name and organization are required')
    }
    if (this.#buckets.has(name)) {
      throw new ApiError(422, 'conflict', `bucket with name ${name} already exists`)
    }
    this.createBucket(name, retentionRules?.[0]?.everySeconds ?? 0)
    return { status: 201, body: this.#listBuckets(name)[0] }
  }

  #bucket(name: string | null): Bucket {
    const bucket = this.#buckets.get(name ?? '')
    if (bucket === undefined) throw new ApiError(404, 'not found', `bucket "${name}" not found`)
    return bucket
  }

  /** What is malformed refuses all; what does not fit is left out, and the rest is stored. */
  #write(bucket: Bucket, precision: string | null, body: string): Reply {
    if (precision !== 'ms') throw new ApiError(400, 'invalid', 'only milliseconds are taken here')
    const points = readPoints(body)
    const nowMs = this.#options.nowMs?.() ?? Date.now()
    const { retentionSeconds } = bucket
    const oldestMs =
      retentionSeconds === 0 ? Number.NEGATIVE_INFINITY : nowMs - retentionSeconds * 1000
    let dropped = 0
    let reason = ''
    for (const point of points) {
      const timeMs = point.time === null ? nowMs : Number(point.time)
      const conflict =
        timeMs < oldestMs ? 'points beyond retention policy' : conflictOf(bucket, point)
      if (conflict === null) store(bucket, point, timeMs)
      else {
        dropped += 1
        reason ||= conflict
      }
    }
    if (dropped === 0) return { status: 204 }
    const message = `failure writing points to database: partial write: ${reason} dropped=${dropped}`
    throw new ApiError(422, 'unprocessable entity', message)
  }

  #query({ query, type }: { readonly query: string; readonly type?: string }): string {
    if (type !== 'flux') throw new ApiError(400, 'invalid', 'unknown query type')
    const find = (name: string): Bucket => {
      const bucket = this.#buckets.get(name)
      if (bucket !== undefined) return bucket
      const message = `failed to initialize execute state: could not find bucket "${name}"`
      throw new ApiError(404, 'not found', message)
    }
    const read = (name: string): Iterable<StoredField> => find(name).fields.values()
    const write: BucketWriter = (name, { measurement, tags, field, type: kind, timeMs, value }) => {
      const fields = new Map([[field, { type: kind, value } as FieldValue]])
      store(find(name), { measurement, tags, fields }, timeMs)
    }
    try {
      return parseFlux(query)
        .map((pipeline) => csvOf(runPipeline(pipeline, { read, write })))
        .join('')
    } catch (error) {
      if (!(error instanceof FluxError)) throw error
      throw new ApiError(400, 'invalid', `compilation failed: ${error.message}`)
    }
  }

  #delete(
    { fields }: Bucket,
    body: { readonly start?: string; readonly stop?: string; readonly predicate?: string },
  ): Reply {
    const startMs = Date.parse(body.start ?? '')
    const stopMs = Date.parse(body.stop ?? '')
    const measurement = /^_measurement="([A-Za-z0-9_]+)"$/.exec(body.predicate ?? '')?.[1]
    if (Number.isNaN(startMs) || Number.isNaN(stopMs) || measurement === undefined) {
      throw new ApiError(400, 'invalid', 'invalid request; error parsing request json')
    }
    for (const stored of fields.values()) {
      if (stored.measurement !== measurement) continue
      for (const timeMs of [...stored.values.keys()]) {
        if (timeMs >= startMs && timeMs <= stopMs) stored.values.delete(timeMs)
      }
    }
    return { status: 204 }
  }
}

function unauthorized(): ApiError {
  return new ApiError(401, 'unauthorized', 'unauthorized access')
}

function readPoints(body: string): readonly ParsedPoint[] {
  try {
    return parseLineProtocol(body)
  } catch (error) {
    if (error instanceof LineProtocolError) throw new ApiError(400, 'invalid', error.message)
    throw error
  }
}

function conflictOf({ types }: Bucket, { measurement, fields }: ParsedPoint): string | null {
  for (const [field, { type }] of fields) {
    const known = types.get(`${measurement} ${field}`)
    if (known !== undefined && known !== type) {
      return `field type conflict: input field "${field}" on measurement "${measurement}" is type ${type}, already exists as type ${known}`
    }
  }
  return null
}

function store(
  bucket: Bucket,
  { measurement, tags, fields }: Omit<ParsedPoint, 'time'>,
  timeMs: number,
): void {
  const series = JSON.stringify([measurement, [...tags].toSorted()])
  for (const [field, { type, value }] of fields) {
    bucket.types.set(`${measurement} ${field}`, type)
    const key = `${series} ${field}`
    const stored = bucket.fields.get(key) ?? { measurement, field, tags, type, values: new Map() }
    stored.values.set(timeMs, value)
    bucket.fields.set(key, stored)
  }
}

/** Annotated CSV, one block a table. */
function csvOf({ name, tables }: FluxResult): string {
  return tables.map((table, index) => blockOf(name, table, index)).join('')
}

function blockOf(name: string, { types, groupedBy, rows }: Table, index: number): string {
  const columns = [...types.keys()]
  const lines = [
    ['#datatype', 'string', 'long', ...types.values()],
    ['#group', 'false', 'false', ...columns.map((column) => String(groupedBy.has(column)))],
    ['#default', name, '', ...columns.map(() => '')],
    ['', 'result', 'table', ...columns],
    ...rows.map((row) => [
      '',
      '',
      String(index),
      ...columns.map((column) =>
        textOf(row[column] ?? null, types.get(column) === 'dateTime:RFC3339'),
      ),
    ]),
  ]
  return `${lines.map((line) => line.map(quoted).join(',')).join('\r\n')}\r\n\r\n`
}

function textOf(cell: Cell, isTime: boolean): string {
  if (cell === null) return ''
  return isTime ? new Date(Number(cell)).toISOString() : String(cell)
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
