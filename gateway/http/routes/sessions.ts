import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyRequest } from 'fastify'
import { CodedError } from '#alerting/errors.ts'
import { account, passwordChange, type Session, session, sessionRequest } from '../../contract.ts'
import { SESSION_COOKIE } from '../../same-origin.ts'
import type { Caller } from '../access.ts'
import { type Api, noContent } from '../api.ts'
import { appendAudit } from '../audit.ts'
import type { HttpServices } from '../services.ts'

/** Out of reach of scripts, never sent along from a page of another site. */
function cookieOptions(isTls: boolean): CookieSerializeOptions {
  return { path: '/', httpOnly: true, sameSite: 'strict', secure: isTls }
}

export function sessionRoutes(
  app: Api,
  services: HttpServices,
  options: { readonly isTls: boolean },
): void {
  app.route({
    method: 'POST',
    url: '/api/v1/sessions',
    config: { access: 'public', audit: 'session.create' },
    schema: {
      tags: ['sessions'],
      summary: 'Log in',
      description: 'Sets the session cookie: HttpOnly, SameSite=Strict.',
      body: sessionRequest,
      response: { 201: session },
    },
    handler: async (request, reply) => {
      const caller = await login(request, request.body, services)
      request.caller = caller
      return reply
        .code(201)
        .setCookie(SESSION_COOKIE, caller.token, {
          ...cookieOptions(options.isTls),
          expires: new Date(caller.expiresAtMs),
        })
        .send(presentSession(caller))
    },
  })
  passwordRoute(app, services)
  app.route({
    method: 'GET',
    url: '/api/v1/sessions/current',
    config: { access: 'session' },
    schema: { tags: ['sessions'], summary: 'Who am I', response: { 200: session } },
    handler: (request) => presentSession(personOf(request)),
  })
  app.route({
    method: 'DELETE',
    url: '/api/v1/sessions/current',
    config: { access: 'session', audit: 'session.end' },
    schema: { tags: ['sessions'], summary: 'Log out', response: { 204: noContent } },
    handler: async (request, reply) => {
      await services.accounts.logout(personOf(request).token)
      return reply
        .code(204)
        .clearCookie(SESSION_COOKIE, cookieOptions(options.isTls))
        .send(undefined)
    },
  })
}

function passwordRoute(app: Api, { accounts }: HttpServices): void {
  app.route({
    method: 'PUT',
    url: '/api/v1/sessions/current/password',
    config: { access: 'session', audit: 'user.change-password' },
    schema: {
      tags: ['sessions'],
      summary: 'Change my own password',
      description: 'Ends all my sessions, this one too: log in with the new password.',
      body: passwordChange,
      response: { 200: account },
    },
    handler: (request) => {
      const { currentPassword, newPassword } = request.body
      const { username } = personOf(request).account
      const attempt = { username, password: currentPassword, address: request.ip }
      return accounts.changePassword(attempt, newPassword)
    },
  })
}

type Person = Extract<Caller, { readonly kind: 'person' }>

async function login(
  request: FastifyRequest,
  attempt: { readonly username: string; readonly password: string },
  services: HttpServices,
): Promise<Person> {
  try {
    const opened = await services.accounts.login({ ...attempt, address: request.ip })
    return { kind: 'person', ...opened }
  } catch (error) {
    // Refusals by number of attempts are not written: a guesser must not be able to fill the disk.
    if (error instanceof CodedError && error.code === 'credentials_wrong') {
      await appendAudit(request, services, {
        atMs: services.clock.nowMs(),
        actor: 'system',
        action: 'session.login-failed',
        targetKind: 'session',
        targetId: attempt.username,
        organizationId: null,
        detail: { address: request.ip },
      })
    }
    throw error
  }
}

function presentSession(person: Person): Session {
  return { account: person.account, expiresAt: new Date(person.expiresAtMs).toISOString() }
}

function personOf(request: FastifyRequest): Person {
  if (request.caller?.kind !== 'person') {
    throw new CodedError('unauthenticated', 'Log in first.')
  }
  return request.caller
}
