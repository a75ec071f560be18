import type { z } from 'zod'
import type { Alarm } from '#alerting/alarms/alarm.ts'
import type { Deed } from '#alerting/alarms/alarm-service.ts'
import { CodedError } from '#alerting/errors.ts'
import { HTTP_LIMITS } from '#config/limits.ts'
import {
  type AlarmDetail,
  acknowledgeRequest,
  alarm,
  alarmDetail,
  assignRequest,
  closeRequest,
  commentRequest,
  resetRequest,
  shelveRequest,
  unshelveRequest,
} from '../../contract.ts'
import {
  presentAlarm,
  presentNotification,
  presentTimelineEntry,
} from '../../registry/presentation.ts'
import { maySee } from '../../registry/territory.ts'
import type { Principal } from '../../registry/types.ts'
import { principalOf } from '../access.ts'
import { type Api, anyIdParams } from '../api.ts'
import type { HttpServices } from '../services.ts'
import { notFound } from '../territory-check.ts'
import { presentAlarms } from './alarm-lists.ts'

export function alarmRoutes(app: Api, services: HttpServices): void {
  readRoutes(app, services)
  verbRoutes(app, services)
}

function readRoutes(app: Api, services: HttpServices): void {
  app.route({
    method: 'GET',
    url: '/api/v1/alarms/:id',
    config: { access: 'read' },
    schema: {
      tags: ['alarms'],
      summary: 'One alarm with its time line and what was told',
      params: anyIdParams,
      response: { 200: alarmDetail },
    },
    handler: async (request) => {
      const principal = principalOf(request)
      return presentDetail(services, await visibleAlarm(services, principal, request.params.id))
    },
  })
}

/** A verb: the body it takes and what it asks of the service. Each writes the alarm's time line. */
interface Verb<Body extends z.ZodType> {
  readonly path: string
  readonly action: string
  readonly summary: string
  readonly body: Body
  readonly act: (id: string, body: z.output<Body>, actor: string) => Promise<Alarm>
}

function verbRoutes(app: Api, services: HttpServices): void {
  const { alarms } = services
  const addVerb = <Body extends z.ZodType>(verb: Verb<Body>) => verbRoute(app, services, verb)
  addVerb({
    path: 'acknowledge',
    action: 'alarm.acknowledge',
    summary: 'I have seen it and deal with it',
    body: acknowledgeRequest.nullish(),
    act: (id, body, actor) => alarms.acknowledge(id, { ...body, actor }),
  })
  addVerb({
    path: 'reset',
    action: 'alarm.reset',
    summary: 'End a latched alarm whose condition has gone',
    body: resetRequest.nullish(),
    act: (id, body, actor) => alarms.reset(id, { ...body, actor }),
  })
  addVerb({
    path: 'comments',
    action: 'alarm.comment',
    summary: 'Write a note into the time line',
    body: commentRequest,
    act: (id, body, actor) => alarms.comment(id, { ...body, actor }),
  })
  addVerb({
    path: 'shelve',
    action: 'alarm.shelve',
    summary: 'Put aside with a reason, for at most one shift',
    body: shelveRequest,
    act: (id, body, actor) => alarms.shelve(id, { ...body, actor }),
  })
  addVerb({
    path: 'unshelve',
    action: 'alarm.unshelve',
    summary: 'Take back from the shelf',
    body: unshelveRequest.nullish(),
    act: (id, body, actor) => alarms.unshelve(id, { ...body, actor }),
  })
  addVerb({
    path: 'assign',
    action: 'alarm.assign',
    summary: 'Give it to a person who sees it too',
    body: assignRequest,
    act: (id, { username, note }, actor) =>
      alarms.assign(id, { actor, note, assignee: assertAssignable(services, id, username) }),
  })
  addVerb({
    path: 'close',
    action: 'alarm.close',
    summary: 'Close with a reason',
    body: closeRequest,
    act: (id, body, actor) => alarms.close(id, { ...body, actor }),
  })
}

function verbRoute<Body extends z.ZodType>(
  app: Api,
  services: HttpServices,
  verb: Verb<Body>,
): void {
  app.route({
    method: 'POST',
    url: `/api/v1/alarms/:id/${verb.path}`,
    config: { access: 'operate', audit: verb.action },
    schema: {
      tags: ['alarms'],
      summary: verb.summary,
      params: anyIdParams,
      body: verb.body,
      response: { 200: alarm },
    },
    handler: async (request) => {
      const principal = principalOf(request)
      const { id } = await visibleAlarm(services, principal, request.params.id)
      const changed = await verb.act(id, request.body as z.output<Body>, principal.username)
      return presentAlarm(changed, services.registry, services.alarmLoad.incidentOf(id))
    },
  })
}

async function visibleAlarm(
  services: HttpServices,
  principal: Principal,
  id: string,
): Promise<Alarm> {
  const found = services.alarms.alarm(id) ?? (await services.alarmQueries.get(id))
  if (found === null || !maySee(services.registry, principal, found.organizationId)) {
    throw notFound('alarm', id)
  }
  return found
}

/** An alarm given to somebody who cannot see it would be nobody's. */
function assertAssignable(
  services: HttpServices,
  alarmId: string,
  username: string,
): Deed['actor'] {
  const user = services.accounts.userByName(username)
  const found = services.alarms.alarm(alarmId)
  const sees =
    user !== null &&
    (user.organizationId === null ||
      (found !== null && services.registry.subtree(user.organizationId).has(found.organizationId)))
  if (sees) return user.username
  throw new CodedError('invalid_request', `There is no account ${username} that sees this alarm.`, {
    details: { issues: [{ path: 'username', message: 'must be an account that sees this alarm' }] },
  })
}

async function presentDetail(services: HttpServices, row: Alarm): Promise<AlarmDetail> {
  const { registry, rules, channels } = services
  const [[presented], timeline, notifications] = await Promise.all([
    presentAlarms(services, [row]),
    services.alarmStore.timeline(row.id),
    services.notificationQueries.list({
      alarmId: row.id,
      organizationIds: null,
      limit: HTTP_LIMITS.pageSizeMax,
    }),
  ])
  const site = registry.site(row.siteId)
  return {
    ...(presented ?? presentAlarm(row, registry, null)),
    timeline: timeline.map(presentTimelineEntry),
    response: rules.rule(row.ruleId)?.rule.response ?? null,
    contact: { name: site?.contactName ?? '', phone: site?.contactPhone ?? '' },
    notifications: notifications.items.map((record) =>
      presentNotification(record, channels.channel(record.channelId)),
    ),
  }
}
