import { randomUUID } from 'node:crypto'
import { testNotifications } from '#alerting/notification/routing.ts'
import {
  channel,
  channelDraft,
  channelPatch,
  channelWithSecret,
  type NotificationDto,
  notification,
  page,
  pageQuery,
} from '../../contract.ts'
import { presentChannel, presentNotification } from '../../registry/presentation.ts'
import { maySee, visibleOrganizationIds } from '../../registry/territory.ts'
import type { ChannelRow, Principal } from '../../registry/types.ts'
import { principalOf } from '../access.ts'
import { type Api, idParams, listOf, noContent } from '../api.ts'
import type { HttpServices } from '../services.ts'
import { assertMayPlaceIn, notFound } from '../territory-check.ts'

export function channelRoutes(app: Api, services: HttpServices): void {
  readRoutes(app, services)
  changeRoutes(app, services)
  removeAndTestRoutes(app, services)
}

function readRoutes(app: Api, services: HttpServices): void {
  const { channels, registry } = services
  app.route({
    method: 'GET',
    url: '/api/v1/channels',
    config: { access: 'read' },
    schema: {
      tags: ['channels'],
      summary: 'Channels of my territory, without secrets',
      querystring: pageQuery,
      response: { 200: page(channel) },
    },
    handler: (request) => {
      const organizationIds = visibleOrganizationIds(registry, principalOf(request))
      const { items, nextCursor } = channels.list({ ...request.query, organizationIds })
      return { items: items.map(presentChannel), nextCursor }
    },
  })
  app.route({
    method: 'GET',
    url: '/api/v1/channels/:id',
    config: { access: 'read' },
    schema: {
      tags: ['channels'],
      summary: 'One channel, without secrets',
      params: idParams,
      response: { 200: channel },
    },
    handler: (request) =>
      presentChannel(visibleChannel(services, principalOf(request), request.params.id)),
  })
}

function changeRoutes(app: Api, services: HttpServices): void {
  const { channels, registry } = services
  app.route({
    method: 'POST',
    url: '/api/v1/channels',
    config: { access: 'administer', audit: 'channel.create' },
    schema: {
      tags: ['channels'],
      summary: 'Add a channel',
      description: 'The secret of a webhook is in this answer only.',
      body: channelDraft,
      response: { 201: channelWithSecret },
    },
    handler: async (request, reply) => {
      assertMayPlaceIn(registry, principalOf(request), request.body.organizationId)
      const { channel: row, secret } = await channels.create(request.body)
      return reply.code(201).send({ ...presentChannel(row), secret })
    },
  })
  app.route({
    method: 'PATCH',
    url: '/api/v1/channels/:id',
    config: { access: 'administer', audit: 'channel.change' },
    schema: {
      tags: ['channels'],
      summary: 'Change a channel',
      description: 'Its kind stays. Fields of `config` that are left out stay too.',
      params: idParams,
      body: channelPatch,
      response: { 200: channel },
    },
    handler: async (request) => {
      const principal = principalOf(request)
      const row = visibleChannel(services, principal, request.params.id)
      const { organizationId } = request.body
      if (organizationId !== undefined) assertMayPlaceIn(registry, principal, organizationId)
      return presentChannel(await channels.patch(row.id, request.body))
    },
  })
}

function removeAndTestRoutes(app: Api, services: HttpServices): void {
  app.route({
    method: 'DELETE',
    url: '/api/v1/channels/:id',
    config: { access: 'administer', audit: 'channel.remove' },
    schema: {
      tags: ['channels'],
      summary: 'Remove a channel',
      params: idParams,
      response: { 204: noContent },
    },
    handler: async (request, reply) => {
      const row = visibleChannel(services, principalOf(request), request.params.id)
      await services.channels.remove(row.id)
      return reply.code(204).send(undefined)
    },
  })
  app.route({
    method: 'POST',
    url: '/api/v1/channels/:id/test',
    config: { access: 'administer', audit: 'channel.test' },
    schema: {
      tags: ['channels'],
      summary: 'Send test messages by the same way as every other',
      description: 'One a receiver. Look for their fate in /api/v1/notifications.',
      params: idParams,
      response: { 202: listOf(notification) },
    },
    handler: async (request, reply) => {
      const row = visibleChannel(services, principalOf(request), request.params.id)
      return reply.code(202).send({ items: await sendTest(services, row) })
    },
  })
}

/** One message a receiver, into the outbox like any other; also of a channel that is switched off. */
async function sendTest(services: HttpServices, row: ChannelRow): Promise<NotificationDto[]> {
  const { channels, outbox, dispatcher, notificationQueries, clock } = services
  const target = channels.notificationChannel(row.id)
  if (target === null) throw notFound('channel', row.id)
  const entries = testNotifications(target, { nonce: randomUUID(), nowMs: clock.nowMs() })
  await outbox.add(entries)
  dispatcher.wake()
  const records = await Promise.all(entries.map((entry) => notificationQueries.get(entry.id)))
  return records
    .filter((record) => record !== null)
    .map((record) => presentNotification(record, row))
}

function visibleChannel(services: HttpServices, principal: Principal, id: string): ChannelRow {
  const row = services.channels.channel(id)
  if (row === null || !maySee(services.registry, principal, row.organizationId)) {
    throw notFound('channel', id)
  }
  return row
}
