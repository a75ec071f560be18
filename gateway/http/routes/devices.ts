import { z } from 'zod'
import {
  credential,
  type Device,
  device,
  deviceDraft,
  devicePatch,
  deviceWithCredential,
  id,
  page,
  pageQuery,
  rejectedMessage,
} from '../../contract.ts'
import { presentDevice, presentRejectedMessage } from '../../registry/presentation.ts'
import { visibleOrganizationIds } from '../../registry/territory.ts'
import type { DeviceRow } from '../../registry/types.ts'
import { principalOf } from '../access.ts'
import { type Api, idParams, noContent } from '../api.ts'
import type { HttpServices } from '../services.ts'
import { assertMayPlaceAt, visibleDevice } from '../territory-check.ts'

export function deviceRoutes(app: Api, services: HttpServices): void {
  readRoutes(app, services)
  detailRoutes(app, services)
  changeRoutes(app, services)
  credentialRoutes(app, services)
}

function readRoutes(app: Api, services: HttpServices): void {
  const { registry } = services
  app.route({
    method: 'GET',
    url: '/api/v1/devices',
    config: { access: 'read' },
    schema: {
      tags: ['devices'],
      summary: 'Devices of my territory',
      querystring: pageQuery.extend({
        organizationId: id.optional(),
        siteId: id.optional(),
        profileId: id.optional(),
        text: z.string().trim().max(100).optional().describe('Part of id, name or location'),
      }),
      response: { 200: page(device) },
    },
    handler: (request) => {
      const organizationIds = visibleOrganizationIds(registry, principalOf(request))
      const { items, nextCursor } = registry.listDevices({ ...request.query, organizationIds })
      return { items: items.map((row) => present(services, row)), nextCursor }
    },
  })
  app.route({
    method: 'GET',
    url: '/api/v1/devices/:id',
    config: { access: 'read' },
    schema: {
      tags: ['devices'],
      summary: 'One device',
      params: idParams,
      response: { 200: device },
    },
    handler: (request) =>
      present(services, visibleDevice(registry, principalOf(request), request.params.id)),
  })
}

function detailRoutes(app: Api, services: HttpServices): void {
  const { registry, rejectedMessages, rejections } = services
  app.route({
    method: 'GET',
    url: '/api/v1/devices/:id/rejected',
    config: { access: 'read' },
    schema: {
      tags: ['devices'],
      summary: 'Messages that were not understood, newest first, with the reason',
      params: idParams,
      querystring: pageQuery,
      response: { 200: page(rejectedMessage) },
    },
    handler: async (request) => {
      const row = visibleDevice(registry, principalOf(request), request.params.id)
      await rejections.flush()
      const found = await rejectedMessages.list({ ...request.query, deviceId: row.id })
      return { items: found.items.map(presentRejectedMessage), nextCursor: found.nextCursor }
    },
  })
}

function changeRoutes(app: Api, services: HttpServices): void {
  const { registry } = services
  app.route({
    method: 'POST',
    url: '/api/v1/devices',
    config: { access: 'administer', audit: 'device.create' },
    schema: {
      tags: ['devices'],
      summary: 'Add a device',
      description: 'Its credential is in this answer only.',
      body: deviceDraft,
      response: { 201: deviceWithCredential },
    },
    handler: async (request, reply) => {
      assertMayPlaceAt(registry, principalOf(request), request.body.siteId)
      const { device: row, token } = await registry.createDevice(request.body)
      const credential = { username: row.id, token }
      return reply.code(201).send({ ...present(services, row), credential })
    },
  })
  app.route({
    method: 'PATCH',
    url: '/api/v1/devices/:id',
    config: { access: 'administer', audit: 'device.change' },
    schema: {
      tags: ['devices'],
      summary: 'Change a device',
      params: idParams,
      body: devicePatch,
      response: { 200: device },
    },
    handler: async (request) => {
      const principal = principalOf(request)
      const row = visibleDevice(registry, principal, request.params.id)
      const { siteId } = request.body
      if (siteId !== undefined) assertMayPlaceAt(registry, principal, siteId)
      return present(services, await registry.patchDevice(row.id, request.body))
    },
  })
  app.route({
    method: 'DELETE',
    url: '/api/v1/devices/:id',
    config: { access: 'administer', audit: 'device.remove' },
    schema: {
      tags: ['devices'],
      summary: 'Remove a device; its connection is dropped',
      params: idParams,
      response: { 204: noContent },
    },
    handler: async (request, reply) => {
      const row = visibleDevice(registry, principalOf(request), request.params.id)
      await registry.removeDevice(row.id)
      return reply.code(204).send(undefined)
    },
  })
}

function credentialRoutes(app: Api, { registry, credentials }: HttpServices): void {
  app.route({
    method: 'POST',
    url: '/api/v1/devices/:id/credential',
    config: { access: 'administer', audit: 'device.rotate-credential' },
    schema: {
      tags: ['devices'],
      summary: 'Give the device a new token; the old one stops working',
      description: 'The token is in this answer only. Connections with the old one are dropped.',
      params: idParams,
      response: { 201: credential },
    },
    handler: async (request, reply) => {
      const row = visibleDevice(registry, principalOf(request), request.params.id)
      const token = await credentials.rotate(row.id)
      return reply.code(201).send({ username: row.id, token })
    },
  })
  app.route({
    method: 'DELETE',
    url: '/api/v1/devices/:id/credential',
    config: { access: 'administer', audit: 'device.revoke-credential' },
    schema: {
      tags: ['devices'],
      summary: 'Withdraw the token of the device; its connections are dropped',
      params: idParams,
      response: { 204: noContent },
    },
    handler: async (request, reply) => {
      const row = visibleDevice(registry, principalOf(request), request.params.id)
      await credentials.revoke(row.id)
      return reply.code(204).send(undefined)
    },
  })
}

function present({ presence, rejections, registry }: HttpServices, row: DeviceRow): Device {
  const rejectedMessages = rejections.countOf(row.id)
  return presentDevice(row, { ...presence.statusOf(row.id), rejectedMessages }, registry)
}
