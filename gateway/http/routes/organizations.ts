import {
  organization,
  organizationDraft,
  organizationPatch,
  page,
  pageQuery,
} from '../../contract.ts'
import { presentOrganization } from '../../registry/presentation.ts'
import { visibleOrganizationIds } from '../../registry/territory.ts'
import { principalOf } from '../access.ts'
import { type Api, idParams, noContent } from '../api.ts'
import type { HttpServices } from '../services.ts'
import { assertMayPlaceIn, visibleOrganization } from '../territory-check.ts'

export function organizationRoutes(app: Api, services: HttpServices): void {
  readRoutes(app, services)
  changeRoutes(app, services)
}

function readRoutes(app: Api, { registry }: HttpServices): void {
  app.route({
    method: 'GET',
    url: '/api/v1/organizations',
    config: { access: 'read' },
    schema: {
      tags: ['organizations'],
      summary: 'Organizations of my territory',
      querystring: pageQuery,
      response: { 200: page(organization) },
    },
    handler: (request) => {
      const organizationIds = visibleOrganizationIds(registry, principalOf(request))
      const { items, nextCursor } = registry.listOrganizations({
        ...request.query,
        organizationIds,
      })
      return { items: items.map(presentOrganization), nextCursor }
    },
  })
  app.route({
    method: 'GET',
    url: '/api/v1/organizations/:id',
    config: { access: 'read' },
    schema: {
      tags: ['organizations'],
      summary: 'One organization',
      params: idParams,
      response: { 200: organization },
    },
    handler: (request) =>
      presentOrganization(visibleOrganization(registry, principalOf(request), request.params.id)),
  })
}

function changeRoutes(app: Api, { registry }: HttpServices): void {
  app.route({
    method: 'POST',
    url: '/api/v1/organizations',
    config: { access: 'administer', audit: 'organization.create' },
    schema: {
      tags: ['organizations'],
      summary: 'Add an organization',
      body: organizationDraft,
      response: { 201: organization },
    },
    handler: async (request, reply) => {
      assertMayPlaceIn(registry, principalOf(request), request.body.parentId)
      const row = await registry.createOrganization(request.body)
      return reply.code(201).send(presentOrganization(row))
    },
  })
  app.route({
    method: 'PATCH',
    url: '/api/v1/organizations/:id',
    config: { access: 'administer', audit: 'organization.change' },
    schema: {
      tags: ['organizations'],
      summary: 'Change an organization',
      params: idParams,
      body: organizationPatch,
      response: { 200: organization },
    },
    handler: async (request) => {
      const principal = principalOf(request)
      const { id } = visibleOrganization(registry, principal, request.params.id)
      const { parentId } = request.body
      if (parentId !== undefined) assertMayPlaceIn(registry, principal, parentId)
      return presentOrganization(await registry.patchOrganization(id, request.body))
    },
  })
  app.route({
    method: 'DELETE',
    url: '/api/v1/organizations/:id',
    config: { access: 'administer', audit: 'organization.remove' },
    schema: {
      tags: ['organizations'],
      summary: 'Remove an organization that nothing belongs to any more',
      params: idParams,
      response: { 204: noContent },
    },
    handler: async (request, reply) => {
      const { id } = visibleOrganization(registry, principalOf(request), request.params.id)
      await registry.removeOrganization(id)
      return reply.code(204).send(undefined)
    },
  })
}
