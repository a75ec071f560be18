import { z } from 'zod'
import { OUTBOX_STATES } from '#alerting/notification/outbox.ts'
import { id, notification, page, pageQuery } from '../../contract.ts'
import { presentNotification } from '../../registry/presentation.ts'
import { maySee, visibleOrganizationIds } from '../../registry/territory.ts'
import { principalOf } from '../access.ts'
import { type Api, anyIdParams } from '../api.ts'
import type { HttpServices } from '../services.ts'
import { notFound } from '../territory-check.ts'

export function notificationRoutes(app: Api, services: HttpServices): void {
  const { registry, notificationQueries, outbox, dispatcher, channels, clock } = services
  app.route({
    method: 'GET',
    url: '/api/v1/notifications',
    config: { access: 'read' },
    schema: {
      tags: ['notifications'],
      summary: 'What was told, waits, or is dead, newest first',
      querystring: pageQuery.extend({
        alarmId: z.string().max(200).optional(),
        channelId: id.optional(),
        state: z.enum(OUTBOX_STATES).optional(),
      }),
      response: { 200: page(notification) },
    },
    handler: async (request) => {
      const organizationIds = visibleOrganizationIds(registry, principalOf(request))
      const found = await notificationQueries.list({ ...request.query, organizationIds })
      return {
        items: found.items.map((record) =>
          presentNotification(record, channels.channel(record.channelId)),
        ),
        nextCursor: found.nextCursor,
      }
    },
  })
  app.route({
    method: 'POST',
    url: '/api/v1/notifications/:id/send-again',
    config: { access: 'operate', audit: 'notification.send-again' },
    schema: {
      tags: ['notifications'],
      summary: 'Try a dead (or delivered) message again, with a fresh schedule',
      params: anyIdParams,
      response: { 202: notification },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request)
      const known = await notificationQueries.get(request.params.id)
      if (known === null || !maySee(registry, principal, known.organizationId)) {
        throw notFound('notification', request.params.id)
      }
      // Null: it waits already, which is what was asked for.
      const record = (await outbox.sendAgain(known.id, clock.nowMs())) ?? known
      dispatcher.wake()
      return reply.code(202).send(presentNotification(record, channels.channel(record.channelId)))
    },
  })
}
