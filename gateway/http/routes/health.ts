import { z } from 'zod'
import { health } from '../../contract.ts'
import type { Api } from '../api.ts'
import type { HttpServices } from '../services.ts'

/** Open to anybody, for probes and scrapers: states and counts, no names and no secrets. */
export function healthRoutes(app: Api, { health: check, instruments }: HttpServices): void {
  app.route({
    method: 'GET',
    url: '/health/live',
    config: { access: 'public' },
    schema: {
      tags: ['health'],
      summary: 'The process answers',
      response: { 200: z.object({ live: z.literal(true) }) },
    },
    handler: () => ({ live: true as const }),
  })
  app.route({
    method: 'GET',
    url: '/health/ready',
    config: { access: 'public' },
    schema: {
      tags: ['health'],
      summary: 'The state of every part, in plain words',
      description: '200 when readings and alarms are taken, 503 when not.',
      response: { 200: health, 503: health },
    },
    handler: async (_request, reply) => {
      const state = await check()
      return reply
        .code(state.ready ? 200 : 503)
        .header('cache-control', 'no-store')
        .send(state)
    },
  })
  app.route({
    method: 'GET',
    url: '/metrics',
    config: { access: 'public' },
    schema: {
      tags: ['health'],
      summary: 'Instruments in the Prometheus text format',
      response: {
        200: {
          description: 'Prometheus text format.',
          content: { 'text/plain': { schema: z.string() } },
        },
      },
    },
    handler: async (_request, reply) =>
      reply
        .type(instruments.contentType)
        .serializer((text: unknown) => String(text))
        .send(await instruments.metrics()),
  })
}
