import { randomUUID } from 'node:crypto'
import { CodedError } from '#alerting/errors.ts'
import {
  type ServiceWindow,
  type WindowScope,
  windowStateOf,
} from '#alerting/windows/service-window.ts'
import {
  finishWindowRequest,
  moveWindowRequest,
  page,
  type ServiceWindowDto,
  serviceWindow,
  serviceWindowDraft,
  serviceWindowQuery,
} from '../../contract.ts'
import { maySee, visibleOrganizationIds } from '../../registry/territory.ts'
import type { Principal } from '../../registry/types.ts'
import { principalOf } from '../access.ts'
import { type Api, anyIdParams } from '../api.ts'
import type { HttpServices } from '../services.ts'
import { notFound, visibleDevice, visibleSite } from '../territory-check.ts'

/** Maintenance and calibration windows (检修与校准). */
export function windowRoutes(app: Api, services: HttpServices): void {
  listRoute(app, services)
  createRoute(app, services)
  changeRoutes(app, services)
}

function listRoute(app: Api, services: HttpServices): void {
  const { registry, windowStore } = services
  app.route({
    method: 'GET',
    url: '/api/v1/service-windows',
    config: { access: 'read' },
    schema: {
      tags: ['service-windows'],
      summary: 'Maintenance and calibration windows of my territory, the newest beginning first',
      querystring: serviceWindowQuery,
      response: { 200: page(serviceWindow) },
    },
    handler: async (request) => {
      const principal = principalOf(request)
      const { deviceId, finished, ...pageRequest } = request.query
      const device = deviceId === undefined ? null : visibleDevice(registry, principal, deviceId)
      const { items, nextCursor } = await windowStore.list({
        ...pageRequest,
        isFinished: finished,
        targetIds: device === null ? undefined : [device.id, device.siteId],
        organizationIds: visibleOrganizationIds(registry, principal),
      })
      return { items: items.map((window) => presentWindow(window, services)), nextCursor }
    },
  })
}

function createRoute(app: Api, services: HttpServices): void {
  const { registry, windows, clock } = services
  app.route({
    method: 'POST',
    url: '/api/v1/service-windows',
    config: { access: 'manage', audit: 'service-window.create' },
    schema: {
      tags: ['service-windows'],
      summary: 'Work begins on a device, a point or a site',
      description:
        'Until it ends, readings are kept with the quality `calibrating` and raise no alarms, and alarms that stand are out of service.',
      body: serviceWindowDraft,
      response: { 201: serviceWindow },
    },
    handler: async (request, reply) => {
      const { from, until, ...draft } = request.body
      const organizationId = organizationOf(services, principalOf(request), draft.scope)
      const window = await windows.create(
        {
          ...draft,
          id: `win_${randomUUID()}`,
          organizationId,
          fromMs: from === undefined ? clock.nowMs() : Date.parse(from),
          untilMs: Date.parse(until),
        },
        principalOf(request).username,
      )
      return reply.code(201).send(presentWindow(window, { registry, clock }))
    },
  })
}

function changeRoutes(app: Api, services: HttpServices): void {
  const { windows } = services
  app.route({
    method: 'POST',
    url: '/api/v1/service-windows/:id/finish',
    config: { access: 'operate', audit: 'service-window.finish' },
    schema: {
      tags: ['service-windows'],
      summary: 'The work is finished',
      params: anyIdParams,
      body: finishWindowRequest.nullish(),
      response: { 200: serviceWindow },
    },
    handler: async (request) => {
      const principal = principalOf(request)
      const { id } = await visibleWindow(services, principal, request.params.id)
      const deed = { actor: principal.username, note: request.body?.note ?? null }
      return presentWindow(await windows.finish(id, deed), services)
    },
  })
  app.route({
    method: 'POST',
    url: '/api/v1/service-windows/:id/move',
    config: { access: 'manage', audit: 'service-window.move' },
    schema: {
      tags: ['service-windows'],
      summary: 'The work takes longer, or less long',
      params: anyIdParams,
      body: moveWindowRequest,
      response: { 200: serviceWindow },
    },
    handler: async (request) => {
      const { id } = await visibleWindow(services, principalOf(request), request.params.id)
      return presentWindow(await windows.move(id, Date.parse(request.body.until)), services)
    },
  })
}

async function visibleWindow(
  { windowStore, registry }: HttpServices,
  principal: Principal,
  id: string,
): Promise<ServiceWindow> {
  const window = await windowStore.get(id)
  if (window === null || !maySee(registry, principal, window.organizationId)) {
    throw notFound('service window', id)
  }
  return window
}

function organizationOf(
  { registry }: HttpServices,
  principal: Principal,
  scope: WindowScope,
): string {
  if (scope.kind === 'site') return visibleSite(registry, principal, scope.siteId).organizationId
  const device = visibleDevice(registry, principal, scope.deviceId)
  if (scope.point !== null && registry.pointOf(device.id, scope.point) === null) {
    throw new CodedError('point_unknown', `The device has no point ${scope.point}.`)
  }
  return registry.organizationOfDevice(device.id) ?? ''
}

function presentWindow(
  window: ServiceWindow,
  { registry, clock }: Pick<HttpServices, 'registry' | 'clock'>,
): ServiceWindowDto {
  const { scope, organizationId } = window
  const targetName =
    scope.kind === 'site'
      ? (registry.site(scope.siteId)?.name ?? scope.siteId)
      : (registry.device(scope.deviceId)?.name ?? scope.deviceId)
  const iso = (atMs: number) => new Date(atMs).toISOString()
  return {
    id: window.id,
    kind: window.kind,
    scope,
    targetName,
    organizationId,
    organizationName: registry.organization(organizationId)?.name ?? organizationId,
    state: windowStateOf(window, clock.nowMs()),
    reason: window.reason,
    permitNumber: window.permitNumber,
    createdBy: window.createdBy,
    createdAt: iso(window.createdAtMs),
    from: iso(window.fromMs),
    until: iso(window.untilMs),
    finishedAt: window.finishedAtMs === null ? null : iso(window.finishedAtMs),
    finishedBy: window.finishedBy,
    finishNote: window.finishNote,
  }
}
