import { id, page, pageQuery, site, siteDraft, sitePatch } from '../../contract.ts'
import { presentSite } from '../../registry/presentation.ts'
import { visibleOrganizationIds } from '../../registry/territory.ts'
import { principalOf } from '../access.ts'
import { type Api, idParams, noContent } from '../api.ts'
import type { HttpServices } from '../services.ts'
import { assertMayPlaceIn, visibleSite } from '../territory-check.ts'

export function siteRoutes(app: Api, services: HttpServices): void {
  readRoutes(app, services)
  changeRoutes(app, services)
}

function readRoutes(app: Api, { registry }: HttpServices): void {
  app.route({
    method: 'GET',
    url: '/api/v1/sites',
    config: { access: 'read' },
    schema: {
      tags: ['sites'],
      summary: 'Sites of my territory',
      querystring: pageQuery.extend({ organizationId: id.optional() }),
      response: { 200: page(site) },
    },
    handler: (request) => {
      const organizationIds = visibleOrganizationIds(registry, principalOf(request))
      const { items, nextCursor } = registry.listSites({ ...request.query, organizationIds })
      return { items: items.map(presentSite), nextCursor }
    },
  })
  app.route({
    method: 'GET',
    url: '/api/v1/sites/:id',
    config: { access: 'read' },
    schema: { tags: ['sites'], summary: 'One site', params: idParams, response: { 200: site } },
    handler: (request) =>
      presentSite(visibleSite(registry, principalOf(request), request.params.id)),
  })
}

function changeRoutes(app: Api, { registry }: HttpServices): void {
  app.route({
    method: 'POST',
    url: '/api/v1/sites',
    config: { access: 'administer', audit: 'site.create' },
    schema: { tags: ['sites'], summary: 'Add a site', body: siteDraft, response: { 201: site } },
    handler: async (request, reply) => {
      assertMayPlaceIn(registry, principalOf(request), request.body.organizationId)
      return reply.code(201).send(presentSite(await registry.createSite(request.body)))
    },
  })
  app.route({
    method: 'PATCH',
    url: '/api/v1/sites/:id',
    config: { access: 'administer', audit: 'site.change' },
    schema: {
      tags: ['sites'],
      summary: 'Change a site',
      params: idParams,
      body: sitePatch,
      response: { 200: site },
    },
    handler: async (request) => {
      const principal = principalOf(request)
      const row = visibleSite(registry, principal, request.params.id)
      const { organizationId } = request.body
      if (organizationId !== undefined) assertMayPlaceIn(registry, principal, organizationId)
      return presentSite(await registry.patchSite(row.id, request.body))
    },
  })
  app.route({
    method: 'DELETE',
    url: '/api/v1/sites/:id',
    config: { access: 'administer', audit: 'site.remove' },
    schema: {
      tags: ['sites'],
      summary: 'Remove a site without devices',
      params: idParams,
      response: { 204: noContent },
    },
    handler: async (request, reply) => {
      const row = visibleSite(registry, principalOf(request), request.params.id)
      await registry.removeSite(row.id)
      return reply.code(204).send(undefined)
    },
  })
}
