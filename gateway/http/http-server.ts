import { randomUUID } from 'node:crypto'
import { createServer as createPlainServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import cookie from '@fastify/cookie'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import {
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import { HTTP_LIMITS } from '#config/limits.ts'
import { guardRoutes } from './access.ts'
import { auditChanges } from './audit.ts'
import { describeApi } from './openapi.ts'
import { addRoutes } from './routes.ts'
import { addSecurityHeaders } from './security-headers.ts'
import type { HttpServices } from './services.ts'
import { answerNotFound, serveDashboard } from './static-files.ts'
import { toProblem } from './to-problem.ts'

export interface HttpServerOptions {
  readonly logger: FastifyBaseLogger
  readonly version: string
  /** PEM; null: plain HTTP. */
  readonly tls: { readonly cert: string | Buffer; readonly key: string | Buffer } | null
  /** Other origins under which this gateway is reached through a proxy, e.g. `https://vigil.example`. */
  readonly allowedOrigins: readonly string[]
  /** Where the built dashboard lies. */
  readonly dashboardDir: string
}

/**
 * The HTTP side, complete and ready to listen; the live feed and MQTT over WebSocket attach to its
 * `server`. A route that does not say who may call it rejects here, before anything listens.
 */
export async function buildHttpServer(
  services: HttpServices,
  options: HttpServerOptions,
): Promise<FastifyInstance> {
  const app = createInstance(options)
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(answerError)
  answerNotFound(app)
  await addSecurityHeaders(app, {
    isTls: options.tls !== null,
    tileOrigin: services.map.tileOrigin,
  })
  await app.register(cookie)
  app.addHook('onRequest', async (request, reply) => {
    // What one account was shown must not be found in a cache by the next.
    if (request.url.startsWith('/api/v1/')) reply.header('cache-control', 'no-store')
  })
  // Otherwise a JSON body of another content type would come as text and be told that it is no object.
  app.removeContentTypeParser('text/plain')
  guardRoutes(app, {
    accounts: services.accounts,
    credentials: services.credentials,
    allowedOrigins: options.allowedOrigins,
  })
  auditChanges(app, services)
  await describeApi(app, { version: options.version })
  addRoutes(app.withTypeProvider<ZodTypeProvider>(), services, { isTls: options.tls !== null })
  await serveDashboard(app, options.dashboardDir)
  await app.ready()
  return app
}

function createInstance(options: HttpServerOptions): FastifyInstance {
  return Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: HTTP_LIMITS.bodyBytesMax,
    handlerTimeout: HTTP_LIMITS.requestDurationMsMax,
    // An address is what the socket says, never a header that anybody can write.
    trustProxy: false,
    // `__proto__` and `constructor` in a body are refused, not silently dropped.
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    genReqId: () => randomUUID(),
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerBrokenRequest,
    serverFactory: (handler) => createServer(handler, options),
  })
}

function createServer(handler: RequestListener, options: HttpServerOptions): Server {
  const limits = {
    requestTimeout: HTTP_LIMITS.requestDurationMsMax,
    headersTimeout: HTTP_LIMITS.headersDurationMsMax,
    keepAliveTimeout: HTTP_LIMITS.keepAliveMs,
    maxHeaderSize: HTTP_LIMITS.headerBytesMax,
  }
  const server: Server =
    options.tls === null
      ? createPlainServer(limits, handler)
      : createTlsServer({ ...limits, ...options.tls, minVersion: 'TLSv1.2' }, handler)
  server.maxHeadersCount = HTTP_LIMITS.headersMax
  server.maxConnections = HTTP_LIMITS.connectionsMax
  return server
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error)
  if (problem.status >= 500) {
    request.log.error({ err: error, code: problem.code }, 'request failed')
    reply.header('x-request-id', request.id)
  }
  const retryAfterMs = retryAfterMsOf(error)
  if (retryAfterMs !== null) reply.header('retry-after', Math.ceil(retryAfterMs / 1_000))
  return sendProblem(reply, problem)
}

/** Before a route was found, e.g. an address that cannot be decoded. */
function answerFrameworkError(
  error: FastifyError,
  _request: FastifyRequest,
  reply: FastifyReply,
): void {
  sendProblem(reply, toProblem(error))
}

function sendProblem(reply: FastifyReply, problem: ReturnType<typeof toProblem>): FastifyReply {
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(problem)
}

function retryAfterMsOf(error: unknown): number | null {
  const details = (error as { readonly details?: { readonly retryAfterMs?: unknown } }).details
  return typeof details?.retryAfterMs === 'number' ? details.retryAfterMs : null
}

/** What Node could not read as HTTP at all. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const isTooLarge = error.code === 'HPE_HEADER_OVERFLOW'
  const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
  const status = isTooLarge
    ? '431 Request Header Fields Too Large'
    : isLate
      ? '408 Request Timeout'
      : '400 Bad Request'
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
