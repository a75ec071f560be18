import { createHash, randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { CodedError } from '#alerting/errors.ts'
import {
  type HandoverDetail,
  type HandoverDto,
  type HandoverSituation,
  handover,
  handoverAcceptance,
  handoverDetail,
  handoverDraft,
  handoverParams,
  handoverQuery,
  page,
  handoverSituation as situationSchema,
} from '../../contract.ts'
import type { StoredHandover } from '../../database/handover-store.ts'
import { maySee, visibleOrganizationIds } from '../../registry/territory.ts'
import type { Principal } from '../../registry/types.ts'
import { hasRight } from '../../rights.ts'
import { principalOf } from '../access.ts'
import type { Api } from '../api.ts'
import { handoverSituation } from '../handover-situation.ts'
import type { HttpServices } from '../services.ts'
import { notFound } from '../territory-check.ts'

export function handoverRoutes(app: Api, services: HttpServices): void {
  readRoutes(app, services)
  signRoutes(app, services)
}

function readRoutes(app: Api, services: HttpServices): void {
  const { registry, handovers } = services
  app.route({
    method: 'GET',
    url: '/api/v1/handovers/situation',
    config: { access: 'read' },
    schema: {
      tags: ['handovers'],
      summary: 'What there is to hand over now',
      response: { 200: situationSchema },
    },
    handler: (request) => handoverSituation(services, principalOf(request)),
  })
  app.route({
    method: 'GET',
    url: '/api/v1/handovers',
    config: { access: 'read' },
    schema: {
      tags: ['handovers'],
      summary: 'Hand-overs between shifts, newest first',
      querystring: handoverQuery,
      response: { 200: page(handover) },
    },
    handler: async (request) => {
      const organizationIds = visibleOrganizationIds(registry, principalOf(request))
      const { items, nextCursor } = await handovers.list({ ...request.query, organizationIds })
      return { items: items.map(present), nextCursor }
    },
  })
  app.route({
    method: 'GET',
    url: '/api/v1/handovers/:id',
    config: { access: 'read' },
    schema: {
      tags: ['handovers'],
      summary: 'One hand-over with all that stood then',
      params: handoverParams,
      response: { 200: handoverDetail },
    },
    handler: async (request) =>
      presentDetail(await visibleHandover(services, principalOf(request), request.params.id)),
  })
}

function signRoutes(app: Api, services: HttpServices): void {
  const { clock, handovers } = services
  app.route({
    method: 'POST',
    url: '/api/v1/handovers',
    config: { access: 'operate', audit: 'handover.sign' },
    schema: {
      tags: ['handovers'],
      summary: 'Hand over: freezes what stands, signed by who goes',
      body: handoverDraft,
      response: { 201: handoverDetail },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request)
      const { notes, password } = request.body
      await assertSignature(services, request, { username: principal.username, password })
      const nowMs = clock.nowMs()
      const situation = JSON.stringify(handoverSituation(services, principal))
      const signed: StoredHandover = {
        id: `hov_${randomUUID().replaceAll('-', '')}`,
        organizationId: principal.organizationId,
        createdAtMs: nowMs,
        situation,
        notes,
        digest: digestOf(situation, notes),
        outgoing: principal.username,
        outgoingAtMs: nowMs,
        incoming: null,
        incomingAtMs: null,
        incomingNotes: null,
      }
      await handovers.add(signed)
      return reply.code(201).send(presentDetail(signed))
    },
  })
  app.route({
    method: 'POST',
    url: '/api/v1/handovers/:id/accept',
    config: { access: 'operate', audit: 'handover.accept' },
    schema: {
      tags: ['handovers'],
      summary: 'Take over: signed by who comes',
      description: 'In the session of who comes, or on the screen of who goes with `username`.',
      params: handoverParams,
      body: handoverAcceptance,
      response: { 200: handoverDetail },
    },
    handler: async (request) => {
      const principal = principalOf(request)
      const found = await visibleHandover(services, principal, request.params.id)
      const { password, notes, username = principal.username } = request.body
      const incoming = await assertSignature(services, request, { username, password })
      assertMayTakeOver(services, incoming, found)
      const signature = { incoming: incoming.username, atMs: clock.nowMs(), notes }
      if (!(await handovers.accept(found.id, signature))) throw signedAlready()
      const accepted = await handovers.get(found.id)
      return presentDetail(accepted ?? found)
    },
  })
}

/** The right person with the right password; guesses are counted as those of a log-in. */
async function assertSignature(
  services: HttpServices,
  request: FastifyRequest,
  who: { readonly username: string; readonly password: string },
): Promise<Principal> {
  const { accounts } = services
  const opened = await accounts.login({ ...who, address: request.ip })
  // A signature is no session.
  await accounts.logout(opened.token)
  return opened.principal
}

function assertMayTakeOver(
  { registry }: HttpServices,
  incoming: Principal,
  found: StoredHandover,
): void {
  if (found.incoming !== null) throw signedAlready()
  if (incoming.username === found.outgoing) {
    throw new CodedError('forbidden', 'Who goes and who comes are two persons.')
  }
  const sees = maySee(registry, incoming, found.organizationId)
  if (sees && hasRight(incoming, 'operate')) return
  throw new CodedError('forbidden', 'Who takes over must work in the same territory.')
}

function signedAlready(): CodedError<'already_exists'> {
  return new CodedError('already_exists', 'This hand-over has been signed by both.')
}

async function visibleHandover(
  { registry, handovers }: HttpServices,
  principal: Principal,
  id: string,
): Promise<StoredHandover> {
  const found = await handovers.get(id)
  if (found === null || !maySee(registry, principal, found.organizationId)) {
    throw notFound('hand-over', id)
  }
  return found
}

function digestOf(situation: string, notes: string): string {
  return createHash('sha256').update(`${situation}\n${notes}`).digest('hex')
}

function present(stored: StoredHandover): HandoverDto {
  const instantOrNull = (atMs: number | null) =>
    atMs === null ? null : new Date(atMs).toISOString()
  return {
    id: stored.id,
    organizationId: stored.organizationId,
    createdAt: new Date(stored.createdAtMs).toISOString(),
    notes: stored.notes,
    digest: stored.digest,
    outgoing: stored.outgoing,
    outgoingAt: new Date(stored.outgoingAtMs).toISOString(),
    incoming: stored.incoming,
    incomingAt: instantOrNull(stored.incomingAtMs),
    incomingNotes: stored.incomingNotes,
  }
}

function presentDetail(stored: StoredHandover): HandoverDetail {
  // It was written by `handoverSituation`.
  return { ...present(stored), situation: JSON.parse(stored.situation) as HandoverSituation }
}
