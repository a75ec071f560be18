import swagger from '@fastify/swagger'
import type { FastifyInstance, FastifySchema } from 'fastify'
import {
  createJsonSchemaTransform,
  createJsonSchemaTransformObject,
} from 'fastify-type-provider-zod'
import { z } from 'zod'
import * as contract from '../contract.ts'
import { SESSION_COOKIE } from '../same-origin.ts'
import type { Access } from './access.ts'
import { sendDocsPage } from './docs-page.ts'

export const TAGS = [
  { name: 'sessions', description: 'Logging in and out; API tokens' },
  { name: 'users', description: 'Accounts of people' },
  { name: 'organizations', description: 'District, towns, villages, enterprises' },
  { name: 'sites', description: 'Places of an organization where devices stand' },
  { name: 'devices', description: 'Devices, their credentials and rejected messages' },
  { name: 'readings', description: 'Readings in and out' },
  { name: 'hazard-sources', description: 'Major hazard sources by GB 18218' },
  { name: 'profiles', description: 'Families of devices: points, units, ranges' },
  { name: 'rules', description: 'Rules by which readings become alarms' },
  { name: 'alarms', description: "Alarms and the operator's verbs" },
  {
    name: 'service-windows',
    description: 'Maintenance and calibration: who works on which device',
  },
  { name: 'drills', description: 'Made-up alarms, to practise' },
  { name: 'handovers', description: 'Hand-over between shifts, signed by both' },
  { name: 'map', description: 'What lies where, and the four-colour risk' },
  { name: 'channels', description: 'SMS and webhook channels' },
  { name: 'notifications', description: 'What was told to whom, waits, or is dead' },
  { name: 'audit', description: 'Who changed what' },
  { name: 'health', description: 'Self-check and instruments' },
] as const

/** Which credentials open a route, for the document; the hook in `access.ts` is what decides. */
const SECURITY: Readonly<Record<Access, NonNullable<FastifySchema['security']>>> = {
  public: [],
  session: [{ session: [] }],
  read: [{ session: [] }, { token: ['read'] }],
  operate: [{ session: [] }, { token: ['operate'] }],
  manage: [{ session: [] }, { token: ['manage'] }],
  ingest: [{ session: [] }, { token: ['ingest'] }],
  administer: [{ session: [] }, { token: ['administer'] }],
  device: [{ deviceToken: [] }, { token: ['ingest'] }],
}

/** Schemas that get a name of their own in the document instead of being repeated in place. */
function namedSchemas() {
  const schemas = z.registry<{ id: string }>()
  const names = {
    Problem: contract.problem,
    Account: contract.account,
    Session: contract.session,
    ApiToken: contract.apiToken,
    Organization: contract.organization,
    Site: contract.site,
    Device: contract.device,
    DeviceWithCredential: contract.deviceWithCredential,
    Profile: contract.profile,
    RejectedMessage: contract.rejectedMessage,
    ReadingsAnswer: contract.readingsAnswer,
    LatestReading: contract.latestReading,
    Alarm: contract.alarm,
    AlarmDetail: contract.alarmDetail,
    TimelineEntry: contract.timelineEntry,
    CalendarYear: contract.calendarYear,
    CalendarProposal: contract.calendarProposal,
    Rule: contract.rule,
    Channel: contract.channel,
    Notification: contract.notification,
    Health: contract.health,
  }
  for (const [id, schema] of Object.entries(names)) schemas.add(schema, { id })
  return schemas
}

/** Must be registered before the routes. The document is made once, at the first request. */
export async function describeApi(
  app: FastifyInstance,
  options: { readonly version: string },
): Promise<void> {
  app.addHook('onRoute', (route) => {
    const schema = route.schema
    if (schema === undefined || schema.hide === true || route.config?.access === undefined) return
    route.schema = {
      ...schema,
      security: SECURITY[route.config.access],
      response: { ...(schema.response as object), default: PROBLEM_RESPONSE },
    }
  })
  const schemaRegistry = namedSchemas()
  const zodToJsonConfig = { target: 'draft-2020-12' } as const
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Vigil 安哨',
        version: options.version,
        description:
          'HTTP API of the Vigil gateway. Instants are ISO 8601 UTC, except `ts` of readings: epoch milliseconds. ' +
          'Every refusal is an RFC 9457 problem with a stable `code`. Lists page by cursor.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: [...TAGS],
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE },
          token: { type: 'http', scheme: 'bearer', description: 'An API token with scopes' },
          deviceToken: { type: 'http', scheme: 'bearer', description: 'The token of the device' },
        },
      },
    },
    transform: createJsonSchemaTransform({ schemaRegistry, zodToJsonConfig }),
    transformObject: createJsonSchemaTransformObject({ schemaRegistry, zodToJsonConfig }),
  })
  serveDocument(app)
}

const PROBLEM_RESPONSE = {
  description: 'Refused or failed: a problem (RFC 9457) with a stable `code`.',
  content: { 'application/problem+json': { schema: contract.problem } },
}

function serveDocument(app: FastifyInstance): void {
  app.route({
    method: 'GET',
    url: '/api/openapi.json',
    config: { access: 'public' },
    schema: { hide: true },
    handler: (_request, reply) =>
      reply.type('application/json').header('cache-control', 'no-cache').send(app.swagger()),
  })
  app.route({
    method: 'GET',
    url: '/api/docs',
    config: { access: 'public' },
    schema: { hide: true },
    handler: (_request, reply) => sendDocsPage(reply, app.swagger()),
  })
}
