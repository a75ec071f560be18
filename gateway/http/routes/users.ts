import { type Account, account, page, pageQuery, userDraft, userPatch } from '../../contract.ts'
import { maySee } from '../../registry/territory.ts'
import type { Principal } from '../../registry/types.ts'
import { principalOf } from '../access.ts'
import { type Api, idParams, noContent } from '../api.ts'
import type { HttpServices } from '../services.ts'
import { assertMayPlaceIn, notFound } from '../territory-check.ts'

export function userRoutes(app: Api, services: HttpServices): void {
  readRoutes(app, services)
  changeRoutes(app, services)
}

/** Colleagues within one's own territory, e.g. to give an alarm to. */
function readRoutes(app: Api, services: HttpServices): void {
  const { accounts, registry } = services
  app.route({
    method: 'GET',
    url: '/api/v1/users',
    config: { access: 'read' },
    schema: {
      tags: ['users'],
      summary: 'Accounts within my territory',
      description: 'A page may be shorter than `limit` and still not be the last.',
      querystring: pageQuery,
      response: { 200: page(account) },
    },
    handler: (request) => {
      const principal = principalOf(request)
      const { items, nextCursor } = accounts.listUsers(request.query)
      const visible = items.filter((user) => maySee(registry, principal, user.organizationId))
      return { items: visible, nextCursor }
    },
  })
  app.route({
    method: 'GET',
    url: '/api/v1/users/:id',
    config: { access: 'read' },
    schema: {
      tags: ['users'],
      summary: 'One account',
      params: idParams,
      response: { 200: account },
    },
    handler: (request) => visibleUser(services, principalOf(request), request.params.id),
  })
}

function changeRoutes(app: Api, services: HttpServices): void {
  const { accounts, registry } = services
  app.route({
    method: 'POST',
    url: '/api/v1/users',
    config: { access: 'administer', audit: 'user.create' },
    schema: {
      tags: ['users'],
      summary: 'Make an account',
      body: userDraft,
      response: { 201: account },
    },
    handler: async (request, reply) => {
      assertMayPlaceIn(registry, principalOf(request), request.body.organizationId)
      return reply.code(201).send(await accounts.createUser(request.body))
    },
  })
  app.route({
    method: 'PATCH',
    url: '/api/v1/users/:id',
    config: { access: 'administer', audit: 'user.change' },
    schema: {
      tags: ['users'],
      summary: 'Change an account',
      description: 'A new password ends all sessions of the account.',
      params: idParams,
      body: userPatch,
      response: { 200: account },
    },
    handler: async (request) => {
      const principal = principalOf(request)
      const { id } = visibleUser(services, principal, request.params.id)
      const { organizationId } = request.body
      if (organizationId !== undefined) assertMayPlaceIn(registry, principal, organizationId)
      return accounts.patchUser(id, request.body)
    },
  })
  app.route({
    method: 'DELETE',
    url: '/api/v1/users/:id',
    config: { access: 'administer', audit: 'user.remove' },
    schema: {
      tags: ['users'],
      summary: 'Remove an account',
      params: idParams,
      response: { 204: noContent },
    },
    handler: async (request, reply) => {
      const { id } = visibleUser(services, principalOf(request), request.params.id)
      await accounts.removeUser(id)
      return reply.code(204).send(undefined)
    },
  })
}

function visibleUser(services: HttpServices, principal: Principal, id: string): Account {
  const user = services.accounts.user(id)
  if (user === null || !maySee(services.registry, principal, user.organizationId)) {
    throw notFound('account', id)
  }
  return user
}
