import {
  hazardSourceDraft,
  hazardSourcePage,
  hazardSourcePatch,
  hazardSourceQuery,
  hazardSourceSummary,
  page,
} from '../../contract.ts'
import { visibleOrganizationIds } from '../../registry/territory.ts'
import { principalOf } from '../access.ts'
import { type Api, idParams, noContent } from '../api.ts'
import { assertAllowed, mayDraft, visibleHazardSource } from '../hazard-access.ts'
import { hazardPage } from '../hazard-page.ts'
import type { HttpServices } from '../services.ts'
import { assertMayPlaceIn } from '../territory-check.ts'

const DAY_MS = 24 * 3_600_000

/** The register of major hazard sources: lists, pages, drafts. */
export function hazardSourceRoutes(app: Api, services: HttpServices): void {
  readRoutes(app, services)
  draftRoutes(app, services)
}

function readRoutes(app: Api, services: HttpServices): void {
  const { registry, hazards, clock } = services
  app.route({
    method: 'GET',
    url: '/api/v1/hazard-sources',
    config: { access: 'read' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'Hazard sources of my territory, gravest first',
      querystring: hazardSourceQuery,
      response: { 200: page(hazardSourceSummary) },
    },
    handler: async (request) => {
      const { organizationId, dueWithinDays, ...query } = request.query
      const visible = visibleOrganizationIds(registry, principalOf(request))
      const within = organizationId === undefined ? null : registry.subtree(organizationId)
      const { items, nextCursor } = await hazards.list({
        ...query,
        organizationIds: both(visible, within),
        dueBeforeMs:
          dueWithinDays === undefined ? undefined : clock.nowMs() + dueWithinDays * DAY_MS,
      })
      return { items: [...items], nextCursor }
    },
  })
  app.route({
    method: 'GET',
    url: '/api/v1/hazard-sources/:id',
    config: { access: 'read' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'One hazard source with its draft and how it is assessed',
      params: idParams,
      response: { 200: hazardSourcePage },
    },
    handler: async (request) => {
      const principal = principalOf(request)
      const row = await visibleHazardSource(services, principal, request.params.id)
      return hazardPage(services, principal, row)
    },
  })
}

/** Null: all. */
function both(
  one: ReadonlySet<string> | null,
  other: ReadonlySet<string> | null,
): ReadonlySet<string> | null {
  if (one === null || other === null) return one ?? other
  return new Set([...one].filter((id) => other.has(id)))
}

function draftRoutes(app: Api, services: HttpServices): void {
  const { registry, hazards } = services
  app.route({
    method: 'POST',
    url: '/api/v1/hazard-sources',
    config: { access: 'manage', audit: 'hazard-source.create' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'Begin the registration of a hazard source: a draft',
      body: hazardSourceDraft,
      response: { 201: hazardSourcePage },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request)
      assertMayPlaceIn(registry, principal, request.body.organizationId)
      assertAllowed(mayDraft(registry, principal))
      const row = await hazards.create(request.body, principal.username)
      return reply.code(201).send(await hazardPage(services, principal, row))
    },
  })
  app.route({
    method: 'PATCH',
    url: '/api/v1/hazard-sources/:id',
    config: { access: 'manage', audit: 'hazard-source.change' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'Save the draft; what was filed stays as it is',
      params: idParams,
      body: hazardSourcePatch,
      response: { 200: hazardSourcePage },
    },
    handler: async (request) => {
      const principal = principalOf(request)
      const { id } = await visibleHazardSource(services, principal, request.params.id)
      assertAllowed(mayDraft(registry, principal))
      const row = await hazards.saveDraft(id, request.body, principal.username)
      return hazardPage(services, principal, row)
    },
  })
  app.route({
    method: 'DELETE',
    url: '/api/v1/hazard-sources/:id',
    config: { access: 'manage', audit: 'hazard-source.remove' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'Remove a draft that was never submitted',
      params: idParams,
      response: { 204: noContent },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request)
      const { id } = await visibleHazardSource(services, principal, request.params.id)
      assertAllowed(mayDraft(registry, principal))
      await hazards.remove(id)
      return reply.code(204).send(undefined)
    },
  })
}
