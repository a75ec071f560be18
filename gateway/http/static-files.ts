import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { toProblem } from './to-problem.ts'

/** Names under which something else answers: never the dashboard. */
const NOT_PAGES = /^\/(api|health|metrics|socket\.io|mqtt)(\/|$)/
const HASHED_ASSET = /^\/assets\/./
const YEAR_SECONDS = 365 * 24 * 3_600

/**
 * The built dashboard. Every address without a file's ending is a page of the single-page
 * application; what Vite named by its contents may be kept for ever, the page itself is always asked for.
 */
export async function serveDashboard(app: FastifyInstance, directory: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: directory,
    serve: false,
    suppressWarning: true,
    dotfiles: 'ignore',
    cacheControl: false,
  })
  app.route({
    method: 'GET',
    url: '/*',
    config: { access: 'public' },
    schema: { hide: true },
    handler: (request, reply) => {
      const path = pathOf(request)
      if (NOT_PAGES.test(path)) return reply.callNotFound()
      const isAsset = HASHED_ASSET.test(path)
      const file = isPage(path) ? '/index.html' : path
      return reply
        .header(
          'cache-control',
          isAsset ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache',
        )
        .sendFile(file)
    },
  })
}

/** Also reached when a file of the dashboard is missing; then a page says how to build it. */
export function answerNotFound(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request)
    const wantsPage = request.method === 'GET' || request.method === 'HEAD'
    if (wantsPage && isPage(path) && !NOT_PAGES.test(path)) return sendBuildHint(reply)
    const problem = toProblem(Object.assign(new Error(), { code: 'FST_ERR_NOT_FOUND' }))
    return reply
      .code(problem.status)
      .header('cache-control', 'no-store')
      .type('application/problem+json')
      .send(JSON.stringify({ ...problem, detail: `There is no ${request.method} ${path}.` }))
  })
}

function pathOf(request: FastifyRequest): string {
  const parameter = (request.params as { readonly '*'?: string } | undefined)?.['*']
  return parameter === undefined ? (request.url.split('?', 1)[0] ?? '/') : `/${parameter}`
}

function isPage(path: string): boolean {
  return !path.slice(path.lastIndexOf('/')).includes('.')
}

function sendBuildHint(reply: FastifyReply): FastifyReply {
  return reply
    .code(404)
    .header('cache-control', 'no-store')
    .type('text/plain; charset=utf-8')
    .send(
      [
        'The gateway runs, but its dashboard has not been built.',
        '网关已运行，但监控界面尚未构建。',
        '',
        '    npm ci        builds it together with everything else',
        '    npx vite build --config dashboard/vite.config.ts',
        '',
        'The HTTP API is at /api/v1, described at /api/docs; the state of the gateway at /health/ready.',
        '',
      ].join('\n'),
    )
}
