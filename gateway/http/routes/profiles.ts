import { page, profile } from '../../contract.ts'
import { presentProfile } from '../../registry/presentation.ts'
import { type Api, idParams } from '../api.ts'
import type { HttpServices } from '../services.ts'
import { notFound } from '../territory-check.ts'

export function profileRoutes(app: Api, { registry }: HttpServices): void {
  app.route({
    method: 'GET',
    url: '/api/v1/profiles',
    config: { access: 'read' },
    schema: { tags: ['profiles'], summary: 'All profiles', response: { 200: page(profile) } },
    handler: () => ({ items: registry.profiles().map(presentProfile), nextCursor: null }),
  })
  app.route({
    method: 'GET',
    url: '/api/v1/profiles/:id',
    config: { access: 'read' },
    schema: {
      tags: ['profiles'],
      summary: 'One profile',
      params: idParams,
      response: { 200: profile },
    },
    handler: (request) => {
      const found = registry.profile(request.params.id)
      if (found === null) throw notFound('profile', request.params.id)
      return presentProfile(found)
    },
  })
}
