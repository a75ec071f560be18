import type { z } from 'zod'
import type { Alarm } from '#alerting/alarms/alarm.ts'
import { CodedError } from '#alerting/errors.ts'
import {
  acknowledgeRequest,
  alarm,
  arriveRequest,
  assignRequest,
  closeRequest,
  commentRequest,
  disposeRequest,
  resetRequest,
  reviewRequest,
  sendBackRequest,
  shelveRequest,
  unshelveRequest,
} from '../../contract.ts'
import { presentAlarm } from '../../registry/presentation.ts'
import { principalOf } from '../access.ts'
import { type Api, anyIdParams } from '../api.ts'
import type { HttpServices } from '../services.ts'
import { visibleAlarm } from './visible-alarm.ts'

/** A verb: the body it takes and what it asks of the service. Each writes the alarm's time line. */
interface Verb<Body extends z.ZodType> {
  readonly path: string
  readonly action: string
  readonly summary: string
  readonly body: Body
  readonly act: (id: string, body: z.output<Body>, actor: string) => Promise<Alarm>
}

/** The verbs of those who answer alarms, and the steps of their cases. */
export function alarmVerbRoutes(app: Api, services: HttpServices): void {
  const { alarmVerbs: verbs } = services
  const addVerb = <Body extends z.ZodType>(verb: Verb<Body>) => verbRoute(app, services, verb)
  addVerb({
    path: 'acknowledge',
    action: 'alarm.acknowledge',
    summary: 'I have seen it and deal with it',
    body: acknowledgeRequest.nullish(),
    act: (id, body, actor) => verbs.acknowledge(id, { ...body, actor }),
  })
  addVerb({
    path: 'reset',
    action: 'alarm.reset',
    summary: 'End a latched alarm whose condition has gone',
    body: resetRequest.nullish(),
    act: (id, body, actor) => verbs.reset(id, { ...body, actor }),
  })
  addVerb({
    path: 'comments',
    action: 'alarm.comment',
    summary: 'Write a note into the time line',
    body: commentRequest,
    act: (id, body, actor) => verbs.comment(id, { ...body, actor }),
  })
  addVerb({
    path: 'shelve',
    action: 'alarm.shelve',
    summary: 'Put aside with a reason, for at most one shift',
    body: shelveRequest,
    act: (id, body, actor) => verbs.shelve(id, { ...body, actor }),
  })
  addVerb({
    path: 'unshelve',
    action: 'alarm.unshelve',
    summary: 'Take back from the shelf',
    body: unshelveRequest.nullish(),
    act: (id, body, actor) => verbs.unshelve(id, { ...body, actor }),
  })
  addVerb({
    path: 'assign',
    action: 'alarm.assign',
    summary: 'Give it to a person who sees it too',
    body: assignRequest,
    act: async (id, { username, note }, actor) => {
      const assignee = await assertAssignable(services, id, username)
      return await verbs.assign(id, { actor, note, assignee })
    },
  })
  caseVerbs(services, addVerb)
  addVerb({
    path: 'close',
    action: 'alarm.close',
    summary: 'Close with a reason',
    body: closeRequest,
    act: (id, body, actor) => verbs.close(id, { ...body, actor }),
  })
}

function caseVerbs(
  { alarmVerbs: verbs }: HttpServices,
  addVerb: <Body extends z.ZodType>(verb: Verb<Body>) => void,
): void {
  addVerb({
    path: 'arrive',
    action: 'alarm.arrive',
    summary: 'I am on site',
    body: arriveRequest.nullish(),
    act: (id, body, actor) => verbs.arrive(id, { ...body, actor }),
  })
  addVerb({
    path: 'dispose',
    action: 'alarm.dispose',
    summary: 'Say what it was: put right, a false alarm with its code, or a test',
    body: disposeRequest,
    act: (id, { falseAlarmCode = null, ...body }, actor) =>
      verbs.dispose(id, { ...body, falseAlarmCode, actor }),
  })
  addVerb({
    path: 'review',
    action: 'alarm.review',
    summary: 'It was dealt with well',
    body: reviewRequest.nullish(),
    act: (id, body, actor) => verbs.review(id, { ...body, actor }),
  })
  addVerb({
    path: 'send-back',
    action: 'alarm.send-back',
    summary: 'It was not: it is given out again',
    body: sendBackRequest,
    act: (id, body, actor) => verbs.sendBack(id, { ...body, actor }),
  })
  addVerb({
    path: 'close-case',
    action: 'alarm.close-case',
    summary: 'End the case, and with it the alarm where that still waits for a person',
    body: closeRequest,
    act: (id, body, actor) => verbs.closeCase(id, { ...body, actor }),
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

/** An alarm given to somebody who cannot see it would be nobody's. */
async function assertAssignable(
  services: HttpServices,
  alarmId: string,
  username: string,
): Promise<string> {
  const found = services.alarms.alarm(alarmId) ?? (await services.alarmQueries.get(alarmId))
  const user = services.accounts.userByName(username)
  const sees =
    user !== null &&
    (user.organizationId === null ||
      (found !== null && services.registry.subtree(user.organizationId).has(found.organizationId)))
  if (sees) return user.username
  throw new CodedError('invalid_request', `There is no account ${username} that sees this alarm.`, {
    details: { issues: [{ path: 'username', message: 'must be an account that sees this alarm' }] },
  })
}
