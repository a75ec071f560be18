import {
  circleQuery,
  mapBase,
  mapCircle,
  mapPlaces,
  mapPlacesQuery,
  riskDetail,
  riskMap,
  riskMapQuery,
  riskSnapshots,
} from '../../contract.ts'
import { visibleOrganizationIds } from '../../registry/territory.ts'
import { principalOf } from '../access.ts'
import { type Api, idParams } from '../api.ts'
import type { HttpServices } from '../services.ts'
import { notFound, visibleOrganization } from '../territory-check.ts'

/** The map, and the four-colour risk of what is on it. */
export function mapRoutes(app: Api, services: HttpServices): void {
  placeRoutes(app, services)
  riskRoutes(app, services)
}

function placeRoutes(app: Api, { registry, map }: HttpServices): void {
  app.route({
    method: 'GET',
    url: '/api/v1/map',
    config: { access: 'read' },
    schema: {
      tags: ['map'],
      summary: 'What the map is drawn on, and where my territory lies',
      response: { 200: mapBase },
    },
    handler: (request) => map.base(visibleOrganizationIds(registry, principalOf(request))),
  })
  app.route({
    method: 'GET',
    url: '/api/v1/map/places',
    config: { access: 'read' },
    schema: {
      tags: ['map'],
      summary: 'Sites and hazard sources in a rectangle, clustered for that zoom',
      querystring: mapPlacesQuery,
      response: { 200: mapPlaces },
    },
    handler: (request) =>
      map.places(request.query, visibleOrganizationIds(registry, principalOf(request))),
  })
  app.route({
    method: 'GET',
    url: '/api/v1/map/circle',
    config: { access: 'read' },
    schema: {
      tags: ['map'],
      summary: 'Sites, hazard sources and exposed people within so many metres',
      querystring: circleQuery,
      response: { 200: mapCircle },
    },
    handler: (request) => {
      const { metres, ...centre } = request.query
      return map.circle(centre, metres, visibleOrganizationIds(registry, principalOf(request)))
    },
  })
}

function riskRoutes(app: Api, services: HttpServices): void {
  const { registry, risk } = services
  app.route({
    method: 'GET',
    url: '/api/v1/risk-map',
    config: { access: 'read' },
    schema: {
      tags: ['map'],
      summary: 'Four-colour risk of towns and enterprises, now or as it was',
      querystring: riskMapQuery,
      response: { 200: riskMap },
    },
    handler: async (request) => {
      const visible = visibleOrganizationIds(registry, principalOf(request))
      const { at } = request.query
      const bounds = { ...risk.bounds }
      if (at === undefined) {
        const { atMs, items } = risk.now(visible)
        return { at: new Date(atMs).toISOString(), basis: 'live' as const, bounds, items }
      }
      const found = await risk.before(Date.parse(at), visible)
      const foundAt = found === null ? null : new Date(found.atMs).toISOString()
      return { at: foundAt, basis: 'snapshot' as const, bounds, items: found?.items ?? [] }
    },
  })
  app.route({
    method: 'GET',
    url: '/api/v1/risk-map/:id',
    config: { access: 'read' },
    schema: {
      tags: ['map'],
      summary: 'Why an organization has its colour: every single thing that counts',
      params: idParams,
      response: { 200: riskDetail },
    },
    handler: (request) => {
      const { id } = visibleOrganization(registry, principalOf(request), request.params.id)
      const found = risk.detail(id)
      if (found === null) throw notFound('organization', id)
      return found
    },
  })
  app.route({
    method: 'GET',
    url: '/api/v1/risk-snapshots',
    config: { access: 'read' },
    schema: {
      tags: ['map'],
      summary: 'Instants that the replay of the risk knows',
      response: { 200: riskSnapshots },
    },
    handler: async () => ({
      keptDays: risk.keptDays,
      items: (await risk.snapshotTimes()).map((atMs) => new Date(atMs).toISOString()),
    }),
  })
}
