import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '#alerting/clock.ts'
import type { AuditEntry, AuditLog } from '../database/audit-log.ts'

/** Names of fields whose value must not reach the log, wherever they stand. */
const SECRET_FIELD = /password|secret|token|headers|body|url/i
const DETAIL_LENGTH_MAX = 2_000

export interface AuditOptions {
  readonly audit: AuditLog
  readonly clock: Clock
}

/**
 * Writes who changed what, for every route that has an `audit` action, once the change stands and
 * before it is answered. A log that cannot be written does not undo a change that was made: that is
 * reported as an error in the process log.
 */
export function auditChanges(app: FastifyInstance, options: AuditOptions): void {
  app.decorateRequest('createdId', null)
  app.addHook('preSerialization', async (request, _reply, payload: unknown) => {
    if (typeof request.routeOptions.config.audit !== 'string') return payload
    if (typeof payload !== 'object' || payload === null) return payload
    if ('id' in payload) request.createdId = String(payload.id)
    else if ('draftId' in payload && payload.draftId !== null) {
      request.createdId = String(payload.draftId)
    }
    return payload
  })
  app.addHook('onSend', async (request, reply) => {
    const action = actionOf(request, reply)
    if (action === null || reply.statusCode >= 400) return
    const entry = auditEntry(request, action, options.clock.nowMs())
    const isProposal = action === request.routeOptions.config.auditProposal
    const detail = { ...entry.detail, ...(isProposal && { proposal: request.createdId }) }
    await appendAudit(request, options, { ...entry, detail })
  })
}

const PROPOSED = 202

/** A change that only waits for a second person is called a proposal, not a change. */
function actionOf(request: FastifyRequest, { statusCode }: FastifyReply): string | null {
  const { audit, auditProposal } = request.routeOptions.config
  return (statusCode === PROPOSED ? auditProposal : undefined) ?? audit ?? null
}

declare module 'fastify' {
  interface FastifyRequest {
    createdId: string | null
  }
}

export async function appendAudit(
  request: FastifyRequest,
  options: AuditOptions,
  entry: AuditEntry,
): Promise<void> {
  try {
    await options.audit.append(entry)
  } catch (error) {
    request.log.error({ err: error, audit: entry }, 'audit entry could not be written')
  }
}

function auditEntry(request: FastifyRequest, action: string, nowMs: number): AuditEntry {
  const principal =
    request.caller === null || request.caller.kind === 'device' ? null : request.caller.principal
  const { id } = (request.params ?? {}) as { readonly id?: string }
  return {
    atMs: nowMs,
    actor: principal?.username ?? 'system',
    action,
    targetKind: action.slice(0, action.indexOf('.')),
    targetId: id ?? request.createdId ?? '',
    organizationId: principal?.organizationId ?? null,
    detail: { address: request.ip, ...describeBody(request.body) },
  }
}

/** The body without secrets; a large one only by the names of its fields. */
function describeBody(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null || Buffer.isBuffer(body)) return {}
  const text = JSON.stringify(body, (key, value) =>
    key !== '' && SECRET_FIELD.test(key) ? '[secret]' : value,
  )
  return text.length <= DETAIL_LENGTH_MAX
    ? { change: JSON.parse(text) }
    : { changedFields: Object.keys(body) }
}
