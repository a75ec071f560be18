import { z } from 'zod'
import { bindingDraft, id, tank, tankDraft, watchState } from '../../contract.ts'
import type { Principal } from '../../registry/types.ts'
import { principalOf } from '../access.ts'
import { type Api, idParams, listOf, noContent } from '../api.ts'
import type { HttpServices } from '../services.ts'
import { notFound, visibleSource } from '../territory-check.ts'

const tankParams = z.object({ id, tankId: id })
const bindingParams = z.object({ id, bindingId: id })
const bindingRow = bindingDraft.extend({ id: z.string(), sourceId: z.string() })

/** What watches a hazard source, and what it says now. */
export function watchingRoutes(app: Api, services: HttpServices): void {
  readRoutes(app, services)
  tankRoutes(app, services)
  bindingRoutes(app, services)
}

function readRoutes(app: Api, services: HttpServices): void {
  const { watchBook, sourceWatch } = services
  app.route({
    method: 'GET',
    url: '/api/v1/hazard-sources/:id/watch',
    config: { access: 'read' },
    schema: {
      tags: ['hazard-sources'],
      summary:
        'What is in its tanks now, S and R beside the registered ones, and what is not measured',
      params: idParams,
      response: { 200: watchState },
    },
    handler: (request) => {
      const source = visibleSource(services, principalOf(request), request.params.id)
      const state = sourceWatch.stateOf(source.id)
      if (state === null) throw notFound('hazard source', source.id)
      return state
    },
  })
  app.route({
    method: 'GET',
    url: '/api/v1/hazard-sources/:id/tanks',
    config: { access: 'read' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'Its tanks with shape, density and gauges',
      params: idParams,
      response: { 200: listOf(tank) },
    },
    handler: (request) => {
      const source = visibleSource(services, principalOf(request), request.params.id)
      return { items: [...watchBook.tanksOf(source.id)] }
    },
  })
}

function tankRoutes(app: Api, services: HttpServices): void {
  const { watchBook } = services
  app.route({
    method: 'POST',
    url: '/api/v1/hazard-sources/:id/tanks',
    config: { access: 'manage', audit: 'tank.create' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'Add a tank whose level gauge makes a live quantity',
      params: idParams,
      body: tankDraft,
      response: { 201: tank },
    },
    handler: async (request, reply) => {
      const source = visibleSource(services, principalOf(request), request.params.id)
      return reply.code(201).send(await watchBook.addTank(source.id, request.body))
    },
  })
  app.route({
    method: 'PUT',
    url: '/api/v1/hazard-sources/:id/tanks/:tankId',
    config: { access: 'manage', audit: 'tank.change' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'The whole tank anew',
      params: tankParams,
      body: tankDraft.omit({ id: true }),
      response: { 200: tank },
    },
    handler: async (request) => {
      const found = tankOf(services, principalOf(request), request.params)
      return watchBook.changeTank(found.id, request.body)
    },
  })
  app.route({
    method: 'DELETE',
    url: '/api/v1/hazard-sources/:id/tanks/:tankId',
    config: { access: 'manage', audit: 'tank.remove' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'Remove a tank; its substance then counts with its design maximum',
      params: tankParams,
      response: { 204: noContent },
    },
    handler: async (request, reply) => {
      const found = tankOf(services, principalOf(request), request.params)
      await watchBook.removeTank(found.id)
      return reply.code(204).send(undefined)
    },
  })
}

function bindingRoutes(app: Api, services: HttpServices): void {
  const { watchBook } = services
  app.route({
    method: 'POST',
    url: '/api/v1/hazard-sources/:id/bindings',
    config: { access: 'manage', audit: 'binding.create' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'Bind a device or a point of it to the source',
      params: idParams,
      body: bindingDraft,
      response: { 201: bindingRow },
    },
    handler: async (request, reply) => {
      const source = visibleSource(services, principalOf(request), request.params.id)
      return reply.code(201).send(await watchBook.bind(source.id, request.body))
    },
  })
  app.route({
    method: 'DELETE',
    url: '/api/v1/hazard-sources/:id/bindings/:bindingId',
    config: { access: 'manage', audit: 'binding.remove' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'Unbind it',
      params: bindingParams,
      response: { 204: noContent },
    },
    handler: async (request, reply) => {
      const source = visibleSource(services, principalOf(request), request.params.id)
      const row = watchBook.binding(request.params.bindingId)
      if (row === null || row.sourceId !== source.id) {
        throw notFound('binding', request.params.bindingId)
      }
      await watchBook.unbind(row.id)
      return reply.code(204).send(undefined)
    },
  })
}

function tankOf(
  services: HttpServices,
  principal: Principal,
  params: { readonly id: string; readonly tankId: string },
) {
  const source = visibleSource(services, principal, params.id)
  const found = services.watchBook.tank(params.tankId)
  if (found === null || found.sourceId !== source.id) throw notFound('tank', params.tankId)
  return found
}
