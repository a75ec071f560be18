import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import { CodedError } from '#alerting/errors.ts'
import type { Account } from '../contract.ts'
import type { Accounts } from '../registry/accounts.ts'
import type { DeviceCredentials } from '../registry/credentials.ts'
import type { Principal } from '../registry/types.ts'
import { hasRight } from '../rights.ts'
import { isOwnOrigin, SESSION_COOKIE } from '../same-origin.ts'

/**
 * Who may call a route. `public`: anybody. `session`: a person who is logged in. A scope: a person
 * whose role has it, or a program whose token has it. `device`: the device named in the path with
 * its own token, or whoever has the scope `ingest` and sees the device.
 */
export const ACCESSES = [
  'public',
  'session',
  'read',
  'operate',
  'manage',
  'ingest',
  'administer',
  'device',
] as const
export type Access = (typeof ACCESSES)[number]

/** Who calls, once the hook has let the request through. */
export type Caller =
  | {
      readonly kind: 'person'
      readonly principal: Principal
      readonly account: Account
      readonly token: string
      readonly expiresAtMs: number
    }
  | { readonly kind: 'program'; readonly principal: Principal }
  | { readonly kind: 'device'; readonly deviceId: string }

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly access?: Access
    /** What the audit log calls it; null: not written there. Every route that changes something says. */
    readonly audit?: string | null
    /** What it calls an answer of 202 that has changed nothing yet: somebody else has to decide. */
    readonly auditProposal?: string
  }
  interface FastifyRequest {
    caller: Caller | null
  }
}

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])
const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]{1,512})$/i

export interface AccessOptions {
  readonly accounts: Accounts
  readonly credentials: DeviceCredentials
  readonly allowedOrigins: readonly string[]
}

/** The one place where a request is let in or refused; a route that does not say who may call it fails the start. */
export function guardRoutes(app: FastifyInstance, options: AccessOptions): void {
  app.decorateRequest('caller', null)
  app.addHook('onRoute', assertGuarded)
  app.addHook('onRequest', async (request) => {
    if (request.is404) return
    assertOwnOrigin(request, options.allowedOrigins)
    const access = request.routeOptions.config.access
    if (access === undefined || access === 'public') return
    request.caller = authenticate(request, access, options)
    assertScope(request.caller, access)
  })
}

function assertGuarded(route: RouteOptions): void {
  const methods = [route.method].flat()
  const config = route.config
  if (config?.access === undefined || !ACCESSES.includes(config.access)) {
    throw new TypeError(`${methods.join()} ${route.url} does not say who may call it`)
  }
  if (methods.some((method) => !SAFE_METHODS.has(method)) && config.audit === undefined) {
    throw new TypeError(`${methods.join()} ${route.url} does not say what the audit log calls it`)
  }
  // Who sees what is proven over the document: nothing may be left out of it.
  if (route.url.startsWith('/api/v1/') && isHidden(route)) {
    throw new TypeError(`${methods.join()} ${route.url} does not stand in the OpenAPI document`)
  }
}

function isHidden({ schema, method }: RouteOptions): boolean {
  // Fastify adds HEAD to every GET by itself.
  return method !== 'HEAD' && (schema === undefined || schema.hide === true)
}

/** Also for programs: one rule, without a way round it. */
function assertOwnOrigin(request: FastifyRequest, allowedOrigins: readonly string[]): void {
  if (SAFE_METHODS.has(request.method)) return
  const { host, origin, 'sec-fetch-site': fetchSite } = request.headers
  const isOwn = isOwnOrigin(
    { host, origin, fetchSite: typeof fetchSite === 'string' ? fetchSite : undefined },
    allowedOrigins,
  )
  if (!isOwn) {
    throw new CodedError(
      'foreign_origin',
      'A page of another origin may not change anything here.',
      {
        details: { origin },
      },
    )
  }
}

function authenticate(request: FastifyRequest, access: Access, options: AccessOptions): Caller {
  const header = request.headers.authorization
  if (header !== undefined) {
    const token = BEARER.exec(header)?.[1]
    const caller = token === undefined ? null : callerOfToken(token, request, access, options)
    if (caller !== null) return caller
    throw new CodedError('unauthenticated', 'The token is unknown, has expired or was withdrawn.')
  }
  const token = request.cookies[SESSION_COOKIE]
  const session = token === undefined ? null : options.accounts.session(token)
  if (session === null) {
    throw new CodedError('unauthenticated', 'Log in first: there is no session, or it has ended.')
  }
  return { kind: 'person', ...session }
}

function callerOfToken(
  token: string,
  request: FastifyRequest,
  access: Access,
  options: AccessOptions,
): Caller | null {
  const principal = options.accounts.principalOfToken(token)
  if (principal !== null) return { kind: 'program', principal }
  if (access !== 'device') return null
  const deviceId = options.credentials.deviceOf(token)
  if (deviceId === null) return null
  if (deviceId !== (request.params as { readonly id?: string }).id) {
    throw new CodedError('forbidden', 'This is the token of another device.')
  }
  return { kind: 'device', deviceId }
}

function assertScope(caller: Caller, access: Access): void {
  if (caller.kind === 'device') return
  if (access === 'session') {
    if (caller.kind === 'person') return
    throw new CodedError('forbidden', 'Only a person who is logged in may do this, not a token.')
  }
  const scope = access === 'device' ? 'ingest' : access
  if (scope === 'public' || hasRight(caller.principal, scope)) return
  throw new CodedError('forbidden', `This needs the right to ${scope}.`, { details: { scope } })
}

/** For what a person must answer for in person: a token will not do. */
export function assertPerson(request: FastifyRequest): void {
  if (request.caller?.kind === 'person') return
  throw new CodedError('forbidden', 'Only a person who is logged in may do this, not a token.')
}

/** Of a route that only people and programs reach. */
export function principalOf(request: FastifyRequest): Principal {
  const caller = request.caller
  if (caller === null || caller.kind === 'device') {
    throw new CodedError('unauthenticated', 'Log in first.')
  }
  return caller.principal
}
