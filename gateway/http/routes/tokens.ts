import { apiToken, page, tokenDraft } from '../../contract.ts'
import { principalOf } from '../access.ts'
import { type Api, idParams, noContent } from '../api.ts'
import type { HttpServices } from '../services.ts'

/** API tokens of the person who is logged in; a token makes no further tokens. */
export function tokenRoutes(app: Api, { accounts }: HttpServices): void {
  app.route({
    method: 'GET',
    url: '/api/v1/tokens',
    config: { access: 'session' },
    schema: { tags: ['sessions'], summary: 'My API tokens', response: { 200: page(apiToken) } },
    handler: (request) => ({
      items: [...accounts.listTokens(principalOf(request))],
      nextCursor: null,
    }),
  })
  app.route({
    method: 'POST',
    url: '/api/v1/tokens',
    config: { access: 'session', audit: 'token.create' },
    schema: {
      tags: ['sessions'],
      summary: 'Make an API token',
      description: 'The token itself is in this answer only. Send it as `Authorization: Bearer …`.',
      body: tokenDraft,
      response: { 201: apiToken },
    },
    handler: async (request, reply) =>
      reply.code(201).send(await accounts.createToken(principalOf(request), request.body)),
  })
  app.route({
    method: 'DELETE',
    url: '/api/v1/tokens/:id',
    config: { access: 'session', audit: 'token.remove' },
    schema: {
      tags: ['sessions'],
      summary: 'Withdraw an API token',
      params: idParams,
      response: { 204: noContent },
    },
    handler: async (request, reply) => {
      await accounts.removeToken(principalOf(request), request.params.id)
      return reply.code(204).send(undefined)
    },
  })
}
