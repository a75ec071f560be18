import type { Drill } from '#alerting/drills/drill-service.ts'
import { CodedError } from '#alerting/errors.ts'
import { HTTP_LIMITS } from '#config/limits.ts'
import { type DrillDto, drill, drillDraft } from '../../contract.ts'
import { visibleOrganizationIds } from '../../registry/territory.ts'
import { principalOf } from '../access.ts'
import { type Api, anyIdParams, listOf, noContent } from '../api.ts'
import type { HttpServices } from '../services.ts'
import { visibleDevice } from '../territory-check.ts'
import { visibleAlarm } from './visible-alarm.ts'

/** Made-up alarms that run the whole chain, to practise. */
export function drillRoutes(app: Api, services: HttpServices): void {
  const { drills, drillStore, registry } = services
  app.route({
    method: 'GET',
    url: '/api/v1/drills',
    config: { access: 'read' },
    schema: {
      tags: ['drills'],
      summary: 'Drills of my territory, the newest first',
      response: { 200: listOf(drill) },
    },
    handler: async (request) => {
      const items = await drillStore.list({
        organizationIds: visibleOrganizationIds(registry, principalOf(request)),
        limit: HTTP_LIMITS.pageSizeMax,
      })
      return { items: items.map((item) => presentDrill(item, services)) }
    },
  })
  app.route({
    method: 'POST',
    url: '/api/v1/drills',
    config: { access: 'manage', audit: 'drill.start' },
    schema: {
      tags: ['drills'],
      summary: 'Raise a made-up alarm',
      description:
        'It is shown, told and dealt with like any other, marked as a drill everywhere, counted apart, and ends by itself.',
      body: drillDraft,
      response: { 201: drill },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request)
      const device = visibleDevice(registry, principal, request.body.deviceId)
      if (registry.pointOf(device.id, request.body.point) === null) {
        throw new CodedError('point_unknown', `The device has no point ${request.body.point}.`)
      }
      const organizationId = registry.organizationOfDevice(device.id) ?? ''
      const begun = await drills.begin({ ...request.body, organizationId }, principal.username)
      return reply.code(201).send(presentDrill(begun, services))
    },
  })
  app.route({
    method: 'POST',
    url: '/api/v1/drills/:id/end',
    config: { access: 'operate', audit: 'drill.end' },
    schema: {
      tags: ['drills'],
      summary: 'End a drill, named by its alarm',
      params: anyIdParams,
      response: { 204: noContent },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request)
      const { id } = await visibleAlarm(services, principal, request.params.id)
      await drills.end(id, principal.username)
      return reply.code(204).send(undefined)
    },
  })
}

function presentDrill(shown: Drill, { registry }: Pick<HttpServices, 'registry'>): DrillDto {
  const iso = (atMs: number) => new Date(atMs).toISOString()
  return {
    alarmId: shown.alarmId,
    deviceId: shown.deviceId,
    deviceName: registry.device(shown.deviceId)?.name ?? shown.deviceId,
    point: shown.point,
    grade: shown.grade,
    startedBy: shown.startedBy,
    startedAt: iso(shown.startedAtMs),
    endsAt: iso(shown.endsAtMs),
    endedAt: shown.endedAtMs === null ? null : iso(shown.endedAtMs),
    endedBy: shown.endedBy,
    note: shown.note,
  }
}
