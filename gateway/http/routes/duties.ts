import {
  dutyLine,
  dutyQuery,
  dutyRecord,
  dutyRecordDraft,
  dutySheet,
  page,
  pageQuery,
  RESPONSIBLE_PERSONS,
} from '../../contract.ts'
import type { StoredDutyRecord } from '../../database/duty-store.ts'
import { visibleOrganizationIds } from '../../registry/territory.ts'
import { principalOf } from '../access.ts'
import { type Api, idParams } from '../api.ts'
import type { HttpServices } from '../services.ts'
import { visibleSource } from '../territory-check.ts'

/** Duties of the three persons responsible for a hazard source. */
export function dutyRoutes(app: Api, services: HttpServices): void {
  sheetRoutes(app, services)
  recordRoutes(app, services)
}

function sheetRoutes(app: Api, services: HttpServices): void {
  const { duties, hazards, registry } = services
  app.route({
    method: 'GET',
    url: '/api/v1/duties',
    config: { access: 'read' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'Duties over all hazard sources of my territory, longest overdue first',
      querystring: dutyQuery,
      response: { 200: page(dutyLine) },
    },
    handler: (request) => {
      const organizationIds = visibleOrganizationIds(registry, principalOf(request))
      const { items, nextCursor } = duties.list({ ...request.query, organizationIds })
      const nameOf = (id: string) => registry.organization(id)?.name ?? id
      return {
        items: items.map((line) => ({ ...line, organizationName: nameOf(line.organizationId) })),
        nextCursor,
      }
    },
  })
  app.route({
    method: 'GET',
    url: '/api/v1/hazard-sources/:id/duties',
    config: { access: 'read' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'Its three responsible persons and where their duties stand',
      params: idParams,
      response: { 200: dutySheet },
    },
    handler: async (request) => {
      const source = visibleSource(services, principalOf(request), request.params.id)
      const row = await hazards.source(source.id)
      const persons = (row?.inForce?.snapshot.dossier ?? row?.draft)?.persons
      return {
        sourceId: source.id,
        sourceName: source.name,
        persons: RESPONSIBLE_PERSONS.map((role) => ({
          role,
          ...(persons?.[role] ?? { name: '', position: '', phone: '' }),
        })),
        duties: [...duties.dutiesOf(source)],
      }
    },
  })
}

function recordRoutes(app: Api, services: HttpServices): void {
  const { duties, hazards, clock } = services
  app.route({
    method: 'GET',
    url: '/api/v1/hazard-sources/:id/duty-records',
    config: { access: 'read' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'What was reported about its duties, newest first',
      params: idParams,
      querystring: pageQuery,
      response: { 200: page(dutyRecord) },
    },
    handler: async (request) => {
      const source = visibleSource(services, principalOf(request), request.params.id)
      const { items, nextCursor } = await duties.records(source.id, request.query)
      return { items: items.map(presentRecord), nextCursor }
    },
  })
  app.route({
    method: 'POST',
    url: '/api/v1/hazard-sources/:id/duty-records',
    config: { access: 'operate', audit: 'duty.record' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'Report that a duty was done, or not done and why',
      description: 'A report is never changed; a correction is another one.',
      params: idParams,
      body: dutyRecordDraft,
      response: { 201: dutySheet.pick({ duties: true }) },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request)
      const source = visibleSource(services, principal, request.params.id)
      const { dutyId, outcome, doneAt, person, note } = request.body
      const role = duties.dutiesOf(source).find(({ id }) => id === dutyId)?.role
      const row = await hazards.source(source.id)
      const persons = (row?.inForce?.snapshot.dossier ?? row?.draft)?.persons
      const registered = role === undefined ? '' : (persons?.[role].name ?? '')
      await duties.record({
        sourceId: source.id,
        dutyId,
        outcome,
        person: person ?? registered,
        doneAtMs: doneAt === undefined ? clock.nowMs() : Date.parse(doneAt),
        note,
        recordedBy: principal.username,
      })
      return reply.code(201).send({ duties: [...duties.dutiesOf(source)] })
    },
  })
}

function presentRecord(row: StoredDutyRecord) {
  const { id, dutyId, outcome, person, doneAtMs, note, recordedAtMs, recordedBy } = row
  return {
    id,
    dutyId,
    outcome,
    person,
    doneAt: new Date(doneAtMs).toISOString(),
    note,
    recordedAt: new Date(recordedAtMs).toISOString(),
    recordedBy,
  }
}
